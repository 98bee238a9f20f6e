"""EfficientNetV2 (Tan and Le, 2021, arXiv:2104.00298): the early blocks fused, because depthwise convolutions are slow.

S, M and L are the networks of the paper; B0 to B3 scale one small network by the coefficients of EfficientNet.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def EfficientNetV2B0(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2B0.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    7,200,312 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B1(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2B1.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    8,212,124 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2B2.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    10,178,374 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B3(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2B3.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    14,467,622 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2L(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2L.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    119,027,848 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2M(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2M.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    54,431,388 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2S(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetV2S.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    21,612,360 parameters; by default 384x384 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """
