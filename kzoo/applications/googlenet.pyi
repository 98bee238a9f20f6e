"""GoogLeNet (Szegedy et al., 2014, arXiv:1409.4842), and what is mostly built in its name.

GoogLeNet is the paper's: biases, local response normalisation, no batch normalisation. InceptionV1 is torchvision's
`googlenet`: batch normalisation, and a 3x3 kernel in the branch that the paper calls 5x5 ("known bug" in its source).
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def GoogLeNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNet.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,998,552 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def GoogLeNetAux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNetAux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,378,280 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,639,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV1Aux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1Aux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,019,960 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
