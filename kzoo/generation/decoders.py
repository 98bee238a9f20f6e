"""Decoders: what a search gets the logits of one token after the other from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import keras
import tensorflow as tf

from kzoo.layers import TransformerDecoder
from kzoo.tokenizers import PAD

State = Any  # tensors, nested as they may be, all of them (batch, ...)


class Decoder(Protocol):
    """What a search gets logits from."""

    def start(self, source: tf.Tensor, max_length: int) -> State:
        """Encode sources, (batch, source length), for hypotheses of at most `max_length` tokens."""

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Take the tokens at a position, (batch,), and return the logits of the next, (batch, vocabulary_size)."""


class CachedDecoder:
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


class UncachedDecoder:
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
