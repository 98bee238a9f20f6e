"""MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381).

Bottlenecks are linear: nothing is activated after a projection. The names of layers are those of keras.applications.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def MobileNetV2(
    input_shape: tuple[int | None, int | None, int] | None = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build MobileNetV2.

    MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al.), 2018, arXiv:1801.04381.
    3,538,984 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
    """
