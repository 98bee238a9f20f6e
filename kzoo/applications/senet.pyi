"""Squeeze-and-excitation networks (Hu et al., 2017, arXiv:1709.01507), as timm builds them.

The authors' own SE-ResNets stride the first 1x1 of a bottleneck, timm's the 3x3: equal counts, other outputs.
SEInception, which timm lacks, is the authors'.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def SEInception(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEInception.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,951,654 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SENet154(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SENet154.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    115,336,536 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet18(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet18.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,788,192 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet34(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet34.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    21,975,892 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet50.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    28,141,144 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet101.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,432,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet152.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    66,973,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt50_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    27,628,120 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt101_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,093,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
