"""Autoregressive decoding of a Transformer: greedy search, beam search and sampling, each one loop of fixed shapes.

A search asks a `Decoder` for the logits of one token after the other. `CachedDecoder` keeps a key-value cache;
`UncachedDecoder` runs the whole model again for each token.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import keras
import tensorflow as tf

from kzoo.layers import TransformerDecoder
from kzoo.sequence.tokenizers import END, PAD, START

NEGATIVE_INFINITY = -1e9  # the score of what is excluded: finite, since differences of infinities are NaN
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
        model: a Transformer of `kzoo.sequence.transformer`, or a copy of one.
    """

    def __init__(self, model: keras.Model):
        self.layers = [layer for layer in model.layers if isinstance(layer, TransformerDecoder)]
        encoder_output, padding_mask = self.layers[0].input[1:]
        self.encoder = keras.Model(model.inputs[0], [encoder_output, padding_mask])
        self.embedding, self.positions = model.get_layer("embedding"), model.get_layer("target_positions")
        self.norms = [layer for layer in model.layers if layer.name == "decoder_norm"]

    def start(self, source, max_length):
        """Encode the sources, and make a cache for `max_length` positions."""
        encoder_output, padding_mask = self.encoder(source, training=False)
        caches = [layer.make_cache(encoder_output, max_length) for layer in self.layers]
        return {"padding_mask": padding_mask, "caches": caches}

    def step(self, state, tokens, position):
        """Pass one token through the decoder."""
        x, caches = self.positions(self.embedding(tokens[:, None]), start_index=position), []
        for layer, cache in zip(self.layers, state["caches"], strict=True):
            x, cache = layer.call_with_cache(x, cache, position, state["padding_mask"])
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

    def start(self, source, max_length):
        """Keep the sources, beside `max_length` tokens of padding."""
        return {"source": source, "target": tf.fill((tf.shape(source)[0], max_length), PAD)}

    def step(self, state, tokens, position):
        """Append a token to the target, and run the model on all of it."""
        target = _insert(state["target"], tokens, position)
        logits = self.model([state["source"], target], training=False)
        return tf.gather(logits, position, axis=1), {**state, "target": target}


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
        ValueError: `temperature` is not above 0, or `top_k` is below 1.
    """
    if not temperature > 0:
        raise ValueError(f"temperature={temperature} does not work; it must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k={top_k} does not work; give at least 1, or None for all tokens")

    def choose(logits, position):
        if top_k is not None:
            lowest = tf.math.top_k(logits, min(top_k, logits.shape[-1])).values[:, -1:]
            logits = tf.where(logits < lowest, NEGATIVE_INFINITY, logits)
        # the largest of logits with Gumbel noise is a sample of their softmax
        uniform = tf.random.stateless_uniform(tf.shape(logits), seed + position, minval=1e-20)
        return tf.argmax(logits / temperature - tf.math.log(-tf.math.log(uniform)), axis=-1, output_type=tf.int32)

    return _decode(decoder, source, max_length, choose)


def _decode(decoder, source, max_length, choose):
    """Decode one hypothesis a source; `choose` picks each token from the logits."""
    batch_size = tf.shape(source)[0]

    def unfinished(position, tokens, last, scores, state):
        return (position < max_length) & tf.reduce_any(last != END)

    def step(position, tokens, last, scores, state):
        logits, state = decoder.step(state, last, position)
        logits = _exclude_special(logits)
        token = tf.where(last == END, PAD, choose(logits, position))
        log_probability = tf.gather(tf.nn.log_softmax(logits), token, axis=1, batch_dims=1)
        scores += tf.where(last == END, 0.0, log_probability)
        # what has ended stays at END
        return position + 1, _insert(tokens, token, position), tf.where(last == END, END, token), scores, state

    initial = (0, tf.fill((batch_size, max_length), PAD), tf.fill((batch_size,), START), tf.zeros((batch_size,)))
    _, tokens, _, scores, _ = tf.while_loop(unfinished, step, (*initial, decoder.start(source, max_length)))
    return Hypotheses(tokens, scores)


def beam_search(
    decoder: Decoder,
    source: tf.Tensor,
    max_length: int,
    seed: tf.Tensor | None = None,
    num_beams: int = 4,
    length_penalty: float = 0.6,
) -> Hypotheses:
    """Search for the hypotheses with the best scores, their log-probabilities divided by the length penalty.

    Each step expands the `num_beams` best unfinished hypotheses of a source. A hypothesis is finished where END is
    among its source's `num_beams` best continuations, or cut off at `max_length`; the `num_beams` best finished ones
    are kept. A source is done when no unfinished hypothesis can beat the worst of them: the search stops no earlier, as
    with `early_stopping="never"` in transformers. The greedy hypothesis always competes, so that the best score is
    never below that of greedy search. One beam is greedy search.

    Args:
        num_beams: how many hypotheses are expanded and returned; if fewer exist, padding with a score of -1e9 follows.
        length_penalty: the exponent in ((5 + tokens) / 6) ** length_penalty, END being a token (Wu et al., 2016,
            arXiv:1609.08144). Above 0 it favours long hypotheses; 0 compares log-probabilities.

    Raises:
        ValueError: `num_beams` is below 1, or `length_penalty` is not finite.
    """
    if num_beams < 1:
        raise ValueError(f"num_beams={num_beams} does not work; at least 1 is needed")
    if not math.isfinite(length_penalty):
        raise ValueError(f"length_penalty={length_penalty} does not work; it must be a finite number")
    if num_beams == 1:
        tokens, scores = greedy_search(decoder, source, max_length)
        scores /= penalize_length(tf.math.count_nonzero(tokens != PAD, axis=1), length_penalty)
        return Hypotheses(tokens[:, None], scores[:, None])
    search = _BeamSearch(decoder, max_length, num_beams, length_penalty)
    return tf.while_loop(search.unfinished, search.expand, search.start(source), parallel_iterations=1)[3]


def penalize_length(length: tf.Tensor, length_penalty: float) -> tf.Tensor:
    """Return what the log-probability of a hypothesis of so many tokens is divided by (Wu et al., 2016)."""
    return ((5.0 + tf.cast(length, tf.float32)) / 6.0) ** length_penalty


@dataclass(frozen=True)
class _BeamSearch:
    """One step of a beam search; its variables are (batch, hypotheses, ...).

    `running` are the unfinished hypotheses with their log-probabilities: the beams, the best first, and the greedy one
    as the last. `finished` are the best finished ones with their scores.
    """

    decoder: Decoder
    max_length: int
    num_beams: int
    length_penalty: float

    def start(self, source):
        """Return the variables of the loop: position, last tokens, running, finished, state."""
        batch_size, count = tf.shape(source)[0], self.num_beams + 1
        state = tf.nest.map_structure(
            lambda each: tf.repeat(each, count, axis=0), self.decoder.start(source, self.max_length)
        )
        tokens = tf.fill((batch_size, count, self.max_length), PAD)
        excluded = tf.fill((batch_size, count), NEGATIVE_INFINITY)
        # the beams begin alike: one stands for all
        running = Hypotheses(tokens, tf.where(tf.range(count) % self.num_beams == 0, 0.0, excluded))
        finished = Hypotheses(tokens[:, : self.num_beams], excluded[:, : self.num_beams])
        return 0, tf.fill((batch_size, count), START), running, finished, state

    def unfinished(self, position, last, running, finished, state):
        """Tell whether any source is not done."""
        return (position < self.max_length) & ~tf.reduce_all(self.is_done(position, running, finished))

    def is_done(self, position, running, finished):
        """Tell for which sources no running hypothesis can get a better score than the worst finished one.

        A log-probability only falls, so the best score in reach is the present one over the largest penalty in reach:
        that of `max_length`, or of the next token where a negative `length_penalty` favours short hypotheses.
        """
        lengths = tf.stack([position + 1, self.max_length])
        largest = tf.reduce_max(penalize_length(lengths, self.length_penalty))
        return tf.reduce_max(running.scores, axis=1) / largest <= finished.scores[:, -1]

    def expand(self, position, last, running, finished, state):
        """Continue each hypothesis by one token in the best ways."""
        logits, state = self.decoder.step(state, tf.reshape(last, (-1,)), position)
        parents, last, scores = self.candidates(running.scores, _exclude_special(logits))
        tokens = _insert(tf.gather(running.tokens, parents, batch_dims=1), last, position)
        finished = self.update_finished(position, last, Hypotheses(tokens, scores), finished)

        scores = tf.where(last == END, NEGATIVE_INFINITY, scores)
        chosen = tf.math.top_k(scores[:, :-1], self.num_beams).indices
        chosen = tf.pad(chosen, [[0, 0], [0, 1]], constant_values=2 * self.num_beams)  # the greedy one
        parents, last, tokens, scores = (
            tf.gather(each, chosen, batch_dims=1) for each in (parents, last, tokens, scores)
        )
        rows = tf.reshape(parents + (self.num_beams + 1) * tf.range(tf.shape(parents)[0])[:, None], (-1,))
        state = tf.nest.map_structure(lambda each: tf.gather(each, rows), state)
        return position + 1, last, Hypotheses(tokens, scores), finished, state

    def candidates(self, scores, logits):
        """Return parents, last tokens and log-probabilities of the best continuations, then of the greedy one.

        Of 2 * `num_beams` at most `num_beams` end, one a parent: enough go on.
        """
        vocabulary_size = logits.shape[-1]
        logits = tf.reshape(logits, (-1, self.num_beams + 1, vocabulary_size))
        scores = tf.maximum(scores[..., None] + tf.nn.log_softmax(logits), NEGATIVE_INFINITY)
        flat = tf.reshape(scores[:, :-1], (-1, self.num_beams * vocabulary_size))
        best, indices = tf.math.top_k(flat, 2 * self.num_beams)
        token = tf.argmax(logits[:, -1:], axis=-1, output_type=tf.int32)
        score = tf.gather(scores[:, -1:], token, axis=2, batch_dims=2)
        parents = tf.pad(indices // vocabulary_size, [[0, 0], [0, 1]], constant_values=self.num_beams)
        return parents, tf.concat([indices % vocabulary_size, token], 1), tf.concat([best, score], 1)

    def update_finished(self, position, last, candidates, finished):
        """Return the best of the finished hypotheses and of the candidates that finish."""
        tokens, scores = candidates
        best = tf.fill(tf.shape(scores[:, : self.num_beams]), True)
        # the greedy hypothesis is mostly among the beams too, and would be kept twice
        duplicate = tf.reduce_all(tokens[:, : self.num_beams] == tokens[:, -1:], axis=2)
        distinct = ~tf.reduce_any(duplicate, axis=1, keepdims=True)
        ends = (last == END) | (position + 1 == self.max_length)
        finishes = tf.concat([best, ~best, distinct], axis=1) & ends
        scores /= penalize_length(position + 1, self.length_penalty)
        scores = tf.where(finishes & (candidates.scores > NEGATIVE_INFINITY / 2), scores, NEGATIVE_INFINITY)
        scores, chosen = tf.math.top_k(tf.concat([finished.scores, scores], axis=1), self.num_beams)
        return Hypotheses(tf.gather(tf.concat([finished.tokens, tokens], axis=1), chosen, batch_dims=1), scores)


def _exclude_special(logits):
    """Return logits as float32, those of PAD and START, which no hypothesis contains, masked."""
    tokens = tf.range(logits.shape[-1])
    return tf.where((tokens == PAD) | (tokens == START), NEGATIVE_INFINITY, tf.cast(logits, tf.float32))


def _insert(tokens, new, position):
    """Return tokens, (..., length), with new ones, (...), at a position."""
    return tf.where(tf.range(tokens.shape[-1]) == position, new[..., None], tokens)


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
    if max_length < 1:
        raise ValueError(f"max_length={max_length} does not work; at least 1 token is needed")
    of_model = decoder(model)
    signature = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((2,), tf.int32)]

    @tf.function(input_signature=signature, jit_compile=xla, autograph=False)
    def generate(source, seed):
        return search(of_model, source, max_length, seed)

    return lambda source, seed=(0, 0): generate(tf.cast(source, tf.int32), tf.constant(seed, tf.int32))
