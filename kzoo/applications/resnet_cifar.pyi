"""ResNets for 32x32 images: plain (He et al., 2015, arXiv:1512.03385) and pre-activated (arXiv:1603.05027)."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def PreActResNet164CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet164CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    1,727,482 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def PreActResNet1001CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet1001CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    10,476,922 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet20CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet20CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    271,098 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet32CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet32CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    466,426 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet44CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet44CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    661,754 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet56CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet56CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    857,082 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet110CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet110CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet1202CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet1202CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """
