"""EfficientNet (Tan and Le, 2019, arXiv:1905.11946): one network, scaled in width, depth and resolution together.

B0 was found by search, on MnasNet's blocks; B1 to B7 follow by the coefficients the authors published, which the
formula of the paper gives only nearly: widths are rounded to multiples of 8, repeats up, and resolutions by hand.
"""

import os
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

class Stage(NamedTuple):
    """Blocks of one kind; only the first has the stride."""

    repeats: int
    filters: int
    expand: int
    kernel: int
    stride: int
    block: Callable = ...

def EfficientNetB0(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB0.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    5,330,571 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB1(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB1.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    7,856,239 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB2.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    9,177,569 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB3(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB3.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    12,320,535 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB4(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB4.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    19,466,823 parameters; by default 380x380 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB5(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB5.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    30,562,527 parameters; by default 456x456 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB6(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB6.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    43,265,143 parameters; by default 528x528 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB7(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB7.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    66,658,687 parameters; by default 600x600 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
