"""Mixup and CutMix: each image of a batch, and its label, is mixed with another.

They map images (B, H, W, C) float32 and labels (B, classes) float32 to the same, by a seed of two integers. The batch
is mixed with a permutation of itself, by one ratio for the batch, as in the papers' public code.
"""

from collections.abc import Callable

import tensorflow as tf

from kzoo.data.images.augment.erasing import interval_mask, paste

Mix = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def mixup(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, alpha: float = 0.2) -> tuple[tf.Tensor, tf.Tensor]:
    """Blend each image, and its label, with another by a ratio of Beta(alpha, alpha).

    From "mixup: Beyond Empirical Risk Minimization" (arXiv:1710.09412), there alpha 0.2 for ImageNet, 1 for CIFAR.
    """
    ratio_seed, permutation_seed = tf.unstack(tf.random.split(seed))
    permutation = _permutation(images, permutation_seed)
    ratio = sample_beta(alpha, ratio_seed)
    return tuple(ratio * each + (1 - ratio) * tf.gather(each, permutation) for each in (images, labels))


def cutmix(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, alpha: float = 1.0) -> tuple[tf.Tensor, tf.Tensor]:
    """Paste a rectangle of another image into each, of about Beta(alpha, alpha) of the area; mix labels by the area.

    The rectangle has the aspect ratio of the image and a uniform centre, and is clipped to the image. From "CutMix"
    (arXiv:1905.04899).
    """
    ratio_seed, permutation_seed, center_seed = tf.unstack(tf.random.split(seed, 3))
    permutation = _permutation(images, permutation_seed)
    sides = tf.shape(images)[1:3]
    size = tf.cast(tf.sqrt(1 - sample_beta(alpha, ratio_seed)) * tf.cast(sides, tf.float32), tf.int32)
    center = tf.cast(tf.random.stateless_uniform([2], center_seed) * tf.cast(sides, tf.float32), tf.int32)
    start = tf.maximum(center - size // 2, 0)
    stop = tf.minimum(center - size // 2 + size, sides)
    ones = tf.ones_like(permutation)[:, None]
    rows, columns = (interval_mask(start[i] * ones, (stop - start)[i] * ones, sides[i]) for i in (0, 1))
    ratio = 1 - tf.cast(tf.reduce_prod(stop - start), tf.float32) / tf.cast(tf.reduce_prod(sides), tf.float32)
    labels = ratio * labels + (1 - ratio) * tf.gather(labels, permutation)
    return paste(rows, columns, tf.gather(images, permutation), images), labels


def random_choice(*mixes: Mix) -> Mix:
    """Return a mix that applies one of these, chosen uniformly for each batch."""

    def mix(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        choice_seed, mix_seed = tf.unstack(tf.random.split(seed))
        index = tf.random.stateless_uniform((), choice_seed, 0, len(mixes), tf.int32)
        return tf.switch_case(index, [lambda each=each: each(images, labels, mix_seed) for each in mixes])

    return mix


def sample_beta(alpha: float, seed: tf.Tensor) -> tf.Tensor:
    """Sample one number from Beta(alpha, alpha)."""
    # In float32 both would often be 0 for a small alpha.
    one, other = tf.unstack(tf.random.stateless_gamma([2], seed, tf.constant(alpha, tf.float64), dtype=tf.float64))
    return tf.cast(one / (one + other), tf.float32)


def _permutation(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    return tf.random.experimental.stateless_shuffle(tf.range(tf.shape(images)[0]), seed)
