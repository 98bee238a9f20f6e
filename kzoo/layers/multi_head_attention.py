"""Multi-head attention without biases (Vaswani et al., 2017, arXiv:1706.03762, section 3.2)."""

import keras
from keras import ops

from kzoo._validation import PositiveInt, check


@keras.saving.register_keras_serializable("kzoo")
class MultiHeadAttention(keras.layers.Layer):
    """Let queries attend to a sequence, by several heads that share its hidden dimension among them.

    Keras' own layer has a bias in each projection and no key-value cache.

    Args:
        num_heads: how many; they divide the hidden dimension.

    Raises:
        ValueError: the hidden dimension does not divide among the heads.
    """

    def __init__(self, num_heads, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = check(None, "num_heads", PositiveInt, num_heads)

    def build(self, query_shape):
        hidden_dim = query_shape[-1]
        if self.num_heads < 1 or hidden_dim % self.num_heads:
            raise ValueError(
                f"num_heads={self.num_heads} does not divide hidden_dim={hidden_dim}; give a divisor of it"
            )
        self.query, self.key, self.value, self.output_kernel = (
            self.add_weight(shape=(hidden_dim, hidden_dim), initializer="glorot_uniform", name=name)
            for name in ("query", "key", "value", "output")
        )

    def call(self, query, value, attention_mask):
        """Attend from `query` to `value`.

        Args:
            query: (batch, queries, hidden_dim).
            value: (batch, positions, hidden_dim), which keys are computed from, too.
            attention_mask: boolean, True where a query may attend; broadcast to (batch, heads, queries, positions).
        """
        return self.attend(query, *self.project(value), attention_mask)

    def project(self, value):
        """Return keys and values, each (batch, heads, positions, head_dim)."""
        return self._split_heads(ops.matmul(value, self.key)), self._split_heads(ops.matmul(value, self.value))

    def attention_scores(self, query, keys, attention_mask):
        """Return the attention weights of each query, (batch, heads, queries, positions); they sum to 1."""
        queries = self._split_heads(ops.matmul(query, self.query))
        logits = ops.einsum("bhqd,bhkd->bhqk", queries * (1 / queries.shape[-1] ** 0.5), keys)
        # not -inf: a row may be masked everywhere
        logits = ops.where(attention_mask, ops.cast(logits, "float32"), -1e9)
        return ops.softmax(logits, axis=-1)

    def attend(self, query, keys, values, attention_mask):
        """Return what `call` does, given keys and values as `project` returns them."""
        scores = ops.cast(self.attention_scores(query, keys, attention_mask), values.dtype)
        heads = ops.einsum("bhqk,bhkd->bhqd", scores, values)
        return ops.matmul(ops.reshape(ops.swapaxes(heads, 1, 2), ops.shape(query)), self.output_kernel)

    def _split_heads(self, x):
        batch, positions, hidden_dim = ops.shape(x)
        x = ops.reshape(x, (batch, positions, self.num_heads, hidden_dim // self.num_heads))
        # heads first, as the matrix products want it: a cache of keys need not be transposed for each token
        return ops.swapaxes(x, 1, 2)

    def compute_output_shape(self, query_shape, *_):
        return query_shape

    def get_config(self):
        return {**super().get_config(), "num_heads": self.num_heads}
