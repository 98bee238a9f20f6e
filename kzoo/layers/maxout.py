"""Maxout (Goodfellow et al., 2013, arXiv:1302.4389)."""

import keras
from keras import ops

from kzoo._validation import PositiveInt, check


@keras.saving.register_keras_serializable("kzoo")
class Maxout(keras.layers.Dense):
    """Give for each unit the largest of several affine functions of the input: (batch, ..., features) to (..., units).

    Args:
        units: how many outputs.
        pieces: affine functions of each.
        **kwargs: as of `keras.layers.Dense`.
    """

    def __init__(self, units, pieces, **kwargs):
        units, pieces = check(None, "units", PositiveInt, units), check(None, "pieces", PositiveInt, pieces)
        super().__init__(units * pieces, **kwargs)
        self.pieces = pieces

    def call(self, inputs, training=None):
        affine = super().call(inputs, training=training)
        return ops.max(ops.reshape(affine, (*ops.shape(affine)[:-1], self.units // self.pieces, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units // self.pieces)

    def get_config(self):
        return {**super().get_config(), "units": self.units // self.pieces, "pieces": self.pieces}
