"""Xception (Chollet, 2016, arXiv:1610.02357): depthwise separable convolutions with residual connections.

Nothing is activated between the depthwise and the pointwise half of a convolution (section 4.7).
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def Xception(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build Xception.

    Xception: Deep Learning with Depthwise Separable Convolutions (Chollet), 2016, arXiv:1610.02357.
    22,910,480 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
