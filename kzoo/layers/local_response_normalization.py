"""Local response normalisation (Krizhevsky, Sutskever & Hinton, 2012, section 3.3)."""

import keras
import tensorflow as tf
from keras import ops

from kzoo._validation import NonNegativeFloat, Odd, PositiveFloat, check


@keras.saving.register_keras_serializable("kzoo")
class LocalResponseNormalization(keras.layers.Layer):
    """Divide each activation by (bias + alpha * sum of squares over `size` neighbouring maps) ** beta.

    Args:
        size: number of maps in the sum, the activation's own in their middle: odd.
        bias, alpha, beta: the constants k, alpha and beta of the paper, which are the defaults.

    Alpha multiplies the sum, as in the paper. Caffe and torch multiply the mean: their alpha is `size` times ours.

    Raises:
        ValueError: `size` is not an odd number, or a constant is out of range.
    """

    def __init__(self, size=5, bias=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        self.size = check(None, "size", Odd, size)
        self.bias = check(None, "bias", PositiveFloat, bias)
        self.alpha = check(None, "alpha", NonNegativeFloat, alpha)
        self.beta = check(None, "beta", NonNegativeFloat, beta)

    def call(self, x):
        # the kernel runs in float32 on CPUs; in bfloat16 the small alpha would be lost beside k anyway
        normalised = tf.nn.local_response_normalization(
            ops.cast(x, "float32"), depth_radius=self.size // 2, bias=self.bias, alpha=self.alpha, beta=self.beta
        )
        return ops.cast(normalised, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "size": self.size,
            "bias": self.bias,
            "alpha": self.alpha,
            "beta": self.beta,
        }
