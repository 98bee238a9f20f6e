"""Wide ResNet for 32x32 images (Zagoruyko and Komodakis, 2016, arXiv:1605.07146)."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def WideResNet16_8(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet16_8.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    10,968,570 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet28_10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet28_10.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    36,497,146 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet40_4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet40_4.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    8,959,994 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """
