"""BERT (Devlin et al., 2018, arXiv:1810.04805), RoBERTa (arXiv:1907.11692), DistilBERT (arXiv:1910.01108).

Encoders whose positions see all others, with layer normalization of each residual sum. RoBERTa counts positions from
behind the padding token's number; DistilBERT has neither segments nor a pooler. GELU is exact, as in the checkpoints of
the Hugging Face hub; Google's code approximates it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from typing_extensions import Doc

from kzoo._keras import keras as _keras
from kzoo._keras import layers, zoo
from kzoo._validation import NonNegativeInt, PositiveInt
from kzoo.models.text.language_model import (
    Family,
    LanguageModelConfig,
    classify,
    embedding,
    make_function,
    normal,
    register_variant,
    sizes,
    text_inputs,
)

if TYPE_CHECKING:
    import keras

HEADS = "sequence_classification, token_classification, question_answering, or features for none"


@dataclass(frozen=True)
class EncoderConfig(LanguageModelConfig):
    """The hyperparameters that BERT, RoBERTa and DistilBERT have."""

    vocabulary_size: int = 30_522
    max_sequence_length: int = 512
    epsilon: float = 1e-12

    truncated_initializer: ClassVar[bool] = True  # as Google's; values beyond two deviations are drawn again
    has_segments: ClassVar[bool] = True
    has_pooler: ClassVar[bool] = False
    head_activation: ClassVar[str] = "tanh"
    classifier_name: ClassVar[str] = "classifier"


@dataclass(frozen=True)
class BERTConfig(EncoderConfig):
    """The hyperparameters of a BERT; by default those of the base model."""

    num_segments: Annotated[PositiveInt, Doc("number of segments, such as the sentences of a pair")] = 2
    head: Annotated[
        Literal[
            "pretraining",
            "masked_lm",
            "next_sentence",
            "sequence_classification",
            "token_classification",
            "question_answering",
            "features",
        ],
        Doc(f"pretraining (masked_lm and next_sentence), one of both, {HEADS}"),
    ] = "pretraining"
    name: str = "bert"

    has_pooler: ClassVar[bool] = True


Head = Literal["masked_lm", "sequence_classification", "token_classification", "question_answering", "features"]


@dataclass(frozen=True)
class RoBERTaConfig(EncoderConfig):
    """The hyperparameters of a RoBERTa; by default those of the base model."""

    vocabulary_size: int = 50_265
    max_sequence_length: Annotated[PositiveInt, Doc("size of the table of positions, of which 2 are reserved")] = 514
    epsilon: float = 1e-5
    num_segments: Annotated[PositiveInt, Doc("number of segments")] = 1
    pad_token_id: Annotated[NonNegativeInt, Doc("token of padding, behind whose number positions begin")] = 1
    head: Annotated[Head, Doc(f"masked_lm, {HEADS}")] = "masked_lm"
    name: str = "roberta"

    classifier_name: ClassVar[str] = "classifier_output"


@dataclass(frozen=True)
class DistilBERTConfig(EncoderConfig):
    """The hyperparameters of a DistilBERT; by default those of the paper."""

    num_layers: int = 6
    head: Annotated[Head, Doc(f"masked_lm, {HEADS}")] = "masked_lm"
    name: str = "distilbert"

    has_segments: ClassVar[bool] = False
    head_activation: ClassVar[str] = "relu"


def encoder(config: EncoderConfig) -> keras.Model:
    """Return the model of a configuration."""
    inputs = text_inputs(*["segment_ids"] if config.has_segments else [])
    table = embedding(config.vocabulary_size, config, "token_embedding")
    x = embed(inputs, table, config)
    attention_mask = zoo.AttentionMask(causal=False, name="attention_mask")(inputs["padding_mask"])
    for i in range(config.num_layers):
        x = block(config, f"block_{i}")(x, attention_mask)
    return _keras.Model(inputs, outputs(x, table, config), name=config.name)


def embed(inputs, table, config):
    """Add the embeddings of tokens, positions and segments, and normalize the sum."""
    lookup = partial(layers.Embedding, output_dim=config.hidden_dim, embeddings_initializer=normal(config))
    if isinstance(config, RoBERTaConfig):
        positions = zoo.PositionsAfterPadding(config.pad_token_id, name="positions")(inputs["token_ids"])
    else:
        positions = zoo.PositionRange(name="positions")(inputs["token_ids"])
    parts = [table(inputs["token_ids"]), lookup(config.max_sequence_length, name="position_embedding")(positions)]
    if config.has_segments:
        parts.append(lookup(config.num_segments, name="segment_embedding")(inputs["segment_ids"]))
    x = parts[0]
    for part in parts[1:]:  # layers.Add wants one batch size of all
        x = x + part
    x = layers.LayerNormalization(epsilon=config.epsilon, name="embedding_norm")(x)
    return layers.Dropout(config.dropout, name="embedding_dropout")(x)


def block(config, name):
    """Return a block."""
    return zoo.TransformerBlock(
        {**config.attention, "output_initializer": normal(config)},
        config.feed_forward,
        epsilon=config.epsilon,
        normalize_first=False,
        dropout=config.dropout,
        name=name,
    )


def outputs(x, table, config):
    """Return the output of the head: float32 logits, or a dict of several."""
    head = config.head
    if head in ("pretraining", "masked_lm"):
        predictions = predict_tokens(x, table, config)
        if head == "masked_lm":
            return predictions
        relationship = classify(pool(x, config), config, "next_sentence", units=2)
        return {"prediction_logits": predictions, "seq_relationship_logits": relationship}
    if head == "token_classification":
        return classify(layers.Dropout(config.dropout, name="classifier_dropout")(x), config, "classifier")
    if head == "question_answering":
        logits = classify(x, config, "span", units=2)
        return {"start_logits": logits[..., 0], "end_logits": logits[..., 1]}
    if head == "next_sentence":
        return classify(pool(x, config), config, "next_sentence", units=2)
    if head == "sequence_classification":
        return classify_first_token(x, config)
    return {"sequence_output": x, "pooled_output": pool(x, config)} if config.has_pooler else x


def predict_tokens(x, table, config):
    """Return the logits of the token at each position, by the table of tokens and a bias."""
    from kzoo.layers.feed_forward import ACTIVATIONS

    dense = layers.Dense(config.hidden_dim, kernel_initializer=normal(config), name="prediction_dense")
    x = ACTIVATIONS[config.activation](dense(x))
    x = layers.LayerNormalization(epsilon=config.epsilon, name="prediction_norm")(x)
    return zoo.Bias(name="prediction_bias", dtype="float32")(table(x, reverse=True))


def pool(x, config):
    """Return the pooled output: a dense layer, and tanh, of the first token."""
    dense = layers.Dense(config.hidden_dim, activation="tanh", kernel_initializer=normal(config), name="pooler")
    return dense(x[:, 0])


def classify_first_token(x, config):
    """Return the logits of a text, from its first token."""
    if config.has_pooler:
        x = layers.Dropout(config.dropout, name="classifier_dropout")(pool(x, config))
        return classify(x, config, "classifier")
    x = x[:, 0]
    if config.head_activation == "tanh":  # RoBERTa drops out before the first layer as well
        x = layers.Dropout(config.dropout, name="classifier_input_dropout")(x)
    dense = layers.Dense(
        config.hidden_dim, activation=config.head_activation, kernel_initializer=normal(config), name="classifier_dense"
    )
    x = layers.Dropout(config.dropout, name="classifier_dropout")(dense(x))
    return classify(x, config, config.classifier_name)


OUTPUTS = (
    'with segments also "segment_ids". Its output are float32 logits; of several heads, or of the ends of a span, a '
    "dict with transformers' names."
)
make_bert = make_function(encoder, BERTConfig, "Build a BERT.", OUTPUTS)
make_roberta = make_function(encoder, RoBERTaConfig, "Build a RoBERTa.", OUTPUTS)
make_distilbert = make_function(encoder, DistilBERTConfig, "Build a DistilBERT.", OUTPUTS)

BLOCK = (
    ("embeddings.word_embeddings", "token_embedding", "embedding"),
    ("embeddings.position_embeddings", "position_embedding", "embedding"),
    ("embeddings.token_type_embeddings", "segment_embedding", "embedding"),
    ("embeddings.LayerNorm", "embedding_norm", "norm"),
    ("encoder.layer.{}.attention.self.query", "block_{}/attention/query", "dense"),
    ("encoder.layer.{}.attention.self.key", "block_{}/attention/key", "dense"),
    ("encoder.layer.{}.attention.self.value", "block_{}/attention/value", "dense"),
    ("encoder.layer.{}.attention.output.dense", "block_{}/attention/output", "dense"),
    ("encoder.layer.{}.attention.output.LayerNorm", "block_{}/attention_norm", "norm"),
    ("encoder.layer.{}.intermediate.dense", "block_{}/feed_forward/up", "dense"),
    ("encoder.layer.{}.output.dense", "block_{}/feed_forward/down", "dense"),
    ("encoder.layer.{}.output.LayerNorm", "block_{}/feed_forward_norm", "norm"),
    ("pooler.dense", "pooler", "dense"),
    ("qa_outputs", "span", "dense"),
)
FIELDS = {
    "vocab_size": "vocabulary_size",
    "max_position_embeddings": "max_sequence_length",
    "hidden_size": "hidden_dim",
    "num_hidden_layers": "num_layers",
    "num_attention_heads": "num_heads",
    "intermediate_size": "intermediate_dim",
    "hidden_act": "activation",
    "hidden_dropout_prob": "dropout",
    "layer_norm_eps": "epsilon",
    "initializer_range": "initializer_range",
    "type_vocab_size": "num_segments",
}
FIXED = {
    "position_embedding_type": ("absolute",),
    "is_decoder": (False,),
    "add_cross_attention": (False,),
    "tie_word_embeddings": (True,),
}

BERT_FAMILY = Family(
    make=make_bert,
    config=BERTConfig,
    model_type="bert",
    prefix="bert.",
    fields=FIELDS,
    fixed=FIXED,
    architectures={
        "BertForPreTraining": "pretraining",
        "BertForMaskedLM": "masked_lm",
        "BertForNextSentencePrediction": "next_sentence",
        "BertForSequenceClassification": "sequence_classification",
        "BertForTokenClassification": "token_classification",
        "BertForQuestionAnswering": "question_answering",
        "BertModel": "features",
    },
    modules=(
        (
            *BLOCK,
            ("cls.predictions.transform.dense", "prediction_dense", "dense"),
            ("cls.predictions.transform.LayerNorm", "prediction_norm", "norm"),
            ("cls.predictions", "prediction_bias", "bias"),
            ("cls.seq_relationship", "next_sentence", "dense"),
            ("classifier", "classifier", "dense"),
        ),
    ),
    heads=("cls", "classifier", "qa_outputs"),
    optional=("pooler",),
    tied={
        "cls.predictions.decoder.weight": "embeddings.word_embeddings.weight",
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    },
    variant="BERTBase",
)
ROBERTA_FAMILY = Family(
    make=make_roberta,
    config=RoBERTaConfig,
    model_type="roberta",
    prefix="roberta.",
    fields={**FIELDS, "pad_token_id": "pad_token_id"},
    fixed=FIXED,
    architectures={
        "RobertaForMaskedLM": "masked_lm",
        "RobertaForSequenceClassification": "sequence_classification",
        "RobertaForTokenClassification": "token_classification",
        "RobertaForQuestionAnswering": "question_answering",
        "RobertaModel": "features",
    },
    modules=(
        (
            *BLOCK,
            ("lm_head.dense", "prediction_dense", "dense"),
            ("lm_head.layer_norm", "prediction_norm", "norm"),
            ("lm_head", "prediction_bias", "bias"),
            ("classifier.dense", "classifier_dense", "dense"),
            ("classifier.out_proj", "classifier_output", "dense"),
            ("classifier", "classifier", "dense"),
        ),
    ),
    heads=("lm_head", "classifier", "qa_outputs"),
    optional=("pooler",),
    tied={"lm_head.decoder.weight": "embeddings.word_embeddings.weight", "lm_head.decoder.bias": "lm_head.bias"},
    variant="RoBERTaBase",
)
DISTILBERT_FAMILY = Family(
    make=make_distilbert,
    config=DistilBERTConfig,
    model_type="distilbert",
    prefix="distilbert.",
    fields={
        "vocab_size": "vocabulary_size",
        "max_position_embeddings": "max_sequence_length",
        "dim": "hidden_dim",
        "n_layers": "num_layers",
        "n_heads": "num_heads",
        "hidden_dim": "intermediate_dim",
        "activation": "activation",
        "dropout": "dropout",
        "initializer_range": "initializer_range",
    },
    fixed={"sinusoidal_pos_embds": (False, True), "tie_weights_": (True,), "tie_word_embeddings": (True,)},
    architectures={
        "DistilBertForMaskedLM": "masked_lm",
        "DistilBertForSequenceClassification": "sequence_classification",
        "DistilBertForTokenClassification": "token_classification",
        "DistilBertForQuestionAnswering": "question_answering",
        "DistilBertModel": "features",
    },
    modules=(
        (
            ("embeddings.word_embeddings", "token_embedding", "embedding"),
            ("embeddings.position_embeddings", "position_embedding", "embedding"),
            ("embeddings.LayerNorm", "embedding_norm", "norm"),
            ("transformer.layer.{}.attention.q_lin", "block_{}/attention/query", "dense"),
            ("transformer.layer.{}.attention.k_lin", "block_{}/attention/key", "dense"),
            ("transformer.layer.{}.attention.v_lin", "block_{}/attention/value", "dense"),
            ("transformer.layer.{}.attention.out_lin", "block_{}/attention/output", "dense"),
            ("transformer.layer.{}.sa_layer_norm", "block_{}/attention_norm", "norm"),
            ("transformer.layer.{}.ffn.lin1", "block_{}/feed_forward/up", "dense"),
            ("transformer.layer.{}.ffn.lin2", "block_{}/feed_forward/down", "dense"),
            ("transformer.layer.{}.output_layer_norm", "block_{}/feed_forward_norm", "norm"),
            ("vocab_transform", "prediction_dense", "dense"),
            ("vocab_layer_norm", "prediction_norm", "norm"),
            ("vocab_projector", "prediction_bias", "bias"),
            ("pre_classifier", "classifier_dense", "dense"),
            ("classifier", "classifier", "dense"),
            ("qa_outputs", "span", "dense"),
        ),
    ),
    heads=("vocab_transform", "vocab_layer_norm", "vocab_projector", "pre_classifier", "classifier", "qa_outputs"),
    tied={"vocab_projector.weight": "embeddings.word_embeddings.weight"},
    variant="DistilBERT",
)

variant = partial(
    register_variant,
    make=make_bert,
    paper="BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.)",
    reference="arXiv:1810.04805",
    year=2018,
    licence="Apache-2.0",
)
LARGE = sizes(1024, 16, 24, 4096)
BERTBase = variant("BERTBase", parameters=110_106_428, hub="google-bert/bert-base-uncased")
BERTLarge = variant("BERTLarge", parameters=336_226_108, hub="google-bert/bert-large-uncased", **LARGE)
BERTBaseCased = variant(
    "BERTBaseCased", parameters=108_932_934, hub="google-bert/bert-base-cased", vocabulary_size=28_996
)
BERTLargeCased = variant(
    "BERTLargeCased", parameters=334_661_958, hub="google-bert/bert-large-cased", vocabulary_size=28_996, **LARGE
)
BERTBaseMultilingualCased = variant(
    "BERTBaseMultilingualCased",
    parameters=178_566_653,
    hub="google-bert/bert-base-multilingual-cased",
    vocabulary_size=119_547,
)
miniature = partial(
    variant,
    paper="Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.)",
    reference="arXiv:1908.08962",
    year=2019,
)
# (layers, hidden dimension) -> parameters; the five with names of their own, and the rest of the grid
MINIATURES = {
    (2, 128): ("BERTTiny", 4_433_468),
    (4, 256): ("BERTMini", 11_267_900),
    (4, 512): ("BERTSmall", 29_058_876),
    (8, 512): ("BERTMedium", 41_668_412),
    (2, 256): ("", 9_688_380),
    (2, 512): ("", 22_754_108),
    (2, 768): ("", 39_227_708),
    (4, 128): ("", 4_830_012),
    (4, 768): ("", 53_403_452),
    (6, 128): ("", 5_226_556),
    (6, 256): ("", 12_847_420),
    (6, 512): ("", 35_363_644),
    (6, 768): ("", 67_579_196),
    (8, 128): ("", 5_623_100),
    (8, 256): ("", 14_426_940),
    (8, 768): ("", 81_754_940),
    (10, 128): ("", 6_019_644),
    (10, 256): ("", 16_006_460),
    (10, 512): ("", 47_973_180),
    (10, 768): ("", 95_930_684),
    (12, 128): ("", 6_416_188),
    (12, 256): ("", 17_585_980),
    (12, 512): ("", 54_277_948),
    (12, 768): ("", 110_106_428),
}
for (num_layers, hidden_dim), (name, parameters) in MINIATURES.items():
    num_heads = hidden_dim // 64
    miniature(
        name or f"BERT_L{num_layers}_H{hidden_dim}",
        parameters=parameters,
        hub=f"google/bert_uncased_L-{num_layers}_H-{hidden_dim}_A-{num_heads}",
        **sizes(hidden_dim, num_heads, num_layers, 4 * hidden_dim),
    )
roberta = partial(
    register_variant,
    make=make_roberta,
    paper="RoBERTa: A Robustly Optimized BERT Pretraining Approach (Liu et al.)",
    reference="arXiv:1907.11692",
    year=2019,
    licence="MIT",
)
RoBERTaBase = roberta("RoBERTaBase", parameters=124_697_433, hub="FacebookAI/roberta-base")
RoBERTaLarge = roberta("RoBERTaLarge", parameters=355_412_057, hub="FacebookAI/roberta-large", **LARGE)
DistilBERT = register_variant(
    "DistilBERT",
    make_distilbert,
    paper="DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter (Sanh et al.)",
    reference="arXiv:1910.01108",
    year=2019,
    licence="Apache-2.0",
    parameters=66_985_530,
    hub="distilbert/distilbert-base-uncased",
)
