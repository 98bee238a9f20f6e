"""Geometric transforms of a batch (B, H, W, C) float32 in 0..255, functions of a seed of two integers."""

import math
from typing import Literal

import tensorflow as tf

# Within these a digit keeps its class; it does not when flipped.
ROTATION = math.radians(10)  # up to, either way
SHEAR = 0.15  # up to, either way, in pixels to the side per pixel down
SCALE = 0.1  # up to, more or less, for each axis by itself
SHIFT = 0.08  # up to, either way, of the side


def handwriting(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Apply a small random affine transform to each image: rotation, shear, scale and shift.

    images: (B, H, W, C) float32; seed: two integers. Pixels from outside of the image are black.
    """
    factors = tf.random.stateless_uniform([tf.shape(images)[0], 6], seed, -1, 1)
    height, width = tf.unstack(tf.cast(tf.shape(images)[1:3], tf.float32))
    transforms = affine(
        angle=ROTATION * factors[:, 0],
        shear=SHEAR * factors[:, 1],
        scale=1 + SCALE * factors[:, 2:4],
        shift=SHIFT * factors[:, 4:6] * [width, height],
        height=height,
        width=width,
    )
    return warp(images, transforms)


def random_flip(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Flip each image horizontally with a probability of 0.5."""
    flipped = tf.random.stateless_uniform([tf.shape(images)[0]], seed) < 0.5
    # TensorFlow reverses rows of three channels, and selects whole images, 15 times as fast.
    rows = tf.reshape(images, tf.concat([[-1], tf.shape(images)[2:]], axis=0))
    mirrored = tf.reshape(tf.reverse(rows, [1]), tf.shape(images))
    return tf.ensure_shape(tf.compat.v1.where(flipped, mirrored, images), images.shape)


def pad_and_crop(
    images: tf.Tensor, seed: tf.Tensor, padding: int = 4, mode: Literal["constant", "reflect"] = "constant"
) -> tf.Tensor:
    """Pad each image with zeros, or by reflection, and crop it randomly to its size: a shift of up to `padding` pixels.

    As for CIFAR in "Deep Residual Learning" (arXiv:1512.03385, section 4.2), where zero is the mean colour of images
    that are normalized before, and, with reflection, in the code of "Wide Residual Networks" (arXiv:1605.07146).
    """
    count, height, width = tf.unstack(tf.shape(images)[:3])
    paddings = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    padded = tf.pad(images, paddings, mode)
    corner = tf.random.stateless_uniform([count, 2], seed, 0, 2 * padding + 1, tf.int32)
    rows = corner[:, :1] + tf.range(height)
    columns = corner[:, 1:] + tf.range(width)
    shifted = tf.gather(tf.gather(padded, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)
    return tf.ensure_shape(shifted, images.shape)


def affine(
    angle: tf.Tensor, shear: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, height: tf.Tensor, width: tf.Tensor
) -> tf.Tensor:
    """Return (B, 8) projective transforms that scale, shear, rotate and shift an image about its centre, in that order.

    angle (B,), clockwise as seen, in radians; shear (B,); scale (B, 2) and shift (B, 2) as x, y; shift, height and
    width in pixels. As `warp` takes them, the transforms map output to input coordinates.
    """
    cos, sin = tf.cos(angle), tf.sin(angle)
    # The inverse of rotation @ shear @ scale, with rows for x and y.
    xx, xy = (cos + shear * sin) / scale[:, 0], (sin - shear * cos) / scale[:, 0]
    yx, yy = -sin / scale[:, 1], cos / scale[:, 1]
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    from_x, from_y = centre_x + shift[:, 0], centre_y + shift[:, 1]
    x = centre_x - xx * from_x - xy * from_y
    y = centre_y - yx * from_x - yy * from_y
    zero = tf.zeros_like(xx)
    return tf.stack([xx, xy, x, yx, yy, y, zero, zero], axis=1)


def warp(images: tf.Tensor, transforms: tf.Tensor, fill: float = 0.0) -> tf.Tensor:
    """Transform each image of (B, H, W, C) by its row of (B, 8) `transforms`, with bilinear interpolation.

    Pixels from outside of the image have the value `fill`.
    """
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.shape(images)[1:3],
        fill_value=fill,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
    return tf.ensure_shape(moved, images.shape)  # the op loses the static height and width
