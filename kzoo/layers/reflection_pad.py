"""Reflection padding, as image translation uses it (Johnson et al., 2016, arXiv:1603.08155, section 3)."""

import keras
from keras import ops

from kzoo._validation import NonNegativeInt, check


@keras.saving.register_keras_serializable("kzoo")
class ReflectionPad(keras.layers.Layer):
    """Pad images (batch, height, width, channels) by mirroring them at their border, whose own row is not repeated.

    Args:
        padding: rows and columns on every side; less than the height and the width.
    """

    def __init__(self, padding, **kwargs):
        super().__init__(**kwargs)
        self.padding = check(None, "padding", NonNegativeInt, padding)

    def call(self, x):
        around = (self.padding, self.padding)
        return ops.pad(x, ((0, 0), around, around, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, *(side and side + 2 * self.padding for side in (height, width)), channels)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding}
