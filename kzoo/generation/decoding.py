"""Autoregressive decoding: greedy search and sampling, each one loop of fixed shapes, and their compiled functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import keras
import tensorflow as tf
from annotated_types import Interval

from kzoo._validation import MAX_FLOAT32, PositiveInt, check
from kzoo.generation.decoders import NEGATIVE_INFINITY, CachedDecoder, Decoder, State, insert

# logits divided by less may be infinite
Temperature = Annotated[float, Interval(ge=1e-6, le=MAX_FLOAT32)]
Probability = Annotated[float, Interval(ge=0, le=1)]


class Hypotheses(NamedTuple):
    """The output of a search.

    `tokens` are (batch, max_length), or of a beam search (batch, num_beams, max_length), the best first; END is the
    last and padding follows. `scores` are their log-probabilities, (batch,), or (batch, num_beams), divided by the
    length penalty.
    """

    tokens: tf.Tensor
    scores: tf.Tensor


def greedy_search(
    decoder: Decoder,
    source: Any,
    max_length: int,
    seed: tf.Tensor | None = None,
    limit: tf.Tensor | None = None,
) -> Hypotheses:
    """Take the most probable token each time, until an end token or `limit` tokens.

    Args:
        limit: at most `max_length`, which it is by default.
    """

    def choose(logits: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        return tf.argmax(logits, axis=-1, output_type=tf.int32)

    return _decode(decoder, source, max_length, choose, limit)


def sample(
    decoder: Decoder,
    source: Any,
    max_length: int,
    seed: tf.Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    limit: tf.Tensor | None = None,
) -> Hypotheses:
    """Sample each token from the softmax of its logits; the same seed gives the same tokens.

    Args:
        seed: two integers.
        temperature: what logits are divided by; near 0 it is greedy search.
        top_k: sample from so many of the most probable tokens; None for all.
        top_p: sample from the fewest most probable tokens whose probabilities sum to at least this (nucleus sampling:
            Holtzman et al., 2019, arXiv:1904.09751).
        min_p: sample from tokens with at least this share of the highest probability.
        limit: as of `greedy_search`.

    Raises:
        ValueError: `temperature` is below 1e-6, `top_k` below 1, or a probability not within 0 and 1.
    """
    temperature = check(None, "temperature", Temperature, temperature)
    top_k = check(None, "top_k", PositiveInt | None, top_k)
    top_p, min_p = check(None, "top_p", Probability | None, top_p), check(None, "min_p", Probability | None, min_p)

    def choose(logits: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        logits = keep_probable(logits / temperature, top_k, top_p, min_p)
        # the largest of logits with Gumbel noise is a sample of their softmax
        uniform = tf.random.stateless_uniform(tf.shape(logits), seed + position, minval=1e-20)
        return tf.argmax(logits - tf.math.log(-tf.math.log(uniform)), axis=-1, output_type=tf.int32)

    return _decode(decoder, source, max_length, choose, limit)


def keep_probable(
    logits: tf.Tensor, top_k: int | None = None, top_p: float | None = None, min_p: float | None = None
) -> tf.Tensor:
    """Exclude the tokens that `sample` does not sample from; the arguments are applied in this order."""
    if top_k is not None:
        lowest = tf.math.top_k(logits, min(top_k, logits.shape[-1])).values[:, -1:]
        logits = tf.where(logits < lowest, NEGATIVE_INFINITY, logits)
    if top_p is not None:
        ordered = tf.sort(logits, direction="DESCENDING")
        before = tf.cumsum(tf.nn.softmax(ordered), axis=-1, exclusive=True)  # of more probable tokens
        kept = tf.where((before < top_p) | (tf.range(ordered.shape[-1]) == 0), ordered, tf.float32.max)
        logits = tf.where(logits < tf.reduce_min(kept, axis=-1, keepdims=True), NEGATIVE_INFINITY, logits)
    if min_p:
        lowest = tf.reduce_max(logits, axis=-1, keepdims=True) + math.log(min_p)
        logits = tf.where(logits < lowest, NEGATIVE_INFINITY, logits)
    return logits


def _decode(
    decoder: Decoder,
    source: Any,
    max_length: int,
    choose: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    limit: tf.Tensor | None,
) -> Hypotheses:
    """Decode one hypothesis a source; `choose` picks each token from the logits."""
    first = decoder.first_tokens(source)
    limit = max_length if limit is None else limit

    def unfinished(
        position: tf.Tensor, tokens: tf.Tensor, last: tf.Tensor, done: tf.Tensor, scores: tf.Tensor, state: State
    ) -> tf.Tensor:
        return (position < limit) & ~tf.reduce_all(done)

    def step(
        position: tf.Tensor, tokens: tf.Tensor, last: tf.Tensor, done: tf.Tensor, scores: tf.Tensor, state: State
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, State]:
        logits, state = decoder.step(state, last, position)
        logits = decoder.process(state, logits, tokens, position)
        token = tf.where(done, decoder.pad, choose(logits, position))
        log_probability = tf.gather(tf.nn.log_softmax(logits), token, axis=1, batch_dims=1)
        scores += tf.where(done, 0.0, log_probability)
        return position + 1, insert(tokens, token, position), token, done | decoder.is_end(token), scores, state

    tokens = tf.fill((tf.shape(first)[0], max_length), decoder.pad)
    initial = (0, tokens, first, tf.zeros_like(first, bool), tf.zeros_like(first, tf.float32))
    _, tokens, _, _, scores, _ = tf.while_loop(unfinished, step, (*initial, decoder.start(source, max_length)))
    return Hypotheses(tokens, scores)


def make_generate_function(
    model: keras.Model,
    max_length: int,
    search: Callable[..., Hypotheses] = greedy_search,
    decoder: Callable[[keras.Model], Decoder] = CachedDecoder,
    xla: bool = True,
) -> Callable[..., Hypotheses]:
    """Return a function of sources, (batch, source length) int32, and a seed for sampling; compiled once a shape.

    Args:
        max_length: tokens of a hypothesis, END included.
        search: `greedy_search`, `beam_search` or `sample`, or one with other settings: `partial(beam_search,
            num_beams=8)`.
        decoder: how logits are computed.

    Raises:
        ValueError: `max_length` is below 1.
    """
    max_length = check(None, "max_length", PositiveInt, max_length)
    of_model = decoder(model)
    signature = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((2,), tf.int32)]

    @tf.function(input_signature=signature, jit_compile=xla, autograph=False)
    def generate(source: tf.Tensor, seed: tf.Tensor) -> Hypotheses:
        return search(of_model, source, max_length, seed)

    return lambda source, seed=(0, 0): generate(tf.cast(source, tf.int32), tf.constant(seed, tf.int32))
