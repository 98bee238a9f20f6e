"""ConvNeXt (Liu et al., 2022, arXiv:2201.03545): a ResNet with what made transformers better, except attention.

As keras.applications builds it: pointwise convolutions are Dense layers, as in the authors' code, the stem and the
downsampling are models of their own, as in the files of weights, and pixels of 0..255 are normalised inside.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def ConvNeXtBase(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ConvNeXtBase.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    88,591,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtLarge(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ConvNeXtLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    197,767,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtSmall(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ConvNeXtSmall.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    50,223,688 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtTiny(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ConvNeXtTiny.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    28,589,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtXLarge(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ConvNeXtXLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    350,196,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """
