"""Where a vector stands in a sequence, as waves (Vaswani et al., 2017, arXiv:1706.03762, section 3.5)."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class SinusoidalPositions(keras.layers.Layer):
    """Add a sine and a cosine by turns, whose wavelengths grow from 2 pi to 20000 pi over the width."""

    def call(self, x, start=0):
        """Add to (batch, length, width) the waves of the places from `start` on."""
        length, width = ops.shape(x)[1], x.shape[-1]
        rates = ops.exp(-math.log(10000.0) / width * ops.arange(0, width, 2, dtype="float32"))
        places = ops.cast(ops.arange(length), "float32") + ops.cast(start, "float32")
        angles = places[:, None] * rates
        waves = ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (length, -1))[:, :width]
        return x + ops.cast(waves, x.dtype)

    def compute_output_shape(self, x_shape):
        return x_shape
