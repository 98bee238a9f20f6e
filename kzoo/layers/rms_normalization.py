"""Root mean square layer normalization (Zhang and Sennrich, 2019, arXiv:1910.07467)."""

import keras
from keras import ops

from kzoo._validation import PositiveFloat, check


@keras.saving.register_keras_serializable("kzoo")
class RMSNormalization(keras.layers.Layer):
    """Divide by the root mean square of the features, and scale.

    Squares, mean and root are computed in float32, and the scale is applied to the result in the compute dtype, as in
    LLaMA: Keras' own layer applies it before it rounds to bfloat16.

    Args:
        epsilon: added to the mean of the squares.
    """

    def __init__(self, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = check(None, "epsilon", PositiveFloat, epsilon)

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

    def call(self, x):
        wide = ops.cast(x, "float32")
        normalized = wide * ops.rsqrt(ops.mean(ops.square(wide), axis=-1, keepdims=True) + self.epsilon)
        return ops.cast(normalized, x.dtype) * ops.cast(self.scale, x.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
