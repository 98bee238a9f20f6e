"""Choose the part of an image that a network is trained on.

A window is (top, left, height, width), int32 pixels of an image of `height` x `width`; it is cut out while the image is
read and resized to the network's `size`. The seed is two integers.
"""

import math

import tensorflow as tf

ATTEMPTS = 10


def random_resized(
    height: tf.Tensor,
    width: tf.Tensor,
    size: tuple[int, int],
    seed: tf.Tensor,
    area: tuple[float, float] = (0.08, 1.0),
    aspect: tuple[float, float] = (3 / 4, 4 / 3),
) -> tf.Tensor:
    """Choose a window of 8 to 100 % of the area, evenly, and of an aspect (width to height) of 3/4 to 4/3.

    The aspect is as likely narrow as wide. Of ten windows the first that fits in the image is taken; if none does, the
    largest in the middle of which the aspect is allowed. From "Going Deeper with Convolutions" (arXiv:1409.4842).
    """
    draws = tf.random.stateless_uniform([ATTEMPTS + 1, 2], seed)
    full_height, full_width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    pixels = full_height * full_width * _between(*area, draws[:ATTEMPTS, 0])
    aspects = tf.exp(_between(*map(math.log, aspect), draws[:ATTEMPTS, 1]))
    heights, widths = tf.round(tf.sqrt(pixels / aspects)), tf.round(tf.sqrt(pixels * aspects))
    fits = tf.minimum(heights, widths) >= 1
    fits &= (heights <= full_height) & (widths <= full_width)
    first = tf.argmax(fits)

    def middle():
        allowed = tf.clip_by_value(full_width / full_height, *aspect)
        largest = tf.minimum(full_height, full_width / allowed), tf.minimum(full_height * allowed, full_width)
        return _place(height, width, *largest, (0.5, 0.5))

    found = tf.reduce_any(fits)
    return tf.cond(found, lambda: _place(height, width, heights[first], widths[first], draws[ATTEMPTS]), middle)


def scale_jitter(
    height: tf.Tensor,
    width: tf.Tensor,
    size: tuple[int, int],
    seed: tf.Tensor,
    sides: tuple[int, int] = (256, 480),
) -> tf.Tensor:
    """Choose a window of the size of the network, anywhere in the image resized to a random shorter side.

    `sides` are the least and the largest side for a network of 224 pixels; other networks get others in proportion.
    256 to 480 is from "Deep Residual Learning" (arXiv:1512.03385); 256 to 512 from VGG's paper (arXiv:1409.1556).
    """
    draws = tf.random.stateless_uniform([3], seed)
    side = _between(*map(float, sides), draws[0])
    unit = tf.cast(tf.minimum(height, width), tf.float32) * 224 / side / min(size)
    return _place(height, width, size[0] * unit, size[1] * unit, draws[1:])


def fixed_scale(
    height: tf.Tensor, width: tf.Tensor, size: tuple[int, int], seed: tf.Tensor, side: int = 256
) -> tf.Tensor:
    """Choose a window of the size of the network, anywhere in the middle square of the image resized to `side`.

    `side` is for a network of 224 pixels; other networks get another in proportion, and what is a square for a square
    network has the aspect of others. From AlexNet's paper (doi:10.1145/3065386), section 4.1.
    """
    full_height, full_width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    unit = tf.minimum(full_height / size[0], full_width / size[1])
    middle = _place(height, width, size[0] * unit, size[1] * unit, (0.5, 0.5))
    share = 224 / side
    inside = _place(
        middle[2],
        middle[3],
        size[0] * unit * share,
        size[1] * unit * share,
        tf.random.stateless_uniform([2], seed),
    )
    return tf.concat([middle[:2] + inside[:2], inside[2:]], axis=0)


def _between(low, high, share):
    return low + (high - low) * share


def _place(height, width, window_height, window_width, shares):
    """Put a window, rounded to whole pixels, at these shares (0 up to 1) of the room it has, downwards and right."""
    sides = tf.stack([height, width])
    window = tf.clip_by_value(tf.cast(tf.round(tf.stack([window_height, window_width])), tf.int32), 1, sides)
    places = tf.cast(sides - window + 1, tf.float32)
    corner = tf.minimum(tf.cast(tf.floor(places * shares), tf.int32), sides - window)
    return tf.concat([corner, window], axis=0)
