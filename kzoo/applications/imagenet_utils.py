"""The module of keras.applications for preprocessing by mode and class names; kzoo's own is `imagenet.py`."""

from kzoo.applications.imagenet import PreprocessInput, decode_predictions
from kzoo.registry import CAFFE, TF, TORCH

__all__ = ["decode_predictions", "preprocess_input"]

MODES = {row.name: PreprocessInput(row) for row in (CAFFE, TF, TORCH)}


def preprocess_input(x, data_format: str | None = None, mode: str = "caffe"):
    """Normalize pixels of 0..255 by a mode, "caffe", "tf" or "torch"; see `PreprocessInput`.

    Raises:
        ValueError: `mode` is another, or `data_format` is not "channels_last".
    """
    if mode not in MODES:
        raise ValueError(f"mode={mode!r} is unknown; accepted are {', '.join(map(repr, MODES))}")
    return MODES[mode](x, data_format)
