"""Whether a network still has the weights that it was built with, so that what it predicts says nothing.

A network is compared with what it was. So it does not matter how weights come to be others: by training,
`load_weights`, `set_weights`, or by assignment.
"""

from __future__ import annotations

import warnings
import weakref
import zlib

import keras

_classifiers: weakref.WeakSet[keras.Model] = weakref.WeakSet()  # of ImageNet's classes


def remember(model: keras.Model, loaded: bool):
    """Note the weights of a network that was just built, unless they were loaded."""
    model.initial_checksum = None if loaded else _fingerprint(model)
    if model.output_shape == (None, 1000):
        _classifiers.add(model)


def is_untrained(model: keras.Model) -> bool:
    """Return whether a network has the random weights that kzoo built it with."""
    initial = getattr(model, "initial_checksum", None)
    return initial is not None and initial == _fingerprint(model)


def warn_if_random(*models: keras.Model):
    """Warn the caller's caller of each network whose weights are random."""
    for model in filter(is_untrained, models):
        published = model.variant.weights
        advice = f"weights={published[0].tag!r} are published" if published else "none are published, train them"
        warnings.warn(f"the weights of {model.name} are random, and so is what it predicts; {advice}", stacklevel=3)


def warn_if_all_random():
    """Warn the caller's caller if there are networks of ImageNet's classes that kzoo built, and none is trained.

    Predictions do not say which network made them.
    """
    models = list(_classifiers)
    if models and all(map(is_untrained, models)):
        names = ", ".join(sorted({model.name for model in models}))
        warnings.warn(
            f"the weights of {names} are random, and kzoo built no other network of these classes: if it made these "
            "predictions, they say nothing",
            stacklevel=3,
        )


def _fingerprint(model):
    """Return a checksum of the first and the last kernel, of which training leaves hardly both as they are."""
    kernels = [weight for weight in model.weights if len(weight.shape) > 1]
    return tuple(zlib.crc32(keras.ops.convert_to_numpy(each).tobytes()) for each in (kernels[:1] + kernels[-1:]))
