"""Images without labels, as splits that `kzoo.data.batches` takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import tensorflow as tf

from kzoo.data import Split, batches
from kzoo.data.sources import SUFFIXES, decode_image, prepare_tfds, shuffled_indices
from kzoo.layers import Preprocessor


def listed(spec: str, keys: tf.Tensor, read: Callable) -> Split:
    """Make a split of which all keys are in memory; labels are 0."""
    count = len(keys)

    def pairs(seed=None, start=0):
        order = (tf.range(count) if seed is None else shuffled_indices(count, seed))[start:]
        return tf.data.Dataset.from_tensor_slices((tf.gather(keys, order), tf.zeros_like(order)))

    return Split(spec, count, 1, pairs, read)


def image_batches(split: Split, preprocessor: Preprocessor, batch_size: int, **options) -> tf.data.Dataset:
    """Give training batches of images alone; the options are those of `kzoo.data.batches`."""
    labelled = batches(split, preprocessor, batch_size, training=True, **options)
    return labelled.map(lambda images, _: images)


def in_memory(images: tf.Tensor) -> Split:
    """Make a split of images (batch, height, width, channels)."""

    def read(key, label, window=None):
        return tf.gather(images, key), label

    return listed("digits", tf.range(len(images)), read)


def image_files(spec: str, folder: Path) -> list[str]:
    """List the image files in a folder and in those in it.

    Raises:
        FileNotFoundError, ValueError: it is not there, or holds fewer than two.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{spec}: {folder} is no folder")
    files = sorted(str(path) for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if len(files) < 2:
        raise ValueError(f"{spec}: {folder} has {len(files)} images ({' '.join(SUFFIXES)}); at least 2 are needed")
    return files


def encoded(spec: str, keys, opened: Callable) -> Split:
    """Make a split of images that `opened` gives the encoded bytes of, by their keys."""

    def read(key, label, window=None):
        return decode_image(opened(key), 3, window), label

    return listed(spec, tf.constant(keys), read)


def tfds_images(spec: str, name: str, splits: Sequence[str]) -> list[Split]:
    """Open splits of a TFDS dataset by its feature `image`; their encoded images are held in memory.

    Raises:
        ValueError: there is no such dataset, feature or split.
        FileNotFoundError: it could not be prepared.
    """
    import tensorflow_datasets as tfds

    builder = prepare_tfds(spec, name, _check_image)
    if missing := set(splits) - set(builder.info.splits):
        raise ValueError(f"{spec}: there is no split {min(missing)!r}; there are {', '.join(builder.info.splits)}")
    loaded = builder.as_dataset(split=list(splits), decoders={"image": tfds.decode.SkipDecoding()})
    return [encoded(spec, [row["image"] for row in tfds.as_numpy(each)], tf.identity) for each in loaded]


def _check_image(spec, info):
    if "image" not in info.features:
        raise ValueError(f"{spec}: its features are {', '.join(info.features)}; one named image is needed")


def has_labels(name: str) -> bool:
    """Tell whether a TFDS dataset has the feature `label`; True if it is not known, which is then said elsewhere."""
    import tensorflow_datasets as tfds

    try:
        return "label" in tfds.builder(name).info.features
    except Exception:  # a dataset's own code runs here, and may raise anything
        return True
