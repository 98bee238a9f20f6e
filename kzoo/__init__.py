"""kzoo: every classic network for Keras 3, built, proven, trained and shipped.

    model = kzoo.ResNet50()                        # a keras.Model, as keras.applications builds them
    kzoo.list_models("resnet*")                    # what there is
    kzoo.info("ResNet50")                          # paper, parameters, weights and their licence
    kzoo.export(model, "saved_models/resnet50/1")  # a SavedModel that takes raw images

Importing kzoo loads neither Keras nor TensorFlow: every name below is imported when it is first used.
"""

import difflib
import os
import sys

import lazy_loader

from kzoo._serialization import register_with_keras

# where the user has named no backend here, keras.json must not name one that kzoo cannot use
_backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if "keras" in sys.modules:
    _backend = sys.modules["keras"].config.backend()
if _backend != "tensorflow":
    raise ImportError(
        f"kzoo needs Keras' tensorflow backend, but KERAS_BACKEND={_backend!r}; "
        "unset it or set KERAS_BACKEND=tensorflow before Keras is imported"
    )

__version__ = "0.1.0"

register_with_keras()
_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name):
    try:
        return _load(name)
    except AttributeError:
        if name in __all__:  # the name is right; what it stands for failed to import
            raise
        nearest = difflib.get_close_matches(name, __all__, n=3)
        hint = f"; the nearest are {', '.join(nearest)}" if nearest else ""
        raise AttributeError(f"kzoo has no {name!r}{hint}", name=name) from None
