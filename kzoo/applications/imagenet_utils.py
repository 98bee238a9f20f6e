"""Keras' place for preprocessing by the name of a mode, and for the names of classes; kzoo's is `imagenet.py`."""

from kzoo.applications.imagenet import PreprocessInput, decode_predictions
from kzoo.registry import CAFFE, TF, TORCH

__all__ = ["decode_predictions", "preprocess_input"]

MODES = {row.name: PreprocessInput(row) for row in (CAFFE, TF, TORCH)}


def preprocess_input(x, data_format: str | None = None, mode: str = "caffe"):
    """Map pixels of 0..255 to the range of a mode, "caffe", "tf" or "torch"; see `PreprocessInput`.

    Raises:
        ValueError: `mode` is another, or `data_format` is not "channels_last".
    """
    if mode not in MODES:
        raise ValueError(f"mode={mode!r} is unknown; accepted are {', '.join(map(repr, MODES))}")
    return MODES[mode](x, data_format)
