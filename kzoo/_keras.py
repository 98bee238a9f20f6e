"""Lazily imported modules of Keras and TensorFlow.

A family file uses layers inside functions only. With these proxies it can be imported, and its models be listed,
without the seconds that importing Keras and TensorFlow takes.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    import tensorflow as tf
    from keras import initializers, layers, ops

    from kzoo import layers as zoo
else:

    class _Module:
        """A module that is imported when one of its names is first read."""

        def __init__(self, name: str):
            self._name = name

        def __getattr__(self, attribute: str):
            return getattr(importlib.import_module(self._name), attribute)

        def __repr__(self):
            return f"<{self._name}, imported when first used>"

    keras = _Module("keras")
    tf = _Module("tensorflow")
    initializers = _Module("keras.initializers")
    layers = _Module("keras.layers")
    ops = _Module("keras.ops")
    zoo = _Module("kzoo.layers")

__all__ = ["initializers", "keras", "layers", "ops", "tf", "zoo"]
