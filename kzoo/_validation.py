"""Validation of arguments and settings by their annotations, which also document them.

An annotation is `Annotated[float, Gt(0), Doc("...")]`: type, range, documentation. Floats are always finite. pydantic
validates, and is imported lazily. An annotation in quotes, of a type that is slow to import, is shown but not checked.
"""

from __future__ import annotations

import inspect
import os
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import cache
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, GroupedMetadata, Gt, Interval, Le, Lt, MinLen, MultipleOf, Predicate
from typing_extensions import Doc

MAX_INT32 = 2**31 - 1  # of sizes, which TensorFlow counts in 32 bits, and of seeds, two of which make 64 bits
MAX_FLOAT32 = 3.4e38  # beyond is infinity

PositiveInt = Annotated[int, Interval(ge=1, le=MAX_INT32)]
NonNegativeInt = Annotated[int, Interval(ge=0, le=MAX_INT32)]
PositiveInts = Annotated[tuple[PositiveInt, ...], MinLen(1)]
PositiveFloat = Annotated[float, Interval(gt=0, le=MAX_FLOAT32)]
NonNegativeFloat = Annotated[float, Interval(ge=0, le=MAX_FLOAT32)]
Rate = Annotated[float, Ge(0), Lt(1)]
WIDTH = Doc("width multiplier of each layer's number of filters")
MAX_WIDTH = 1000  # far beyond, a layer has more filters than TensorFlow can count
Width = Annotated[float, Interval(gt=0, le=MAX_WIDTH), WIDTH]
Dropout = Annotated[Rate, Doc("dropout rate before the classifier, in training")]
ConvDropout = Annotated[Rate, Doc("dropout rate between convolutions, in training")]
IncludePreprocessing = Annotated[
    bool, Doc("whether the network itself normalizes pixels of 0..255, or takes normalized images")
]

BOUNDS = {
    Ge: ("ge", "from"),
    Gt: ("gt", "above"),
    Le: ("le", "to"),
    Lt: ("lt", "to below"),
    MultipleOf: ("multiple_of", "divisible by"),
    MinLen: ("min_length", "of a length from"),
}
NAMES = {bool: "True or False", int: "a whole number", float: "a number", str: "a string", types.NoneType: "None"}
NAMES |= {Path: "a path"}


class Accepted(str):
    """In an annotation, the description of what is accepted, where the one derived from the type is clumsy."""


ImageShape = Annotated[
    tuple[PositiveInt, PositiveInt, PositiveInt], Accepted("(height, width, channels), each at least 1")
]
Odd = Annotated[PositiveInt, Predicate(lambda count: count % 2 == 1), Accepted("a whole number from 1 that is odd")]


_checking = ContextVar("_checking", default=True)


@dataclass(frozen=True)
class Validated:
    """A frozen dataclass whose fields have the types, and are in the ranges, that its annotations and its bases' state.

    Raises:
        ValueError: a field does not fit; the message, of one line, names it.
    """

    def __post_init__(self):
        if not _checking.get():
            return
        # a class may state a field of its base again, with another default: the base's range holds all the same
        for owner in reversed(type(self).__mro__):
            if inspect.get_annotations(owner):
                for name, value in check_all(owner, vars(self)).items():
                    object.__setattr__(self, name, value)
        self.validate()

    def validate(self):
        """Check what concerns several fields; an error names them."""


@contextmanager
def unchecked() -> Iterator[None]:
    """Let instances of `Validated` be made of any values meanwhile; `validated` checks them later."""
    token = _checking.set(False)
    try:
        yield
    finally:
        _checking.reset(token)


def validated(config: Validated, name: str = "") -> Validated:
    """Return a copy of what was made unchecked.

    Args:
        name: of the field that it is, before whose own fields it stands in messages, "schedule." for `schedule.at`.

    Raises:
        ValueError: a field does not fit.
    """
    values = {each.name: getattr(config, each.name) for each in fields(config)}
    nested = {key: validated(value, f"{name}{key}.") for key, value in values.items() if isinstance(value, Validated)}
    try:
        return replace(config, **nested)
    except ValueError as error:
        raise ValueError(f"{name}{error}") from None


def check_all(owner: type | Callable, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a class or a function has annotations for, each as `check` returns it.

    Raises:
        ValueError: one of them does not match its annotation.
    """
    hints = _annotations(owner)
    return {name: check(None, name, hints[name], value) for name, value in values.items() if name in hints}


@cache
def _annotations(owner):
    return inspect.get_annotations(owner, eval_str=True)


def check(owner: str | None, name: str, annotation: Any, value: Any) -> Any:
    """Return the value of an argument, converted where that is lossless.

    NumPy numbers become Python numbers, lists tuples, strings paths where the annotation is one, and the ~ of a path
    the user's folder. Without an annotation, or with one in quotes, any value is returned as it is.

    Raises:
        ValueError: it does not match the annotation; the message has the owner, if there is one, the argument, and what
            is accepted.
    """
    if annotation is Parameter.empty or isinstance(annotation, str):
        return value
    from pydantic import ValidationError

    plain = _plain(value)
    if isinstance(plain, str) and Path in (annotation, *get_args(annotation)):
        plain = Path(plain)
    if isinstance(plain, Path):
        plain = Path(os.path.expanduser(plain))  # of --out=~/runs the shell leaves the ~
    try:
        _adapter(annotation).validate_python((plain,), strict=True)
    except ValidationError:
        whose = f" for {owner}" if owner else ""
        raise ValueError(f"{name}={abbreviate(value)} does not work{whose}; accepted: {describe(annotation)}") from None
    return plain


def abbreviate(value: Any) -> str:
    """Return the repr of a value for a message, in one line of at most 100 characters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def describe(annotation: Any) -> str:
    """Describe what an annotation accepts: "a number from 0 to below 1"."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind, *extras = inner
        for extra in extras:
            if isinstance(extra, Accepted):
                return extra
        return " ".join([describe(kind), *_bounds(extras)])
    if origin in (Union, types.UnionType):
        *first, last = map(describe, inner)
        return f"{', '.join(first)} or {last}"
    if origin is Literal:
        return ", ".join(map(repr, inner))
    if origin is dict:
        return f"a dict from {describe(inner[0])} to {describe(inner[1])}"
    if origin is tuple and inner[-1] is ...:
        return f"a tuple of {describe(inner[0])} each"
    if origin is tuple:
        return f"({', '.join(map(describe, inner))})"
    return NAMES.get(annotation) or f"a {getattr(annotation, '__name__', annotation)}"


def _bounds(extras):
    for extra in extras:
        for each in extra if isinstance(extra, GroupedMetadata) else [extra]:
            if type(each) in BOUNDS:
                key, word = BOUNDS[type(each)]
                yield f"{word} {getattr(each, key)}"


def documentation(annotation: Any) -> str:
    """Return the documentation in an annotation; of several, the outermost."""
    return next((each.documentation for each in reversed(get_args(annotation)) if isinstance(each, Doc)), "")


def without_metadata(annotation: Any) -> Any:
    """Return an annotation without its metadata (ranges and documentation), as signatures show it."""
    if annotation is Parameter.empty or isinstance(annotation, str):
        return annotation
    return get_type_hints(type("_", (), {"__annotations__": {"_": annotation}}))["_"]


@cache
def _adapter(annotation):
    from pydantic import ConfigDict, TypeAdapter

    # in a tuple, because pydantic takes no configuration beside a dataclass
    return TypeAdapter(tuple[annotation], config=ConfigDict(allow_inf_nan=False, arbitrary_types_allowed=True))


def _plain(value):
    numpy = sys.modules.get("numpy")  # without which there are none of its numbers
    if numpy and isinstance(value, numpy.generic):
        return value.item()
    if type(value) is dict:
        return {key: _plain(each) for key, each in value.items()}
    return tuple(map(_plain, value)) if type(value) in (list, tuple) else value
