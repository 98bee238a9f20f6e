"""MobileNet (Howard et al., 2017, arXiv:1704.04861).

As keras.applications builds it: ReLU6, and the classifier is a convolution after a little dropout.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def MobileNet(
    input_shape: tuple[int | None, int | None, int] | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build MobileNet.

    MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al.), 2017,
    arXiv:1704.04861.
    4,253,864 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number from 0.03125 to 1000. Default 1.0.
        depth_multiplier: maps that each depthwise convolution makes of one; a whole number from 1 to
            2147483647. Default 1.
        dropout: dropout rate before the classifier, in training; a number from 0 to below 1. Default 0.001.
    """
