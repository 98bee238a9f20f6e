"""Detection of untrained networks, whose weights are those of their initialization.

The weights are compared with the initial ones. So it does not matter how they were changed: by training,
`load_weights`, `set_weights`, or by assignment.
"""

from __future__ import annotations

import warnings
import weakref
import zlib

import keras

from kzoo.registry import record_of

_classifiers: weakref.WeakSet[keras.Model] = weakref.WeakSet()  # with ImageNet's classes


def record_initial_weights(model: keras.Model, loaded: bool):
    """Record the initial weights of a network, unless they were loaded from a file."""
    model.initial_checksum = None if loaded else _checksum(model)
    if model.output_shape == (None, 1000):
        _classifiers.add(model)


def is_untrained(model: keras.Model) -> bool:
    """Return whether a network still has the random weights of its initialization."""
    initial = getattr(model, "initial_checksum", None)
    return initial is not None and initial == _checksum(model)


def warn_if_random(*models: keras.Model, stacklevel: int = 3):
    """Warn of each network with random weights, by default the caller's caller."""
    for model in filter(is_untrained, models):
        variant = record_of(model).variant
        published = variant.weights if variant else ()
        advice = f"weights={published[0].tag!r} are published" if published else "none are published, train them"
        warnings.warn(
            f"the weights of {model.name} are random, and so is what it predicts; {advice}", stacklevel=stacklevel
        )


def warn_if_all_random():
    """Warn the caller's caller if kzoo has built networks of ImageNet's classes, and none of them is trained.

    It is unknown which network made the predictions.
    """
    models = list(_classifiers)
    if models and all(map(is_untrained, models)):
        names = ", ".join(sorted({model.name for model in models}))
        warnings.warn(
            f"the weights of {names} are random, and kzoo built no other network of these classes: if it made these "
            "predictions, they say nothing",
            stacklevel=3,
        )


def _checksum(model):
    """Return a checksum of the first and the last kernel; training hardly leaves both unchanged."""
    kernels = [weight for weight in model.weights if len(weight.shape) > 1]
    return tuple(zlib.crc32(keras.ops.convert_to_numpy(each).tobytes()) for each in (kernels[:1] + kernels[-1:]))
