"""LLaMA (Touvron et al., 2023, arXiv:2302.13971), and the models that are built like it.

Rotary positions, RMS normalization of each sublayer's input, a gated feed-forward network (SwiGLU), no biases. Llama 2
70B and later share heads of keys and values among queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import MinLen
from typing_extensions import Doc

from kzoo._keras import keras as _keras
from kzoo._keras import zoo
from kzoo._validation import Accepted, PositiveFloat, PositiveInt
from kzoo.models.text.language_model import (
    Family,
    LanguageModelConfig,
    decoder_outputs,
    embedding,
    make_function,
    register_variant,
    sizes,
    text_inputs,
)

if TYPE_CHECKING:
    import keras

Head = Literal["causal_lm", "sequence_classification", "features"]


@dataclass(frozen=True)
class LLaMAConfig(LanguageModelConfig):
    """The hyperparameters of a LLaMA; by default those of the one of 7 billion parameters."""

    vocabulary_size: int = 32_000
    max_sequence_length: int = 2048
    hidden_dim: int = 4096
    num_heads: int = 32
    num_layers: int = 32
    intermediate_dim: int = 11_008
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu"
    dropout: float = 0.0
    epsilon: float = 1e-6
    num_kv_heads: Annotated[PositiveInt | None, Doc("heads of keys and values; None for num_heads")] = None
    head_dim: Annotated[PositiveInt | None, Doc("features of a head; None for hidden_dim / num_heads")] = None
    rope_theta: Annotated[PositiveFloat, Doc("base of the rotary embedding's wavelengths")] = 10_000.0
    rope_scaling: Annotated[
        Annotated[dict[str, Any], MinLen(1)] | None,
        Accepted("None, or a dict of rope_type, 'linear' or 'llama3', and its numbers"),
        Doc("of the rotary embedding, as of `kzoo.layers.RotaryEmbedding`"),
    ] = None
    head: Annotated[Head, Doc("causal_lm, sequence_classification (of the last token), or features for none")] = (
        "causal_lm"
    )
    tie_word_embeddings: Annotated[bool, Doc("whether the table of tokens gives the logits, too")] = False
    name: str = "llama"

    def validate(self):
        super().validate()
        if self.num_heads % (self.num_kv_heads or self.num_heads):
            raise ValueError(
                f"num_kv_heads={self.num_kv_heads} does not divide num_heads={self.num_heads}; give a divisor of it"
            )
        zoo.RotaryEmbedding(2, self.rope_theta, self.rope_scaling)  # raises before anything is built


def llama(config: LLaMAConfig) -> keras.Model:
    """Return the model of a configuration."""
    inputs = text_inputs()
    padding_mask = inputs["padding_mask"]
    table = embedding(config.vocabulary_size, config, "token_embedding")
    x = table(inputs["token_ids"])
    positions = zoo.TokenPositions(name="positions")(padding_mask)
    attention_mask = zoo.AttentionMask(causal=True, name="attention_mask")(padding_mask)
    for i in range(config.num_layers):
        x = block(config, f"block_{i}")(x, attention_mask, positions)
    x = zoo.RMSNormalization(config.epsilon, name="final_norm")(x)
    return _keras.Model(inputs, decoder_outputs(x, table, padding_mask, config), name=config.name)


def block(config, name):
    """Return a block."""
    attention = {
        **config.attention,
        "num_kv_heads": config.num_kv_heads or config.num_heads,
        "head_dim": config.head_dim or config.hidden_dim // config.num_heads,
        "use_bias": False,
        "rotary": {"theta": config.rope_theta, "scaling": config.rope_scaling},
        "output_initializer": config.attention["kernel_initializer"],
    }
    feed_forward = {**config.feed_forward, "gated": True, "use_bias": False}
    options = {"norm": "rms", "epsilon": config.epsilon, "dropout": config.dropout}
    return zoo.TransformerBlock(attention, feed_forward, **options, name=name)


make = make_function(
    llama,
    LLaMAConfig,
    "Build a LLaMA.",
    "its output are float32 logits, (batch, length, vocabulary_size), of the token that follows each.",
)


def hub_fields(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a config.json states in several ways: the rotary embedding, new and old keys."""
    rope = dict(config.get("rope_parameters") or {})
    scaling = dict(config.get("rope_scaling") or {})
    scaling = {"rope_type": scaling.pop("type", None), **scaling} if "type" in scaling else scaling
    theta = rope.pop("rope_theta", config.get("rope_theta", 10_000.0))
    scaling = rope or scaling
    scaling.pop("rope_theta", None)
    return {"rope_theta": theta, "rope_scaling": None if scaling.get("rope_type", "default") == "default" else scaling}


MODULES = (
    ("embed_tokens", "token_embedding", "embedding"),
    ("layers.{}.input_layernorm", "block_{}/attention_norm", "rms"),
    ("layers.{}.self_attn.q_proj", "block_{}/attention/query", "dense"),
    ("layers.{}.self_attn.k_proj", "block_{}/attention/key", "dense"),
    ("layers.{}.self_attn.v_proj", "block_{}/attention/value", "dense"),
    ("layers.{}.self_attn.o_proj", "block_{}/attention/output", "dense"),
    ("layers.{}.post_attention_layernorm", "block_{}/feed_forward_norm", "rms"),
    ("layers.{}.mlp.gate_proj", "block_{}/feed_forward/gate", "dense"),
    ("layers.{}.mlp.up_proj", "block_{}/feed_forward/up", "dense"),
    ("layers.{}.mlp.down_proj", "block_{}/feed_forward/down", "dense"),
    ("norm", "final_norm", "rms"),
    ("lm_head", "lm_head", "dense"),
    ("score", "score", "dense"),
)
# Meta's own files, whose rotary pairs are neighbours
META_MODULES = (
    ("tok_embeddings", "token_embedding", "embedding"),
    ("layers.{}.attention_norm", "block_{}/attention_norm", "rms"),
    ("layers.{}.attention.wq", "block_{}/attention/query", "interleaved"),
    ("layers.{}.attention.wk", "block_{}/attention/key", "interleaved"),
    ("layers.{}.attention.wv", "block_{}/attention/value", "dense"),
    ("layers.{}.attention.wo", "block_{}/attention/output", "dense"),
    ("layers.{}.ffn_norm", "block_{}/feed_forward_norm", "rms"),
    ("layers.{}.feed_forward.w1", "block_{}/feed_forward/gate", "dense"),
    ("layers.{}.feed_forward.w3", "block_{}/feed_forward/up", "dense"),
    ("layers.{}.feed_forward.w2", "block_{}/feed_forward/down", "dense"),
    ("norm", "final_norm", "rms"),
    ("output", "lm_head", "dense"),
)

LLAMA_FAMILY = Family(
    make=make,
    config=LLaMAConfig,
    model_type="llama",
    prefix="model.",
    fields={
        "vocab_size": "vocabulary_size",
        "max_position_embeddings": "max_sequence_length",
        "hidden_size": "hidden_dim",
        "num_hidden_layers": "num_layers",
        "num_attention_heads": "num_heads",
        "num_key_value_heads": "num_kv_heads",
        "head_dim": "head_dim",
        "intermediate_size": "intermediate_dim",
        "hidden_act": "activation",
        "rms_norm_eps": "epsilon",
        "initializer_range": "initializer_range",
        "tie_word_embeddings": "tie_word_embeddings",
    },
    fixed={
        "attention_bias": (False,),
        "mlp_bias": (False,),
        "attention_dropout": (0.0, 0),
        "rope_interleaved": (False,),
    },
    architectures={
        "LlamaForCausalLM": "causal_lm",
        "LLaMAForCausalLM": "causal_lm",
        "LlamaForSequenceClassification": "sequence_classification",
        "LlamaModel": "features",
    },
    modules=(MODULES, META_MODULES),
    heads=("lm_head", "output", "score"),
    tied={"lm_head.weight": "embed_tokens.weight", "output.weight": "tok_embeddings.weight"},
    variant="LLaMA7B",
    read_config=hub_fields,
)

variant = partial(register_variant, make=make)
first = partial(
    variant,
    paper="LLaMA: Open and Efficient Foundation Language Models (Touvron et al.)",
    reference="arXiv:2302.13971",
    year=2023,
)
second = partial(
    variant,
    paper="Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.)",
    reference="arXiv:2307.09288",
    year=2023,
    max_sequence_length=4096,
    epsilon=1e-5,
    licence="Llama 2 Community License",
)
third = partial(
    variant,
    paper="The Llama 3 Herd of Models (Grattafiori et al.)",
    reference="arXiv:2407.21783",
    year=2024,
    vocabulary_size=128_256,
    max_sequence_length=131_072,
    num_kv_heads=8,
    epsilon=1e-5,
    rope_theta=500_000.0,
)


def llama3_scaling(factor: float) -> dict[str, Any]:
    """Return the scaling of the rotary embedding by which Llama 3.1 and 3.2 read longer texts."""
    frequencies = {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
    return {"rope_type": "llama3", "factor": factor, **frequencies}


ON_REQUEST = "LLaMA non-commercial licence"
LLaMA7B = first("LLaMA7B", parameters=6_738_415_616, hub="huggyllama/llama-7b", licence=ON_REQUEST)
LLaMA13B = first(
    "LLaMA13B",
    parameters=13_015_864_320,
    hub="huggyllama/llama-13b",
    licence=ON_REQUEST,
    **sizes(5120, 40, 40, 13_824),
)
LLaMA33B = first(
    "LLaMA33B",
    parameters=32_528_943_616,
    hub="huggyllama/llama-30b",
    licence=ON_REQUEST,
    **sizes(6656, 52, 60, 17_920),
)
LLaMA65B = first(
    "LLaMA65B",
    parameters=65_285_660_672,
    hub="huggyllama/llama-65b",
    licence=ON_REQUEST,
    epsilon=1e-5,
    **sizes(8192, 64, 80, 22_016),
)
Llama2_7B = second("Llama2_7B", parameters=6_738_415_616, hub="meta-llama/Llama-2-7b-hf")
Llama2_13B = second(
    "Llama2_13B", parameters=13_015_864_320, hub="meta-llama/Llama-2-13b-hf", **sizes(5120, 40, 40, 13_824)
)
Llama2_70B = second(
    "Llama2_70B",
    parameters=68_976_648_192,
    hub="meta-llama/Llama-2-70b-hf",
    num_kv_heads=8,
    **sizes(8192, 64, 80, 28_672),
)
Llama3_1_8B = third(
    "Llama3_1_8B",
    parameters=8_030_261_248,
    hub="meta-llama/Llama-3.1-8B",
    licence="Llama 3.1 Community License",
    rope_scaling=llama3_scaling(8.0),
    **sizes(4096, 32, 32, 14_336),
)
Llama3_1_70B = third(
    "Llama3_1_70B",
    parameters=70_553_706_496,
    hub="meta-llama/Llama-3.1-70B",
    licence="Llama 3.1 Community License",
    rope_scaling=llama3_scaling(8.0),
    **sizes(8192, 64, 80, 28_672),
)
Llama3_2_1B = third(
    "Llama3_2_1B",
    parameters=1_235_814_400,
    hub="meta-llama/Llama-3.2-1B",
    licence="Llama 3.2 Community License",
    rope_scaling=llama3_scaling(32.0),
    tie_word_embeddings=True,
    **sizes(2048, 32, 16, 8192),
)
Llama3_2_3B = third(
    "Llama3_2_3B",
    parameters=3_212_749_824,
    hub="meta-llama/Llama-3.2-3B",
    licence="Llama 3.2 Community License",
    rope_scaling=llama3_scaling(32.0),
    tie_word_embeddings=True,
    **sizes(3072, 24, 28, 8192),
)
TinyLlama = variant(
    "TinyLlama",
    paper="TinyLlama: An Open-Source Small Language Model (Zhang et al.)",
    reference="arXiv:2401.02385",
    year=2024,
    parameters=1_100_048_384,
    hub="TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T",
    licence="Apache-2.0",
    num_kv_heads=4,
    epsilon=1e-5,
    **sizes(2048, 32, 22, 5632),
)
smol = partial(
    variant,
    paper="SmolLM2: When Smol Goes Big (Allal et al.)",
    reference="arXiv:2502.02737",
    year=2025,
    licence="Apache-2.0",
    vocabulary_size=49_152,
    max_sequence_length=8192,
    epsilon=1e-5,
    rope_theta=100_000.0,
    tie_word_embeddings=True,
)
SmolLM_135M = smol(
    "SmolLM_135M",
    paper="SmolLM (Allal et al., blog post)",
    reference="Hugging Face",
    year=2024,
    parameters=134_515_008,
    hub="HuggingFaceTB/SmolLM-135M",
    num_kv_heads=3,
    max_sequence_length=2048,
    rope_theta=10_000.0,
    **sizes(576, 9, 30, 1536),
)
SmolLM2_135M = smol(
    "SmolLM2_135M",
    parameters=134_515_008,
    hub="HuggingFaceTB/SmolLM2-135M",
    num_kv_heads=3,
    **sizes(576, 9, 30, 1536),
)
SmolLM2_360M = smol(
    "SmolLM2_360M",
    parameters=361_821_120,
    hub="HuggingFaceTB/SmolLM2-360M",
    num_kv_heads=5,
    **sizes(960, 15, 32, 2560),
)
SmolLM2_1_7B = smol(
    "SmolLM2_1_7B",
    parameters=1_711_376_384,
    hub="HuggingFaceTB/SmolLM2-1.7B",
    rope_theta=130_000.0,
    **sizes(2048, 32, 24, 8192),
)
OpenLLaMA3B = first(
    "OpenLLaMA3B",
    parameters=3_426_473_600,
    hub="openlm-research/open_llama_3b",
    licence="Apache-2.0",
    **sizes(3200, 32, 26, 8640),
)
OpenLLaMA7B = first("OpenLLaMA7B", parameters=6_738_415_616, hub="openlm-research/open_llama_7b", licence="Apache-2.0")
stories = partial(second, licence="MIT (karpathy/llama2.c)", tie_word_embeddings=True)
Stories15M = stories("Stories15M", parameters=15_191_712, max_sequence_length=256, **sizes(288, 6, 6, 768))
Stories42M = stories("Stories42M", parameters=41_689_600, max_sequence_length=1024, **sizes(512, 8, 8, 1376))
Stories110M = stories("Stories110M", parameters=109_529_856, max_sequence_length=1024, **sizes(768, 12, 12, 2048))
