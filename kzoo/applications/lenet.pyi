"""LeNet-5 (LeCun, Bottou, Bengio & Haffner, 1998, doi:10.1109/5.726791): the network of 1998, and today's reading.

C5 and F6 are convolutions here, as the paper has it: on a larger image they scan it, and the scores are averaged.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def LeNet5(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    61,706 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """

def LeNet5Original(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5Original.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    60,840 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """
