"""What the builders of all language models share: inputs, embeddings, heads, and their rows in the registry."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typing_extensions import Doc

from kzoo._keras import initializers, layers, ops, zoo
from kzoo._validation import PositiveFloat, PositiveInt, Rate, Validated, documentation
from kzoo.registry import Network, Weights, register
from kzoo.registry.weights import HUB

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Family:
    """A family of language models, and how its checkpoints on the Hugging Face hub name and lay out what it has.

    Args:
        make: builds a network of keyword arguments, the fields of `config`.
        config: the dataclass of its hyperparameters.
        model_type: of a config.json.
        prefix: of the tensors of the network without its head.
        fields: key of a config.json -> field of `config`.
        fixed: key of a config.json -> the values with which it may stand there; others would change the arithmetic.
        architectures: class of transformers -> head.
        modules: rows (module in a checkpoint, layer here, kind), `{}` being the number of a block. The kind says the
            layout: see `kzoo.weights.hub`. Of several such tables the one that fits a file best is used.
        heads: modules that are of a head, without the prefix.
        optional: modules with the prefix that a checkpoint may lack all the same.
        tied: tensors of tied weights, which a checkpoint may repeat -> the tensor that they repeat.
        variant: name of the row that stands for networks of any size.
        read_config: maps a config.json to fields that it states in several ways.
    """

    make: Callable[..., keras.Model] = field(repr=False)
    config: type
    model_type: str
    prefix: str
    fields: Mapping[str, str]
    fixed: Mapping[str, tuple]
    architectures: Mapping[str, str]
    modules: tuple[tuple[tuple[str, str, str], ...], ...]
    heads: tuple[str, ...]
    tied: Mapping[str, str]
    variant: str
    optional: tuple[str, ...] = ()
    read_config: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda config: {}


@dataclass(frozen=True)
class LanguageModelConfig(Validated):
    """The hyperparameters that all language models have."""

    vocabulary_size: Annotated[PositiveInt, Doc("number of tokens")] = 50_257
    max_sequence_length: Annotated[PositiveInt, Doc("the longest text, in tokens")] = 1024
    hidden_dim: Annotated[PositiveInt, Doc("size of the embeddings and of every block's output")] = 768
    num_heads: Annotated[PositiveInt, Doc("heads of each attention")] = 12
    num_layers: Annotated[PositiveInt, Doc("number of blocks")] = 12
    intermediate_dim: Annotated[PositiveInt, Doc("units of the feed-forward networks' inner layers")] = 3072
    activation: Annotated[Literal["gelu", "gelu_tanh", "relu", "silu"], Doc("of the feed-forward networks")] = "gelu"
    dropout: Annotated[Rate, Doc("rate on embeddings, attention weights and sublayers' outputs, in training")] = 0.1
    epsilon: Annotated[PositiveFloat, Doc("of the normalizations")] = 1e-5
    initializer_range: Annotated[PositiveFloat, Doc("standard deviation of the initial weights")] = 0.02
    num_labels: Annotated[PositiveInt, Doc("labels of a classification head")] = 2
    name: Annotated[str, Doc("of the model")] = "language_model"

    def validate(self):
        if getattr(self, "head_dim", None) is None and self.hidden_dim % self.num_heads:
            raise ValueError(
                f"num_heads={self.num_heads} does not divide hidden_dim={self.hidden_dim}; give a divisor of it"
            )

    @property
    def attention(self) -> dict[str, Any]:
        """The arguments of `kzoo.layers.Attention`, besides those of a family."""
        return {"num_heads": self.num_heads, "dropout": self.dropout, "kernel_initializer": normal(self)}

    @property
    def feed_forward(self) -> dict[str, Any]:
        """The arguments of `kzoo.layers.FeedForward`, besides those of a family."""
        sizes = {"intermediate_dim": self.intermediate_dim, "activation": self.activation}
        return {**sizes, "kernel_initializer": normal(self), "output_initializer": normal(self)}


def field_parameters(config: type) -> list[Parameter]:
    """Return the fields of a configuration as parameters, each with the annotation that documents it."""
    owners = [inspect.get_annotations(owner, eval_str=True) for owner in config.__mro__]

    def annotation(name):  # where a class gives only another default, that of its base
        stated = [owner[name] for owner in owners if name in owner]
        return next((each for each in stated if documentation(each)), stated[0])

    return [
        Parameter(each.name, Parameter.KEYWORD_ONLY, default=each.default, annotation=annotation(each.name))
        for each in fields(config)
    ]


RETURNS = (
    'A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens '
    "and 0 for padding;"
)


def _wrap(text: str, indent: int) -> str:
    """Wrap a line of a docstring, which is to be indented once more."""
    return textwrap.fill(text, 114, initial_indent="    ", subsequent_indent=" " * indent)


def make_function(build: Callable, config: type, summary: str, outputs: str) -> Callable[..., keras.Model]:
    """Return the function that builds the network of keyword arguments, with their documentation.

    Args:
        summary: a line, and what else is to be said.
        outputs: what the network returns.
    """

    def make(**arguments: Any) -> keras.Model:
        return build(config(**arguments))

    parameters = field_parameters(config)
    documented = "\n".join(_wrap(f"{each.name}: {documentation(each.annotation)}.", 8) for each in parameters)
    returned = _wrap(f"{RETURNS} {outputs}", 4)
    make.__doc__ = f"""{summary}

Args:
{documented}

Returns:
{returned}

Raises:
    ValueError: an argument is out of range; the message names it, and says what would be accepted.
"""
    # typeshed knows no __signature__ of functions, which inspect reads
    make.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return make


def register_variant(
    name: str, make: Callable[..., keras.Model], *, hub: str = "", licence: str = "", notes: str = "", **row: Any
) -> Any:
    """Register a language model.

    Args:
        hub: repository of its weights on the Hugging Face hub, for `kzoo.from_pretrained`.
        row: fields of `kzoo.registry.Network`, and the hyperparameters in which it differs from the family's.
    """
    known: dict[str, Any] = {each: row.pop(each) for each in ("paper", "reference", "year", "parameters")}
    weights = (Weights("hub", f"{HUB}{hub}", None, licence),) if hub else ()
    network = Network(name=name, kind="language", make=make, config=row, weights=weights, notes=notes, **known)
    return register(network)


def sizes(hidden_dim: int, num_heads: int, num_layers: int, intermediate_dim: int) -> dict[str, Any]:
    """Return the sizes of a variant by name."""
    return {
        "hidden_dim": hidden_dim,
        "num_heads": num_heads,
        "num_layers": num_layers,
        "intermediate_dim": intermediate_dim,
    }


def text_inputs(*names: str) -> dict[str, keras.KerasTensor]:
    """Return the inputs "token_ids" and "padding_mask", and those of further names."""
    return {name: layers.Input((None,), dtype="int32", name=name) for name in ("token_ids", "padding_mask", *names)}


def embedding(size: int, config: Any, name: str) -> keras.layers.Layer:
    """Return a table of vectors; `table(x, reverse=True)` gives the products of x with all of them."""
    return layers.ReversibleEmbedding(size, config.hidden_dim, embeddings_initializer=normal(config), name=name)


def normal(config: Any, share: float = 1.0) -> dict:
    """Return the initial values of weights, as a serialized initializer."""
    kind = (
        initializers.TruncatedNormal if getattr(config, "truncated_initializer", False) else initializers.RandomNormal
    )
    return initializers.serialize(kind(stddev=config.initializer_range * share))


def decoder_outputs(x, table, padding_mask, config):
    """Return the output of a decoder's head, float32."""
    if config.head == "features":
        return x
    if config.head == "causal_lm":
        if config.tie_word_embeddings:
            return ops.cast(table(x, reverse=True), "float32")
        head = layers.Dense(config.vocabulary_size, use_bias=False, kernel_initializer=normal(config), name="lm_head")
        return ops.cast(head(x), "float32")
    x = zoo.LastToken(name="last_token")(x, padding_mask)
    return classify(x, config, "score", use_bias=False)


def classify(x, config, name, use_bias=True, units=None):
    """Return the logits of labels, float32."""
    dense = layers.Dense(
        units or config.num_labels, use_bias=use_bias, kernel_initializer=normal(config), name=name, dtype="float32"
    )
    return dense(x)
