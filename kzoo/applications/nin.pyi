"""Network in Network (Lin, Chen & Yan, 2013, arXiv:1312.4400): the first with global average pooling.

The networks for CIFAR are the paper's, in detail those of the authors' definition; that for ImageNet the authors
released later.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def NiN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiN.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    7,595,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def NiNCIFAR10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR10.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    966,986 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def NiNCIFAR100(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 100,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR100.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    984,356 parameters; by default 32x32 pixels of 3 channels, 100 classes. Weights: none published.
    """
