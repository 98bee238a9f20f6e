"""DenseNet for CIFAR (Huang et al., 2016, arXiv:1608.06993), of depth L and growth k as DenseNet{L}_{k}.

DenseNet-BC has bottlenecks and halving transitions; the basic one has neither, and a stem of 16 maps instead of 2k.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def DenseNet40_12(
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
    """Build DenseNet40_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    1,037,818 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_12(
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
    """Build DenseNet100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    7,096,858 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_24(
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
    """Build DenseNet100_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    27,480,346 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC100_12(
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
    """Build DenseNetBC100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    793,150 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC190_40(
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
    """Build DenseNetBC190_40.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    25,881,390 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC250_24(
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
    """Build DenseNetBC250_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    15,582,382 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """
