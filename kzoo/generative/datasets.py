"""Datasets of unlabelled images, as splits that `kzoo.data.batches` takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import tensorflow as tf

from kzoo.data import AUGMENTATIONS, Augmentation, Source, Split, batches, load_source
from kzoo.data.sources import SUFFIXES, decode_image, prepare_tfds, shuffled_indices
from kzoo.generative.algorithm import Algorithm, to_uint8
from kzoo.layers import Preprocessor


def unlabelled_split(spec: str, keys: tf.Tensor, read: Callable) -> Split:
    """Make a split whose keys are all in memory; labels are 0."""
    count = len(keys)

    def keys_and_labels(seed=None, start=0):
        order = (tf.range(count) if seed is None else shuffled_indices(count, seed))[start:]
        return tf.data.Dataset.from_tensor_slices((tf.gather(keys, order), tf.zeros_like(order)))

    return Split(spec, count, 1, keys_and_labels, read)


def image_batches(split: Split, preprocessor: Preprocessor, batch_size: int, **options) -> tf.data.Dataset:
    """Return training batches of images without labels; the options are those of `kzoo.data.batches`."""
    images_and_labels = batches(split, preprocessor, batch_size, training=True, **options)
    return images_and_labels.map(lambda images, _: images)


def split_of_images(images: tf.Tensor) -> Split:
    """Make a split of images (batch, height, width, channels), which are held in memory."""

    def read(key, label, window=None):
        return tf.gather(images, key), label

    return unlabelled_split("digits", tf.range(len(images)), read)


def list_image_files(spec: str, folder: Path) -> list[str]:
    """List the image files in a folder and its subfolders.

    Raises:
        FileNotFoundError: the folder does not exist.
        ValueError: it holds fewer than two images.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{spec}: {folder} is no folder")
    files = sorted(str(path) for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if len(files) < 2:
        raise ValueError(f"{spec}: {folder} has {len(files)} images ({' '.join(SUFFIXES)}); at least 2 are needed")
    return files


def split_of_encoded(spec: str, keys, read_bytes: Callable) -> Split:
    """Make a split of encoded images, such as JPEG files, whose bytes `read_bytes` returns by their keys."""

    def read(key, label, window=None):
        return decode_image(read_bytes(key), 3, window), label

    return unlabelled_split(spec, tf.constant(keys), read)


def tfds_images(spec: str, name: str, splits: Sequence[str]) -> list[Split]:
    """Load splits of a TFDS dataset with a feature `image`; the encoded images are held in memory.

    Raises:
        ValueError: there is no such dataset, feature or split.
        FileNotFoundError: the dataset could not be prepared.
    """
    import tensorflow_datasets as tfds

    builder = prepare_tfds(spec, name, _check_image)
    if missing := set(splits) - set(builder.info.splits):
        raise ValueError(f"{spec}: there is no split {min(missing)!r}; there are {', '.join(builder.info.splits)}")
    loaded = builder.as_dataset(split=list(splits), decoders={"image": tfds.decode.SkipDecoding()})
    return [split_of_encoded(spec, [row["image"] for row in tfds.as_numpy(each)], tf.identity) for each in loaded]


def _check_image(spec, info):
    if "image" not in info.features:
        raise ValueError(f"{spec}: its features are {', '.join(info.features)}; one named image is needed")


def has_labels(name: str) -> bool:
    """Return whether a TFDS dataset has the feature `label`; True for an unknown one, which is an error elsewhere."""
    import tensorflow_datasets as tfds

    try:
        return "label" in tfds.builder(name).info.features
    except Exception:  # a dataset's own code runs here, and may raise anything
        return True


class Data(Protocol):
    """The data of a training."""

    description: str
    count: int
    """images an epoch"""
    source: Source | None
    """where the images are read from, to name one that cannot be read"""
    fake_rows: slice | int
    """the rows of `sample_grid` with generated images, which should be as diverse as real ones"""

    def batches(self, algorithm: Algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, repeated indefinitely."""

    def real_images(self, algorithm: Algorithm, max_images: int) -> np.ndarray:
        """Return real images at the networks' size, uint8."""

    def sample_grid(self, algorithm: Algorithm) -> np.ndarray:
        """Return the samples that are shown after each epoch, uint8 (rows, columns, height, width, channels)."""


class Images:
    """The training images of a source, without their labels.

    Args:
        spec: as `kzoo.data.load_source` takes it; or `tfds:NAME` of a dataset without labels, such as celeb_a, whose
            encoded images are held in memory.
        augment: augmentation of the images.
        seed: as of `kzoo.data.load_source`.
    """

    fake_rows = slice(None)

    def __init__(self, spec: str, augment: Augmentation = AUGMENTATIONS["none"], seed: int = 0):
        kind, _, name = spec.partition(":")
        self.source: Source | None = None
        if kind == "tfds" and not has_labels(name):
            self.split = tfds_images(spec, name, ["train"])[0]
        else:
            self.source = load_source(spec, seed=seed)
            self.split = self.source.train
        self.augment, self.count = augment, self.split.count
        self.description = f"{self.count} training images of {spec}"

    def batches(self, algorithm: Algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, repeated indefinitely."""
        position = {"start_epoch": epoch, "start_step": step}
        options = {"augment": self.augment, "seed": config.seed, "replicas": replicas, **position}
        return image_batches(self.split, algorithm.preprocessor, config.batch_size, **options)

    def real_images(self, algorithm: Algorithm, max_images: int) -> np.ndarray:
        """Return real images at the networks' size, uint8."""
        return raw_images(self.split.dataset().take(max_images), algorithm.preprocessor)

    def labelled_images(
        self, algorithm: Algorithm, max_images: int, test: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return images of the training or the test split at the networks' size, uint8, and their labels."""
        split = self.source.test if test else self.split
        labels = [int(label) for _, label in split.keys().take(max_images).as_numpy_iterator()]
        return raw_images(split.dataset().take(max_images), algorithm.preprocessor), np.array(labels)

    def sample_grid(self, algorithm: Algorithm) -> np.ndarray:
        """Generate samples, always from the same noise."""
        return algorithm.sample_grid()


def raw_images(data: tf.data.Dataset, preprocessor: Preprocessor) -> np.ndarray:
    """Return the images of a dataset of (image, label) at the networks' size, uint8 (images, h, w, channels)."""
    resized = data.map(lambda image, _: to_uint8(preprocessor, preprocessor.normalize(preprocessor.resize(image))))
    return np.concatenate(list(resized.batch(500).as_numpy_iterator()))
