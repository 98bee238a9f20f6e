"""The shortcut without weights of CIFAR's ResNets (He et al., 2015, arXiv:1512.03385, option A)."""

import keras
from keras import ops

from kzoo._validation import PositiveInt, check


@keras.saving.register_keras_serializable("kzoo")
class PadChannels(keras.layers.Layer):
    """Append maps of zeros until there are `filters`: (..., maps) becomes (..., filters)."""

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = check(None, "filters", PositiveInt, filters)

    def build(self, input_shape):
        if input_shape[-1] > self.filters:
            raise ValueError(f"filters={self.filters} is too few; the input has {input_shape[-1]} maps already")

    def call(self, x):
        missing = self.filters - x.shape[-1]
        return ops.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(0, missing)])

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}
