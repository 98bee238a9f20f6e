"""The representation of a whole text in a decoder: that of its last token."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class LastToken(keras.layers.Layer):
    """Take the features of the last token of each text, on whichever side its padding is."""

    def call(self, x, padding_mask):
        """Return (batch, features), given x (batch, length, features) and a padding mask (batch, length)."""
        positions = ops.arange(ops.shape(padding_mask)[1], dtype="int32")
        last = ops.max(ops.where(ops.cast(padding_mask, "bool"), positions, 0), axis=1)
        return ops.take_along_axis(x, last[:, None, None], axis=1)[:, 0]

    def compute_output_spec(self, x, padding_mask):
        return keras.KerasTensor((x.shape[0], x.shape[2]), x.dtype)
