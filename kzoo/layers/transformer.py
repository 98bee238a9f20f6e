"""The encoder and decoder layers of a Transformer (Vaswani et al., 2017, arXiv:1706.03762, section 3)."""

import keras
from keras import ops

from kzoo._validation import PositiveInt, Rate, check
from kzoo.layers.multi_head_attention import MultiHeadAttention


class _TransformerLayer(keras.layers.Layer):
    """Sublayers, each with dropout, a residual connection and layer normalization."""

    attentions: tuple[str, ...] = ()

    def __init__(self, intermediate_dim, num_heads, dropout=0.1, normalize_first=False, **kwargs):
        super().__init__(**kwargs)
        self.intermediate_dim = check(None, "intermediate_dim", PositiveInt, intermediate_dim)
        self.num_heads = check(None, "num_heads", PositiveInt, num_heads)
        self.dropout = check(None, "dropout", Rate, dropout)
        self.normalize_first = check(None, "normalize_first", bool, normalize_first)

    def build(self, x_shape):
        layers, hidden_dim, policy = keras.layers, x_shape[-1], self.dtype_policy
        for name in self.attentions:
            setattr(self, name, MultiHeadAttention(self.num_heads, name=name, dtype=policy))
            getattr(self, name).build(x_shape)
        self.intermediate_dense = layers.Dense(
            self.intermediate_dim, activation="relu", name="feedforward_intermediate_dense", dtype=policy
        )
        self.intermediate_dense.build(x_shape)
        self.output_dense = layers.Dense(hidden_dim, name="feedforward_output_dense", dtype=policy)
        self.output_dense.build((*x_shape[:-1], self.intermediate_dim))
        names = [*self.attentions, "feedforward"]
        self.norms = [
            layers.LayerNormalization(epsilon=1e-6, name=f"{name}_layer_norm", dtype=policy) for name in names
        ]
        for norm in self.norms:
            norm.build(x_shape)
        self.dropouts = [layers.Dropout(self.dropout, name=f"{name}_dropout", dtype=policy) for name in names]

    def _apply_sublayers(self, x, attentions, training=None):
        """Pass x through attention functions, then through the feed-forward network."""
        sublayers = [*attentions, lambda x: self.output_dense(self.intermediate_dense(x))]
        for sublayer, norm, dropout in zip(sublayers, self.norms, self.dropouts, strict=True):
            if self.normalize_first:
                x = x + dropout(sublayer(norm(x)), training=training)
            else:
                x = norm(x + dropout(sublayer(x), training=training))
        return x

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        names = ("intermediate_dim", "num_heads", "dropout", "normalize_first")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable("kzoo")
class TransformerEncoder(_TransformerLayer):
    """One layer of the encoder: self-attention over all tokens that are not padding, then feed-forward.

    Args:
        intermediate_dim, num_heads, dropout, normalize_first: as of `TransformerDecoder`.
    """

    attentions = ("attention",)

    def call(self, x, padding_mask, training=None):
        """Encode a sequence.

        Args:
            x: (batch, length, hidden_dim).
            padding_mask: boolean (batch, length), True for tokens and False for padding.
        """
        mask = broadcast_mask(padding_mask)
        return self._apply_sublayers(x, [lambda x: self.attention(x, x, mask)], training)


@keras.saving.register_keras_serializable("kzoo")
class TransformerDecoder(_TransformerLayer):
    """One layer of the decoder: causal self-attention, cross-attention, then feed-forward; all positions, or one with
    a key-value cache.

    Args:
        intermediate_dim: units between the two layers of the feed-forward network.
        num_heads: of each attention; they divide the hidden dimension.
        dropout: rate of the dropout after each sublayer.
        normalize_first: whether layer normalization comes before each sublayer (pre-norm: Xiong et al., 2020,
            arXiv:2002.04745) instead of after the residual sum, as in the paper (post-norm).
    """

    attentions = ("attention", "cross_attention")

    def call(self, x, encoder_output, padding_mask, training=None):
        """Decode a sequence, each position seeing none that follows.

        Args:
            x: target sequence (batch, length, hidden_dim); padding comes last, so that no token attends to it.
            encoder_output: (batch, source length, hidden_dim).
            padding_mask: boolean (batch, source length), True for tokens of the source and False for padding.
        """
        return self._apply_sublayers(x, self._attentions(x, encoder_output, padding_mask), training)

    def _attentions(self, x, encoder_output, padding_mask):
        positions = ops.arange(ops.shape(x)[1])
        causal_mask, padding_mask = positions[:, None] >= positions[None, :], broadcast_mask(padding_mask)
        return [
            lambda x: self.attention(x, x, causal_mask),
            lambda x: self.cross_attention(x, encoder_output, padding_mask),
        ]

    def cross_attention_scores(self, x, encoder_output, padding_mask):
        """Return the attention weights of each target position over the source, (batch, heads, target, source)."""
        self_attention, cross_attention = self._attentions(x, encoder_output, padding_mask)
        scores = []

        def recorded(x):
            keys, _ = self.cross_attention.project(encoder_output)
            scores.append(self.cross_attention.attention_scores(x, keys, broadcast_mask(padding_mask)))
            return cross_attention(x)

        self._apply_sublayers(x, [self_attention, recorded], training=False)
        return scores[0]

    def make_cache(self, encoder_output, max_length):
        """Return an empty key-value cache for `max_length` positions, with the keys and values of the source."""
        source_keys, source_values = self.cross_attention.project(encoder_output)
        batch, heads, _, head_dim = ops.shape(source_keys)
        empty = ops.zeros((batch, heads, max_length, head_dim), source_keys.dtype)
        return {"keys": empty, "values": empty, "source_keys": source_keys, "source_values": source_values}

    def call_with_cache(self, x, cache, position, padding_mask, update=None):
        """Decode one position, (batch, 1, hidden_dim), as `call` does all, and return it with the updated cache.

        Args:
            update: writes keys or values of a position into those of all, by default in place; called as
                `insert_position` is.
        """
        keys, values, write = cache["keys"], cache["values"], update or update_position

        def self_attention(x):
            nonlocal keys, values
            key, value = self.attention.project(x)
            keys, values = (write(old, new, position) for old, new in ((keys, key), (values, value)))
            return self.attention.attend(x, keys, values, ops.arange(keys.shape[2]) <= position)

        def cross_attention(x):
            mask = broadcast_mask(padding_mask)
            return self.cross_attention.attend(x, cache["source_keys"], cache["source_values"], mask)

        x = self._apply_sublayers(x, [self_attention, cross_attention], training=False)
        return x, {**cache, "keys": keys, "values": values}


def broadcast_mask(padding_mask):
    """Return a mask (batch, length) as (batch, 1, 1, length), for all heads and queries."""
    return ops.expand_dims(padding_mask, (1, 2))


def update_position(keys, new, position):
    """Write (batch, heads, 1, head_dim) at a position of (batch, heads, length, head_dim), in place under XLA."""
    return ops.slice_update(keys, (0, 0, position, 0), new)


def insert_position(keys, new, position):
    """Do what `update_position` does by operations that all formats have, but copy all positions."""
    return ops.where(ops.expand_dims(ops.arange(keys.shape[2]) == position, 1), new, keys)
