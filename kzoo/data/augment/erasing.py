"""Take parts out of the images of a batch: (B, H, W, C) float32 in 0..255 and a seed of two integers give the same."""

import math

import tensorflow as tf

ATTEMPTS = 10


def random_erasing(
    images: tf.Tensor,
    seed: tf.Tensor,
    probability: float = 0.5,
    area: tuple[float, float] = (0.02, 0.4),
    aspect: float = 0.3,
) -> tf.Tensor:
    """Put noise, a random value for every pixel and channel, into a random rectangle of some images.

    `area` is a share of the image, `aspect` the least height to width, 1 / aspect the largest, as likely flat as tall.
    Of ten rectangles the first that fits is taken; if none does, the image stays whole. From "Random Erasing Data
    Augmentation" (arXiv:1708.04896).
    """
    count, height, width = tf.unstack(tf.shape(images)[:3])
    draw, noise = tf.unstack(tf.random.split(seed))
    draws = tf.random.stateless_uniform([count, ATTEMPTS + 1, 3], draw)
    sides = tf.cast([height, width], tf.float32)
    pixels = (area[0] + (area[1] - area[0]) * draws[:, :ATTEMPTS, 0]) * tf.reduce_prod(sides)
    aspects = tf.exp(math.log(aspect) * (2 * draws[:, :ATTEMPTS, 1] - 1))
    tried = tf.round(tf.sqrt(tf.stack([pixels * aspects, pixels / aspects], axis=-1)))  # (B, attempts, 2)
    fits = tf.reduce_all(tried <= sides, axis=-1)
    box = tf.gather(tried, tf.argmax(fits, axis=1), batch_dims=1)
    erased = tf.reduce_any(fits, axis=1) & (draws[:, ATTEMPTS, 0] < probability)
    box = tf.where(erased[:, None], tf.cast(box, tf.int32), 0)
    corner = tf.cast(tf.floor(draws[:, ATTEMPTS, 1:] * tf.cast([height, width] - box + 1, tf.float32)), tf.int32)
    values = tf.random.stateless_uniform(tf.shape(images), noise, 0, 255)
    return inside(span(corner[:, :1], box[:, :1], height), span(corner[:, 1:], box[:, 1:], width), values, images)


def grid_mask(
    images: tf.Tensor,
    seed: tf.Tensor,
    probability: float = 0.8,
    unit: tuple[float, float] = (96 / 224, 1.0),
    kept: float = 0.6,
) -> tf.Tensor:
    """Black out a grid of squares in some images.

    A square lies in every unit of a grid, `unit` of the shorter side of the image (from, to) in width; it leaves the
    share `kept` of the width of a unit, so 1 - (1 - kept)² of the image. From "GridMask Data Augmentation"
    (arXiv:2001.04086), there 96 to 224 pixels of 224, and with a probability that rises to 0.8 in training.
    """
    count, height, width = tf.unstack(tf.shape(images)[:3])
    draws = tf.random.stateless_uniform([count, 4], seed)
    period = (unit[0] + (unit[1] - unit[0]) * draws[:, :1]) * tf.cast(tf.minimum(height, width), tf.float32)
    hole = (1 - kept) * period
    rows = (tf.range(height, dtype=tf.float32) + draws[:, 1:2] * period) % period < hole
    columns = (tf.range(width, dtype=tf.float32) + draws[:, 2:3] * period) % period < hole
    return inside((draws[:, 3:] < probability) & rows, columns, tf.zeros_like(images), images)


def span(start: tf.Tensor, length: tf.Tensor, side: tf.Tensor) -> tf.Tensor:
    """Mark (B, side) what lies from `start` (B, 1) on for `length` (B, 1)."""
    places = tf.range(side)
    return (places >= start) & (places < start + length)


def inside(rows: tf.Tensor, columns: tf.Tensor, new: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Give `new` where the row (B, height) and the column (B, width) are marked, and `images` elsewhere."""
    shape, channels = tf.shape(images), images.shape[-1]
    # Channels beside columns: TensorFlow chooses between tensors of one shape five times as fast.
    marked = rows[:, :, None] & tf.repeat(columns, channels, axis=1)[:, None]
    flat = [tf.reshape(each, tf.stack([shape[0], shape[1], shape[2] * channels])) for each in (new, images)]
    return tf.ensure_shape(tf.reshape(tf.where(marked, *flat), shape), images.shape)
