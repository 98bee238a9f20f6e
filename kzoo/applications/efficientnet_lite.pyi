"""EfficientNet-Lite (Liu, 2020, in the authors' repository): EfficientNet without what small processors do badly.

No squeeze and excitation; ReLU6, which quantises well, instead of swish; and the ends are not scaled: the stem, the
last convolution, and the number of blocks of the first and the last stage are those of Lite0 in all.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def EfficientNetLite0(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite0.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    4,694,024 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite1(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite1.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    5,470,344 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite2.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    6,150,168 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite3(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite3.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    8,273,768 parameters; by default 280x280 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite4(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite4.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    13,118,936 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
