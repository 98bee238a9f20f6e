"""ResNet v2, pre-activated (He et al., 2016, arXiv:1603.05027).

As keras.applications and TF-slim build it: the stride is in the last unit of a stage instead of in the first of the
next, so three stages work on smaller maps (3.48 instead of 4.09 billion MACs for 50 layers), and convolutions that no
normalisation follows have a bias.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def ResNet50V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    25,613,800 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet101V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    44,675,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet152V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    60,380,648 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
