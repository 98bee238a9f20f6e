"""GPT (Radford et al., 2018) and GPT-2 (Radford et al., 2019): decoders that predict the next token.

GPT-2 normalizes the input of each sublayer, and the output of the last block; GPT the residual sums. Both have learned
positions, biases everywhere, and logits by the table of tokens. Initial values are those of transformers and nanoGPT:
what is added to the residual stream begins smaller, by the square root of the number of sublayers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from typing_extensions import Doc

from kzoo._keras import keras as _keras
from kzoo._keras import layers, zoo
from kzoo.models.text.language_model import (
    Family,
    LanguageModelConfig,
    decoder_outputs,
    embedding,
    make_function,
    normal,
    register_variant,
    sizes,
    text_inputs,
)

if TYPE_CHECKING:
    import keras

Head = Literal["causal_lm", "sequence_classification", "features"]


@dataclass(frozen=True)
class GPT2Config(LanguageModelConfig):
    """The hyperparameters of a GPT-2; by default those of the small one."""

    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh"
    head: Annotated[Head, Doc("causal_lm, sequence_classification (of the last token), or features for none")] = (
        "causal_lm"
    )
    use_segment_ids: Annotated[bool, Doc("whether there is an input segment_ids, looked up in the table of tokens")] = (
        False
    )
    normalize_first: Annotated[bool, Doc("whether sublayers' inputs are normalized, or the residual sums")] = True
    tie_word_embeddings: Annotated[bool, Doc("whether the table of tokens gives the logits, too")] = True
    name: str = "gpt2"


@dataclass(frozen=True)
class GPTConfig(GPT2Config):
    """The hyperparameters of a GPT; by default those of the paper."""

    vocabulary_size: int = 40_478
    max_sequence_length: int = 512
    normalize_first: bool = False
    name: str = "gpt"


def gpt(config: GPT2Config) -> keras.Model:
    """Return the model of a configuration."""
    inputs = text_inputs(*["segment_ids"] if config.use_segment_ids else [])
    padding_mask = inputs["padding_mask"]
    table = embedding(config.vocabulary_size, config, "token_embedding")
    x = table(inputs["token_ids"])
    positions = zoo.TokenPositions(name="positions")(padding_mask)
    x = layers.Add(name="embedding")([x, position_table(config)(positions)])
    if config.use_segment_ids:
        x = layers.Add(name="segment_embedding")([x, table(inputs["segment_ids"])])
    x = layers.Dropout(config.dropout, name="embedding_dropout")(x)
    attention_mask = zoo.AttentionMask(causal=True, name="attention_mask")(padding_mask)
    for i in range(config.num_layers):
        x = block(config, f"block_{i}")(x, attention_mask)
    if config.normalize_first:
        x = layers.LayerNormalization(epsilon=config.epsilon, name="final_norm")(x)
    return _keras.Model(inputs, decoder_outputs(x, table, padding_mask, config), name=config.name)


def position_table(config):
    """Return the layer that looks up positions."""
    return layers.Embedding(
        config.max_sequence_length, config.hidden_dim, embeddings_initializer=normal(config), name="position_embedding"
    )


def block(config, name):
    """Return a block; what it adds to the residual stream begins with smaller weights."""
    small = {"output_initializer": normal(config, (2 * config.num_layers) ** -0.5)}
    return zoo.TransformerBlock(
        {**config.attention, "fused": True, **small},
        {**config.feed_forward, **small},
        epsilon=config.epsilon,
        normalize_first=config.normalize_first,
        dropout=config.dropout,
        name=name,
    )


OUTPUTS = "its output are float32 logits, (batch, length, vocabulary_size), of the token that follows each."
make_gpt2 = make_function(gpt, GPT2Config, "Build a GPT-2.", OUTPUTS)
make_gpt = make_function(gpt, GPTConfig, "Build a GPT.", OUTPUTS)

BLOCK = (
    ("h.{}.ln_1", "block_{}/attention_norm", "norm"),
    ("h.{}.attn.c_attn", "block_{}/attention/qkv", "conv1d"),
    ("h.{}.attn.c_proj", "block_{}/attention/output", "conv1d"),
    ("h.{}.ln_2", "block_{}/feed_forward_norm", "norm"),
    ("h.{}.mlp.c_fc", "block_{}/feed_forward/up", "conv1d"),
    ("h.{}.mlp.c_proj", "block_{}/feed_forward/down", "conv1d"),
    ("score", "score", "dense"),
)
# of config.json: what may stand there, as anything else would change the arithmetic
FIXED = {
    "scale_attn_by_inverse_layer_idx": (False,),
    "scale_attn_weights": (True,),
    "reorder_and_upcast_attn": (False,),
    "add_cross_attention": (False,),
    "predict_special_tokens": (True, False),
}

GPT2_FAMILY = Family(
    make=make_gpt2,
    config=GPT2Config,
    model_type="gpt2",
    prefix="transformer.",
    fields={
        "vocab_size": "vocabulary_size",
        "n_positions": "max_sequence_length",
        "n_embd": "hidden_dim",
        "n_layer": "num_layers",
        "n_head": "num_heads",
        "n_inner": "intermediate_dim",
        "activation_function": "activation",
        "layer_norm_epsilon": "epsilon",
        "initializer_range": "initializer_range",
        "resid_pdrop": "dropout",
        "tie_word_embeddings": "tie_word_embeddings",
    },
    fixed=FIXED,
    architectures={
        "GPT2LMHeadModel": "causal_lm",
        "GPT2ForSequenceClassification": "sequence_classification",
        "GPT2Model": "features",
    },
    modules=(
        (
            ("wte", "token_embedding", "embedding"),
            ("wpe", "position_embedding", "embedding"),
            *BLOCK,
            ("ln_f", "final_norm", "norm"),
            ("lm_head", "lm_head", "dense"),
        ),
    ),
    heads=("lm_head", "score"),
    tied={"lm_head.weight": "wte.weight"},
    variant="GPT2Small",
)
GPT_FAMILY = Family(
    make=make_gpt,
    config=GPTConfig,
    model_type="openai-gpt",
    prefix="transformer.",
    fields={
        **{key: name for key, name in GPT2_FAMILY.fields.items() if key not in ("n_inner", "activation_function")},
        "afn": "activation",
    },
    fixed=FIXED,
    architectures={
        "OpenAIGPTLMHeadModel": "causal_lm",
        "OpenAIGPTForSequenceClassification": "sequence_classification",
        "OpenAIGPTModel": "features",
    },
    modules=(
        (
            ("tokens_embed", "token_embedding", "embedding"),
            ("positions_embed", "position_embedding", "embedding"),
            *BLOCK,
            ("lm_head", "lm_head", "dense"),
        ),
    ),
    heads=("lm_head", "score"),
    tied={"lm_head.weight": "tokens_embed.weight"},
    variant="GPT",
)

GPT = register_variant(
    "GPT",
    make_gpt,
    paper="Improving Language Understanding by Generative Pre-Training (Radford et al.)",
    reference="OpenAI",
    year=2018,
    parameters=116_534_784,
    hub="openai-community/openai-gpt",
    licence="MIT",
)
variant = partial(
    register_variant,
    make=make_gpt2,
    paper="Language Models are Unsupervised Multitask Learners (Radford et al.)",
    reference="OpenAI",
    year=2019,
    licence="modified MIT (openai/gpt-2)",
)
GPT2Small = variant("GPT2Small", parameters=124_439_808, hub="openai-community/gpt2")
GPT2Medium = variant(
    "GPT2Medium",
    parameters=354_823_168,
    hub="openai-community/gpt2-medium",
    **sizes(1024, 16, 24, 4096),
)
GPT2Large = variant(
    "GPT2Large",
    parameters=774_030_080,
    hub="openai-community/gpt2-large",
    **sizes(1280, 20, 36, 5120),
)
GPT2XL = variant(
    "GPT2XL",
    parameters=1_557_611_200,
    hub="openai-community/gpt2-xl",
    **sizes(1600, 25, 48, 6400),
)
DistilGPT2 = variant(
    "DistilGPT2",
    parameters=81_912_576,
    hub="distilbert/distilgpt2",
    num_layers=6,
    paper="DistilBERT, a distilled version of BERT (Sanh et al.); the model card of distilgpt2",
    reference="arXiv:1910.01108",
    licence="Apache-2.0",
)
