"""kzoo: every classic network for Keras 3: build, train, generate, predict, export.

    model = kzoo.ResNet50()                        # a keras.Model, as keras.applications builds them
    kzoo.list_models("resnet*")                    # names of models
    kzoo.info("ResNet50")                          # paper, parameters, weights and their licence
    kzoo.export(model, "saved_models/resnet50/1")  # a SavedModel that takes raw images

Importing kzoo imports neither Keras nor TensorFlow: all names below are imported lazily.
"""

import difflib
import os
import sys

import lazy_loader

from kzoo._serialization import register_with_keras

# without KERAS_BACKEND, keras.json could select a backend that kzoo does not support
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
        if name in __all__:  # the name exists, but its import failed
            raise
        nearest = difflib.get_close_matches(name, __all__, n=3)
        hint = f"; the nearest are {', '.join(nearest)}" if nearest else ""
        raise AttributeError(f"kzoo has no {name!r}{hint}", name=name) from None
