"""FractalNet (Larsson et al., 2016, arXiv:1605.07648).

Where the paper's figure 1 and its experiments differ, the experiments and the authors' generator are followed: each
column is pooled by itself before the last join of a block, not the joined map after it; dropout comes between
convolution and normalisation. The authors' convolutions have biases and their normalisations no scale; here it is the
other way round, as everywhere else.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...
def FractalNet20(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    drop_path: float = 0.15,
    global_share: float = 0.5,
    dropout: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4),
) -> keras.Model:
    """Build FractalNet20.

    FractalNet: Ultra-Deep Neural Networks without Residuals (Larsson et al.), 2016, arXiv:1605.07648.
    33,745,226 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        drop_path: probability with which a join drops one of its inputs, for a whole mini-batch; a number
            from 0 to below 1. Default 0.15.
        global_share: share of the mini-batches that pass one column only; a number from 0 to 1. Default 0.5.
        dropout: share that is dropped of each convolution's output, for each block; a tuple of a number from
            0 to below 1 each. Default (0.0, 0.1, 0.2, 0.3, 0.4).
    """
