"""From raw images of any size to a network's input, in one layer: the same in training and in a SavedModel."""

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable("kzoo")
class Preprocessor(keras.layers.Layer):
    """Bring raw images to a network's size and channels, then to (pixel - mean) / std.

    An image that has the network's size already is left as it is. Another one is cropped centrally, keeping its aspect,
    to `crop` of its shorter side and resized (bilinear, antialiased); or, where `pad` is given, fitted inside that many
    pixels of background (28x28 digits into the 32x32 of LeNet-5). Grey becomes three equal channels, and colour
    becomes luminance, where the network wants it; alpha is dropped.

    Args:
        size: (height, width) of the network's input, pixels.
        channels: 1 or 3, of the network's input.
        mean, std, bgr, crop, pad: as in `kzoo.registry.Preprocessing`.

    Takes (batch, height, width, channels) or one image (height, width, channels), uint8 or float in 0..255, and
    returns float32.
    """

    def __init__(self, size, channels, mean=(0.0,), std=(1.0,), bgr=False, crop=0.875, pad=0, **kwargs):
        kwargs.setdefault("dtype", "float32")
        # raw images stay as they are on the way in: uint8, or sums of bytes that bfloat16 would round
        super().__init__(trainable=False, autocast=False, **kwargs)
        self.size, self.channels = tuple(size), channels
        self.mean, self.std, self.bgr, self.crop, self.pad = tuple(mean), tuple(std), bgr, crop, pad

    @classmethod
    def of(cls, preprocessing, input_shape):
        """Make the layer for a `Preprocessing` row and an input shape (height, width, channels)."""
        row = {key: getattr(preprocessing, key) for key in ("mean", "std", "bgr", "crop", "pad")}
        return cls(input_shape[:2], input_shape[2], **row)

    def call(self, images):
        return self.normalize(self.resize(images))

    def resize(self, images):
        """Bring images to the network's size and channels; float32, still in 0..255."""
        # Bytes stay bytes until they are fewer: as float32 a photograph of 100 megapixels takes more than a gigabyte.
        images = tf.convert_to_tensor(images)
        images = images if images.dtype == tf.uint8 else tf.cast(images, tf.float32)
        if tuple(images.shape[-3:-1]) == self.size:
            return self.recolour(tf.cast(images, tf.float32))
        # whole numbers throughout: a graph may round 52.5 otherwise than eager execution
        height, width = tf.unstack(tf.shape(images, tf.int64)[-3:-1])
        fits = tf.logical_and(tf.equal(height, self.size[0]), tf.equal(width, self.size[1]))
        change = self._pad if self.pad else self._crop
        resized = tf.cond(
            fits, lambda: tf.cast(images, tf.float32), lambda: tf.cast(change(images, height, width), tf.float32)
        )
        resized.set_shape((*images.shape[:-3], *self.size, images.shape[-1]))
        return self.recolour(resized)

    def normalize(self, images):
        """Map the pixels of 0..255 to what the network was trained on."""
        if self.bgr and self.channels == 3:
            images = tf.reverse(images, [-1])
        # A row of pixels at a time: TensorFlow broadcasts along three channels six times slower.
        shape, width = tf.shape(images), images.shape[-2] or tf.shape(images)[-2]
        rows = tf.reshape(images, tf.concat([shape[:-2], [width * shape[-1]]], axis=0))
        numbers = (tf.cast(by_channel(each, self.channels), rows.dtype) for each in (self.mean, self.std))
        mean, std = (tf.tile(each, [width]) for each in numbers)
        return tf.ensure_shape(tf.reshape((rows - mean) / std, shape), images.shape)

    def denormalize(self, images):
        """Undo `normalize`: bring a network's inputs back to 0..255."""
        images = images * by_channel(self.std, self.channels) + by_channel(self.mean, self.channels)
        return images[..., ::-1] if self.bgr and self.channels == 3 else images

    def to_uint8(self, images):
        """Convert a network's input images, or images that a network generates in the same range, to uint8."""
        raw = self.denormalize(tf.cast(images, tf.float32))
        return tf.cast(tf.round(tf.clip_by_value(raw, 0.0, 255.0)), tf.uint8)

    def recolour(self, images):
        """Bring images, (..., channels), to the network's channels; a float32 tensor."""
        given = images.shape[-1]
        if given == self.channels:
            return images
        if self.channels == 1:
            return images[..., :1] if given == 2 else tf.image.rgb_to_grayscale(images[..., :3])
        return tf.image.grayscale_to_rgb(images[..., :1]) if given in (1, 2) else images[..., :3]

    def _crop(self, images, height, width):
        share = round(1000 * self.crop)
        scale = share * tf.minimum(height * self.size[1], width * self.size[0])  # of the largest crop of this aspect
        crop_height = tf.maximum(_divide(scale, 1000 * self.size[1]), 1)
        crop_width = tf.maximum(_divide(scale, 1000 * self.size[0]), 1)
        top, left = (height - crop_height) // 2, (width - crop_width) // 2
        cropped = images[..., top : top + crop_height, left : left + crop_width, :]
        return tf.image.resize(cropped, self.size, antialias=True)

    def _pad(self, images, height, width):
        inner_height, inner_width = (side - 2 * self.pad for side in self.size)
        fitted_height = tf.clip_by_value(_divide(height * inner_width, width), 1, inner_height)
        fitted_width = tf.clip_by_value(_divide(width * inner_height, height), 1, inner_width)
        fitted = tf.image.resize(images, tf.cast([fitted_height, fitted_width], tf.int32), antialias=True)
        top, left = (self.size[0] - fitted_height) // 2, (self.size[1] - fitted_width) // 2
        return tf.image.pad_to_bounding_box(fitted, tf.cast(top, tf.int32), tf.cast(left, tf.int32), *self.size)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-3], *self.size, self.channels)

    def get_config(self):
        own = {key: getattr(self, key) for key in ("size", "channels", "mean", "std", "bgr", "crop", "pad")}
        config = {**super().get_config(), **own}
        del config["trainable"]
        return config


def normalize(images, mean, std, bgr=False):
    """Map float images (..., channels), arrays or tensors, to (pixel - mean) / std; new ones, of the same kind."""
    channels = images.shape[-1]
    if bgr and channels == 3:
        images = images[..., ::-1]
    return (images - by_channel(mean, channels)) / by_channel(std, channels)


def by_channel(values, channels):
    """Return a number for each channel; where there are other channels than numbers, all have the numbers' mean."""
    values = np.asarray(values, "float32")
    values = values if len(values) in (1, channels) else values.mean(keepdims=True)
    return np.broadcast_to(values, channels)


def _divide(a, b):
    """Divide whole numbers, rounding to the nearest."""
    return (2 * a + b) // (2 * b)
