"""ZFNet (Zeiler & Fergus, 2013, arXiv:1311.2901): AlexNet with a finer first layer, and one tower.

The map sizes of the paper's figure 3 (110, 55, 26, 13, 13, 13, 6) fix what its text leaves out: one pixel of padding
before the first convolution, none in the second, and pools that reach over the border.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def ZFNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ZFNet.

    Visualizing and Understanding Convolutional Networks (Zeiler & Fergus), 2013, arXiv:1311.2901.
    62,357,608 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
