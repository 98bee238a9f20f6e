"""PNASNet-5 (Liu et al., 2017, arXiv:1712.00559): one cell, found in steps, that halves its input where it strides.

The network around the cells is NASNet's, and as timm's: where a maximum halves an image, what is outside never counts.
The auxiliary classifier, which timm leaves out, is where the authors' code (TF-slim) has it.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.nasnet import Genotype

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

def PNASNet5Large(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build PNASNet5Large.

    Progressive Neural Architecture Search (Liu et al.), 2017, arXiv:1712.00559.
    86,234,656 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default PNASNet-5.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """
