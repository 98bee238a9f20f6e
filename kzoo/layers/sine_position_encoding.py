"""Sinusoidal position encodings (Vaswani et al., 2017, arXiv:1706.03762, section 3.5)."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class SinePositionEncoding(keras.layers.Layer):
    """Add a sine and a cosine by turns, whose wavelengths grow from 2 pi to 20000 pi over the hidden dimension."""

    def call(self, x, start_index=0):
        """Add to embeddings (batch, length, hidden_dim) the encodings of the positions from `start_index` on."""
        length, hidden_dim = ops.shape(x)[1], x.shape[-1]
        frequencies = ops.exp(-math.log(10000.0) / hidden_dim * ops.arange(0, hidden_dim, 2, dtype="float32"))
        positions = ops.cast(ops.arange(length), "float32") + ops.cast(start_index, "float32")
        angles = positions[:, None] * frequencies
        encodings = ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1)
        return x + ops.cast(ops.reshape(encodings, (length, -1))[:, :hidden_dim], x.dtype)

    def compute_output_shape(self, x_shape):
        return x_shape
