"""Input pipeline: from a split to the batches for training or evaluation."""

import math
from collections.abc import Callable
from functools import partial
from typing import Protocol

import tensorflow as tf

from kzoo.data.images.augment import AUGMENTATIONS, Augmentation, Crop
from kzoo.data.images.source import Split, shuffled_indices

Triple = tuple[tf.Tensor, tf.Tensor, tf.Tensor]  # an image, its label and seed, or a batch of them
CACHE_BYTES = 2**29  # of resized images that are cached in memory by default


class Preprocessor(Protocol):
    """The preprocessing of a network's inputs."""

    size: tuple[int, int]
    """(height, width)"""

    def resize(self, image: tf.Tensor) -> tf.Tensor:
        """Resize (H, W, C) in 0..255 to the network's (h, w, c), float32 in 0..255."""

    def normalize(self, images: tf.Tensor) -> tf.Tensor:
        """Normalize a batch in 0..255."""


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
    """Return a dataset of (images, labels): normalized float32 (B, h, w, c) and int32 (B,).

    In training the dataset is infinite: epochs of `steps_per_epoch(split, batch_size)` full batches, the remainder
    dropped, each in a new order. A batch and its augmentation are a function of the seed, the epoch and the step alone,
    so that a dataset that starts at (`start_epoch`, `start_step`) is the rest of one that started at the beginning;
    nothing before is decoded. Labels are float32 (B, classes) if `augment` mixes them.

    In evaluation the order is fixed, nothing is augmented and the last partial batch is kept.

    `cache` keeps the resized images in memory; None means if they take at most CACHE_BYTES. Random crops are not
    cached. `batch_size` is the global one, of all `replicas`. Raises ValueError.
    """
    _check_batch_size(split, batch_size, training, replicas)
    for name, value in (("start_epoch", start_epoch), ("start_step", start_step)):
        if value < 0:
            raise ValueError(f"{name}={value} is less than 0")

    crop = augment.crop if training else None
    if cache and crop:
        raise ValueError("cache=True does not work with an augmentation that crops while reading; leave it out")

    resized = _map(split.keys(), partial(_read_resized, split, preprocessor))
    cached = cache if cache is not None else not crop and _fits_in_memory(resized, split.count)
    if training:
        epoch = steps_per_epoch(split, batch_size) * batch_size
        epochs = partial(_epochs, epoch=epoch, start=start_epoch * epoch + start_step * batch_size, seed=seed)
        if crop:
            data = _crop_and_augment(preprocessor, augment, crop, split, epochs, batch_size)
        else:
            read = partial(_cached_batches, resized) if cached else partial(_read_batches, preprocessor)
            data = _map(read(split, epochs, batch_size), partial(_augment, augment, preprocessor))
        data = _map(data, partial(_mix, augment, split.classes))
        data = data.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    else:
        data = (resized.cache() if cached else resized).batch(batch_size)
        data = _map(data, lambda images, labels: (preprocessor.normalize(images), labels))
    return data.prefetch(tf.data.AUTOTUNE).with_options(_options())


def steps_per_epoch(split: Split, batch_size: int) -> int:
    """Return the number of full batches in an epoch."""
    return split.count // batch_size


def _epochs(keys: Callable, epoch: int, start: int, seed: int) -> tf.data.Dataset:
    """Return an infinite dataset of epochs of `epoch` elements of `keys(seed, start)`, each with its own seed."""
    first_epoch, skipped = divmod(start, epoch)

    def epoch_dataset(number: tf.Tensor) -> tf.data.Dataset:
        order, draws = tf.unstack(tf.random.split(tf.random.fold_in(tf.constant([seed, 0], tf.int64), number)))
        first = skipped * tf.cast(number == first_epoch, tf.int32)
        # The seeds end the epoch: keys of an incomplete batch have none.
        seeds = tf.data.Dataset.from_tensor_slices(tf.random.split(draws, epoch)[first:])
        return tf.data.Dataset.zip(keys(order, first), seeds)

    return tf.data.Dataset.range(first_epoch, tf.int64.max).flat_map(epoch_dataset)


def _read_resized(
    split: Split, preprocessor: Preprocessor, key: tf.Tensor, label: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    image, label = split.read(key, label)
    return preprocessor.resize(image), label


def _crop_and_augment(
    preprocessor: Preprocessor, augment: Augmentation, crop: Crop, split: Split, epochs: Callable, batch_size: int
) -> tf.data.Dataset:
    """Return batches of images, labels and seeds, each image cropped while it is read, and augmented.

    Images are augmented one by one, in the CPU cache: a batch of 224x224 pixels is 20 MB.
    """

    def read(pair: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor) -> Triple:
        image, label = split.read(*pair, partial(crop, size=preprocessor.size, seed=seed))
        image = preprocessor.resize(tf.image.resize(image, preprocessor.size))
        images, label, _ = _augment(augment, preprocessor, image[None], label, seed[None])
        return images[0], label, seed

    return _map(epochs(split.keys), read).batch(batch_size, drop_remainder=True)


def _read_batches(preprocessor: Preprocessor, split: Split, epochs: Callable, batch_size: int) -> tf.data.Dataset:
    """Return batches of images, labels and seeds; images are read in each epoch."""

    def read(pair: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor) -> Triple:
        return *_read_resized(split, preprocessor, *pair), seed

    return _map(epochs(split.keys), read).batch(batch_size, drop_remainder=True)


def _cached_batches(resized: tf.data.Dataset, split: Split, epochs: Callable, batch_size: int) -> tf.data.Dataset:
    """Return batches of images, labels and seeds; images are read once, and cached in memory."""

    def keys(seed: tf.Tensor, start: tf.Tensor) -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices(shuffled_indices(split.count, seed)[start:])

    def pick(images: tf.Tensor, labels: tf.Tensor) -> tf.data.Dataset:
        chosen = epochs(keys).batch(batch_size, drop_remainder=True)
        return _map(chosen, lambda order, seeds: (tf.gather(images, order), tf.gather(labels, order), seeds))

    return resized.batch(split.count).cache().flat_map(pick)


def _augment(
    augment: Augmentation, preprocessor: Preprocessor, images: tf.Tensor, labels: tf.Tensor, seeds: tf.Tensor
) -> Triple:
    """Augment images by the seed of the first, before and after normalization."""
    if augment.images:
        images = augment.images(images, tf.random.split(seeds[0])[0])
    images = preprocessor.normalize(images)
    if augment.normalized:
        images = augment.normalized(images, tf.random.fold_in(seeds[0], 2))
    return images, labels, seeds


def _mix(
    augment: Augmentation, classes: int, images: tf.Tensor, labels: tf.Tensor, seeds: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Mix a batch by the seed of its first image; mixing commutes with normalization."""
    if augment.mix:
        images, labels = augment.mix(images, tf.one_hot(labels, classes), tf.random.split(seeds[0])[1])
    return images, labels


def _map(data: tf.data.Dataset, function: Callable) -> tf.data.Dataset:
    # AutoGraph adds many lines to an error message of one.
    function = tf.autograph.experimental.do_not_convert(function)
    return data.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _fits_in_memory(resized: tf.data.Dataset, count: int) -> bool:
    shape = resized.element_spec[0].shape
    return shape.is_fully_defined() and 4 * count * math.prod(shape) <= CACHE_BYTES


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.deterministic = True
    # By default files are sharded over the workers, and one file may have a single class. Sharding elements is even,
    # and the same for every source.
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
