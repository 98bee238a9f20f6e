"""Bucketed batches of about as many tokens each, of few shapes, so that XLA compiles few programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from kzoo._validation import PositiveInt, PositiveInts, check
from kzoo.tokenizers import END, PAD, START

Tokens = tuple[Sequence[int], Sequence[int]]
Batch = tuple[tuple[np.ndarray, np.ndarray], np.ndarray]
Batches = tuple[np.ndarray, int, tuple[int, int]]  # members, rows, and the lengths of source and target


class TokenBatches:
    """Pairs of token sequences in batches whose shapes are known before.

    A pair goes into the first bucket that both its sides fit into, the target with one token more; all batches of a
    bucket have its shape. What is left over at the end of an epoch fills a batch up with padding: nothing is dropped.

    Args:
        pairs: source and target tokens, without start and end.
        lengths: of the buckets, in rising order; all pairs fit into the last.
        tokens: batch size, in tokens of either side, padding included; at least one row a replica.
        replicas: the number of rows is a multiple of theirs.

    Raises:
        ValueError: there are no pairs, lengths do not rise, a pair fits in no bucket, or tokens are too few.
    """

    def __init__(self, pairs: Sequence[Tokens], lengths: Sequence[int], tokens: int, replicas: int = 1):
        if not pairs:
            raise ValueError("pairs is empty; at least one is needed")
        lengths, tokens, replicas = (
            check(None, name, annotation, value)
            for name, annotation, value in (
                ("lengths", PositiveInts, lengths),
                ("tokens", PositiveInt, tokens),
                ("replicas", PositiveInt, replicas),
            )
        )
        if list(lengths) != sorted(set(lengths)):
            raise ValueError(f"lengths={lengths} does not work; give lengths above 0 in rising order")
        self.sources, self.targets = (Ragged([pair[side] for pair in pairs]) for side in (0, 1))
        longest = self.sources.lengths.max(), self.targets.lengths.max() + 1
        if max(longest) > lengths[-1]:
            raise ValueError(f"lengths={lengths} ends below {max(longest)}, the tokens of the longest text")
        if tokens < lengths[-1] * replicas:
            raise ValueError(f"tokens={tokens} does not work; at least {lengths[-1] * replicas} make a batch")
        fits = np.searchsorted(lengths, np.maximum(self.sources.lengths, self.targets.lengths + 1))
        self.buckets: list[Batches] = []
        for i in np.unique(fits):
            shape = int(min(lengths[i], longest[0])), int(min(lengths[i], longest[1]))
            rows = max(replicas, tokens // max(shape) // replicas * replicas)
            self.buckets.append((np.flatnonzero(fits == i), rows, shape))

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        return sum(-(-len(members) // rows) for members, rows, _ in self.buckets)

    @property
    def shapes(self) -> list[tuple[int, int, int]]:
        """Rows, source length and target length of each kind of batch."""
        return [(rows, *shape) for _, rows, shape in self.buckets]

    def dataset(self, start_step: int = 0) -> tf.data.Dataset:
        """Yield all pairs once, in a fixed order: ((source, target), labels); a label is the token that follows."""
        return self._dataset(lambda: map(self._batch, self._plan(None)[start_step:]), self.steps)

    def training(self, seed: int, start_epoch: int = 0, start_step: int = 0) -> tf.data.Dataset:
        """Yield epochs without end, each in an order that is a function of the seed and its number alone."""

        def stream() -> Iterator[Batch]:
            step, epoch = start_step, start_epoch
            while True:
                yield from map(self._batch, self._plan((seed, epoch))[step:])
                step, epoch = 0, epoch + 1

        return self._dataset(stream, tf.data.INFINITE_CARDINALITY)

    def _plan(self, seed: tuple[int, int] | None) -> list[Batches]:
        """Return the batches of an epoch."""
        rng = None if seed is None else np.random.default_rng(seed)
        batches: list[Batches] = []
        for members, rows, shape in self.buckets:
            order = members if rng is None else rng.permutation(members)
            batches += [(order[i : i + rows], rows, shape) for i in range(0, len(order), rows)]
        return batches if rng is None else [batches[i] for i in rng.permutation(len(batches))]

    def _batch(self, plan: Batches) -> Batch:
        members, rows, (source_length, target_length) = plan
        source = np.full((rows, source_length), PAD, "int32")
        target, labels = (np.full((rows, target_length), PAD, "int32") for _ in range(2))
        for row, member in enumerate(members):
            source_tokens, target_tokens = self.sources[member], self.targets[member]
            source[row, : len(source_tokens)] = source_tokens
            target[row, : len(target_tokens) + 1] = START, *target_tokens
            labels[row, : len(target_tokens) + 1] = *target_tokens, END
        return (source, target), labels

    def _dataset(self, generator: Callable[[], Iterator[Batch]], count: int) -> tf.data.Dataset:
        spec = tf.TensorSpec((None, None), tf.int32)
        data = tf.data.Dataset.from_generator(generator, output_signature=((spec, spec), spec))
        options = tf.data.Options()
        # several machines share out each batch: this one has no files to share
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
        return data.apply(tf.data.experimental.assert_cardinality(count)).prefetch(2).with_options(options)


class Ragged:
    """Sequences of any lengths in one array: millions of small ones would take ten times the memory."""

    def __init__(self, sequences: Sequence[Sequence[int]]):
        self.lengths = np.fromiter(map(len, sequences), "int64", len(sequences))
        self.ends = np.cumsum(self.lengths)
        self.flat = np.fromiter((each for sequence in sequences for each in sequence), "int32", int(self.ends[-1]))

    def __getitem__(self, index: int) -> np.ndarray:
        return self.flat[self.ends[index] - self.lengths[index] : self.ends[index]]
