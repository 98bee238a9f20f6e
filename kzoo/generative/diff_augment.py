"""Differentiable augmentation of what a discriminator sees (DiffAugment: Zhao et al., 2020, arXiv:2006.10738)."""

from __future__ import annotations

import tensorflow as tf

from kzoo.data.augment.erasing import inside, span


class DiffAugment:
    """Shift each image and cut a square out of it, real and made ones alike, with gradients for the generator.

    A discriminator that sees a small data set so does not learn its images by heart, and a generator does not learn to
    shift and cut, as it would if only the real images were augmented.

    Args:
        translation: largest shift, as a share of the side.
        cutout: side of the square, as a share of the image's; its centre may lie anywhere.
        fill: value of the pixels that move in or are cut out; 0 in the authors' code, grey.

    Raises:
        ValueError: a share does not lie in 0..1.
    """

    draws = 4  # numbers that an image needs

    def __init__(self, translation: float = 1 / 8, cutout: float = 1 / 2, fill: float = 0.0):
        for name, share in {"translation": translation, "cutout": cutout}.items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name}={share} does not work; accepted are shares of the side, from 0 to 1")
        self.translation, self.cutout, self.fill = translation, cutout, fill

    def __call__(self, images: tf.Tensor, draws: tf.Tensor) -> tf.Tensor:
        """Return the images, (batch, height, width, channels), as the discriminator sees them.

        Args:
            draws: uniform in 0..1, (batch, 4).
        """
        marked = []
        for axis in (1, 2):
            side = images.shape[axis]
            images = self._shift(images, axis, draws[:, axis - 1])
            size = round(side * self.cutout)
            centre = _whole(draws[:, axis + 1], side + 1 - size % 2)
            marked.append(span(centre[:, None] - size // 2, size, side))
        return inside(*marked, tf.fill(tf.shape(images), tf.cast(self.fill, images.dtype)), images)

    def _shift(self, images, axis, draws):
        side = images.shape[axis]
        most = round(side * self.translation)
        around = [[0, 0]] * 4
        around[axis] = [most, most]
        padded = tf.pad(images, around, constant_values=self.fill)
        places = _whole(draws, 2 * most + 1)[:, None] + tf.range(side)
        return tf.ensure_shape(tf.gather(padded, places, axis=axis, batch_dims=1), images.shape)


def _whole(draws, below):
    """Turn uniform numbers in 0..1 into whole ones from 0 to below `below`."""
    return tf.cast(draws * below, tf.int32)
