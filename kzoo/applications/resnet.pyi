"""ResNet v1 (He et al., 2015, arXiv:1512.03385).

As keras.applications builds it: every convolution has a bias, which the paper's have not, and the stride is on the
first 1x1 of a bottleneck, as in the paper (torchvision strides the 3x3, "v1.5": equal counts, other outputs).
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def ResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    25,636,712 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    44,707,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    60,419,944 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
