"""A block of a language model: self-attention and a feed-forward network, each with a residual connection."""

from __future__ import annotations

from typing import Literal

import keras

from kzoo._validation import PositiveFloat, Rate, check
from kzoo.layers.attention import Attention
from kzoo.layers.feed_forward import FeedForward
from kzoo.layers.rms_normalization import RMSNormalization


@keras.saving.register_keras_serializable("kzoo")
class TransformerBlock(keras.layers.Layer):
    """Apply self-attention, then a feed-forward network, each with dropout, a residual connection and a normalization.

    Args:
        attention: arguments of an `Attention`.
        feed_forward: arguments of a `FeedForward`.
        norm: "layer" for layer normalization, "rms" for `RMSNormalization`.
        epsilon: of the normalizations.
        normalize_first: whether a sublayer's input is normalized (pre-norm), or the residual sum (post-norm).
        dropout: rate, on the output of each sublayer.
    """

    def __init__(
        self, attention, feed_forward, norm="layer", epsilon=1e-5, normalize_first=True, dropout=0.0, **kwargs
    ):
        super().__init__(**kwargs)
        self.attention_config, self.feed_forward_config = dict(attention), dict(feed_forward)
        self.norm = check(None, "norm", Literal["layer", "rms"], norm)
        self.epsilon = check(None, "epsilon", PositiveFloat, epsilon)
        self.normalize_first = check(None, "normalize_first", bool, normalize_first)
        self.dropout = check(None, "dropout", Rate, dropout)

    def build(self, x_shape):
        self.attention = Attention(**self.attention_config, name="attention", dtype=self.dtype_policy)
        self.feed_forward = FeedForward(**self.feed_forward_config, name="feed_forward", dtype=self.dtype_policy)
        self.attention_norm, self.feed_forward_norm = (
            make_norm(self.norm, self.epsilon, f"{name}_norm", dtype=self.dtype_policy)
            for name in ("attention", "feed_forward")
        )
        for layer in (self.attention, self.feed_forward, self.attention_norm, self.feed_forward_norm):
            layer.build(x_shape)
        self.dropouts = [
            keras.layers.Dropout(self.dropout, name=f"{name}_dropout", dtype=self.dtype_policy)
            for name in ("attention", "feed_forward")
        ]

    def call(self, x, attention_mask, positions=None, cache=None, start=None, training=None):
        """Return (batch, length, hidden_dim), and with a cache the cache; the arguments are those of `Attention`."""

        def attend(x):
            nonlocal cache
            if cache is None:
                return self.attention(x, attention_mask, positions, training=training)
            y, cache = self.attention(x, attention_mask, positions, cache=cache, start=start, training=training)
            return y

        sublayers = ((attend, self.attention_norm), (self.feed_forward, self.feed_forward_norm))
        for (sublayer, norm), dropout in zip(sublayers, self.dropouts, strict=True):
            if self.normalize_first:
                x = x + dropout(sublayer(norm(x)), training=training)
            else:
                x = norm(x + dropout(sublayer(x), training=training))
        return x if cache is None else (x, cache)

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        names = ("norm", "epsilon", "normalize_first", "dropout")
        return {
            **super().get_config(),
            "attention": self.attention_config,
            "feed_forward": self.feed_forward_config,
            **{name: getattr(self, name) for name in names},
        }


def make_norm(norm, epsilon, name, **options):
    """Make the normalization layer of a name, "layer" or "rms"."""
    kind = keras.layers.LayerNormalization if norm == "layer" else RMSNormalization
    return kind(epsilon=epsilon, name=name, **options)
