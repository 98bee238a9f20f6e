"""Recurrent networks: plain (Elman, 1990), LSTM (Hochreiter and Schmidhuber, 1997), GRU (Cho et al., 2014).

A builder is given its front: `vectors`, a sequence of them as it is, or `tokens`, embedded. Both hide padding from what
follows. Padding comes last; then the fused kernel of a GPU is used, which XLA cannot compile: train with `xla=False`
there. A network has these builders' arguments, not a paper's size, so none is in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kzoo._keras import keras as _keras
from kzoo._keras import layers

if TYPE_CHECKING:
    import keras

CELLS = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
Front = Callable[[], tuple]
"""Returns an input and what the first recurrent layer reads."""


def vectors(width: int, padding: float | None = None) -> Front:
    """Return a front of sequences of vectors, float32 (batch, length, width).

    Args:
        padding: a vector of this number alone is no part of the sequence; None if all are.
    """

    def front():
        x = inputs = layers.Input((None, width), name="vectors")
        return inputs, x if padding is None else layers.Masking(padding, name="padding")(x)

    return front


def tokens(vocabulary: int, width: int) -> Front:
    """Return a front of sequences of tokens, int32 (batch, length), of which 0 is padding."""

    def front():
        inputs = layers.Input((None,), dtype="int32", name="tokens")
        return inputs, layers.Embedding(vocabulary, width, mask_zero=True, name="embedding")(inputs)

    return front


def classifier(
    front: Front,
    classes: int,
    cell: str = "lstm",
    units: Sequence[int] = (128,),
    bidirectional: bool = False,
    dropout: float = 0.0,
    name: str = "classifier",
) -> keras.Model:
    """Build a network that reads a sequence and gives one vector of logits, (batch, classes).

    Args:
        front: what is read, `vectors(...)` or `tokens(...)`.
        cell: "rnn", "lstm" or "gru".
        units: of each layer, and of each direction.
        bidirectional: whether to read from both ends; what both say is joined.
        dropout: share of what a layer gives that is dropped.

    Raises:
        ValueError: an argument is wrong; the message names it, and says what would be accepted.
    """
    inputs, x = front()
    x = _stack(x, cell, units, bidirectional, dropout, last=True)
    return _keras.Model(inputs, layers.Dense(classes, name="predictions")(x), name=name)


def tagger(
    front: Front,
    classes: int,
    cell: str = "lstm",
    units: Sequence[int] = (128,),
    bidirectional: bool = True,
    dropout: float = 0.0,
    name: str = "tagger",
) -> keras.Model:
    """Build a network that gives logits at each place of a sequence, (batch, length, classes).

    Arguments and errors are those of `classifier`. What it gives where there is padding means nothing.
    """
    inputs, x = front()
    x = _stack(x, cell, units, bidirectional, dropout, last=False)
    return _keras.Model(inputs, layers.Dense(classes, name="predictions")(x), name=name)


def language_model(
    vocabulary: int,
    cell: str = "lstm",
    units: Sequence[int] = (512,),
    dropout: float = 0.0,
    name: str = "language_model",
) -> keras.Model:
    """Build a network that gives logits of the token that follows each one, (batch, length, vocabulary).

    It reads in one direction, so that no place sees a later one. Embeddings are as wide as the first layer. Arguments
    and errors are those of `classifier`.
    """
    return tagger(tokens(vocabulary, units[0]), vocabulary, cell, units, False, dropout, name)


def _stack(x, cell, units, bidirectional, dropout, last):
    """Read with one layer after the other; of the last only the end is given if `last`."""
    if cell not in CELLS:
        raise ValueError(f"cell={cell!r} is unknown; accepted are {', '.join(CELLS)}")
    if not units or min(units) < 1:
        raise ValueError(f"units={tuple(units)} does not work; give at least one layer, of at least 1 unit")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} does not work; accepted are 0 to below 1")
    for i, width in enumerate(units, 1):
        # dropout inside a layer would rule out the fused kernel
        layer = getattr(layers, CELLS[cell])(width, return_sequences=not last or i < len(units), name=f"{cell}_{i}")
        x = (layers.Bidirectional(layer, name=f"both_{i}") if bidirectional else layer)(x)
        x = layers.Dropout(dropout, name=f"drop_{i}")(x)
    return x
