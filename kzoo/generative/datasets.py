"""Datasets of unlabelled images, as splits that `kzoo.data.batches` takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import tensorflow as tf

from kzoo.data import Split, batches
from kzoo.data.sources import SUFFIXES, decode, prepared_tfds, shuffled
from kzoo.layers import Preprocessor


def unlabelled_split(spec: str, keys: tf.Tensor, read: Callable) -> Split:
    """Make a split whose keys are all in memory; labels are 0."""
    count = len(keys)

    def keys_and_labels(seed=None, start=0):
        order = (tf.range(count) if seed is None else shuffled(count, seed))[start:]
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
        return decode(read_bytes(key), 3, window), label

    return unlabelled_split(spec, tf.constant(keys), read)


def tfds_images(spec: str, name: str, splits: Sequence[str]) -> list[Split]:
    """Load splits of a TFDS dataset with a feature `image`; the encoded images are held in memory.

    Raises:
        ValueError: there is no such dataset, feature or split.
        FileNotFoundError: the dataset could not be prepared.
    """
    import tensorflow_datasets as tfds

    builder = prepared_tfds(spec, name, _check_image)
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
