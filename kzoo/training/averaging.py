"""The mean of several checkpoints."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from kzoo._files import atomic_path


def average_weights(files: Sequence[str | os.PathLike], path: str | os.PathLike) -> Path:
    """Write the mean of the weights in several files of one network, and return where.

    Moving statistics are averaged like weights, which is right for checkpoints close to each other; for distant ones
    call `recompute_statistics` afterwards. What is not a real number, such as the state of a random generator, is that
    of the last file.

    Args:
        files: ending in `.weights.h5`, as Keras writes them.
        path: ending in the same; replaced if it is there.

    Raises:
        ValueError: no files, or one that holds other weights than the last.
        FileNotFoundError: one is missing.
    """
    files = [Path(file) for file in files]
    if not files:
        raise ValueError("files=[] does not work; at least one is needed")
    for file in files:
        if not file.is_file():
            raise FileNotFoundError(f"{file} is not there")
    contents = [_shapes(file) for file in files]
    for file, content in zip(files, contents, strict=True):
        if content != contents[-1]:
            name = min(set(content.items()) ^ set(contents[-1].items()))[0]
            raise ValueError(f"{file} holds other weights than {files[-1]}: they differ in {name}")
    with atomic_path(path) as new:
        shutil.copy(files[-1], new)
        with h5py.File(new, "r+") as target:
            for name in contents[-1]:
                if np.issubdtype(target[name].dtype, np.floating):
                    target[name][...] = _mean(files, name)
    return Path(path)


def _shapes(file):
    """Return the shape of every array in a file, by its path in there."""
    shapes = {}
    with h5py.File(file) as content:
        content.visititems(
            lambda name, each: shapes.update({name: each.shape}) if isinstance(each, h5py.Dataset) else None
        )
    return shapes


def _mean(files, name):
    total = 0.0
    for file in files:
        with h5py.File(file) as content:
            total = total + np.asarray(content[name], "float64")
    return total / len(files)
