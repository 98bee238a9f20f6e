"""How a Transformer writes: greedily, by beam search, or by chance; each as one loop of fixed shapes.

A search asks for one token after the other and does not know how its scores come about: `Cached` keeps the keys and
values of what has been written, `Recomputed` runs the whole decoder again for each token.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import keras
import tensorflow as tf

from kzoo.layers import DecoderBlock
from kzoo.sequence.text import END, PAD, START

NEVER = -1e9  # the score of what must not be: no infinity, whose differences are no numbers
State = Any  # tensors, nested as they may be, all of them (batch, ...)


class Steps(Protocol):
    """What a search asks for scores."""

    def begin(self, source: tf.Tensor, length: int) -> State:
        """Read sources, (batch, source length), of which texts of at most `length` tokens will be written."""

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Take the tokens at a position, (batch,), and return the logits of the next ones, (batch, vocabulary)."""


class Cached:
    """Run the decoder for one position a step, and keep what later ones will read of it.

    Args:
        model: a Transformer of `kzoo.sequence.transformer`, or a copy of one.
    """

    def __init__(self, model: keras.Model):
        self.blocks = [layer for layer in model.layers if isinstance(layer, DecoderBlock)]
        memory, visible = self.blocks[0].input[1:]
        self.encoder = keras.Model(model.inputs[0], [memory, visible])
        self.embedding, self.positions = model.get_layer("embedding"), model.get_layer("target_positions")
        self.norms = [layer for layer in model.layers if layer.name == "decoder_norm"]

    def begin(self, source, length):
        """Encode the sources, and make room for `length` keys and values."""
        memory, visible = self.encoder(source, training=False)
        return {"visible": visible, "blocks": [block.begin(memory, length) for block in self.blocks]}

    def step(self, state, tokens, position):
        """Pass one token through the decoder."""
        x, caches = self.positions(self.embedding(tokens[:, None]), start=position), []
        for block, cache in zip(self.blocks, state["blocks"], strict=True):
            x, cache = block.step(x, cache, position, state["visible"])
            caches.append(cache)
        for norm in self.norms:
            x = norm(x)
        return self.embedding(x, reverse=True)[:, 0], {**state, "blocks": caches}


class Recomputed:
    """Run the whole model again for every token: slow, and what `Cached` is held against.

    Args:
        model: maps source and target, (batch, length) each, to logits, (batch, target length, vocabulary).
    """

    def __init__(self, model: Callable):
        self.model = model

    def begin(self, source, length):
        """Keep the sources, beside `length` tokens of padding."""
        return {"source": source, "target": tf.fill((tf.shape(source)[0], length), PAD)}

    def step(self, state, tokens, position):
        """Write a token into the target, and run the model on all of it."""
        target = _put(state["target"], tokens, position)
        logits = self.model([state["source"], target], training=False)
        return tf.gather(logits, position, axis=1), {**state, "target": target}


class Written(NamedTuple):
    """What a search gives.

    `tokens` are (batch, length), or of a beam (batch, beams, length), the best first; END is the last and padding
    follows. `scores` are their log-probabilities, (batch,), or (batch, beams), divided by the length penalty.
    """

    tokens: tf.Tensor
    scores: tf.Tensor


def greedy(steps: Steps, source: tf.Tensor, length: int, seed: tf.Tensor | None = None) -> Written:
    """Write the likeliest token each time, until END or `length` tokens."""
    return _write(steps, source, length, lambda logits, position: tf.argmax(logits, axis=-1, output_type=tf.int32))


def sample(
    steps: Steps, source: tf.Tensor, length: int, seed: tf.Tensor, temperature: float = 1.0, top: int | None = None
) -> Written:
    """Draw each token by its probability; the same seed draws the same.

    Args:
        seed: two integers.
        temperature: what logits are divided by; near 0 it is greedy.
        top: draw from so many of the likeliest tokens; None for all.

    Raises:
        ValueError: `temperature` is not above 0, or `top` is below 1.
    """
    if not temperature > 0:
        raise ValueError(f"temperature={temperature} does not work; it must be above 0")
    if top is not None and top < 1:
        raise ValueError(f"top={top} does not work; give at least 1, or None for all tokens")

    def draw(logits, position):
        if top is not None:
            lowest = tf.math.top_k(logits, min(top, logits.shape[-1])).values[:, -1:]
            logits = tf.where(logits < lowest, NEVER, logits)
        # the largest of logits with Gumbel noise is a draw from their softmax
        uniform = tf.random.stateless_uniform(tf.shape(logits), seed + position, minval=1e-20)
        return tf.argmax(logits / temperature - tf.math.log(-tf.math.log(uniform)), axis=-1, output_type=tf.int32)

    return _write(steps, source, length, draw)


def _write(steps, source, length, choose):
    """Write one text a source, each token as `choose` takes it from the logits."""
    batch = tf.shape(source)[0]

    def unfinished(position, tokens, last, scores, state):
        return (position < length) & tf.reduce_any(last != END)

    def write(position, tokens, last, scores, state):
        logits, state = steps.step(state, last, position)
        logits = _possible(logits)
        token = tf.where(last == END, PAD, choose(logits, position))
        gained = tf.gather(tf.nn.log_softmax(logits), token, axis=1, batch_dims=1)
        scores += tf.where(last == END, 0.0, gained)
        # what has ended stays at END
        return position + 1, _put(tokens, token, position), tf.where(last == END, END, token), scores, state

    begun = (0, tf.fill((batch, length), PAD), tf.fill((batch,), START), tf.zeros((batch,)))
    _, tokens, _, scores, _ = tf.while_loop(unfinished, write, (*begun, steps.begin(source, length)))
    return Written(tokens, scores)


def beam(
    steps: Steps, source: tf.Tensor, length: int, seed: tf.Tensor | None = None, beams: int = 4, penalty: float = 0.6
) -> Written:
    """Search for the hypotheses with the best scores, their log-probabilities divided by the length penalty.

    Each step expands the `beams` likeliest unfinished hypotheses of a source. A hypothesis is finished where END is
    among its source's `beams` likeliest continuations, or cut off at `length`; the `beams` best finished ones are kept.
    A source is done when no unfinished hypothesis can beat the worst of them: the search stops no earlier, as with
    `early_stopping="never"` in transformers. The greedy hypothesis always competes, so that the best score is never
    below greedy's. One beam is greedy search.

    Args:
        beams: how many hypotheses are expanded and returned; if fewer exist, padding with a score of -1e9 follows.
        penalty: exponent of the length penalty, ((5 + tokens) / 6) ** penalty, END being a token (Wu et al., 2016,
            arXiv:1609.08144). Above 0 it favours long texts; 0 compares log-probabilities.

    Raises:
        ValueError: `beams` is below 1, or `penalty` is not finite.
    """
    if beams < 1:
        raise ValueError(f"beams={beams} does not work; at least 1 is needed")
    if not math.isfinite(penalty):
        raise ValueError(f"penalty={penalty} does not work; it must be a finite number")
    if beams == 1:
        tokens, scores = greedy(steps, source, length)
        scores /= length_penalty(tf.math.count_nonzero(tokens != PAD, axis=1), penalty)
        return Written(tokens[:, None], scores[:, None])
    search = _Beam(steps, length, beams, penalty)
    return tf.while_loop(search.goes_on, search.expand, search.begin(source), parallel_iterations=1)[3]


def length_penalty(tokens: tf.Tensor, penalty: float) -> tf.Tensor:
    """Return what the log-probability of a hypothesis of so many tokens is divided by (Wu et al., 2016)."""
    return ((5.0 + tf.cast(tokens, tf.float32)) / 6.0) ** penalty


@dataclass(frozen=True)
class _Beam:
    """One step of a beam search; its variables are (batch, hypotheses, ...).

    `running` are the unfinished hypotheses with their log-probabilities: the beam, the likeliest first, and the greedy
    one as the last. `finished` are the best finished ones with their scores.
    """

    steps: Steps
    length: int
    beams: int
    penalty: float

    def begin(self, source):
        """Return the variables of the loop: position, last tokens, running, finished, state."""
        batch, width = tf.shape(source)[0], self.beams + 1
        state = tf.nest.map_structure(
            lambda each: tf.repeat(each, width, axis=0), self.steps.begin(source, self.length)
        )
        tokens, never = tf.fill((batch, width, self.length), PAD), tf.fill((batch, width), NEVER)
        # the beam's hypotheses begin alike: one stands for all
        running = Written(tokens, tf.where(tf.range(width) % self.beams == 0, 0.0, never))
        finished = Written(tokens[:, : self.beams], never[:, : self.beams])
        return 0, tf.fill((batch, width), START), running, finished, state

    def goes_on(self, position, last, running, finished, state):
        """Tell whether any source is not done."""
        return (position < self.length) & ~tf.reduce_all(self.is_done(position, running, finished))

    def is_done(self, position, running, finished):
        """Tell for which sources no running hypothesis can get a better score than the worst finished one.

        A log-probability only falls, so the best score in reach is the present one over the largest penalty in reach:
        that of `length`, or of the next token where a negative `penalty` favours short texts.
        """
        largest = tf.reduce_max(length_penalty(tf.stack([position + 1, self.length]), self.penalty))
        return tf.reduce_max(running.scores, axis=1) / largest <= finished.scores[:, -1]

    def expand(self, position, last, running, finished, state):
        """Continue each hypothesis by one token in the best ways."""
        logits, state = self.steps.step(state, tf.reshape(last, (-1,)), position)
        parents, last, scores = self.candidates(running.scores, _possible(logits))
        tokens = _put(tf.gather(running.tokens, parents, batch_dims=1), last, position)
        finished = self.keep(position, last, Written(tokens, scores), finished)

        scores = tf.where(last == END, NEVER, scores)
        chosen = tf.math.top_k(scores[:, :-1], self.beams).indices
        chosen = tf.pad(chosen, [[0, 0], [0, 1]], constant_values=2 * self.beams)  # the greedy one
        parents, last, tokens, scores = (
            tf.gather(each, chosen, batch_dims=1) for each in (parents, last, tokens, scores)
        )
        rows = tf.reshape(parents + (self.beams + 1) * tf.range(tf.shape(parents)[0])[:, None], (-1,))
        state = tf.nest.map_structure(lambda each: tf.gather(each, rows), state)
        return position + 1, last, Written(tokens, scores), finished, state

    def candidates(self, scores, logits):
        """Return parents, last tokens and log-probabilities of the likeliest continuations, then of the greedy one.

        Of 2 * `beams` at most `beams` end, one a parent: enough go on.
        """
        vocabulary = logits.shape[-1]
        logits = tf.reshape(logits, (-1, self.beams + 1, vocabulary))
        scores = tf.maximum(scores[..., None] + tf.nn.log_softmax(logits), NEVER)
        best, places = tf.math.top_k(tf.reshape(scores[:, :-1], (-1, self.beams * vocabulary)), 2 * self.beams)
        token = tf.argmax(logits[:, -1:], axis=-1, output_type=tf.int32)
        score = tf.gather(scores[:, -1:], token, axis=2, batch_dims=2)
        parents = tf.pad(places // vocabulary, [[0, 0], [0, 1]], constant_values=self.beams)
        return parents, tf.concat([places % vocabulary, token], 1), tf.concat([best, score], 1)

    def keep(self, position, last, candidates, finished):
        """Return the best of the finished hypotheses and of the candidates that finish."""
        tokens, scores = candidates
        best = tf.fill(tf.shape(scores[:, : self.beams]), True)
        # the greedy hypothesis is mostly in the beam too, and would be kept twice
        alone = ~tf.reduce_any(tf.reduce_all(tokens[:, : self.beams] == tokens[:, -1:], axis=2), axis=1, keepdims=True)
        finishes = tf.concat([best, ~best, alone], axis=1) & ((last == END) | (position + 1 == self.length))
        scores /= length_penalty(position + 1, self.penalty)
        scores = tf.where(finishes & (candidates.scores > NEVER / 2), scores, NEVER)
        scores, chosen = tf.math.top_k(tf.concat([finished.scores, scores], axis=1), self.beams)
        return Written(tf.gather(tf.concat([finished.tokens, tokens], axis=1), chosen, batch_dims=1), scores)


def _possible(logits):
    """Return logits as float32, without padding and START, which no text has."""
    never = (tf.range(logits.shape[-1]) == PAD) | (tf.range(logits.shape[-1]) == START)
    return tf.where(never, NEVER, tf.cast(logits, tf.float32))


def _put(tokens, new, position):
    """Return tokens, (..., length), with new ones, (...), at a position."""
    return tf.where(tf.range(tokens.shape[-1]) == position, new[..., None], tokens)


def writer(
    model: keras.Model,
    length: int,
    search: Callable[..., Written] = greedy,
    steps: Callable[[keras.Model], Steps] = Cached,
    xla: bool = True,
) -> Callable[..., Written]:
    """Return a function of sources, (batch, source length) int32, and a seed for chance; it is compiled once a shape.

    Args:
        length: tokens of a text, END included.
        search: `greedy`, `beam` or `sample`, or one of them with other settings: `partial(beam, beams=8)`.
        steps: how scores come about.

    Raises:
        ValueError: `length` is below 1.
    """
    if length < 1:
        raise ValueError(f"length={length} does not work; at least 1 token is needed")
    scores = steps(model)
    signature = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((2,), tf.int32)]

    @tf.function(input_signature=signature, jit_compile=xla, autograph=False)
    def write(source, seed):
        return search(scores, source, length, seed)

    return lambda source, seed=(0, 0): write(tf.cast(source, tf.int32), tf.constant(seed, tf.int32))
