"""Turn a split into the batches that a network trains on or is evaluated with."""

import math
from collections.abc import Callable
from typing import Protocol

import tensorflow as tf

from kzoo.data.sources import Split

CACHE_BYTES = 2**29


class Preprocessor(Protocol):
    """What `batches` needs to know of a network's input."""

    def resize(self, image: tf.Tensor) -> tf.Tensor:
        """Bring (H, W, C) in 0..255 to the network's (h, w, c), float32 in 0..255."""

    def normalize(self, images: tf.Tensor) -> tf.Tensor:
        """Bring a batch in 0..255 to the network's range."""


def batches(
    split: Split,
    preprocessor: Preprocessor,
    batch_size: int,
    *,
    training: bool = False,
    augment: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None,
    seed: int = 0,
    cache: bool | None = None,
    replicas: int = 1,
) -> tf.data.Dataset:
    """Give (images, labels): float32 (B, h, w, c) in the network's range and int32 (B,).

    In training every iteration is a new full shuffle and new augmentation, a last partial batch is dropped, and
    `seed` decides all of it. Otherwise the order is fixed, nothing is augmented and the partial batch is kept.
    `augment(images, seed)` gets a batch in 0..255 and two integers. `cache` keeps the resized images in memory; None
    means if they take at most CACHE_BYTES. `batch_size` is for all `replicas` together. Raises ValueError.
    """
    _check_batch_size(split, batch_size, training, replicas)

    def read(key: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        image, label = split.read(key, label)
        return preprocessor.resize(image), label

    ordered = _map(split.keys(), read)
    if cache if cache is not None else _fits(ordered, split.count):
        data = ordered.cache()
        data = data.shuffle(split.count, seed=seed, reshuffle_each_iteration=True) if training else data
    else:
        data = _map(split.keys(seed), read) if training else ordered
    data = data.batch(batch_size, drop_remainder=training)
    if training and augment:
        data = _map(tf.data.Dataset.zip(data, _seeds(seed)), lambda pair, seed: (augment(pair[0], seed), pair[1]))
    data = _map(data, lambda images, labels: (preprocessor.normalize(images), labels))
    return data.prefetch(tf.data.AUTOTUNE).with_options(_options())


def _map(data: tf.data.Dataset, function: Callable) -> tf.data.Dataset:
    return data.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _seeds(seed: int) -> tf.data.Dataset:
    """Give pairs of integers without end, new ones at every iteration; the same ones in every run."""
    return tf.data.Dataset.random(seed, rerandomize_each_iteration=True).batch(2, drop_remainder=True)


def _fits(resized: tf.data.Dataset, count: int) -> bool:
    shape = resized.element_spec[0].shape
    return shape.is_fully_defined() and 4 * count * math.prod(shape) <= CACHE_BYTES


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.deterministic = True
    # By default workers would share out the files of a dataset, and those of one class may lie in one file. A share
    # of the elements is even, and the same for every source.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return options


def _check_batch_size(split: Split, batch_size: int, training: bool, replicas: int) -> None:
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size} is less than 1")
    if training and batch_size > split.count:
        raise ValueError(f"batch_size={batch_size} is more than the {split.count} training images of {split.source}")
    if excess := batch_size % replicas:
        below = batch_size - excess
        would = f"{below} or {below + replicas}" if below else f"{replicas}"
        raise ValueError(f"batch_size={batch_size} does not divide among {replicas} replicas; {would} would")
