"""Builders of all networks."""

import os
from collections.abc import Callable
from typing import Any, Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.nasnet import Genotype

def AlexNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNet.

    ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky et al.), 2012,
    doi:10.1145/3065386.
    60,965,224 parameters; by default 227x227 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def AlexNetOWT(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNetOWT.

    One weird trick for parallelizing convolutional neural networks (Krizhevsky), 2014, arXiv:1404.5997.
    61,100,840 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def BERT_L2_H256(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 2,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l2_h256",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L2_H256.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    9,688,380 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L2_H512(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 2,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l2_h512",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L2_H512.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    22,754,108 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L2_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 2,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l2_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L2_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    39,227,708 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L4_H128(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 4,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l4_h128",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L4_H128.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    4,830,012 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L4_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 4,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l4_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L4_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    53,403,452 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L6_H128(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 6,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l6_h128",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L6_H128.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    5,226,556 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L6_H256(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 6,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l6_h256",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L6_H256.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    12,847,420 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L6_H512(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 6,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l6_h512",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L6_H512.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    35,363,644 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L6_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 6,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l6_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L6_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    67,579,196 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L8_H128(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 8,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l8_h128",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L8_H128.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    5,623,100 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L8_H256(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 8,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l8_h256",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L8_H256.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    14,426,940 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L8_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 8,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l8_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L8_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    81,754,940 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L10_H128(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 10,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l10_h128",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L10_H128.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    6,019,644 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L10_H256(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 10,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l10_h256",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L10_H256.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    16,006,460 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L10_H512(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 10,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l10_h512",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L10_H512.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    47,973,180 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L10_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 10,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l10_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L10_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    95,930,684 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L12_H128(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 12,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l12_h128",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L12_H128.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    6,416,188 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L12_H256(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 12,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l12_h256",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L12_H256.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    17,585,980 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L12_H512(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 12,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l12_h512",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L12_H512.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    54,277,948 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERT_L12_H768(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bert_l12_h768",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERT_L12_H768.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    110,106,428 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTBase(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertbase",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTBase.

    BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.), 2018,
    arXiv:1810.04805.
    110,106,428 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTBaseCased(
    *,
    vocabulary_size: int = 28996,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertbasecased",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTBaseCased.

    BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.), 2018,
    arXiv:1810.04805.
    108,932,934 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTBaseMultilingualCased(
    *,
    vocabulary_size: int = 119547,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertbasemultilingualcased",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTBaseMultilingualCased.

    BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.), 2018,
    arXiv:1810.04805.
    178,566,653 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTLarge(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    num_layers: int = 24,
    intermediate_dim: int = 4096,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertlarge",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTLarge.

    BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.), 2018,
    arXiv:1810.04805.
    336,226,108 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTLargeCased(
    *,
    vocabulary_size: int = 28996,
    max_sequence_length: int = 512,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    num_layers: int = 24,
    intermediate_dim: int = 4096,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertlargecased",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTLargeCased.

    BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (Devlin et al.), 2018,
    arXiv:1810.04805.
    334,661,958 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTMedium(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 8,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertmedium",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTMedium.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    41,668,412 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTMini(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 256,
    num_heads: int = 4,
    num_layers: int = 4,
    intermediate_dim: int = 1024,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertmini",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTMini.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    11,267,900 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTSmall(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 4,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "bertsmall",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTSmall.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    29,058,876 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def BERTTiny(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 128,
    num_heads: int = 2,
    num_layers: int = 2,
    intermediate_dim: int = 512,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "berttiny",
    num_segments: int = 2,
    head: Literal[
        "pretraining",
        "masked_lm",
        "next_sentence",
        "sequence_classification",
        "token_classification",
        "question_answering",
        "features",
    ] = "pretraining",
) -> keras.Model:
    """Build BERTTiny.

    Well-Read Students Learn Better: On the Importance of Pre-training Compact Models (Turc et al.), 2019,
    arXiv:1908.08962.
    4,433,468 parameters.

    Build a BERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments, such as the sentences of a pair.
        head: pretraining (masked_lm and next_sentence), one of both, sequence_classification, token_classification,
            question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def ConvNeXtBase(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtBase.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    88,591,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    197,767,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtSmall(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtSmall.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    50,223,688 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtTiny(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtTiny.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    28,589,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtXLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtXLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    350,196,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def CycleGANGenerator(
    channels: int = 3,
    base_filters: int = 64,
    num_residual_blocks: int = 9,
    kernel_size: int = 7,
    name: str | None = "cyclegangenerator",
) -> keras.Model:
    """Build CycleGANGenerator.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    11,378,179 parameters.

    Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        base_filters: of the first convolution; the residual blocks have four times as many.
        num_residual_blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel_size: of the first and the last convolution; odd, or the image would grow.
        name: of the model.
    """

def CycleGANGenerator6(
    channels: int = 3,
    base_filters: int = 64,
    num_residual_blocks: int = 6,
    kernel_size: int = 7,
    name: str | None = "cyclegangenerator6",
) -> keras.Model:
    """Build CycleGANGenerator6.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    7,837,699 parameters.

    Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        base_filters: of the first convolution; the residual blocks have four times as many.
        num_residual_blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel_size: of the first and the last convolution; odd, or the image would grow.
        name: of the model.
    """

def DCGANDiscriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    filters: tuple[int, ...] = (128, 256, 512, 1024),
    base_size: int = 4,
    batch_normalization: bool = True,
    name: str | None = "dcgandiscriminator",
) -> keras.Model:
    """Build DCGANDiscriminator.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    17,236,352 parameters.

    Make the discriminator: images in -1..1 -> logits (batch, 1), above 0 for real.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        filters: channels of the feature maps, the largest map first.
        base_size: height and width of the smallest feature map, pixels.
        batch_normalization: whether batch normalization follows all convolutions but the first, as in the paper. If
            not, the convolutions have biases and the He initializer (2015, arXiv:1502.01852), for R1 (see `GAN`).
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANDiscriminator32(
    image_shape: tuple[int, int, int] = (32, 32, 1),
    filters: tuple[int, ...] = (32, 64, 128),
    base_size: int = 4,
    batch_normalization: bool = True,
    name: str | None = "dcgandiscriminator32",
) -> keras.Model:
    """Build DCGANDiscriminator32.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    259,616 parameters.

    Make the discriminator: images in -1..1 -> logits (batch, 1), above 0 for real.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        filters: channels of the feature maps, the largest map first.
        base_size: height and width of the smallest feature map, pixels.
        batch_normalization: whether batch normalization follows all convolutions but the first, as in the paper. If
            not, the convolutions have biases and the He initializer (2015, arXiv:1502.01852), for R1 (see `GAN`).
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANGenerator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 100,
    filters: tuple[int, ...] = (1024, 512, 256, 128),
    base_size: int = 4,
    name: str | None = "dcgangenerator",
) -> keras.Model:
    """Build DCGANGenerator.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    18,920,320 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in -1..1.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        latent_dim: size of the noise vector.
        filters: channels of the feature maps, the smallest map first.
        base_size: height and width of the smallest feature map, pixels.
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANGenerator32(
    image_shape: tuple[int, int, int] = (32, 32, 1),
    latent_dim: int = 100,
    filters: tuple[int, ...] = (128, 64, 32),
    base_size: int = 4,
    name: str | None = "dcgangenerator32",
) -> keras.Model:
    """Build DCGANGenerator32.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    470,176 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in -1..1.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        latent_dim: size of the noise vector.
        filters: channels of the feature maps, the smallest map first.
        base_size: height and width of the smallest feature map, pixels.
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DDPMUNet(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    base_channels: int = 128,
    channel_multipliers: tuple[int, ...] = (1, 2, 2, 2),
    num_res_blocks: int = 2,
    attention_resolutions: tuple[int, ...] = (16,),
    dropout: float = 0.1,
    name: str | None = "ddpmunet",
) -> keras.Model:
    """Build DDPMUNet.

    Denoising Diffusion Probabilistic Models (Ho et al.), 2020, arXiv:2006.11239.
    35,746,307 parameters.

    Make the U-Net: [noisy images, about -1..1, timesteps (batch,) int32 from 0] -> the predicted noise.

    Args:
        image_shape: (height, width, channels); the sides are halved between resolutions.
        base_channels: of the first convolution.
        channel_multipliers: channels at each resolution, in multiples of `base_channels`.
        num_res_blocks: residual blocks at each resolution of the encoder; the decoder has one more.
        attention_resolutions: heights of feature maps with self-attention after each residual block; the middle always
            has one.
        dropout: rate, in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved that often.
    """

def DDPMUNetSmall(
    image_shape: tuple[int, int, int] = (16, 16, 1),
    base_channels: int = 32,
    channel_multipliers: tuple[int, ...] = (1, 2, 2),
    num_res_blocks: int = 1,
    attention_resolutions: tuple[int, ...] = (8,),
    dropout: float = 0.0,
    name: str | None = "ddpmunetsmall",
) -> keras.Model:
    """Build DDPMUNetSmall.

    Denoising Diffusion Probabilistic Models (Ho et al.), 2020, arXiv:2006.11239.
    1,112,801 parameters.

    Make the U-Net: [noisy images, about -1..1, timesteps (batch,) int32 from 0] -> the predicted noise.

    Args:
        image_shape: (height, width, channels); the sides are halved between resolutions.
        base_channels: of the first convolution.
        channel_multipliers: channels at each resolution, in multiples of `base_channels`.
        num_res_blocks: residual blocks at each resolution of the encoder; the decoder has one more.
        attention_resolutions: heights of feature maps with self-attention after each residual block; the middle always
            has one.
        dropout: rate, in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved that often.
    """

def DenseNet40_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet40_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    1,037,818 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    7,096,858 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_24(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet100_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    27,480,346 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet121(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet121.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    8,062,504 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet161(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet161.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    28,900,936 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet169(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet169.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    14,307,880 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet201(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet201.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    20,242,984 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet264(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet264.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    33,736,232 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def DenseNetBC100_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    793,150 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC190_40(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC190_40.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    25,881,390 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC250_24(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC250_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    15,582,382 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DistilBERT(
    *,
    vocabulary_size: int = 30522,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 6,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-12,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "distilbert",
    head: Literal[
        "masked_lm", "sequence_classification", "token_classification", "question_answering", "features"
    ] = "masked_lm",
) -> keras.Model:
    """Build DistilBERT.

    DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter (Sanh et al.), 2019,
    arXiv:1910.01108.
    66,985,530 parameters.

    Build a DistilBERT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: masked_lm, sequence_classification, token_classification, question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def DistilGPT2(
    *,
    vocabulary_size: int = 50257,
    max_sequence_length: int = 1024,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 6,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "distilgpt2",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = True,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build DistilGPT2.

    DistilBERT, a distilled version of BERT (Sanh et al.); the model card of distilgpt2, 2019, arXiv:1910.01108.
    81,912,576 parameters.

    Build a GPT-2.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def EfficientNetB0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB0.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    5,330,571 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB1.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    7,856,239 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB2.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    9,177,569 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB3.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    12,320,535 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB4.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    19,466,823 parameters; by default 380x380 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB5(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB5.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    30,562,527 parameters; by default 456x456 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB6(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB6.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    43,265,143 parameters; by default 528x528 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB7(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB7.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    66,658,687 parameters; by default 600x600 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite0.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    4,694,024 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite1.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    5,470,344 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite2.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    6,150,168 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite3.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    8,273,768 parameters; by default 280x280 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite4.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    13,118,936 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetV2B0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B0.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    7,200,312 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B1.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    8,212,124 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B2.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    10,178,374 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B3.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    14,467,622 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2L(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2L.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    119,027,848 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2M(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2M.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    54,431,388 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2S(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2S.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    21,612,360 parameters; by default 384x384 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def FractalNet20(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    drop_path: float = 0.15,
    global_share: float = 0.5,
    dropout: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4),
) -> keras.Model:
    """Build FractalNet20.

    FractalNet: Ultra-Deep Neural Networks without Residuals (Larsson et al.), 2016, arXiv:1605.07648.
    33,745,226 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        drop_path: probability with which a join drops one of its inputs, for a whole mini-batch; a number
            from 0 to below 1. Default 0.15.
        global_share: share of the mini-batches that pass one column only; a number from 0 to 1. Default 0.5.
        dropout: share that is dropped of each convolution's output, for each block; a tuple of a number from
            0 to below 1 each. Default (0.0, 0.1, 0.2, 0.3, 0.4).
    """

def GANDiscriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    units: int = 240,
    pieces: int = 5,
    dropout: float = 0.5,
    input_dropout: float = 0.2,
    name: str | None = "gandiscriminator",
) -> keras.Model:
    """Build GANDiscriminator.

    Generative Adversarial Networks (Goodfellow et al.), 2014, arXiv:1406.2661.
    1,231,441 parameters.

    Make the discriminator: images in 0..1 -> logits (batch, 1), above 0 for real.

    The sigmoid of the paper's last layer is in the loss.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        units, pieces: of each of the two maxout layers.
        dropout: rate before the second maxout layer and before the logits.
        input_dropout: rate on the pixels.
        name: of the model.
    """

def GANGenerator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 100,
    units: int = 1200,
    name: str | None = "gangenerator",
) -> keras.Model:
    """Build GANGenerator.

    Generative Adversarial Networks (Goodfellow et al.), 2014, arXiv:1406.2661.
    2,503,984 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in 0..1.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        latent_dim: size of the noise vector.
        units: of each of the two hidden layers.
        name: of the model.
    """

def GoogLeNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNet.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,998,552 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def GoogLeNetAux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNetAux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,378,280 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def GPT(
    *,
    vocabulary_size: int = 40478,
    max_sequence_length: int = 512,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "gpt",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = False,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build GPT.

    Improving Language Understanding by Generative Pre-Training (Radford et al.), 2018, OpenAI.
    116,534,784 parameters.

    Build a GPT.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def GPT2Large(
    *,
    vocabulary_size: int = 50257,
    max_sequence_length: int = 1024,
    hidden_dim: int = 1280,
    num_heads: int = 20,
    num_layers: int = 36,
    intermediate_dim: int = 5120,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "gpt2large",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = True,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build GPT2Large.

    Language Models are Unsupervised Multitask Learners (Radford et al.), 2019, OpenAI.
    774,030,080 parameters.

    Build a GPT-2.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def GPT2Medium(
    *,
    vocabulary_size: int = 50257,
    max_sequence_length: int = 1024,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    num_layers: int = 24,
    intermediate_dim: int = 4096,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "gpt2medium",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = True,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build GPT2Medium.

    Language Models are Unsupervised Multitask Learners (Radford et al.), 2019, OpenAI.
    354,823,168 parameters.

    Build a GPT-2.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def GPT2Small(
    *,
    vocabulary_size: int = 50257,
    max_sequence_length: int = 1024,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "gpt2small",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = True,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build GPT2Small.

    Language Models are Unsupervised Multitask Learners (Radford et al.), 2019, OpenAI.
    124,439,808 parameters.

    Build a GPT-2.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def GPT2XL(
    *,
    vocabulary_size: int = 50257,
    max_sequence_length: int = 1024,
    hidden_dim: int = 1600,
    num_heads: int = 25,
    num_layers: int = 48,
    intermediate_dim: int = 6400,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu_tanh",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "gpt2xl",
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    use_segment_ids: bool = False,
    normalize_first: bool = True,
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build GPT2XL.

    Language Models are Unsupervised Multitask Learners (Radford et al.), 2019, OpenAI.
    1,557,611,200 parameters.

    Build a GPT-2.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        use_segment_ids: whether there is an input segment_ids, looked up in the table of tokens.
        normalize_first: whether sublayers' inputs are normalized, or the residual sums.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def InceptionResNetV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV1.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    22,783,368 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionResNetV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV2.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    55,873,736 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def InceptionV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,639,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV1Aux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1Aux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,019,960 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV2.

    Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (Ioffe and
    Szegedy), 2015, arXiv:1502.03167.
    11,305,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    auxiliary: bool = False,
) -> keras.Model:
    """Build InceptionV3.

    Rethinking the Inception Architecture for Computer Vision (Szegedy et al.), 2015, arXiv:1512.00567.
    23,851,784 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def InceptionV4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV4.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    42,742,984 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def LeNet5(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    61,706 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """

def LeNet5Original(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5Original.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    60,840 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """

def Llama2_7B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 4096,
    hidden_dim: int = 4096,
    num_heads: int = 32,
    num_layers: int = 32,
    intermediate_dim: int = 11008,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama2_7b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build Llama2_7B.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    6,738,415,616 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama2_13B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 4096,
    hidden_dim: int = 5120,
    num_heads: int = 40,
    num_layers: int = 40,
    intermediate_dim: int = 13824,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama2_13b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build Llama2_13B.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    13,015,864,320 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama2_70B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 4096,
    hidden_dim: int = 8192,
    num_heads: int = 64,
    num_layers: int = 80,
    intermediate_dim: int = 28672,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama2_70b",
    num_kv_heads: int | None = 8,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build Llama2_70B.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    68,976,648,192 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama3_1_8B(
    *,
    vocabulary_size: int = 128256,
    max_sequence_length: int = 131072,
    hidden_dim: int = 4096,
    num_heads: int = 32,
    num_layers: int = 32,
    intermediate_dim: int = 14336,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama3_1_8b",
    num_kv_heads: int | None = 8,
    head_dim: int | None = None,
    rope_theta: float = 500000.0,
    rope_scaling: dict[str, Any] | None = ...,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build Llama3_1_8B.

    The Llama 3 Herd of Models (Grattafiori et al.), 2024, arXiv:2407.21783.
    8,030,261,248 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama3_1_70B(
    *,
    vocabulary_size: int = 128256,
    max_sequence_length: int = 131072,
    hidden_dim: int = 8192,
    num_heads: int = 64,
    num_layers: int = 80,
    intermediate_dim: int = 28672,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama3_1_70b",
    num_kv_heads: int | None = 8,
    head_dim: int | None = None,
    rope_theta: float = 500000.0,
    rope_scaling: dict[str, Any] | None = ...,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build Llama3_1_70B.

    The Llama 3 Herd of Models (Grattafiori et al.), 2024, arXiv:2407.21783.
    70,553,706,496 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama3_2_1B(
    *,
    vocabulary_size: int = 128256,
    max_sequence_length: int = 131072,
    hidden_dim: int = 2048,
    num_heads: int = 32,
    num_layers: int = 16,
    intermediate_dim: int = 8192,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama3_2_1b",
    num_kv_heads: int | None = 8,
    head_dim: int | None = None,
    rope_theta: float = 500000.0,
    rope_scaling: dict[str, Any] | None = ...,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build Llama3_2_1B.

    The Llama 3 Herd of Models (Grattafiori et al.), 2024, arXiv:2407.21783.
    1,235,814,400 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Llama3_2_3B(
    *,
    vocabulary_size: int = 128256,
    max_sequence_length: int = 131072,
    hidden_dim: int = 3072,
    num_heads: int = 24,
    num_layers: int = 28,
    intermediate_dim: int = 8192,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama3_2_3b",
    num_kv_heads: int | None = 8,
    head_dim: int | None = None,
    rope_theta: float = 500000.0,
    rope_scaling: dict[str, Any] | None = ...,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build Llama3_2_3B.

    The Llama 3 Herd of Models (Grattafiori et al.), 2024, arXiv:2407.21783.
    3,212,749,824 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def LLaMA7B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 4096,
    num_heads: int = 32,
    num_layers: int = 32,
    intermediate_dim: int = 11008,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-06,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama7b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build LLaMA7B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    6,738,415,616 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def LLaMA13B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 5120,
    num_heads: int = 40,
    num_layers: int = 40,
    intermediate_dim: int = 13824,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-06,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama13b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build LLaMA13B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    13,015,864,320 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def LLaMA33B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 6656,
    num_heads: int = 52,
    num_layers: int = 60,
    intermediate_dim: int = 17920,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-06,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama33b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build LLaMA33B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    32,528,943,616 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def LLaMA65B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 8192,
    num_heads: int = 64,
    num_layers: int = 80,
    intermediate_dim: int = 22016,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "llama65b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build LLaMA65B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    65,285,660,672 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def MobileNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
) -> keras.Model:
    """Build MobileNet.

    MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al.), 2017,
    arXiv:1704.04861.
    4,253,864 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number from 0.03125 to 1000. Default 1.0.
        depth_multiplier: maps that each depthwise convolution makes of one; a whole number from 1 to
            2147483647. Default 1.
        dropout: dropout rate before the classifier, in training; a number from 0 to below 1. Default 0.001.
    """

def MobileNetV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
) -> keras.Model:
    """Build MobileNetV2.

    MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al.), 2018, arXiv:1801.04381.
    3,538,984 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
    """

def MobileNetV3Large(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout_rate: float = 0.2,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build MobileNetV3Large.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    5,507,432 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def MobileNetV3Small(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout_rate: float = 0.2,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build MobileNetV3Small.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    2,554,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def NASNetCIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetCIFAR.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    3,383,786 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetLarge.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    88,949,818 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetMobile(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetMobile.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    5,326,716 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NiN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiN.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    7,595,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def NiNCIFAR10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR10.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    966,986 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def NiNCIFAR100(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 100,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR100.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    984,356 parameters; by default 32x32 pixels of 3 channels, 100 classes. Weights: none published.
    """

def OpenLLaMA3B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 3200,
    num_heads: int = 32,
    num_layers: int = 26,
    intermediate_dim: int = 8640,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-06,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "openllama3b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build OpenLLaMA3B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    3,426,473,600 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def OpenLLaMA7B(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 4096,
    num_heads: int = 32,
    num_layers: int = 32,
    intermediate_dim: int = 11008,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-06,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "openllama7b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build OpenLLaMA7B.

    LLaMA: Open and Efficient Foundation Language Models (Touvron et al.), 2023, arXiv:2302.13971.
    6,738,415,616 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def PatchGAN70(
    channels: int = 3,
    base_filters: int = 64,
    num_downsampling: int = 3,
    name: str | None = "patchgan70",
) -> keras.Model:
    """Build PatchGAN70.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    2,764,737 parameters.

    Make the PatchGAN discriminator: images in -1..1 -> a score for each patch, (batch, rows, columns, 1).

    The target of a score is 1 for real patches and 0 for fake ones.

    Args:
        channels: of the images.
        base_filters: of the first convolution, doubled by each further one up to eight times.
        num_downsampling: convolutions of stride 2: with 3, a patch is 70x70 pixels, and 256x256 pixels have 30x30.
        name: of the model.
    """

def PNASNet5Large(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build PNASNet5Large.

    Progressive Neural Architecture Search (Liu et al.), 2017, arXiv:1712.00559.
    86,234,656 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default PNASNet-5.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def PreActResNet164CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet164CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    1,727,482 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def PreActResNet1001CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet1001CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    10,476,922 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet18(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet18.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    11,699,112 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet20CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet20CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    271,098 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet32CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet32CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    466,426 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet34(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet34.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    21,814,696 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet44CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet44CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    661,754 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    25,636,712 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet50V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    25,613,800 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet56CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet56CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    857,082 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    44,707,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet101V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    44,675,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet110CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet110CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    60,419,944 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet152V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    60,380,648 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet1202CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet1202CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt50_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    25,097,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    44,315,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x8d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x8d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    88,994,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_64x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_64x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    83,658,152 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def RoBERTaBase(
    *,
    vocabulary_size: int = 50265,
    max_sequence_length: int = 514,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 3072,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "robertabase",
    num_segments: int = 1,
    pad_token_id: int = 1,
    head: Literal[
        "masked_lm", "sequence_classification", "token_classification", "question_answering", "features"
    ] = "masked_lm",
) -> keras.Model:
    """Build RoBERTaBase.

    RoBERTa: A Robustly Optimized BERT Pretraining Approach (Liu et al.), 2019, arXiv:1907.11692.
    124,697,433 parameters.

    Build a RoBERTa.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: size of the table of positions, of which 2 are reserved.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments.
        pad_token_id: token of padding, behind whose number positions begin.
        head: masked_lm, sequence_classification, token_classification, question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def RoBERTaLarge(
    *,
    vocabulary_size: int = 50265,
    max_sequence_length: int = 514,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    num_layers: int = 24,
    intermediate_dim: int = 4096,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "gelu",
    dropout: float = 0.1,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "robertalarge",
    num_segments: int = 1,
    pad_token_id: int = 1,
    head: Literal[
        "masked_lm", "sequence_classification", "token_classification", "question_answering", "features"
    ] = "masked_lm",
) -> keras.Model:
    """Build RoBERTaLarge.

    RoBERTa: A Robustly Optimized BERT Pretraining Approach (Liu et al.), 2019, arXiv:1907.11692.
    355,412,057 parameters.

    Build a RoBERTa.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: size of the table of positions, of which 2 are reserved.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_segments: number of segments.
        pad_token_id: token of padding, behind whose number positions begin.
        head: masked_lm, sequence_classification, token_classification, question_answering, or features for none.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; with segments also "segment_ids". Its output are float32 logits; of several heads, or of
        the ends of a span, a dict with transformers' names.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def SEInception(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEInception.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,951,654 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SENet154(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SENet154.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    115,336,536 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet18(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet18.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,788,192 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet34(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet34.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    21,975,892 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet50.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    28,141,144 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet101.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,432,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet152.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    66,973,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt50_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    27,628,120 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt101_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,093,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SmolLM2_1_7B(
    *,
    vocabulary_size: int = 49152,
    max_sequence_length: int = 8192,
    hidden_dim: int = 2048,
    num_heads: int = 32,
    num_layers: int = 24,
    intermediate_dim: int = 8192,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "smollm2_1_7b",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 130000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build SmolLM2_1_7B.

    SmolLM2: When Smol Goes Big (Allal et al.), 2025, arXiv:2502.02737.
    1,711,376,384 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def SmolLM2_135M(
    *,
    vocabulary_size: int = 49152,
    max_sequence_length: int = 8192,
    hidden_dim: int = 576,
    num_heads: int = 9,
    num_layers: int = 30,
    intermediate_dim: int = 1536,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "smollm2_135m",
    num_kv_heads: int | None = 3,
    head_dim: int | None = None,
    rope_theta: float = 100000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build SmolLM2_135M.

    SmolLM2: When Smol Goes Big (Allal et al.), 2025, arXiv:2502.02737.
    134,515,008 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def SmolLM2_360M(
    *,
    vocabulary_size: int = 49152,
    max_sequence_length: int = 8192,
    hidden_dim: int = 960,
    num_heads: int = 15,
    num_layers: int = 32,
    intermediate_dim: int = 2560,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "smollm2_360m",
    num_kv_heads: int | None = 5,
    head_dim: int | None = None,
    rope_theta: float = 100000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build SmolLM2_360M.

    SmolLM2: When Smol Goes Big (Allal et al.), 2025, arXiv:2502.02737.
    361,821,120 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def SmolLM_135M(
    *,
    vocabulary_size: int = 49152,
    max_sequence_length: int = 2048,
    hidden_dim: int = 576,
    num_heads: int = 9,
    num_layers: int = 30,
    intermediate_dim: int = 1536,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "smollm_135m",
    num_kv_heads: int | None = 3,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build SmolLM_135M.

    SmolLM (Allal et al., blog post), 2024, Hugging Face.
    134,515,008 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def SqueezeNet1_0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SqueezeNet1_0.

    SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (Iandola et al.), 2016,
    arXiv:1602.07360.
    1,248,424 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SqueezeNet1_1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SqueezeNet1_1.

    SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (Iandola et al.), 2016,
    arXiv:1602.07360.
    1,235,496 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def StochasticDepthResNet110(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet110.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """

def StochasticDepthResNet1202(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet1202.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """

def Stories15M(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 256,
    hidden_dim: int = 288,
    num_heads: int = 6,
    num_layers: int = 6,
    intermediate_dim: int = 768,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "stories15m",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build Stories15M.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    15,191,712 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Stories42M(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 1024,
    hidden_dim: int = 512,
    num_heads: int = 8,
    num_layers: int = 8,
    intermediate_dim: int = 1376,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "stories42m",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build Stories42M.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    41,689,600 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def Stories110M(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 1024,
    hidden_dim: int = 768,
    num_heads: int = 12,
    num_layers: int = 12,
    intermediate_dim: int = 2048,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "stories110m",
    num_kv_heads: int | None = None,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = True,
) -> keras.Model:
    """Build Stories110M.

    Llama 2: Open Foundation and Fine-Tuned Chat Models (Touvron et al.), 2023, arXiv:2307.09288.
    109,529,856 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def TinyLlama(
    *,
    vocabulary_size: int = 32000,
    max_sequence_length: int = 2048,
    hidden_dim: int = 2048,
    num_heads: int = 32,
    num_layers: int = 22,
    intermediate_dim: int = 5632,
    activation: Literal["gelu", "gelu_tanh", "relu", "silu"] = "silu",
    dropout: float = 0.0,
    epsilon: float = 1e-05,
    initializer_range: float = 0.02,
    num_labels: int = 2,
    name: str = "tinyllama",
    num_kv_heads: int | None = 4,
    head_dim: int | None = None,
    rope_theta: float = 10000.0,
    rope_scaling: dict[str, Any] | None = None,
    head: Literal["causal_lm", "sequence_classification", "features"] = "causal_lm",
    tie_word_embeddings: bool = False,
) -> keras.Model:
    """Build TinyLlama.

    TinyLlama: An Open-Source Small Language Model (Zhang et al.), 2024, arXiv:2401.02385.
    1,100,048,384 parameters.

    Build a LLaMA.

    Args:
        vocabulary_size: number of tokens.
        max_sequence_length: the longest text, in tokens.
        hidden_dim: size of the embeddings and of every block's output.
        num_heads: heads of each attention.
        num_layers: number of blocks.
        intermediate_dim: units of the feed-forward networks' inner layers.
        activation: of the feed-forward networks.
        dropout: rate on embeddings, attention weights and sublayers' outputs, in training.
        epsilon: of the normalizations.
        initializer_range: standard deviation of the initial weights.
        num_labels: labels of a classification head.
        name: of the model.
        num_kv_heads: heads of keys and values; None for num_heads.
        head_dim: features of a head; None for hidden_dim / num_heads.
        rope_theta: base of the rotary embedding's wavelengths.
        rope_scaling: of the rotary embedding, as of `RotaryEmbedding`.
        head: causal_lm, sequence_classification (of the last token), or features for none.
        tie_word_embeddings: whether the table of tokens gives the logits, too.

    Returns:
        A `keras.Model` of a dict of "token_ids" and "padding_mask", int32 (batch, length) each, the mask 1 for tokens
        and 0 for padding; its output are float32 logits, (batch, length, vocabulary_size), of the token that follows
        each.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def TransformerBase(
    vocabulary_size: int = 37000,
    hidden_dim: int = 512,
    num_heads: int = 8,
    intermediate_dim: int = 2048,
    num_layers: int = 6,
    dropout: float = 0.1,
    normalize_first: bool = False,
    name: str = "transformerbase",
) -> keras.Model:
    """Build TransformerBase.

    Attention Is All You Need (Vaswani et al.), 2017, arXiv:1706.03762.
    63,045,632 parameters.

    Build a Transformer.

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

def TransformerBig(
    vocabulary_size: int = 37000,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    intermediate_dim: int = 4096,
    num_layers: int = 6,
    dropout: float = 0.3,
    normalize_first: bool = False,
    name: str = "transformerbig",
) -> keras.Model:
    """Build TransformerBig.

    Attention Is All You Need (Vaswani et al.), 2017, arXiv:1706.03762.
    214,171,648 parameters.

    Build a Transformer.

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

def VGG11(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,874,344 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11LRN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11LRN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG13(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,047,848 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG13BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,059,624 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,357,544 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG16BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,374,440 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16C(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16C.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,638,952 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG19(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,667,240 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG19BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,689,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def WideResNet16_8(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet16_8.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    10,968,570 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet28_10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet28_10.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    36,497,146 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet40_4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet40_4.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    8,959,994 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet50_2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build WideResNet50_2.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    68,951,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def WideResNet101_2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build WideResNet101_2.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    127,024,552 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def Xception(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build Xception.

    Xception: Deep Learning with Depthwise Separable Convolutions (Chollet), 2016, arXiv:1610.02357.
    22,910,480 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ZFNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ZFNet.

    Visualizing and Understanding Convolutional Networks (Zeiler & Fergus), 2013, arXiv:1311.2901.
    62,357,608 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
