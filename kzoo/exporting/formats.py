"""The export formats by name; this imports none of their packages."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Literal

from kzoo._extras import require

# Format -> its module: PRECISIONS, PACKAGES, `write` and `load`
FORMATS = {
    "savedmodel": "kzoo.exporting.saved_model",
    "openvino": "kzoo.exporting.openvino",
    "onnx": "kzoo.exporting.onnx",
    "litert": "kzoo.exporting.litert",
}
FormatName = Literal["savedmodel", "openvino", "onnx", "litert"]


def check_format(name: str) -> str:
    """Return the name of a format.

    Raises:
        ValueError: there is no such format.
    """
    if name not in FORMATS:
        raise ValueError(f"format={name!r} is unknown; accepted are {', '.join(map(repr, FORMATS))}")
    return name


def format_module(name: str) -> ModuleType:
    """Return the module of a format, whether its packages are there or not."""
    return importlib.import_module(FORMATS[check_format(name)])


def find_format(name: str) -> ModuleType:
    """Return the module that writes and loads a format.

    Raises:
        ValueError: the format is unknown.
        ImportError: it needs packages that are missing.
    """
    module = format_module(name)
    require(f"format={name!r}", name, *module.PACKAGES)
    return module
