"""Weight averaging over several checkpoints."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from kzoo._files import atomic_path


def average_weights(files: Sequence[str | os.PathLike], path: str | os.PathLike) -> Path:
    """Write the mean of the weights in several files of one network, and return the path.

    Moving statistics are averaged like weights, which is right for checkpoints close to each other; for distant ones
    call `recompute_statistics` afterwards. Variables that are not floats, such as the state of a random generator, are
    those of the last file.

    Args:
        files: `.weights.h5`, as Keras writes them.
        path: `.weights.h5`; it is replaced if it exists.

    Raises:
        ValueError: there are no files, one is damaged, or its weights differ in name or shape from those of the last.
        FileNotFoundError: a file is missing.
    """
    paths = [Path(file) for file in files]
    if not paths:
        raise ValueError("files=[] does not work; at least one is needed")
    for file in paths:
        if not file.is_file():
            raise FileNotFoundError(f"{file} is not there")
    shapes = [_shapes(file) for file in paths]
    for file, file_shapes in zip(paths, shapes, strict=True):
        if file_shapes != shapes[-1]:
            name = min(set(file_shapes.items()) ^ set(shapes[-1].items()))[0]
            raise ValueError(f"{file} holds other weights than {paths[-1]}: they differ in {name}")
    with atomic_path(path) as new:
        shutil.copy(paths[-1], new)
        with h5py.File(new, "r+") as target:
            for name in shapes[-1]:
                if np.issubdtype(target[name].dtype, np.floating):
                    target[name][...] = _mean(paths, name)
    return Path(path)


def _shapes(file):
    """Return the shapes of the arrays in a file by their paths in it."""
    shapes = {}

    def add(name, each):
        if isinstance(each, h5py.Dataset):
            shapes[name] = each.shape

    try:
        with h5py.File(file) as h5:
            h5.visititems(add)
    except (OSError, KeyError, RuntimeError) as error:  # the last is h5py's, of damaged groups
        raise ValueError(f"{file} cannot be read: {' '.join(str(error).split())[:300]}") from error
    return shapes


def _mean(files, name):
    total = 0.0
    for file in files:
        with h5py.File(file) as h5:
            total = total + np.asarray(h5[name], "float64")
    return total / len(files)
