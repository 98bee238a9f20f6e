"""Inception v3 (Szegedy et al., 2015, arXiv:1512.00567).

As keras.applications builds it: normalisation without a scale, the auxiliary classifier only if asked for. A module is
data: its branches by name, each a chain of steps, and a step is the (filters, kernel, stride) of a convolution or a
function.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def InceptionV3(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    auxiliary: bool = False,
) -> keras.Model:
    """Build InceptionV3.

    Rethinking the Inception Architecture for Computer Vision (Szegedy et al.), 2015, arXiv:1512.00567.
    23,851,784 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """
