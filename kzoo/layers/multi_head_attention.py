"""Attention of several heads, without biases (Vaswani et al., 2017, arXiv:1706.03762, section 3.2)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class MultiHeadAttention(keras.layers.Layer):
    """Let each query gather what it finds in a memory, by several heads that share the width among them.

    Keras' own has biases where its heads are not taken apart, and cannot go on from earlier steps' keys and values.

    Args:
        heads: how many; they divide the width of the queries.

    Raises:
        ValueError: the width does not divide among the heads.
    """

    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, x_shape):
        width = x_shape[-1]
        if self.heads < 1 or width % self.heads:
            raise ValueError(f"heads={self.heads} does not divide a width of {width}; give a divisor of it")
        self.query, self.key, self.value, self.output_kernel = (
            self.add_weight(shape=(width, width), initializer="glorot_uniform", name=name)
            for name in ("query", "key", "value", "output")
        )

    def call(self, x, memory, visible):
        """Attend from x, (batch, queries, width), to a memory, (batch, places, width), where `visible` is true.

        `visible` is boolean and spreads to (batch, heads, queries, places).
        """
        return self.gather(x, *self.project(memory), visible)

    def project(self, memory):
        """Return the keys and values of a memory, (batch, heads, places, width of a head) each."""
        return self._split(ops.matmul(memory, self.key)), self._split(ops.matmul(memory, self.value))

    def weigh(self, x, keys, visible):
        """Return how much each query looks at each place, (batch, heads, queries, places): sums are 1."""
        queries = self._split(ops.matmul(x, self.query))
        scores = ops.einsum("bhqd,bhkd->bhqk", queries * (1 / queries.shape[-1] ** 0.5), keys)
        scores = ops.where(visible, ops.cast(scores, "float32"), -1e9)  # no infinity: a row may be hidden wholly
        return ops.softmax(scores, axis=-1)

    def gather(self, x, keys, values, visible):
        """Do what `call` does, with keys and values as `project` gives them."""
        weights = ops.cast(self.weigh(x, keys, visible), values.dtype)
        found = ops.einsum("bhqk,bhkd->bhqd", weights, values)
        return ops.matmul(ops.reshape(ops.swapaxes(found, 1, 2), ops.shape(x)), self.output_kernel)

    def _split(self, x):
        batch, places, width = ops.shape(x)
        # heads first, as the products want it: a cache of keys need not be laid out anew for each token
        return ops.swapaxes(ops.reshape(x, (batch, places, self.heads, width // self.heads)), 1, 2)

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        return {**super().get_config(), "heads": self.heads}
