"""Datasets of TFDS as sources of labelled images."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from kzoo.data.fingerprint import fingerprint
from kzoo.data.images.decoding import CropWindow, decode_image
from kzoo.data.images.source import Source, Split, describe, shuffled_indices
from kzoo.data.tfds import prepare_tfds

if TYPE_CHECKING:
    import tensorflow_datasets as tfds  # imports slowly, and most sources do not need it

SHUFFLE_BYTES = 2**29  # encoded bytes of a split that are shuffled in memory


def load_tfds(spec: str, name: str) -> Source:
    """Open a TFDS dataset with the features image and label; see `load_source`."""
    builder = prepare_tfds(spec, name, lambda spec, info: _check_features(spec, info.features))
    if (stored := builder.info.file_format.value) != "tfrecord":
        raise ValueError(f"{spec}: {builder.info.full_name} is stored as {stored}; accepted is tfrecord")
    # A mocked builder (tfds.testing.mock_data) has no split names and accepts any.
    names = list(builder.info.splits) or ["train", "test"]
    tests = {
        split_name: _tfds_split(spec, builder, split_name)
        for split_name in ("test", "validation")
        if split_name in names
    }
    # The test labels of ImageNet and of other contests are not public: they are -1.
    split_name = next((split_name for split_name, split in tests.items() if _has_labels(split)), None)
    if "train" not in names or split_name is None:
        raise ValueError(f"{spec}: needs train and a labelled test or validation split; it has {', '.join(names)}")
    train, test = _tfds_split(spec, builder, "train"), tests[split_name]
    labels = tuple(builder.info.features["label"].names)
    split_by = f"splits train and {split_name} of {builder.info.full_name}"
    return Source(spec, describe(train, test, split_by), labels, train, test)


def _check_features(spec: str, features: tfds.features.FeaturesDict) -> None:
    import tensorflow_datasets as tfds

    image, label = (dict(features.items()).get(name) for name in ("image", "label"))
    if not isinstance(image, tfds.features.Image) or not isinstance(label, tfds.features.ClassLabel):
        raise ValueError(f"{spec}: needs the features image and label (ClassLabel); it has {', '.join(features)}")
    if image.np_dtype != np.uint8:
        raise ValueError(f"{spec}: images of type {image.np_dtype}; they are to be uint8")


def _tfds_split(spec: str, builder: tfds.core.DatasetBuilder, split_name: str) -> Split:
    stored, shuffled_records = _tfds_records(builder, split_name)
    count = int(stored.cardinality())
    block_size = _shuffle_block_size(builder, split_name, count)

    def keys(seed: tf.Tensor | None = None, start: tf.Tensor | int = 0) -> tf.data.Dataset:
        start = tf.cast(start, tf.int64)
        if seed is None:
            return stored.skip(start)
        first = start // block_size
        skipped = first * block_size
        blocks = (stored.skip(skipped) if block_size == count else shuffled_records(seed, skipped)).batch(block_size)
        numbered = tf.data.Dataset.zip(blocks, tf.data.Dataset.range(first, tf.int64.max))
        return numbered.map(partial(_shuffle_block, seed)).unbatch().skip(start % block_size)

    feature, classes = builder.info.features["image"], builder.info.features["label"].num_classes

    def read(encoded: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        image = decode_image(encoded, feature.shape[-1] or 3, window)
        return (image if window else tf.ensure_shape(image, feature.shape)), label

    digest = fingerprint(builder.info.full_name, split_name, count)  # whose versions say what is in them
    return Split(spec, count, classes, digest, keys, read)


def _shuffle_block(
    seed: tf.Tensor, block: tuple[tf.Tensor, tf.Tensor], number: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    encoded, label = block
    order = shuffled_indices(len(label), seed, number)
    return tf.gather(encoded, order), tf.gather(label, order)


def _tfds_records(builder: tfds.core.DatasetBuilder, split_name: str) -> tuple[tf.data.Dataset, Callable]:
    """Return a dataset of (encoded image, label) in a fixed order, and a function that returns one with shuffled files.

    The function takes a seed and how many to skip: these are read, but neither parsed nor decoded.
    """
    import tensorflow_datasets as tfds

    decoders = tfds.decode.PartialDecoding(
        {"image": True, "label": True}, decoders={"image": tfds.decode.SkipDecoding()}
    )

    def pair(record: dict[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        return record["image"], tf.cast(record["label"], tf.int32)

    config = tfds.ReadConfig(try_autocache=False, skip_prefetch=True, enable_ordering_guard=False)
    stored = builder.as_dataset(split=split_name, shuffle_files=False, decoders=decoders, read_config=config).map(pair)

    def shuffled_records(seed: tf.Tensor, skipped: tf.Tensor) -> tf.data.Dataset:
        files = [str(path) for path in builder.info.splits[split_name].filepaths]
        # -1 is not the number of any block.
        records = tf.data.TFRecordDataset(tf.gather(files, shuffled_indices(len(files), seed, -1))).skip(skipped)
        features = decoders.extract_features(builder.info.features)
        return records.map(
            lambda record: pair(features.deserialize_example(record, decoders=decoders.decoders)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )

    return stored, shuffled_records


def _shuffle_block_size(builder: tfds.core.DatasetBuilder, split_name: str, count: int) -> int:
    """Return how many encoded images are shuffled in memory: all of them, unless they take more than SHUFFLE_BYTES."""
    size = builder.info.splits[split_name].num_bytes if split_name in builder.info.splits else 0
    return count if size <= SHUFFLE_BYTES else max(1, count * SHUFFLE_BYTES // size)


def _has_labels(split: Split) -> bool:
    return all(label >= 0 for _, label in split.keys().take(1))
