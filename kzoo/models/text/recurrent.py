"""Recurrent networks: plain (Elman, 1990), LSTM (Hochreiter and Schmidhuber, 1997), GRU (Cho et al., 2014).

A builder is given its inputs: `vectors`, a sequence of them as it is, or `tokens`, embedded. Both mask padding.
Padding comes last; then the fused kernel of a GPU is used, which XLA cannot compile: train with `xla=False` there. A
network has these builders' arguments, not a paper's size, so none is in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kzoo._keras import keras as _keras
from kzoo._keras import layers

if TYPE_CHECKING:
    import keras

CELLS = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
Inputs = Callable[[], tuple]
"""Returns an input and what the first recurrent layer reads."""


def vectors(dim: int, mask_value: float | None = None) -> Inputs:
    """Return the inputs of sequences of vectors, float32 (batch, length, dim).

    Args:
        mask_value: a vector of this value alone is padding; None if none is.
    """

    def make():
        x = inputs = layers.Input((None, dim), name="vectors")
        return inputs, x if mask_value is None else layers.Masking(mask_value, name="masking")(x)

    return make


def tokens(vocabulary_size: int, embedding_dim: int) -> Inputs:
    """Return the inputs of sequences of tokens, int32 (batch, length), of which 0 is padding."""

    def make():
        inputs = layers.Input((None,), dtype="int32", name="tokens")
        return inputs, layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True, name="embedding")(inputs)

    return make


def classifier(
    make_inputs: Inputs,
    classes: int,
    cell: str = "lstm",
    units: Sequence[int] = (128,),
    bidirectional: bool = False,
    dropout: float = 0.0,
    name: str = "classifier",
) -> keras.Model:
    """Build a network from a sequence to one vector of logits, (batch, classes).

    Args:
        make_inputs: `vectors(...)` or `tokens(...)`.
        cell: "rnn", "lstm" or "gru".
        units: of each layer, and of each direction.
        bidirectional: whether to run over the sequence in both directions, and concatenate their outputs.
        dropout: rate, of the outputs of each layer.

    Raises:
        ValueError: an argument is wrong; the message names it, and says what would be accepted.
    """
    inputs, x = make_inputs()
    x = _stack(x, cell, units, bidirectional, dropout, last=True)
    return _keras.Model(inputs, layers.Dense(classes, name="predictions")(x), name=name)


def tagger(
    make_inputs: Inputs,
    classes: int,
    cell: str = "lstm",
    units: Sequence[int] = (128,),
    bidirectional: bool = True,
    dropout: float = 0.0,
    name: str = "tagger",
) -> keras.Model:
    """Build a network from a sequence to logits at each position, (batch, length, classes).

    Arguments and errors are those of `classifier`. Logits at padding are meaningless.
    """
    inputs, x = make_inputs()
    x = _stack(x, cell, units, bidirectional, dropout, last=False)
    return _keras.Model(inputs, layers.Dense(classes, name="predictions")(x), name=name)


def language_model(
    vocabulary_size: int,
    cell: str = "lstm",
    units: Sequence[int] = (512,),
    dropout: float = 0.0,
    name: str = "language_model",
) -> keras.Model:
    """Build a network that gives logits of the token that follows each one, (batch, length, vocabulary_size).

    It runs in one direction, so that no position sees a later one. Embeddings have the size of the first layer.
    Arguments and errors are those of `classifier`.
    """
    return tagger(tokens(vocabulary_size, units[0]), vocabulary_size, cell, units, False, dropout, name)


def _stack(x, cell, units, bidirectional, dropout, last):
    """Stack recurrent layers; return the last output only if `last`, else all of them."""
    if cell not in CELLS:
        raise ValueError(f"cell={cell!r} is unknown; accepted are {', '.join(CELLS)}")
    if not units or min(units) < 1:
        raise ValueError(f"units={tuple(units)} does not work; give at least one layer, of at least 1 unit")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} does not work; accepted are 0 to below 1")
    for i, size in enumerate(units, 1):
        # dropout inside a layer would rule out the fused kernel
        layer = getattr(layers, CELLS[cell])(size, return_sequences=not last or i < len(units), name=f"{cell}_{i}")
        x = (layers.Bidirectional(layer, name=f"bidirectional_{i}") if bidirectional else layer)(x)
        x = layers.Dropout(dropout, name=f"dropout_{i}")(x)
    return x
