"""Self-attention with all that language models vary: biases, grouped queries, rotary positions."""

from __future__ import annotations

import keras
from keras import ops

from kzoo._validation import PositiveInt, Rate, check
from kzoo.layers.projection import projection
from kzoo.layers.rotary_embedding import RotaryEmbedding


@keras.saving.register_keras_serializable("kzoo")
class Attention(keras.layers.Layer):
    """Let each position of a sequence attend to the others.

    Scaled dot-product attention (Vaswani et al., 2017, arXiv:1706.03762), its softmax in float32. Of a group of query
    heads that shares a head of keys and values (Ainslie et al., 2023, arXiv:2305.13245), keys are not repeated.

    Args:
        num_heads: heads of the queries.
        num_kv_heads: heads of the keys and values; by default as many.
        head_dim: features of a head; by default the hidden dimension over `num_heads`.
        use_bias: whether projections have biases.
        fused: whether queries, keys and values are one projection, as in GPT-2's checkpoints.
        rotary: arguments of a `RotaryEmbedding`, theta and scaling; None for none.
        dropout: rate, on the attention weights.
        kernel_initializer: of the projections to queries, keys and values; output_initializer: of the last one.

    Raises:
        ValueError: an argument is out of range, or heads do not divide.
    """

    def __init__(
        self,
        num_heads,
        num_kv_heads=None,
        head_dim=None,
        use_bias=True,
        fused=False,
        rotary=None,
        dropout=0.0,
        kernel_initializer="glorot_uniform",
        output_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_heads = check(None, "num_heads", PositiveInt, num_heads)
        self.num_kv_heads = check(None, "num_kv_heads", PositiveInt, num_kv_heads or num_heads)
        if self.num_heads % self.num_kv_heads:
            raise ValueError(f"num_kv_heads={num_kv_heads} does not divide num_heads={num_heads}; give a divisor of it")
        self.head_dim = check(None, "head_dim", PositiveInt | None, head_dim)
        self.use_bias, self.fused, self.rotary = use_bias, fused, rotary
        self.dropout = check(None, "dropout", Rate, dropout)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.output_initializer = keras.initializers.get(output_initializer)

    def build(self, x_shape):
        hidden_dim = x_shape[-1]
        if self.head_dim is None and hidden_dim % self.num_heads:
            raise ValueError(
                f"num_heads={self.num_heads} does not divide hidden_dim={hidden_dim}; give a divisor of it"
            )
        self.head_dim = self.head_dim or hidden_dim // self.num_heads
        queries, keys = self.num_heads * self.head_dim, self.num_kv_heads * self.head_dim
        self._widths = (queries, keys, keys)
        if self.fused:
            self.qkv_dense = projection(self, sum(self._widths), "qkv", x_shape, self.kernel_initializer)
        else:
            names = ("query", "key", "value")
            for name, width in zip(names, self._widths, strict=True):
                setattr(self, f"{name}_dense", projection(self, width, name, x_shape, self.kernel_initializer))
        shape = (*x_shape[:-1], queries)
        self.output_dense = projection(self, hidden_dim, "output", shape, self.output_initializer)
        self.dropout_layer = keras.layers.Dropout(self.dropout, name="dropout", dtype=self.dtype_policy)
        if self.rotary is not None:
            self.rotary_embedding = RotaryEmbedding(self.head_dim, **self.rotary, name="rotary_embedding")

    def call(self, x, attention_mask, positions=None, cache=None, start=None, training=None):
        """Attend.

        Args:
            x: (batch, length, hidden_dim).
            attention_mask: boolean, broadcast to (batch, 1, length, positions); True where a query may attend to one.
            positions: int32 (batch, length), for rotary embeddings.
            cache: keys and values of earlier positions, as of `make_cache`; then those of x are written into it.
            start: the column of the cache where x begins.

        Returns:
            (batch, length, hidden_dim); with a cache, also the cache with the keys and values of x.
        """
        queries, keys, values = self.project(x, positions)
        if cache is None:
            return self.attend(queries, keys, values, attention_mask, training)
        # (batch * heads, length, head_dim): of this layout XLA copies nothing where it is updated in a loop
        new = (ops.reshape(each, (-1, *ops.shape(each)[2:])) for each in (keys, values))
        cache = tuple(ops.slice_update(old, (0, start, 0), each) for old, each in zip(cache, new, strict=True))
        return self.attend(queries, *cache, attention_mask, training), cache

    def make_cache(self, batch_size, length):
        """Return empty keys and values, (batch * num_kv_heads, length, head_dim) each, in the compute dtype."""
        shape = (batch_size * self.num_kv_heads, length, self.head_dim)
        return ops.zeros(shape, self.compute_dtype), ops.zeros(shape, self.compute_dtype)

    def project(self, x, positions=None):
        """Return queries (batch, num_heads, length, head_dim), and keys and values, of num_kv_heads."""
        if self.fused:
            queries, keys, values = ops.split(self.qkv_dense(x), [self._widths[0], sum(self._widths[:2])], axis=-1)
        else:
            queries, keys, values = self.query_dense(x), self.key_dense(x), self.value_dense(x)
        queries, keys, values = (self._split_heads(each) for each in (queries, keys, values))
        if self.rotary is not None:
            queries, keys = (self.rotary_embedding(each, positions) for each in (queries, keys))
        return queries, keys, values

    def attend(self, queries, keys, values, attention_mask, training=None):
        """Return what `call` does without a cache.

        Args:
            queries: as `project` returns them; keys, values: likewise, or as a cache has them.
        """
        batch, _, length, _ = ops.shape(queries)
        group = self.num_heads // self.num_kv_heads
        # the queries of a group as further positions: a product of three-dimensional tensors, keys where they are
        queries = ops.reshape(queries, (batch * self.num_kv_heads, group * length, self.head_dim))
        keys, values = (ops.reshape(each, (-1, *ops.shape(each)[-2:])) for each in (keys, values))
        scores = ops.matmul(queries * self.head_dim**-0.5, ops.swapaxes(keys, 1, 2))
        scores = ops.reshape(ops.cast(scores, "float32"), (batch, self.num_kv_heads, group, length, -1))
        # not -inf: padding before a text sees nothing, and its row is to stay finite
        weights = ops.softmax(ops.where(attention_mask[:, :, None], scores, -1e9), axis=-1)
        weights = self.dropout_layer(ops.cast(weights, values.dtype), training=training)
        heads = ops.matmul(ops.reshape(weights, (batch * self.num_kv_heads, group * length, -1)), values)
        heads = ops.reshape(heads, (batch, self.num_heads, length, self.head_dim))
        return self.output_dense(ops.reshape(ops.swapaxes(heads, 1, 2), (batch, length, self._widths[0])))

    def _split_heads(self, x):
        batch, length, width = ops.shape(x)
        return ops.swapaxes(ops.reshape(x, (batch, length, width // self.head_dim, self.head_dim)), 1, 2)

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        names = ("num_heads", "num_kv_heads", "head_dim", "use_bias", "fused", "rotary", "dropout")
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in names},
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "output_initializer": keras.initializers.serialize(self.output_initializer),
        }
