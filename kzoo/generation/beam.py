"""Beam search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import tensorflow as tf
from annotated_types import Interval

from kzoo._validation import PositiveInt, check
from kzoo.generation.decoders import NEGATIVE_INFINITY, Decoder, State, insert
from kzoo.generation.decoding import Hypotheses, greedy_search

LengthPenalty = Annotated[float, Interval(ge=-10, le=10)]
# position, last tokens, unfinished and finished hypotheses, state of the decoder
Variables = tuple[tf.Tensor, tf.Tensor, Hypotheses, Hypotheses, State]


def beam_search(
    decoder: Decoder,
    source: Any,
    max_length: int,
    seed: tf.Tensor | None = None,
    num_beams: int = 4,
    length_penalty: float = 0.6,
    penalize: Callable[[tf.Tensor, float], tf.Tensor] | None = None,
    limit: tf.Tensor | None = None,
) -> Hypotheses:
    """Search for the hypotheses with the best scores, their log-probabilities divided by the length penalty.

    Each step expands the `num_beams` best unfinished hypotheses of a source. A hypothesis is finished where its end is
    among its source's `num_beams` best continuations, or cut off at `max_length`; the `num_beams` best finished ones
    are kept. A source is done when no unfinished hypothesis can beat the worst of them: the search stops no earlier, as
    with `early_stopping="never"` in transformers. The greedy hypothesis always competes, so that the best score is
    never below that of greedy search. One beam is greedy search.

    Args:
        num_beams: how many hypotheses are expanded and returned; if fewer exist, padding with a score of -1e9 follows.
        length_penalty: the exponent in ((5 + tokens) / 6) ** length_penalty, the end being a token (Wu et al., 2016,
            arXiv:1609.08144). Above 0 it favours long hypotheses; 0 compares log-probabilities.
        penalize: another length penalty: maps a number of tokens and `length_penalty` to the divisor.
        limit: as of `greedy_search`.

    Raises:
        ValueError: `num_beams` is below 1, or `length_penalty` is not from -10 to 10.
    """
    num_beams = check(None, "num_beams", PositiveInt, num_beams)
    length_penalty = check(None, "length_penalty", LengthPenalty, length_penalty)
    penalize = penalize or penalize_length
    if num_beams == 1:
        tokens, scores = greedy_search(decoder, source, max_length, limit=limit)
        ends = tf.cumsum(tf.cast(decoder.is_end(tokens), tf.int32), axis=1, exclusive=True)
        length = tf.reduce_sum(tf.cast(ends == 0, tf.int32), axis=1)
        length = length if limit is None else tf.minimum(length, limit)
        return Hypotheses(tokens[:, None], (scores / penalize(length, length_penalty))[:, None])
    search = _BeamSearch(
        decoder, max_length, num_beams, length_penalty, penalize, max_length if limit is None else limit
    )
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
    penalize: Callable[[tf.Tensor, float], tf.Tensor]
    limit: tf.Tensor | int

    def start(self, source: tf.Tensor) -> Variables:
        """Return the variables of the loop: position, last tokens, running, finished, state."""
        first, count = self.decoder.first_tokens(source), self.num_beams + 1
        batch_size = tf.shape(first)[0]
        rows = tf.repeat(tf.range(batch_size), count)
        state = self.decoder.reorder(self.decoder.start(source, self.max_length), rows)
        tokens = tf.fill((batch_size, count, self.max_length), self.decoder.pad)
        excluded = tf.fill((batch_size, count), NEGATIVE_INFINITY)
        # the beams begin alike: one stands for all
        running = Hypotheses(tokens, tf.where(tf.range(count) % self.num_beams == 0, 0.0, excluded))
        finished = Hypotheses(tokens[:, : self.num_beams], excluded[:, : self.num_beams])
        return 0, tf.repeat(first[:, None], count, axis=1), running, finished, state

    def unfinished(
        self, position: tf.Tensor, last: tf.Tensor, running: Hypotheses, finished: Hypotheses, state: State
    ) -> tf.Tensor:
        """Tell whether any source is not done."""
        return (position < self.limit) & ~tf.reduce_all(self.is_done(position, running, finished))

    def is_done(self, position: tf.Tensor, running: Hypotheses, finished: Hypotheses) -> tf.Tensor:
        """Tell for which sources no running hypothesis can get a better score than the worst finished one.

        A log-probability only falls, so the best score in reach is the present one over the largest penalty in reach:
        that of `max_length`, or of the next token where a negative `length_penalty` favours short hypotheses.
        """
        lengths = tf.stack([position + 1, self.limit])
        largest = tf.reduce_max(self.penalize(lengths, self.length_penalty))
        return tf.reduce_max(running.scores, axis=1) / largest <= finished.scores[:, -1]

    def expand(
        self, position: tf.Tensor, last: tf.Tensor, running: Hypotheses, finished: Hypotheses, state: State
    ) -> Variables:
        """Continue each hypothesis by one token in the best ways."""
        logits, state = self.decoder.step(state, tf.reshape(last, (-1,)), position)
        so_far = tf.reshape(running.tokens, (-1, self.max_length))
        logits = self.decoder.process(state, logits, so_far, position)
        parents, last, scores = self.candidates(running.scores, logits)
        tokens = insert(tf.gather(running.tokens, parents, batch_dims=1), last, position)
        finished = self.update_finished(position, last, Hypotheses(tokens, scores), finished)

        scores = tf.where(self.decoder.is_end(last), NEGATIVE_INFINITY, scores)
        chosen = tf.math.top_k(scores[:, :-1], self.num_beams).indices
        chosen = tf.pad(chosen, [[0, 0], [0, 1]], constant_values=2 * self.num_beams)  # the greedy one
        parents, last, tokens, scores = (
            tf.gather(each, chosen, batch_dims=1) for each in (parents, last, tokens, scores)
        )
        rows = tf.reshape(parents + (self.num_beams + 1) * tf.range(tf.shape(parents)[0])[:, None], (-1,))
        state = self.decoder.reorder(state, rows)
        return position + 1, last, Hypotheses(tokens, scores), finished, state

    def candidates(self, scores: tf.Tensor, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
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

    def update_finished(
        self, position: tf.Tensor, last: tf.Tensor, candidates: Hypotheses, finished: Hypotheses
    ) -> Hypotheses:
        """Return the best of the finished hypotheses and of the candidates that finish."""
        tokens, scores = candidates
        best = tf.fill(tf.shape(scores[:, : self.num_beams]), True)
        # the greedy hypothesis is mostly among the beams too, and would be kept twice
        duplicate = tf.reduce_all(tokens[:, : self.num_beams] == tokens[:, -1:], axis=2)
        distinct = ~tf.reduce_any(duplicate, axis=1, keepdims=True)
        ends = self.decoder.is_end(last) | (position + 1 == self.limit)
        finishes = tf.concat([best, ~best, distinct], axis=1) & ends
        scores /= self.penalize(position + 1, self.length_penalty)
        scores = tf.where(finishes & (candidates.scores > NEGATIVE_INFINITY / 2), scores, NEGATIVE_INFINITY)
        scores, chosen = tf.math.top_k(tf.concat([finished.scores, scores], axis=1), self.num_beams)
        return Hypotheses(tf.gather(tf.concat([finished.tokens, tokens], axis=1), chosen, batch_dims=1), scores)
