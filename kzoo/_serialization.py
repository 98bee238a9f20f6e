"""Lazy registration of kzoo's serializable classes, so that `keras.models.load_model` finds them.

A saved model has registered names of classes, such as "kzoo>Conv2D". Keras must know them before a file is opened, but
kzoo imports its modules lazily. Therefore a proxy of each class is registered as soon as Keras has been imported; it
imports the class when Keras uses it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import suppress
from functools import partial

PACKAGE = "kzoo"
# Module -> its serializable classes other than layers: models, optimizers, schedules, losses and metrics
CLASSES = {
    "kzoo.registry.model": ("ZooModel",),
    "kzoo.training.losses": ("Crossentropy", "Distillation", "TokenCrossentropy"),
    "kzoo.training.metrics": ("TokenAccuracy",),
    "kzoo.training.optimizers": ("SGD", "RMSprop", "Adam", "AdamW"),
    "kzoo.training.schedules": ("InverseSquareRoot", "LinearDecay", "WarmUp"),
}


def register_with_keras():
    """Register all classes: now if Keras has been imported, else as soon as it is."""
    if "keras" in sys.modules:
        _register_after_import()
    else:
        sys.meta_path.insert(0, _BeforeKeras())


class _BeforeKeras:
    """Import hook that calls wrapt once Keras is imported: importing wrapt takes longer than all of kzoo."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec of Keras, and None for all other modules."""
        if name != "keras":
            return None
        with suppress(ValueError):  # another thread was faster
            sys.meta_path.remove(self)
        _register_after_import()
        return importlib.util.find_spec(name)


def _register_after_import():
    import wrapt

    wrapt.register_post_import_hook(_register, "keras")


def _register(keras):
    import wrapt

    from kzoo import layers

    registered = keras.saving.get_custom_objects()
    for module, names in {"kzoo.layers": layers.__all__, **CLASSES}.items():
        for name in names:
            proxy = wrapt.LazyObjectProxy(partial(_import_class, module, name), interface=type)
            registered.setdefault(f"{PACKAGE}>{name}", proxy)  # until the class is imported


def _import_class(module, name):
    return getattr(importlib.import_module(module), name)
