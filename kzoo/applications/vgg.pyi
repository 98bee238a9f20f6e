"""VGG (Simonyan & Zisserman, 2014, arXiv:1409.1556): the columns of its table 1.

Both dense layers have the paper's dropout, which keras.applications leaves out: predictions are the same. The versions
with batch normalisation are torchvision's; the paper has none.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def VGG11(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,874,344 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11LRN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11LRN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG13(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,047,848 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG13BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,059,624 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,357,544 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG16BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,374,440 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16C(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16C.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,638,952 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG19(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,667,240 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG19BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,689,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
