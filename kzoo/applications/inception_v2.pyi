"""BN-Inception (Ioffe and Szegedy, 2015, arXiv:1502.03167), mostly called Inception v2.

As Caffe has it, in the file that Cadene's pretrained-models ported and below the SENet authors' SE-BN-Inception: with a
plain 7x7 at the start, where the paper's is separable, and 608 maps out of modules 4c and 4d, to which the columns of
the paper's table add up; it prints 576. TF-slim has the separable 7x7, and 576 by narrower projections. "Inception-v2"
of arXiv:1512.00567 is a third network.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def InceptionV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV2.

    Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (Ioffe and
    Szegedy), 2015, arXiv:1502.03167.
    11,305,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
