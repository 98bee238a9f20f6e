"""Mix the images of a batch with one another, and their labels with them.

images (B, H, W, C) float32, labels (B, classes) float32 and a seed of two integers give the same. Every image is mixed
with that of another place in the batch, in one proportion for the batch, as in the papers' public code.
"""

from collections.abc import Callable

import tensorflow as tf

from kzoo.data.augment.erasing import inside, span

Mix = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def mixup(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, alpha: float = 0.2) -> tuple[tf.Tensor, tf.Tensor]:
    """Blend each image, and its label, with another in the proportion Beta(alpha, alpha).

    From "mixup: Beyond Empirical Risk Minimization" (arXiv:1710.09412), there alpha 0.2 for ImageNet, 1 for CIFAR.
    """
    draw, order = tf.unstack(tf.random.split(seed))
    others = _others(images, order)
    share = beta(alpha, draw)
    return tuple(share * each + (1 - share) * tf.gather(each, others) for each in (images, labels))


def cutmix(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, alpha: float = 1.0) -> tuple[tf.Tensor, tf.Tensor]:
    """Put a rectangle of another image into each, of an area of about Beta(alpha, alpha); labels by the area there is.

    The rectangle, of the aspect of the image, has its centre anywhere, and what of it is outside is cut off. From
    "CutMix" (arXiv:1905.04899).
    """
    draw, order, place = tf.unstack(tf.random.split(seed, 3))
    others = _others(images, order)
    sides = tf.shape(images)[1:3]
    wanted = tf.cast(tf.sqrt(1 - beta(alpha, draw)) * tf.cast(sides, tf.float32), tf.int32)
    centre = tf.cast(tf.random.stateless_uniform([2], place) * tf.cast(sides, tf.float32), tf.int32)
    start = tf.maximum(centre - wanted // 2, 0)
    stop = tf.minimum(centre - wanted // 2 + wanted, sides)
    every = tf.ones_like(others)[:, None]
    rows, columns = (span(start[i] * every, (stop - start)[i] * every, sides[i]) for i in (0, 1))
    share = 1 - tf.cast(tf.reduce_prod(stop - start), tf.float32) / tf.cast(tf.reduce_prod(sides), tf.float32)
    labels = share * labels + (1 - share) * tf.gather(labels, others)
    return inside(rows, columns, tf.gather(images, others), images), labels


def one_of(*mixes: Mix) -> Mix:
    """Make a mix that is one of these, as likely each, for a batch."""

    def mix(images, labels, seed):
        choice, own = tf.unstack(tf.random.split(seed))
        index = tf.random.stateless_uniform((), choice, 0, len(mixes), tf.int32)
        return tf.switch_case(index, [lambda each=each: each(images, labels, own) for each in mixes])

    return mix


def beta(alpha: float, seed: tf.Tensor) -> tf.Tensor:
    """Draw one number from Beta(alpha, alpha)."""
    # In float32 both would often be 0 for a small alpha.
    one, other = tf.unstack(tf.random.stateless_gamma([2], seed, tf.constant(alpha, tf.float64), dtype=tf.float64))
    return tf.cast(one / (one + other), tf.float32)


def _others(images, seed):
    return tf.random.experimental.stateless_shuffle(tf.range(tf.shape(images)[0]), seed)
