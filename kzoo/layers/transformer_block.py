"""What a Transformer is stacked of (Vaswani et al., 2017, arXiv:1706.03762, section 3)."""

import keras
from keras import ops

from kzoo.layers.multi_head_attention import MultiHeadAttention


class _Block(keras.layers.Layer):
    """Sublayers, each with dropout, a residual connection and a normalisation."""

    attentions = ()

    def __init__(self, heads, hidden, dropout=0.1, norm_first=False, **kwargs):
        super().__init__(**kwargs)
        self.heads, self.hidden, self.dropout, self.norm_first = heads, hidden, dropout, norm_first

    def build(self, x_shape):
        layers, width, policy = keras.layers, x_shape[-1], self.dtype_policy
        for name in self.attentions:
            setattr(self, name, MultiHeadAttention(self.heads, name=name, dtype=policy))
            getattr(self, name).build(x_shape)
        self.rise = layers.Dense(self.hidden, activation="relu", name="rise", dtype=policy)
        self.rise.build(x_shape)
        self.fall = layers.Dense(width, name="fall", dtype=policy)
        self.fall.build((*x_shape[:-1], self.hidden))
        names = [*self.attentions, "feed_forward"]
        self.norms = [layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm", dtype=policy) for name in names]
        for norm in self.norms:
            norm.build(x_shape)
        self.drops = [layers.Dropout(self.dropout, name=f"{name}_drop", dtype=policy) for name in names]

    def _chain(self, x, attentions, training=None):
        """Pass x through functions that attend, then through the feed-forward network."""
        sublayers = [*attentions, lambda x: self.fall(self.rise(x))]
        for sublayer, norm, drop in zip(sublayers, self.norms, self.drops, strict=True):
            if self.norm_first:
                x = x + drop(sublayer(norm(x)), training=training)
            else:
                x = norm(x + drop(sublayer(x), training=training))
        return x

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        own = {name: getattr(self, name) for name in ("heads", "hidden", "dropout", "norm_first")}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("kzoo")
class EncoderBlock(_Block):
    """Attend to all of the source that is no padding, then feed forward.

    Args:
        heads, hidden, dropout, norm_first: as of `DecoderBlock`.
    """

    attentions = ("attention",)

    def call(self, x, visible, training=None):
        """Take vectors, (batch, places, width), and where there is a token, boolean (batch, places)."""
        visible = visible[:, None, None, :]
        return self._chain(x, [lambda x: self.attention(x, x, visible)], training)


@keras.saving.register_keras_serializable("kzoo")
class DecoderBlock(_Block):
    """Attend to what has been written, then to the source, then feed forward: all places, or one with a cache.

    Args:
        heads: of each attention; they divide the width.
        hidden: width of the feed-forward network between its two layers.
        dropout: share of what each sublayer gives that is dropped before it is added.
        norm_first: whether to normalise what goes into a sublayer (Xiong et al., 2020, arXiv:2002.04745) instead of
            the sum, as the paper does.
    """

    attentions = ("attention", "cross_attention")

    def call(self, x, memory, visible, training=None):
        """Take what is written, (batch, places, width), the encoded source and where it has a token, (batch, source).

        No place sees a later one. Padding comes last, so that no token sees it.
        """
        return self._chain(x, self._attend(x, memory, visible), training)

    def _attend(self, x, memory, visible):
        places = ops.arange(ops.shape(x)[1])
        earlier, visible = places[:, None] >= places[None, :], visible[:, None, None, :]
        return [
            lambda x: self.attention(x, x, earlier),
            lambda x: self.cross_attention(x, memory, visible),
        ]

    def look(self, x, memory, visible):
        """Return how much each place looks at each of the source, (batch, heads, places, source)."""
        first, second = self._attend(x, memory, visible)
        seen = []

        def weigh(x):
            keys, _ = self.cross_attention.project(memory)
            seen.append(self.cross_attention.weigh(x, keys, visible[:, None, None, :]))
            return second(x)

        self._chain(x, [first, weigh], training=False)
        return seen[0]

    def begin(self, memory, length):
        """Return the cache of a text of at most `length` tokens: what all its places will read, (batch, ...) each."""
        source_keys, source_values = self.cross_attention.project(memory)
        batch, heads, _, width = ops.shape(source_keys)
        empty = ops.zeros((batch, heads, length, width), source_keys.dtype)
        return {"keys": empty, "values": empty, "source_keys": source_keys, "source_values": source_values}

    def step(self, x, cache, position, visible):
        """Do for one place, (batch, 1, width), what `call` does for all, and return the cache with it in it."""
        keys, values = cache["keys"], cache["values"]

        def attend(x):
            nonlocal keys, values
            key, value = self.attention.project(x)
            keys, values = (
                ops.slice_update(old, (0, 0, position, 0), new) for old, new in ((keys, key), (values, value))
            )
            return self.attention.gather(x, keys, values, ops.arange(keys.shape[2]) <= position)

        def attend_to_source(x):
            where = visible[:, None, None, :]
            return self.cross_attention.gather(x, cache["source_keys"], cache["source_values"], where)

        x = self._chain(x, [attend, attend_to_source], training=False)
        return x, {**cache, "keys": keys, "values": values}
