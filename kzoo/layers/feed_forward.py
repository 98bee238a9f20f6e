"""The feed-forward networks of language models, plain or gated."""

import keras
from keras import ops

from kzoo._validation import PositiveInt, check
from kzoo.layers.projection import projection


def gelu_tanh(x):
    """Return GELU by the approximation with tanh (Hendrycks and Gimpel, 2016, arXiv:1606.08415), GPT's."""
    return ops.gelu(x, approximate=True)


def gelu(x):
    """Return exact GELU, BERT's."""
    return ops.gelu(x, approximate=False)


ACTIVATIONS = {"gelu": gelu, "gelu_tanh": gelu_tanh, "relu": ops.relu, "silu": ops.silu}


@keras.saving.register_keras_serializable("kzoo")
class FeedForward(keras.layers.Layer):
    """Two dense layers with an activation between them; or three, of which one is a gate (SwiGLU).

    Gated, it is down(activation(gate(x)) * up(x)) (Shazeer, 2020, arXiv:2002.05202), else down(activation(up(x))).

    Args:
        intermediate_dim: units of the inner layers.
        activation: "gelu", "gelu_tanh", "relu" or "silu".
        gated: whether there is a gate.
        use_bias: whether the layers have biases.
        kernel_initializer: of the inner layers; output_initializer: of the last one.

    Raises:
        ValueError: an argument is out of range or unknown.
    """

    def __init__(
        self,
        intermediate_dim,
        activation="gelu_tanh",
        gated=False,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        output_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.intermediate_dim = check(None, "intermediate_dim", PositiveInt, intermediate_dim)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation={activation!r} is unknown; accepted: {', '.join(ACTIVATIONS)}")
        self.activation, self.gated, self.use_bias = activation, gated, use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.output_initializer = keras.initializers.get(output_initializer)

    def build(self, x_shape):
        inner = (*x_shape[:-1], self.intermediate_dim)
        if self.gated:
            self.gate_dense = projection(self, self.intermediate_dim, "gate", x_shape, self.kernel_initializer)
        self.up_dense = projection(self, self.intermediate_dim, "up", x_shape, self.kernel_initializer)
        self.down_dense = projection(self, x_shape[-1], "down", inner, self.output_initializer)

    def call(self, x):
        activate = ACTIVATIONS[self.activation]
        inner = activate(self.gate_dense(x)) * self.up_dense(x) if self.gated else activate(self.up_dense(x))
        return self.down_dense(inner)

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        names = ("intermediate_dim", "activation", "gated", "use_bias")
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in names},
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "output_initializer": keras.initializers.serialize(self.output_initializer),
        }
