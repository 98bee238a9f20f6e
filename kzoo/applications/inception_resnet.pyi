"""Inception-ResNet v1 and v2 (Szegedy et al., 2016, arXiv:1602.07261).

v2 as published by its authors and built by keras.applications: the stem is that of Inception v3, not the branched one
that the paper draws, and the last unit is neither scaled nor rectified. Of v1 the authors published the paper alone,
which scales updates by "0.1 to 0.3": here by 0.17, 0.1 and 0.2, as in v2, and as in facenet, by which v1 is known.
facenet's sixth 8x8 unit is not in the paper and not here. Normalisation has a scale in v1, and none in v2.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def InceptionResNetV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV1.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    22,783,368 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionResNetV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV2.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    55,873,736 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """
