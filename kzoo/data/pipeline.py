"""Turn a split into the batches that a network trains on or is evaluated with."""

import math
from collections.abc import Callable
from functools import partial
from typing import Protocol

import tensorflow as tf

from kzoo.data.augment import AUGMENTATIONS, Augmentation
from kzoo.data.sources import Split, shuffled

CACHE_BYTES = 2**29


class Preprocessor(Protocol):
    """What `batches` needs to know of a network's input."""

    size: tuple[int, int]
    """(height, width)"""

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
    augment: Augmentation = AUGMENTATIONS["none"],
    seed: int = 0,
    start_epoch: int = 0,
    start_step: int = 0,
    cache: bool | None = None,
    replicas: int = 1,
) -> tf.data.Dataset:
    """Give (images, labels): float32 (B, h, w, c) in the network's range and int32 (B,).

    In training the batches have no end: an epoch of `steps_per_epoch(split, batch_size)` full batches, what is left
    over being dropped, then another in a new order. A batch and its augmentation are a function of the seed, the epoch
    and the step in it alone, so that a stream that starts at (`start_epoch`, `start_step`) is the rest of one that
    started at the beginning; nothing before is decoded. Labels are float32 (B, classes) if `augment` mixes them.

    Otherwise the order is fixed, nothing is augmented and the last partial batch is kept.

    `cache` keeps the resized images in memory; None means if they take at most CACHE_BYTES. What is cropped at random
    is not cached. `batch_size` is for all `replicas` together. Raises ValueError.
    """
    _check_batch_size(split, batch_size, training, replicas)
    for name, value in (("start_epoch", start_epoch), ("start_step", start_step)):
        if value < 0:
            raise ValueError(f"{name}={value} is less than 0")

    crop = augment.crop if training else None
    if cache and crop:
        raise ValueError("cache=True does not work with an augmentation that crops while reading; leave it out")

    whole = _map(split.keys(), partial(_read, split, preprocessor))
    cached = cache if cache is not None else not crop and _fits(whole, split.count)
    if training:
        epoch = steps_per_epoch(split, batch_size) * batch_size
        stream = partial(_stream, epoch=epoch, start=start_epoch * epoch + start_step * batch_size, seed=seed)
        if crop:
            data = _cropped(preprocessor, augment, split, stream, batch_size)
        else:
            read = partial(_from_memory, whole) if cached else partial(_from_source, preprocessor)
            data = _map(read(split, stream, batch_size), partial(_changed, augment, preprocessor))
        data = _map(data, partial(_mixed, augment, split.classes))
        data = data.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    else:
        data = (whole.cache() if cached else whole).batch(batch_size)
        data = _map(data, lambda images, labels: (preprocessor.normalize(images), labels))
    return data.prefetch(tf.data.AUTOTUNE).with_options(_options())


def steps_per_epoch(split: Split, batch_size: int) -> int:
    """Count the full batches of a training epoch."""
    return split.count // batch_size


def _stream(keys: Callable, epoch: int, start: int, seed: int) -> tf.data.Dataset:
    """Give what `keys(seed, start)` gives with two integers each to augment by, in epochs of so many, without end."""
    first_epoch, skipped = divmod(start, epoch)

    def one(number: tf.Tensor) -> tf.data.Dataset:
        order, draws = tf.unstack(tf.random.split(tf.random.fold_in(tf.constant([seed, 0], tf.int64), number)))
        first = skipped * tf.cast(number == first_epoch, tf.int32)
        # The seeds end the epoch: keys that would not fill a batch get none.
        seeds = tf.data.Dataset.from_tensor_slices(tf.random.split(draws, epoch)[first:])
        return tf.data.Dataset.zip(keys(order, first), seeds)

    return tf.data.Dataset.range(first_epoch, tf.int64.max).flat_map(one)


def _read(split: Split, preprocessor: Preprocessor, key: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    image, label = split.read(key, label)
    return preprocessor.resize(image), label


def _cropped(
    preprocessor: Preprocessor, augment: Augmentation, split: Split, stream: Callable, batch_size: int
) -> tf.data.Dataset:
    """Give batches of images, labels and seeds, each image cropped while it is read, and changed.

    One is changed at a time, in the processor's cache: a batch of 224x224 pixels is 20 MB.
    """

    def read(pair, seed):
        image, label = split.read(*pair, partial(augment.crop, size=preprocessor.size, seed=seed))
        image = preprocessor.resize(tf.image.resize(image, preprocessor.size))
        images, label, _ = _changed(augment, preprocessor, image[None], label, seed[None])
        return images[0], label, seed

    return _map(stream(split.keys), read).batch(batch_size, drop_remainder=True)


def _from_source(preprocessor: Preprocessor, split: Split, stream: Callable, batch_size: int) -> tf.data.Dataset:
    """Give batches of images, labels and seeds, each image read when it is its turn."""

    def read(pair, seed):
        return *_read(split, preprocessor, *pair), seed

    return _map(stream(split.keys), read).batch(batch_size, drop_remainder=True)


def _from_memory(whole: tf.data.Dataset, split: Split, stream: Callable, batch_size: int) -> tf.data.Dataset:
    """Give batches of images, labels and seeds, all images having been read once."""

    def keys(seed: tf.Tensor, start: tf.Tensor) -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices(shuffled(split.count, seed)[start:])

    def pick(images: tf.Tensor, labels: tf.Tensor) -> tf.data.Dataset:
        chosen = stream(keys).batch(batch_size, drop_remainder=True)
        return _map(chosen, lambda order, seeds: (tf.gather(images, order), tf.gather(labels, order), seeds))

    return whole.batch(split.count).cache().flat_map(pick)


def _changed(augment: Augmentation, preprocessor: Preprocessor, images: tf.Tensor, labels: tf.Tensor, seeds: tf.Tensor):
    """Augment images by the seed of the first, before and after they are brought to the network's range."""
    if augment.images:
        images = augment.images(images, tf.random.split(seeds[0])[0])
    images = preprocessor.normalize(images)
    if augment.normalized:
        images = augment.normalized(images, tf.random.fold_in(seeds[0], 2))
    return images, labels, seeds


def _mixed(augment: Augmentation, classes: int, images: tf.Tensor, labels: tf.Tensor, seeds: tf.Tensor):
    """Mix a batch by the seed of its first image; in the network's range it gives the same as it would in 0..255."""
    if augment.mix:
        images, labels = augment.mix(images, tf.one_hot(labels, classes), tf.random.split(seeds[0])[1])
    return images, labels


def _map(data: tf.data.Dataset, function: Callable) -> tf.data.Dataset:
    # AutoGraph would put many lines around an error of one.
    function = tf.autograph.experimental.do_not_convert(function)
    return data.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


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
