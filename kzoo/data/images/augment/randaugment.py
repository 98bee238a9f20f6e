"""RandAugment (Cubuk et al., 2019, arXiv:1909.13719) with a seed.

The layers of keras_cv have stateful generators: in a parallel map their order is not deterministic, and a resumed run
starts anew. Here an image is a function of its seed. Operations and magnitudes are what timm calls
rand-m9-mstd0.5-inc1, of ConvNeXt's recipe; each equals Pillow's.

An operation takes an image (H, W, C) float32 in 0..255, a level in 0..1 and a sign, -1 or 1.
"""

from collections.abc import Callable, Sequence
from functools import partial

import tensorflow as tf

from kzoo.data.images.augment.color import luminance
from kzoo.data.images.augment.geometry import affine, warp

Operation = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
FILL = 128.0  # of pixels from outside of the image, as in the paper's code


def rand_augment(
    image: tf.Tensor,
    seed: tf.Tensor,
    num_ops: int = 2,
    magnitude: float = 9,
    magnitude_std: float = 0.5,
    probability: float = 0.5,
) -> tf.Tensor:
    """Apply `num_ops` random operations, each with a probability, to an image (H, W, C) float32 in 0..255.

    `magnitude` is of 10; that of each operation is normal around it, with `magnitude_std`. Raises ValueError for images
    of neither 1 nor 3 channels.
    """
    luminance(image)  # raises
    operations = (*OPERATIONS.values(), lambda image, level, sign: image)
    for op_seed in tf.unstack(tf.random.split(seed, num_ops)):
        choice_seed, magnitude_seed = tf.unstack(tf.random.split(op_seed))
        uniform = tf.random.stateless_uniform([3], choice_seed)
        index = tf.cast(uniform[0] * len(OPERATIONS), tf.int32)
        index = tf.where(uniform[1] < probability, index, len(OPERATIONS))
        sign = tf.sign(uniform[2] - 0.5)
        level = tf.clip_by_value(magnitude + magnitude_std * tf.random.stateless_normal((), magnitude_seed), 0, 10) / 10
        image = tf.switch_case(
            index, [partial(operation, image, level, sign) for operation in operations], name="operation"
        )
    return image


def autocontrast(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Stretch each channel to 0..255."""
    low, high = tf.reduce_min(image, axis=(0, 1)), tf.reduce_max(image, axis=(0, 1))
    return tf.where(high > low, (image - low) * tf.math.divide_no_nan(255.0, high - low), image)


def equalize(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Equalize the histogram of each channel."""
    channels = image.shape[-1]
    index = tf.cast(tf.round(image), tf.int32) + 256 * tf.range(channels)
    histogram = tf.math.bincount(tf.reshape(index, [-1]), minlength=256 * channels, maxlength=256 * channels)
    histogram = tf.reshape(histogram, [channels, 256])
    last = tf.reduce_max(tf.where(histogram > 0, tf.range(256), 0), axis=1)
    step = (tf.reduce_sum(histogram, axis=1) - tf.gather(histogram, last, batch_dims=1)) // 255
    below = tf.cumsum(histogram, axis=1, exclusive=True)
    spread = tf.minimum((below + step[:, None] // 2) // tf.maximum(step[:, None], 1), 255)
    table = tf.where(step[:, None] > 0, spread, tf.range(256))
    equal = tf.cast(tf.gather(tf.reshape(table, [-1]), index), tf.float32)
    return tf.where(step > 0, equal, image)


def invert(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Invert all pixels."""
    return 255 - image


def posterize(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Keep 4 down to 0 bits of each pixel."""
    lost = tf.pow(2.0, 4 + tf.floor(4 * level))
    return tf.floor(image / lost) * lost


def solarize(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Invert pixels from a threshold of 256 down to 0 on."""
    return tf.where(image < 256 - tf.floor(256 * level), image, 255 - image)


def solarize_add(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Add up to 110 to dark pixels."""
    return tf.where(image < 128, tf.minimum(image + tf.floor(110 * level), 255), image)


def _blend(
    degenerate: Callable[[tf.Tensor], tf.Tensor], image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor
) -> tf.Tensor:
    factor = 1 + 0.9 * level * sign
    return tf.clip_by_value(factor * image + (1 - factor) * degenerate(image), 0, 255)


def _smoothed(image: tf.Tensor) -> tf.Tensor:
    """Apply Pillow's SMOOTH filter, which leaves the edge as it is."""
    kernel = tf.constant([[1, 1, 1], [1, 5, 1], [1, 1, 1]], tf.float32) / 13
    kernel = tf.tile(kernel[:, :, None, None], [1, 1, image.shape[-1], 1])
    inner = tf.nn.depthwise_conv2d(image[None], kernel, [1, 1, 1, 1], "VALID")[0]
    height, width = tf.unstack(tf.shape(image)[:2])
    rows, columns = tf.range(height), tf.range(width)
    inside = ((rows > 0) & (rows < height - 1))[:, None] & ((columns > 0) & (columns < width - 1))
    return tf.where(inside[..., None], tf.pad(inner, [[1, 1], [1, 1], [0, 0]]), image)


def _transform(image: tf.Tensor, row: Sequence[tf.Tensor | float]) -> tf.Tensor:
    return warp(image[None], tf.stack([tf.cast(each, tf.float32) for each in row])[None], FILL)[0]


def rotate(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Rotate by up to 30 degrees about the centre."""
    height, width = tf.unstack(tf.cast(tf.shape(image)[:2], tf.float32))
    angle = 0.5235988 * level * sign
    identity = tf.ones([1, 2]), tf.zeros([1, 2])
    return warp(image[None], affine(angle[None], tf.zeros([1]), *identity, height, width), FILL)[0]


def shear_x(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Shear horizontally by up to 0.3."""
    slope = 0.3 * level * sign
    return _transform(image, (1, slope, slope / 2, 0, 1, 0, 0, 0))


def shear_y(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Shear vertically by up to 0.3."""
    slope = 0.3 * level * sign
    return _transform(image, (1, 0, 0, slope, 1, slope / 2, 0, 0))


def translate_x(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Translate by up to 0.45 of the width."""
    return _transform(image, (1, 0, 0.45 * level * sign * tf.cast(tf.shape(image)[1], tf.float32), 0, 1, 0, 0, 0))


def translate_y(image: tf.Tensor, level: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Translate by up to 0.45 of the height."""
    return _transform(image, (1, 0, 0, 0, 1, 0.45 * level * sign * tf.cast(tf.shape(image)[0], tf.float32), 0, 0))


OPERATIONS: dict[str, Operation] = {
    "autocontrast": autocontrast,
    "equalize": equalize,
    "invert": invert,
    "rotate": rotate,
    "posterize": posterize,
    "solarize": solarize,
    "solarize_add": solarize_add,
    "color": partial(_blend, luminance),
    "contrast": partial(_blend, lambda image: tf.floor(tf.reduce_mean(luminance(image)) + 0.5)),
    "brightness": partial(_blend, tf.zeros_like),
    "sharpness": partial(_blend, _smoothed),
    "shear_x": shear_x,
    "shear_y": shear_y,
    "translate_x": translate_x,
    "translate_y": translate_y,
}
