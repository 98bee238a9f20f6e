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
from kzoo.tokenizers import PAD

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class TransformerConfig(Validated):
    """The hyperparameters of a Transformer; by default the paper's base model."""

    vocabulary_size: Annotated[int, Ge(2)] = 37_000
    """tokens of source and target together; token 0 is padding"""
    hidden_dim: PositiveInt = 512
    """size of the embeddings and of every layer's output"""
    num_heads: PositiveInt = 8
    """of each attention; they divide hidden_dim"""
    intermediate_dim: PositiveInt = 2048
    """units between the two layers of the feed-forward networks"""
    num_layers: PositiveInt = 6
    """of the encoder, and of the decoder"""
    dropout: Rate = 0.1
    normalize_first: bool = False
    """layer normalization before each sublayer instead of after its residual sum"""
    name: str = "transformer"

    def validate(self):
        if self.hidden_dim % self.num_heads:
            raise ValueError(
                f"num_heads={self.num_heads} does not divide hidden_dim={self.hidden_dim}; give a divisor of it"
            )


def transformer(config: TransformerConfig) -> keras.Model:
    """Return the model of a configuration; `make` describes its inputs and outputs."""
    source = layers.Input((None,), dtype="int32", name="source")
    target = layers.Input((None,), dtype="int32", name="target")
    embedding = zoo.ScaledEmbedding(config.vocabulary_size, config.hidden_dim, name="embedding")
    padding_mask = ops.not_equal(source, PAD)

    x = embed(embedding, source, config, "source")
    for i in range(1, config.num_layers + 1):
        x = layer(zoo.TransformerEncoder, config, f"encoder_{i}")(x, padding_mask)
    encoder_output = final_norm(x, config, "encoder_norm")

    x = embed(embedding, target, config, "target")
    for i in range(1, config.num_layers + 1):
        x = layer(zoo.TransformerDecoder, config, f"decoder_{i}")(x, encoder_output, padding_mask)
    x = final_norm(x, config, "decoder_norm")
    return _keras.Model([source, target], embedding(x, reverse=True), name=config.name)


def embed(embedding, tokens, config, name):
    """Embed tokens and add their position encodings."""
    x = zoo.SinePositionEncoding(name=f"{name}_positions")(embedding(tokens))
    return layers.Dropout(config.dropout, name=f"{name}_dropout")(x)


def layer(kind, config, name):
    """Make a layer of the encoder or the decoder."""
    return kind(config.intermediate_dim, config.num_heads, config.dropout, config.normalize_first, name=name)


def final_norm(x, config, name):
    """Normalize the output of a stack whose layers normalize their inputs only."""
    return layers.LayerNormalization(epsilon=1e-6, name=name)(x) if config.normalize_first else x


def make(**fields) -> keras.Model:
    """Build a Transformer.

    Attention has no biases, and source embedding, target embedding and output projection share one table, as in the
    authors' code.

    Args:
        vocabulary_size: tokens of source and target together; token 0 is padding.
        hidden_dim: size of the embeddings and of every layer's output.
        num_heads: of each attention; they divide `hidden_dim`.
        intermediate_dim: units between the two layers of the feed-forward networks.
        num_layers: of the encoder, and of the decoder.
        dropout: rate, after each sublayer and on the embeddings.
        normalize_first: whether layer normalization comes before each sublayer (Xiong et al., 2020, arXiv:2002.04745)
            instead of after its residual sum, as in the paper; encoder and decoder then end in one more.
        name: of the model.

    Returns:
        A `keras.Model` of [source, target], int32 (batch, length) each, the target beginning with a start token; its
        output are logits, (batch, target length, vocabulary_size), of the token that follows each of the target.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """
    return transformer(TransformerConfig(**fields))


# typeshed knows no __signature__ of functions, which inspect reads
make.__signature__ = inspect.signature(TransformerConfig, eval_str=True)  # type: ignore[attr-defined]

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
        config={"hidden_dim": 1024, "num_heads": 16, "intermediate_dim": 4096, "dropout": 0.3},
    )
)
