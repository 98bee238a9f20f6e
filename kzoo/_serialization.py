"""kzoo's classes under the names that Keras saves them by, so that `keras.models.load_model` finds them.

A saved model names its classes, as in "kzoo>Conv2D". Of other packages than its own, Keras knows only the classes that
were registered before a file is opened, and kzoo imports its modules when they are first used. Therefore a proxy of
each class is registered as soon as Keras has been imported; it imports the class when Keras uses it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import suppress
from functools import partial

PACKAGE = "kzoo"
# Module -> the classes in it that a saved model may hold beside layers: optimizers, schedules, losses and metrics
CLASSES = {
    "kzoo.sequence.losses": ("TokenAccuracy", "TokenCrossentropy"),
    "kzoo.training.losses": ("Crossentropy", "Distillation"),
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
    """Hand over to wrapt when Keras is looked for: importing wrapt earlier would take longer than all of kzoo."""

    def find_spec(self, name, path=None, target=None):
        """Return where a module is to be found, of Keras only."""
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
            proxy = wrapt.LazyObjectProxy(partial(_find, module, name), interface=type)
            registered.setdefault(f"{PACKAGE}>{name}", proxy)  # until the class is imported


def _find(module, name):
    return getattr(importlib.import_module(module), name)
