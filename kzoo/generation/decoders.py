"""Decoders: what a search gets the logits of one token after the other from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kzoo.layers import TransformerDecoder
from kzoo.tokenizers import END, PAD, START

State = Any  # tensors, nested as they may be, all of them (batch, ...)
NEGATIVE_INFINITY = -1e9  # the score of what is excluded: finite, since differences of infinities are NaN


class Decoder:
    """What a search gets logits from, one token after the other.

    `pad` follows what has ended, `ends` are the tokens that end a hypothesis, and `excluded` those that none contains.
    """

    pad: int = PAD
    ends: tuple[int, ...] = (END,)
    excluded: tuple[int, ...] = (PAD, START)

    def start(self, source: Any, max_length: int) -> State:
        """Encode sources, (batch, source length), for hypotheses of at most `max_length` tokens."""
        raise NotImplementedError

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Take the tokens at a position, (batch,), and return the logits of the next, (batch, vocabulary_size)."""
        raise NotImplementedError

    def first_tokens(self, source: Any) -> tf.Tensor:
        """Return the tokens that hypotheses begin behind, (batch,)."""
        return tf.fill((tf.shape(source)[0],), START)

    def process(self, state: State, logits: tf.Tensor, tokens: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        """Return the logits that are searched by, float32.

        Args:
            tokens: hypotheses so far, (batch, max_length), of which `position` tokens are decoded.
        """
        each = tf.range(logits.shape[-1])
        excluded = tf.reduce_any([each == token for token in self.excluded], axis=0) if self.excluded else False
        return tf.where(excluded, NEGATIVE_INFINITY, tf.cast(logits, tf.float32))

    def reorder(self, state: State, rows: tf.Tensor) -> State:
        """Return the state of other rows: those of some numbers."""
        return tf.nest.map_structure(lambda each: tf.gather(each, rows), state)

    def is_end(self, tokens: tf.Tensor) -> tf.Tensor:
        """Return which tokens end a hypothesis."""
        return tf.reduce_any([tokens == end for end in self.ends], axis=0) if self.ends else tf.zeros_like(tokens, bool)


class CachedDecoder(Decoder):
    """Run the decoder for one position a step, with a key-value cache.

    Args:
        model: a Transformer of `kzoo.models.text.transformer`, or a copy of one.
        update: how keys and values are written into the cache, as of `kzoo.layers.TransformerDecoder.call_with_cache`.
    """

    def __init__(self, model: keras.Model, update: Callable | None = None):
        self.update = update
        self.layers = [layer for layer in model.layers if isinstance(layer, TransformerDecoder)]
        encoder_output, padding_mask = self.layers[0].input[1:]
        self.encoder = keras.Model(model.inputs[0], [encoder_output, padding_mask])
        self.embedding, self.positions = model.get_layer("embedding"), model.get_layer("target_positions")
        self.norms = [layer for layer in model.layers if layer.name == "decoder_norm"]

    def start(self, source: tf.Tensor, max_length: int) -> State:
        """Encode the sources, and make a cache for `max_length` positions."""
        encoder_output, padding_mask = self.encoder(source, training=False)
        caches = [layer.make_cache(encoder_output, max_length) for layer in self.layers]
        return {"padding_mask": padding_mask, "caches": caches}

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Pass one token through the decoder."""
        x, caches = self.positions(self.embedding(tokens[:, None]), start_index=position), []
        for layer, cache in zip(self.layers, state["caches"], strict=True):
            x, cache = layer.call_with_cache(x, cache, position, state["padding_mask"], self.update)
            caches.append(cache)
        for norm in self.norms:
            x = norm(x)
        return self.embedding(x, reverse=True)[:, 0], {**state, "caches": caches}


class UncachedDecoder(Decoder):
    """Run the whole model again for every token: slow, and the reference for `CachedDecoder`.

    Args:
        model: maps source and target, (batch, length) each, to logits, (batch, target length, vocabulary_size).
    """

    def __init__(self, model: Callable):
        self.model = model

    def start(self, source: tf.Tensor, max_length: int) -> State:
        """Keep the sources, beside `max_length` tokens of padding."""
        return {"source": source, "target": tf.fill((tf.shape(source)[0], max_length), PAD)}

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Append a token to the target, and run the model on all of it."""
        target = insert(state["target"], tokens, position)
        logits = self.model([state["source"], target], training=False)
        return tf.gather(logits, position, axis=1), {**state, "target": target}


def insert(tokens: tf.Tensor, new: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
    """Return tokens, (..., length), with new ones, (...), at a position."""
    return tf.where(tf.range(tokens.shape[-1]) == position, new[..., None], tokens)
