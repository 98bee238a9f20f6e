"""MobileNetV3 (Howard et al., 2019, arXiv:1905.02244).

As keras.applications builds it: images come raw, and are scaled to -1..1 in the network; without the classifier the
1x1 convolution after the pooling is left out too. Minimalistic networks (of the authors' code, not the paper) have
3x3 kernels, no squeeze and excitation and no hard swish.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def MobileNetV3Large(
    input_shape: tuple[int | None, int | None, int] | None = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    classes: int | None = 1000,
    pooling: Literal["avg", "max"] | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build MobileNetV3Large.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    5,507,432 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def MobileNetV3Small(
    input_shape: tuple[int | None, int | None, int] | None = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    classes: int | None = 1000,
    pooling: Literal["avg", "max"] | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: str | Callable | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> keras.Model:
    """Build MobileNetV3Small.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    2,554,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """
