"""ResNeXt (Xie et al., 2016, arXiv:1611.05431), in its form C: a bottleneck whose 3x3 is grouped; as torchvision's."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def ResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt50_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    25,097,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    44,315,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x8d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x8d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    88,994,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_64x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_64x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    83,658,152 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
