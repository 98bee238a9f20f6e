"""Check settings against the types beside them: the ranges of a dataclass' fields, or of a function's arguments.

    rate: Annotated[float, Interval(gt=0, lt=1)]

Floats are finite everywhere. The types are read by pydantic, which is imported when something is first checked.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from annotated_types import Interval

MOST = 2**31 - 1  # what TensorFlow counts with 32 bits may not be larger, nor twice a seed than 64 bits
LARGEST = 3.4e38  # of float32; beyond are infinities

PositiveInt = Annotated[int, Interval(ge=1, le=MOST)]
NonNegativeInt = Annotated[int, Interval(ge=0, le=MOST)]
PositiveFloat = Annotated[float, Interval(gt=0, le=LARGEST)]
NonNegativeFloat = Annotated[float, Interval(ge=0, le=LARGEST)]


@dataclass(frozen=True)
class Validated:
    """A frozen dataclass whose fields have the types, and are in the ranges, that its annotations and its bases' state.

    What can be converted without loss is: a text to a path, a list to a tuple, NumPy's numbers to Python's.

    Raises:
        ValueError: a field does not fit; the message, of one line, names it.
    """

    def __post_init__(self):
        # a class may state a field of its base again, with another default: the base's range holds all the same
        for owner in reversed(type(self).__mro__):
            if inspect.get_annotations(owner):
                for name, value in validated(owner, vars(self)).items():
                    object.__setattr__(self, name, value)


def validated(owner: type | Callable | Mapping[str, type], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, converted, that the annotations of a class or a function, or types by name, speak of.

    Raises:
        ValueError: one of them does not fit.
    """
    from pydantic import ValidationError

    adapter = _by_types(owner) if isinstance(owner, Mapping) else _by_annotations(owner)
    try:
        found = adapter.validate_python(values)
    except ValidationError as error:
        raise ValueError(_in_one_line(error.errors(include_url=False), values)) from None
    for name, value in found.items():  # True is not 1, nor "yes" True
        if isinstance(value, bool) != isinstance(values[name], bool):
            wanted = "True or False" if isinstance(value, bool) else "a number"
            raise ValueError(f"{name}={_shown(values[name])} does not work; it must be {wanted}")
    return found


@cache
def _by_annotations(owner):
    hints = inspect.get_annotations(owner, eval_str=True)
    hints.pop("return", None)
    return _by_types(hints)


def _by_types(types):
    from pydantic import ConfigDict, TypeAdapter
    from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

    values = TypedDict("values", types, total=False)
    values.__pydantic_config__ = ConfigDict(allow_inf_nan=False)
    return TypeAdapter(values)


def _in_one_line(errors, values) -> str:
    """Say what is wrong with the first value that is; of a union, each alternative has an error."""
    name, *inner = at = errors[0]["loc"]
    value, depth = values[name], 1
    if inner and isinstance(value, dict | tuple | list):  # else what follows is the name of an alternative
        name, value, depth = f"{name}[{inner[0]!r}]", inner[0] if inner[-1] == "[key]" else value[inner[0]], 2
    accepted = dict.fromkeys(each["msg"] for each in errors if each["loc"][:depth] == at[:depth])
    accepted = [text.removeprefix("Input should be ").split(", unable")[0].split(" after")[0] for text in accepted]
    first = accepted[0] if errors[0]["msg"].startswith(accepted[0]) else f"it must be {accepted[0]}"
    return f"{name}={_shown(value)} does not work; {' or '.join([first, *accepted[1:]])}"


def _shown(value) -> str:
    return " ".join(repr(value).split())
