"""NASNet-A (Zoph et al., 2017, arXiv:1707.07012): cells that a search found, as data, and what builds them.

A genotype lists the blocks of a cell; each adds the results of two operations, each on one of the states before:
0 is the cell's input, 1 the input of the cell before, 2 and up are the results of its blocks. Another search's cells
are built by giving `nasnet` another genotype.

Scheduled drop-path, `drop_path` above 0, is trained with the callback `kzoo.training.ScheduledDropPath`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions

def __getattr__(name: str) -> Any: ...

preprocess_input: PreprocessInput

class Cell(NamedTuple):
    """Blocks, each two (operation, state) pairs; the states that are concatenated; the stride on states 0 and 1."""

    blocks: tuple[tuple[tuple[str, int], tuple[str, int]], ...]
    outputs: tuple[int, ...]
    stride: int

@dataclass(frozen=True)
class Genotype:
    """What a search finds: a cell that keeps the size of its input, and one that halves it; messages show the name."""

    normal: Cell
    reduction: Cell
    name: str = ...

    def __str__(self): ...

def NASNetCIFAR(
    input_shape: tuple[int | None, int | None, int] | None = None,
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetCIFAR.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    3,383,786 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetLarge(
    input_shape: tuple[int | None, int | None, int] | None = None,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetLarge.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    88,949,818 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetMobile(
    input_shape: tuple[int | None, int | None, int] | None = None,
    include_top: bool = True,
    weights: str | os.PathLike | None = "imagenet",
    input_tensor: keras.KerasTensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetMobile.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    5,326,716 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """
