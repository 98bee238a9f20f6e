"""Preprocessing and class names of ImageNet's classifiers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from kzoo._keras import keras, ops, zoo
from kzoo._validation import Accepted, PositiveInt, abbreviate, check, check_all
from kzoo.registry import ModelRecord, Preprocessing, classifier, record_of

Side = PositiveInt | None
Shape = Annotated[tuple[Side, Side, PositiveInt] | None, Accepted("None, or (height, width, channels)")]
Row = Annotated[Preprocessing | None, Accepted("None, or a kzoo.registry.Preprocessing")]
CLASSES_FILE = Path(__file__).with_name("imagenet_classes.txt")


def preprocessor(model, input_shape=None, preprocessing: Preprocessing | None = None):
    """Return the preprocessing layer of a model of the zoo, for raw images of any size.

    Args:
        model: one that kzoo built, for the preprocessing of its weights; or a name, as in `kzoo.list_models()`, for
            that of the registry.
        input_shape: (height, width, channels). Default: that of the model, where it is fixed, or of the registry.
        preprocessing: used instead.

    Returns:
        A `kzoo.layers.Preprocessor`: maps (batch, height, width, channels), uint8 or float in 0..255, to float32.

    Raises:
        ValueError: the model is unknown (the message has the nearest names), its preprocessing is unknown, it has no
            fixed size, or a field of `preprocessing` is out of its range.
    """
    input_shape = check(None, "input_shape", Shape, input_shape)
    if check(None, "preprocessing", Row, preprocessing):
        check_all(Preprocessing, vars(preprocessing))
    record = record_of(model)
    if isinstance(model, str):
        record = ModelRecord(classifier(model), preprocessing=classifier(model).preprocessing)
    variant, known = record.variant, record.preprocessing
    if variant is None and not hasattr(model, "input_shape"):
        raise ValueError(f"model={abbreviate(model)} is none; accepted is a model that kzoo built, or the name of one")
    row = preprocessing or known
    if row is None:
        raise ValueError(
            f"{model.name} does not say how images are prepared for it (kzoo did not build it); "
            "pass preprocessing=, such as kzoo.info('ResNet50').preprocessing"
        )
    default: Any = variant.input_shape if variant and variant.kind == "classifier" else None
    shape = tuple(input_shape or (default if isinstance(model, str) else model.input_shape[1:]))
    if None in shape and known and default:
        shape = (*default[:2], shape[-1])
    if None in shape:
        raise ValueError(f"{model.name} takes images of any size, so raw ones cannot be brought to it; fix input_shape")
    if 2 * row.pad >= min(shape[:2]):
        raise ValueError(f"pad={row.pad} on every side leaves nothing of {shape[0]}x{shape[1]} pixels for the image")
    return zoo.Preprocessor.of(row, shape)


class PreprocessInput:
    """The `preprocess_input` of a family, as in keras.applications: normalizes raw pixels.

    Args:
        preprocessing: of which mean, standard deviation and channel order are used.
    """

    def __init__(self, preprocessing: Preprocessing):
        self.preprocessing = preprocessing

    def __call__(self, x, data_format: str | None = None):
        """Normalize pixels of 0..255; the input is not changed in place.

        It does not resize: `kzoo.preprocessor` does, with the preprocessing of one variant.

        Args:
            x: RGB images (batch, height, width, 3) or one (height, width, 3); an array, a tensor or a Keras tensor.
            data_format: None or "channels_last".

        Returns:
            The same shape and kind, float32.

        Raises:
            ValueError: `data_format`, or Keras' own where it is None, is another; or `x` is no images.
        """
        import numpy as np

        from kzoo.layers.preprocessor import normalize

        given = data_format or keras.config.image_data_format()
        if given != "channels_last":
            raise ValueError(f"data_format={given!r} does not work; accepted is 'channels_last'")
        row = self.preprocessing
        x = x if hasattr(x, "shape") else np.asarray(x)
        if not len(x.shape) or (isinstance(x, np.ndarray) and x.dtype.kind not in "fiubV"):  # V: bfloat16
            raise ValueError(f"x is {x.dtype} of shape {x.shape}; accepted are numbers, (..., height, width, channels)")
        x = np.asarray(x, "float32") if isinstance(x, np.ndarray) else ops.cast(x, "float32")
        return normalize(x, row.mean, row.std, row.bgr)

    def __repr__(self):
        return f"<preprocess_input {self.preprocessing.name!r}>"


def preprocess_input(name: str, x, data_format: str | None = None):
    """Normalize pixels of 0..255 for a model of the zoo, without resizing.

    Args:
        name: of the model, as in `kzoo.list_models()`.
        x, data_format: as for `PreprocessInput`.

    Raises:
        ValueError: the model is unknown (the message has the nearest names), or `data_format` is not "channels_last".
    """
    return PreprocessInput(classifier(name).preprocessing)(x, data_format)


@cache
def _classes() -> tuple[tuple[str, str], ...]:
    lines = CLASSES_FILE.read_text(encoding="ascii").splitlines()
    return tuple((wordnet_id, name) for wordnet_id, name in map(str.split, lines))


def class_names() -> tuple[str, ...]:
    """Return the names of the 1,000 classes ("tench", "goldfish", ...) in the order of a classifier's outputs."""
    return tuple(name for _, name in _classes())


def wordnet_ids() -> tuple[str, ...]:
    """Return the WordNet ids of the 1,000 classes ("n01440764", ...) in the order of a classifier's outputs."""
    return tuple(wordnet_id for wordnet_id, _ in _classes())


def decode_predictions(preds, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """Decode predictions to the top-k of ImageNet's classes, as keras.applications does.

    Args:
        preds: predictions (images, 1000), an array or a tensor.
        top: number of classes of each image.

    Returns:
        For each image, most probable first, tuples of WordNet id, name and prediction.

    Raises:
        ValueError: the shape is another, some are no finite numbers, or `top` is less than 1.

    Warns:
        UserWarning: kzoo has built networks of these classes, and all of them still have random weights.
    """
    import numpy as np

    from kzoo.weights.untrained import warn_if_all_random

    top = check(None, "top", PositiveInt, top)
    preds = ops.convert_to_numpy(preds)
    if preds.ndim != 2 or preds.shape[1] != len(_classes()):
        raise ValueError(f"preds has the shape {preds.shape}; accepted is that of ImageNet's classes, (images, 1000)")
    if preds.dtype.kind not in "fiuV" or not np.isfinite(preds).all():  # V: bfloat16
        raise ValueError("preds has what is no finite number; the weights, or the values of the images, are wrong")
    warn_if_all_random()
    top_classes = preds.argsort(axis=-1)[:, : -top - 1 : -1]
    return [[(*_classes()[i], row[i]) for i in best] for row, best in zip(preds, top_classes, strict=True)]
