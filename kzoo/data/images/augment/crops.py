"""Random crops of training images.

A window is (top, left, height, width), int32 pixels of an image of `height` x `width`; the image is cropped to it while
it is read, and resized to the network's `size`. The seed is two integers.
"""

import math

import tensorflow as tf

ATTEMPTS = 10


def random_resized_crop(
    height: tf.Tensor,
    width: tf.Tensor,
    size: tuple[int, int],
    seed: tf.Tensor,
    area: tuple[float, float] = (0.08, 1.0),
    aspect: tuple[float, float] = (3 / 4, 4 / 3),
) -> tf.Tensor:
    """Return a window of 8 to 100 % of the area, uniform, and an aspect ratio (width to height) of 3/4 to 4/3.

    The aspect ratio is log-uniform. Of ten windows the first that fits in the image is taken; if none does, the largest
    central one whose aspect ratio is allowed. From "Going Deeper with Convolutions" (arXiv:1409.4842).
    """
    draws = tf.random.stateless_uniform([ATTEMPTS + 1, 2], seed)
    image_height, image_width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    pixels = image_height * image_width * _interpolate(*area, draws[:ATTEMPTS, 0])
    aspects = tf.exp(_interpolate(math.log(aspect[0]), math.log(aspect[1]), draws[:ATTEMPTS, 1]))
    heights, widths = tf.round(tf.sqrt(pixels / aspects)), tf.round(tf.sqrt(pixels * aspects))
    fits = tf.minimum(heights, widths) >= 1
    fits &= (heights <= image_height) & (widths <= image_width)
    first = tf.argmax(fits)

    def center_crop() -> tf.Tensor:
        allowed = tf.clip_by_value(image_width / image_height, *aspect)
        largest = tf.minimum(image_height, image_width / allowed), tf.minimum(image_height * allowed, image_width)
        return _window(height, width, *largest, (0.5, 0.5))

    found = tf.reduce_any(fits)
    return tf.cond(found, lambda: _window(height, width, heights[first], widths[first], draws[ATTEMPTS]), center_crop)


def scale_jitter_crop(
    height: tf.Tensor,
    width: tf.Tensor,
    size: tuple[int, int],
    seed: tf.Tensor,
    sides: tuple[int, int] = (256, 480),
) -> tf.Tensor:
    """Return a window of the network's size, anywhere in the image resized to a random shorter side (scale jittering).

    `sides` are the smallest and the largest for a network of 224 pixels; other sizes scale them.
    256 to 480 is from "Deep Residual Learning" (arXiv:1512.03385); 256 to 512 from VGG's paper (arXiv:1409.1556).
    """
    draws = tf.random.stateless_uniform([3], seed)
    side = _interpolate(*sides, draws[0])
    unit = tf.cast(tf.minimum(height, width), tf.float32) * 224 / side / min(size)
    return _window(height, width, size[0] * unit, size[1] * unit, draws[1:])


def fixed_scale_crop(
    height: tf.Tensor, width: tf.Tensor, size: tuple[int, int], seed: tf.Tensor, side: int = 256
) -> tf.Tensor:
    """Return a window of the network's size, anywhere in the central square of the image resized to `side`.

    `side` is for a network of 224 pixels; other sizes scale it. If the network's input is no square, the central region
    has its aspect ratio instead. From AlexNet's paper (doi:10.1145/3065386), section 4.1.
    """
    image_height, image_width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    unit = tf.minimum(image_height / size[0], image_width / size[1])
    center_crop = _window(height, width, size[0] * unit, size[1] * unit, (0.5, 0.5))
    share = 224 / side
    inside = _window(
        center_crop[2],
        center_crop[3],
        size[0] * unit * share,
        size[1] * unit * share,
        tf.random.stateless_uniform([2], seed),
    )
    return tf.concat([center_crop[:2] + inside[:2], inside[2:]], axis=0)


def _interpolate(low: float, high: float, share: tf.Tensor) -> tf.Tensor:
    return low + (high - low) * share


def _window(
    height: tf.Tensor,
    width: tf.Tensor,
    window_height: tf.Tensor,
    window_width: tf.Tensor,
    position: tf.Tensor | tuple[float, float],
) -> tf.Tensor:
    """Return a window, rounded to whole pixels, at a relative position (0 to 1) downwards and to the right."""
    sides = tf.stack([height, width])
    window = tf.clip_by_value(tf.cast(tf.round(tf.stack([window_height, window_width])), tf.int32), 1, sides)
    places = tf.cast(sides - window + 1, tf.float32)
    corner = tf.minimum(tf.cast(tf.floor(places * position), tf.int32), sides - window)
    return tf.concat([corner, window], axis=0)
