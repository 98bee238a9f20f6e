"""A trained factor a channel, small at first (Touvron et al., 2021, arXiv:2103.17239)."""

import keras

from kzoo._validation import check


@keras.saving.register_keras_serializable("kzoo")
class LayerScale(keras.layers.Layer):
    """Multiply each channel by a factor of its own.

    Args:
        init_values: what all factors start from, such as 1e-6: a residual block then starts as nearly the identity.

    The class has the name, and the weight, of the one inside keras.applications' ConvNeXt, so that its files fit.
    """

    def __init__(self, init_values, **kwargs):
        super().__init__(**kwargs)
        self.init_values = check(None, "init_values", float, init_values)

    def build(self, input_shape):
        constant = keras.initializers.Constant(self.init_values)
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer=constant, name="gamma")

    def call(self, x):
        return x * self.gamma

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "init_values": self.init_values}
