"""Zeros around an image such that windows with stride 2 halve it, whatever its size."""

import keras
import tensorflow as tf
from keras import ops

from kzoo._validation import Odd, check


@keras.saving.register_keras_serializable("kzoo")
class HalvingPad(keras.layers.Layer):
    """Pad for windows of an odd `size` and stride 2: to the same places as padding="same", but with real zeros.

    Pooling with padding="same" ignores what is outside of the image; after these zeros it counts them. How many they
    are depends on whether a side is even, which for images of any size is known only when they come.
    """

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = check(None, "size", Odd, size)

    def call(self, inputs):
        (top, bottom), (left, right) = map(self._zeros, ops.shape(inputs)[1:3])
        return tf.pad(inputs, [[0, 0], [top, bottom], [left, right], [0, 0]])

    def _zeros(self, side):
        """Return how many zeros go before and after a side: one more after it if the side is even."""
        half = self.size // 2
        return half - 1 + side % 2, half

    def compute_output_shape(self, input_shape):
        batch, *sides, channels = input_shape
        return (batch, *(side if side is None else side + sum(self._zeros(side)) for side in sides), channels)

    def get_config(self):
        return {**super().get_config(), "size": self.size}
