"""ResNets of stochastic depth for 32x32 images (Huang et al., 2016, arXiv:1603.09382)."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def StochasticDepthResNet110(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet110.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """

def StochasticDepthResNet1202(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet1202.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """
