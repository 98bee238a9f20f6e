"""Sources of labelled images, and the splits they have.

A source has two `Split`s, each of small keys and a function that reads the image of a key, so that a pipeline can
shuffle keys (indices, file names, encoded bytes), or start in the middle, before anything is decoded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from kzoo._printing import printable
from kzoo.data.fingerprint import fingerprint
from kzoo.data.images.decoding import NAME_SCOPE, CropWindow, crop, decode_image, error_reason

READ_ERRORS = (tf.errors.PermissionDeniedError, tf.errors.NotFoundError)


@dataclass(frozen=True)
class Split:
    """The training or test split of a source: small keys, and a function that reads the image of a key.

    `keys(seed, start)` returns a dataset of (key, int32 label) from position `start` on, in a fixed order if seed is
    None, else in an order that is a function of seed (two integers) alone. A key is an index, a file name or encoded
    bytes. `read(key, label, window)` is a graph function that returns (image, label): image (H, W, C), C static, uint8
    or float32 in 0..255. `window` maps height and width to (top, left, height, width), which the image is cropped to;
    no more of a JPEG is decoded. Labels are in 0..classes - 1. `source` is the spec that opened it. All keys are
    shuffled together; only a TFDS split of more than tfds.SHUFFLE_BYTES shuffles its files, then blocks of that size.
    `fingerprint` is another one where the images or labels are others.
    """

    source: str
    count: int
    classes: int
    fingerprint: str
    keys: Callable[..., tf.data.Dataset] = field(repr=False)
    read: Callable[..., tuple[tf.Tensor, tf.Tensor]] = field(repr=False)

    def dataset(self) -> tf.data.Dataset:
        """Return a dataset of (image, label), not batched, in a fixed order."""
        return self.keys().map(self.read, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


@dataclass(frozen=True)
class Source:
    """Training and test split, class names by label, and a one-line description of the split."""

    spec: str
    description: str
    labels: tuple[str, ...]
    train: Split
    test: Split

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.labels)


@contextmanager
def report_unreadable_images(source: Source | Sequence[Split]) -> Iterator[None]:
    """Raise ValueError with the name of the unreadable file when decoding images of folders fails inside this context.

    TensorFlow reports a decoding error without the file, so all files are then decoded one by one until one fails.
    Other errors are not changed.

    Args:
        source: where the images are from, or its splits.
    """
    splits: Sequence[Split]
    if isinstance(source, Source):
        spec, splits = source.spec, (source.train, source.test)
    else:
        spec, splits = source[0].source, source
    try:
        yield
    except (tf.errors.InvalidArgumentError, *READ_ERRORS) as error:
        if spec.startswith("folder:") and re.search(f"{NAME_SCOPE}|DecodeImage|Jpeg|ReadFile", str(error)):
            for split in splits:
                _raise_unreadable(split)
        raise


def _raise_unreadable(split: Split) -> None:
    for path, label in split.keys().as_numpy_iterator():
        try:
            split.read(path, label)
        except (tf.errors.InvalidArgumentError, *READ_ERRORS) as error:
            raise ValueError(f"{printable(os.fsdecode(path))}: not a readable image: {error_reason(error)}") from error


def shuffled_indices(count: int, seed: tf.Tensor, block: tf.Tensor | int = 0) -> tf.Tensor:
    """Return a permutation of 0..count-1, a function of seed, two integers, and of the number of a block."""
    return tf.random.experimental.stateless_shuffle(tf.range(count), tf.random.fold_in(seed, tf.cast(block, tf.int64)))


def split_in_memory(
    source: str, keys: tf.Tensor, read: Callable, fingerprint: str, labels: np.ndarray | None = None, classes: int = 1
) -> Split:
    """Make a split whose keys are all in memory; without `labels`, all are 0."""
    count = len(keys)
    with tf.device("CPU"):  # where tf.data runs: on a GPU it would be copied back for every image
        keys, labels = tf.constant(keys), tf.constant(np.zeros(count) if labels is None else labels, tf.int32)

    def pairs(seed: tf.Tensor | None = None, start: tf.Tensor | int = 0) -> tf.data.Dataset:
        order = (tf.range(count) if seed is None else shuffled_indices(count, seed))[start:]
        return tf.data.Dataset.from_tensor_slices((tf.gather(keys, order), tf.gather(labels, order)))

    return Split(source, count, classes, fingerprint, pairs, read)


def split_of_images(source: str, images: tf.Tensor, labels: np.ndarray | None = None, classes: int = 1) -> Split:
    """Make a split of images (N, H, W, C), which are held in memory; without `labels`, all are 0."""
    digest = fingerprint(np.asarray(images), labels)
    with tf.device("CPU"):
        images = tf.constant(images)

    def read(key: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        image = tf.gather(images, key)
        return crop(image, window) if window else image, label

    return split_in_memory(source, np.arange(len(images), dtype=np.int32), read, digest, labels, classes)


def split_of_encoded(
    source: str,
    keys: Sequence[bytes],
    read_bytes: Callable[[tf.Tensor], tf.Tensor],
    labels: np.ndarray | None = None,
    classes: int = 1,
    digest: str = "",
) -> Split:
    """Make a split of encoded images, such as JPEG files, whose bytes `read_bytes` returns by their keys.

    Args:
        digest: the fingerprint of the images and labels, where the keys are not the images themselves.
    """

    def read(key: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        # always RGB: there may be grey and colour images
        return decode_image(read_bytes(key), 3, window), label

    return split_in_memory(source, keys, read, digest or fingerprint(keys, labels), labels, classes)


def describe(train: Split, test: Split, split_by: str) -> str:
    """Return the description of a source: its counts, how it was split, and its fingerprint."""
    digest = fingerprint(train.fingerprint, test.fingerprint)
    return (
        f"{train.count} training and {test.count} test images, {train.classes} classes; {split_by}; "
        f"fingerprint {digest}"
    )
