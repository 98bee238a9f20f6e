"""NumPy's archives as sources of labelled images, and the bundled digits."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import numpy as np

from kzoo._printing import one_line
from kzoo.data.images.source import Source, describe, split_of_images

DIGITS = Path(__file__).parents[1] / "digits.npz"
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
MAX_CLASSES = 1_000_000  # a larger label is a mistake
NEARLY_BLACK = 64  # float images in 0..255 with a lower maximum were probably scaled differently


def load_npz(spec: str, path: Path) -> Source:
    """Open a file of x_train, y_train, x_test and y_test; see `load_source`."""
    arrays, name = _read_npz(path), path.name
    x_train = _check_images(arrays["x_train"], "x_train", name)
    x_test = _check_images(arrays["x_test"], "x_test", name)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ValueError(f"{name}: x_train is {_size(x_train)} but x_test {_size(x_test)}")
    y_train = _check_labels(arrays["y_train"], "train", len(x_train), name)
    y_test = _check_labels(arrays["y_test"], "test", len(x_test), name)
    _check_range(y_train, "y_train", name, MAX_CLASSES, "labels are")
    classes = int(y_train.max()) + 1
    _check_range(y_test, "y_test", name, classes, "y_train has")
    x_train, x_test = _scale(x_train, x_test, name)
    train, test = split_of_images(spec, x_train, y_train, classes), split_of_images(spec, x_test, y_test, classes)
    labels = tuple(str(label) for label in range(classes))
    return Source(spec, describe(train, test, f"split as in {name}"), labels, train, test)


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    if path.is_file():
        with path.open("rb"):  # an OSError that says why it cannot be read; is_zipfile has no reason
            pass
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path}: not an npz file")
    try:
        archive = np.load(path, allow_pickle=False)
    except Exception as error:  # the archive is damaged
        raise ValueError(f"{path}: cannot be read: {one_line(error)}") from error
    with archive:
        if missing := [key for key in ARRAYS if key not in archive.files]:
            raise ValueError(f"{path.name}: {', '.join(missing)} missing; it has {', '.join(archive.files)}")
        return {key: _read_array(archive, key, path.name) for key in ARRAYS}


def _read_array(archive: np.lib.npyio.NpzFile, key: str, name: str) -> np.ndarray:
    try:
        return np.asarray(archive[key])
    except Exception as error:  # any: a header may state more than there is memory
        raise ValueError(f"{key} in {name}: cannot be read: {one_line(error)}") from error


def _check_images(images: np.ndarray, key: str, name: str) -> np.ndarray:
    """Return images as (N, H, W, C)."""
    if images.dtype != np.uint8 and images.dtype.kind != "f":
        raise ValueError(f"{key} in {name}: images of type {images.dtype}; they are uint8 or float")
    shape = images.shape if images.ndim != 3 else (*images.shape, 1)
    if len(shape) != 4 or shape[-1] not in (1, 3):
        raise ValueError(
            f"{key} in {name}: images of shape {images.shape}; they are (N, H, W) or (N, H, W, C) with C 1 or 3"
        )
    if 0 in shape:
        raise ValueError(f"{key} in {name}: no images, its shape is {images.shape}")
    return images.reshape(shape)


def _size(images: np.ndarray) -> str:
    _, height, width, channels = images.shape
    return f"{height}x{width}" + (f"x{channels}" if channels > 1 else "")


def _scale(train: np.ndarray, test: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Scale float images to float32 in 0..255; uint8 is returned as it is."""
    if (train.dtype == np.uint8) != (test.dtype == np.uint8):
        raise ValueError(f"{name}: x_train is {train.dtype} but x_test is {test.dtype}, so their scales may differ")
    if train.dtype == np.uint8:
        return train, test
    white = 1 if train.max() <= 1 else 255
    for key, images in (("x_train", train), ("x_test", test)):
        if not np.isfinite(images).all():
            raise ValueError(f"{key} in {name}: some values are not finite")
        low, high = images.min(), images.max()
        if low < 0 or high > white:
            raise ValueError(
                f"{key} in {name}: values {low:g}..{high:g} are outside 0..{white}, by the maximum of x_train"
            )
    if white == 255 and train.max() < NEARLY_BLACK:
        seen = f"{train.min():g}..{train.max():g}"
        # Four frames up is whoever called load_source.
        warnings.warn(f"x_train in {name}: values are {seen}; read as 0..255, which is nearly black", stacklevel=4)
    return train.astype(np.float32) * (255 / white), test.astype(np.float32) * (255 / white)


def _check_labels(labels: np.ndarray, split_name: str, images: int, name: str) -> np.ndarray:
    """Return integer labels as (N,), one for each of `images` images."""
    location = f"y_{split_name} in {name}"
    if labels.dtype.kind not in "iuf":
        raise ValueError(f"{location}: labels of type {labels.dtype}; they are integers")
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise ValueError(f"{location}: labels of shape {labels.shape}; they are (N,) or (N, 1), one integer per image")
    if len(labels) != images:
        raise ValueError(f"{name}: x_{split_name} has {images} images but y_{split_name} has {len(labels)} labels")
    if (fractions := labels[labels != np.floor(labels)]).size:
        raise ValueError(f"{location}: label {fractions[0]} is not an integer")
    return labels


def _check_range(labels: np.ndarray, key: str, name: str, stop: int, accepted: str) -> None:
    if (outside := labels[(labels < 0) | (labels >= stop)]).size:
        raise ValueError(f"{key} in {name}: label {outside[0]} is out of range; {accepted} 0..{stop - 1}")
