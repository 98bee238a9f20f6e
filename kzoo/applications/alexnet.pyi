"""AlexNet (Krizhevsky, Sutskever & Hinton, 2012, doi:10.1145/3065386), and its single-column successor of 2014.

The paper draws 224x224 images, but its 55x55 maps need 227 with its unpadded 11x11 kernels of stride 4: so it is here.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def AlexNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNet.

    ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky et al.), 2012,
    doi:10.1145/3065386.
    60,965,224 parameters; by default 227x227 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def AlexNetOWT(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNetOWT.

    One weird trick for parallelizing convolutional neural networks (Krizhevsky), 2014, arXiv:1404.5997.
    61,100,840 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
