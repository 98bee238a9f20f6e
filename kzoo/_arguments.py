"""What arguments of builders may be: said once, in their annotations, by which they are checked and documented.

An annotation is `Annotated[float, Gt(0), Doc("...")]`: a type, the range of its values, what it means. pydantic checks
it, which is imported no sooner. An annotation in quotes, of a type that is slow to import, is shown but not checked.
"""

from __future__ import annotations

import types
from functools import cache
from inspect import Parameter
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from typing_extensions import Doc

Count = Annotated[int, Ge(1)]
Counts = Annotated[tuple[Count, ...], Len(1)]
Rate = Annotated[float, Ge(0), Lt(1)]
WIDTH = Doc("what the number of maps of each layer is multiplied by")
Width = Annotated[float, Gt(0), WIDTH]
Dropout = Annotated[Rate, Doc("share that is dropped before the classifier, in training")]
ConvDropout = Annotated[Rate, Doc("share that is dropped between convolutions, in training")]
IncludePreprocessing = Annotated[
    bool, Doc("whether the network itself brings pixels of 0..255 to its range, or is given images that are there")
]

BOUNDS = {
    Ge: ("ge", "from"),
    Gt: ("gt", "above"),
    Le: ("le", "to"),
    Lt: ("lt", "to below"),
    MultipleOf: ("multiple_of", "divisible by"),
    Len: ("min_length", "of a length from"),
}
NAMES = {bool: "True or False", int: "a whole number", float: "a number", str: "a string", types.NoneType: "None"}


class Accepted(str):
    """In an annotation, the words for what is accepted, where those that follow from its type are clumsy."""


ImageShape = Annotated[tuple[Count, Count, Count], Accepted("(height, width, channels), each at least 1")]


def check(owner: str, name: str, annotation: Any, value: Any) -> Any:
    """Return the value of an argument, numbers of NumPy made Python's, and lists tuples.

    Without an annotation, or by one in quotes, anything is accepted, and returned as it is.

    Raises:
        ValueError: it is not what the annotation says; the message has the owner, the argument, and what is accepted.
    """
    if annotation is Parameter.empty or isinstance(annotation, str):
        return value
    from pydantic import ValidationError

    plain = _plain(value)
    try:
        _adapter(annotation).validate_python((plain,), strict=True)
    except ValidationError:
        raise ValueError(f"{name}={shown(value)} does not work for {owner}; accepted: {describe(annotation)}") from None
    return plain


def shown(value: Any) -> str:
    """Return a value as a message shows it: in one line that is not long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def describe(annotation: Any) -> str:
    """Say in words what an annotation accepts: "a number from 0 to below 1"."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind, *extras = inner
        for extra in extras:
            if isinstance(extra, Accepted):
                return extra
        words = [
            f"{word} {getattr(e, key)}" for e in extras for bound, (key, word) in BOUNDS.items() if type(e) is bound
        ]
        return " ".join([describe(kind), *words])
    if origin in (Union, types.UnionType):
        *first, last = map(describe, inner)
        return f"{', '.join(first)} or {last}"
    if origin is Literal:
        return ", ".join(map(repr, inner))
    if origin is tuple and inner[-1] is ...:
        return f"a tuple of {describe(inner[0])} each"
    if origin is tuple:
        return f"({', '.join(map(describe, inner))})"
    return NAMES.get(annotation) or f"a {getattr(annotation, '__name__', annotation)}"


def meaning(annotation: Any) -> str:
    """Return the documentation that an annotation holds; of several, the outermost."""
    return next((each.documentation for each in reversed(get_args(annotation)) if isinstance(each, Doc)), "")


def bare(annotation: Any) -> Any:
    """Return an annotation as signatures show it, without ranges and documentation."""
    if annotation is Parameter.empty or isinstance(annotation, str):
        return annotation
    return get_type_hints(type("_", (), {"__annotations__": {"_": annotation}}))["_"]


@cache
def _adapter(annotation):
    from pydantic import ConfigDict, TypeAdapter

    # in a tuple, because pydantic takes no configuration beside a dataclass
    return TypeAdapter(tuple[annotation], config=ConfigDict(allow_inf_nan=False, arbitrary_types_allowed=True))


def _plain(value):
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    return tuple(map(_plain, value)) if type(value) in (list, tuple) else value
