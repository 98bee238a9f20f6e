"""Inception v4 (Szegedy et al., 2016, arXiv:1602.07261), as timm builds it: normalisation with a scale."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def InceptionV4(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV4.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    42,742,984 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
