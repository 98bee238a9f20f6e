"""Autoregressive decoding: greedy search and sampling, each one loop of fixed shapes, and their compiled functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import keras
import tensorflow as tf
from annotated_types import Interval

from kzoo._validation import MAX_FLOAT32, PositiveInt, check
from kzoo.generation.decoders import CachedDecoder, Decoder, State, insert
from kzoo.tokenizers import END, PAD, START

NEGATIVE_INFINITY = -1e9  # the score of what is excluded: finite, since differences of infinities are NaN
# logits divided by less may be infinite
Temperature = Annotated[float, Interval(ge=1e-6, le=MAX_FLOAT32)]


class Hypotheses(NamedTuple):
    """The output of a search.

    `tokens` are (batch, max_length), or of a beam search (batch, num_beams, max_length), the best first; END is the
    last and padding follows. `scores` are their log-probabilities, (batch,), or (batch, num_beams), divided by the
    length penalty.
    """

    tokens: tf.Tensor
    scores: tf.Tensor


def greedy_search(decoder: Decoder, source: tf.Tensor, max_length: int, seed: tf.Tensor | None = None) -> Hypotheses:
    """Take the most probable token each time, until END or `max_length` tokens."""
    return _decode(
        decoder, source, max_length, lambda logits, position: tf.argmax(logits, axis=-1, output_type=tf.int32)
    )


def sample(
    decoder: Decoder,
    source: tf.Tensor,
    max_length: int,
    seed: tf.Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
) -> Hypotheses:
    """Sample each token from the softmax of its logits; the same seed gives the same tokens.

    Args:
        seed: two integers.
        temperature: what logits are divided by; near 0 it is greedy search.
        top_k: sample from so many of the most probable tokens; None for all.

    Raises:
        ValueError: `temperature` is below 1e-6, or `top_k` is below 1.
    """
    temperature = check(None, "temperature", Temperature, temperature)
    top_k = check(None, "top_k", PositiveInt | None, top_k)

    def choose(logits: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        if top_k is not None:
            lowest = tf.math.top_k(logits, min(top_k, logits.shape[-1])).values[:, -1:]
            logits = tf.where(logits < lowest, NEGATIVE_INFINITY, logits)
        # the largest of logits with Gumbel noise is a sample of their softmax
        uniform = tf.random.stateless_uniform(tf.shape(logits), seed + position, minval=1e-20)
        return tf.argmax(logits / temperature - tf.math.log(-tf.math.log(uniform)), axis=-1, output_type=tf.int32)

    return _decode(decoder, source, max_length, choose)


def _decode(
    decoder: Decoder,
    source: tf.Tensor,
    max_length: int,
    choose: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
) -> Hypotheses:
    """Decode one hypothesis a source; `choose` picks each token from the logits."""
    batch_size = tf.shape(source)[0]

    def unfinished(
        position: tf.Tensor, tokens: tf.Tensor, last: tf.Tensor, scores: tf.Tensor, state: State
    ) -> tf.Tensor:
        return (position < max_length) & tf.reduce_any(last != END)

    def step(
        position: tf.Tensor, tokens: tf.Tensor, last: tf.Tensor, scores: tf.Tensor, state: State
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, State]:
        logits, state = decoder.step(state, last, position)
        logits = exclude_special(logits)
        token = tf.where(last == END, PAD, choose(logits, position))
        log_probability = tf.gather(tf.nn.log_softmax(logits), token, axis=1, batch_dims=1)
        scores += tf.where(last == END, 0.0, log_probability)
        # what has ended stays at END
        return position + 1, insert(tokens, token, position), tf.where(last == END, END, token), scores, state

    initial = (0, tf.fill((batch_size, max_length), PAD), tf.fill((batch_size,), START), tf.zeros((batch_size,)))
    _, tokens, _, scores, _ = tf.while_loop(unfinished, step, (*initial, decoder.start(source, max_length)))
    return Hypotheses(tokens, scores)


def exclude_special(logits: tf.Tensor) -> tf.Tensor:
    """Return logits as float32, those of PAD and START, which no hypothesis contains, masked."""
    tokens = tf.range(logits.shape[-1])
    return tf.where((tokens == PAD) | (tokens == START), NEGATIVE_INFINITY, tf.cast(logits, tf.float32))


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
