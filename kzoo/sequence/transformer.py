"""The Transformer, encoder and decoder (Vaswani et al., 2017, arXiv:1706.03762)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from kzoo._keras import keras as _keras
from kzoo._keras import layers, ops, zoo
from kzoo._validation import PositiveInt, Rate, Validated
from kzoo.registry import Network, register
from kzoo.sequence.text import PAD

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class TransformerConfig(Validated):
    """What makes a Transformer; by default the paper's base model."""

    vocabulary: Annotated[int, Ge(2)] = 37_000
    """tokens of source and target together; 0 is padding"""
    width: PositiveInt = 512
    heads: PositiveInt = 8
    """of each attention; they divide the width"""
    hidden: PositiveInt = 2048
    """width of the feed-forward networks between their two layers"""
    depth: PositiveInt = 6
    """blocks of the encoder, and of the decoder"""
    dropout: Rate = 0.1
    norm_first: bool = False
    """normalise what goes into a sublayer instead of what comes out"""
    name: str = "transformer"

    def __post_init__(self):
        super().__post_init__()
        if self.width % self.heads:
            raise ValueError(f"heads={self.heads} does not divide width={self.width}; give a divisor of it")


def transformer(config: TransformerConfig) -> keras.Model:
    """Return the model of a configuration; `make` says what it takes and gives."""
    source = layers.Input((None,), dtype="int32", name="source")
    target = layers.Input((None,), dtype="int32", name="target")
    embedding = zoo.ScaledEmbedding(config.vocabulary, config.width, name="embedding")
    visible = ops.not_equal(source, PAD)

    x = embed(embedding, source, config, "source")
    for i in range(1, config.depth + 1):
        x = block(zoo.EncoderBlock, config, f"encoder_{i}")(x, visible)
    memory = last_norm(x, config, "encoder_norm")

    x = embed(embedding, target, config, "target")
    for i in range(1, config.depth + 1):
        x = block(zoo.DecoderBlock, config, f"decoder_{i}")(x, memory, visible)
    x = last_norm(x, config, "decoder_norm")
    return _keras.Model([source, target], embedding(x, reverse=True), name=config.name)


def embed(embedding, tokens, config, name):
    """Turn tokens into vectors that know their place."""
    x = zoo.SinusoidalPositions(name=f"{name}_positions")(embedding(tokens))
    return layers.Dropout(config.dropout, name=f"{name}_drop")(x)


def block(kind, config, name):
    """Make a block of the encoder or the decoder."""
    return kind(config.heads, config.hidden, config.dropout, config.norm_first, name=name)


def last_norm(x, config, name):
    """Normalise at the end of a stack whose sums no block has normalised."""
    return layers.LayerNormalization(epsilon=1e-6, name=name)(x) if config.norm_first else x


def make(**fields) -> keras.Model:
    """Build a Transformer.

    Attention has no biases, and one table embeds source and target and scores the output, as in the authors' code.

    Args:
        vocabulary: tokens of source and target together; 0 is padding.
        width: of the vectors.
        heads: of each attention; they divide the width.
        hidden: width of the feed-forward networks between their two layers.
        depth: blocks of the encoder, and of the decoder.
        dropout: of what each sublayer gives, and of the embedded tokens.
        norm_first: whether to normalise what goes into a sublayer (Xiong et al., 2020, arXiv:2002.04745) instead of
            what comes out, as the paper does; both stacks then end in one normalisation more.
        name: of the model.

    Returns:
        A `keras.Model` of [source, target], int32 (batch, length) each, the target beginning with a start token; its
        output are logits, (batch, target length, vocabulary), of the token that follows each of the target.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """
    return transformer(TransformerConfig(**fields))


make.__signature__ = inspect.signature(TransformerConfig, eval_str=True)

family = partial(
    Network,
    kind="sequence",
    make=make,
    paper="Attention Is All You Need (Vaswani et al.)",
    reference="arXiv:1706.03762",
    year=2017,
)

TransformerBase = register(
    family("TransformerBase", parameters=63_045_632, notes="a vocabulary of 37,000; the paper prints 65 million")
)
TransformerBig = register(
    family(
        "TransformerBig",
        parameters=214_171_648,
        notes="a vocabulary of 37,000; the paper prints 213 million",
        config={"width": 1024, "heads": 16, "hidden": 4096, "dropout": 0.3},
    )
)
