"""Metrics that Keras lacks."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from kzoo.tokenizers import PAD


def count_tokens(data) -> tf.Tensor:
    """Count the labels of (inputs, labels) that are not padding; labels are (batch, length)."""
    return tf.math.count_nonzero(tf.not_equal(data[1], PAD), dtype="int32")


@keras.saving.register_keras_serializable("kzoo")
class TokenAccuracy(keras.metrics.Mean):
    """Compute how often the logit of the label is the largest, over tokens that are not padding."""

    def __init__(self, name="accuracy", **kwargs):
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch of tokens, (batch, length), and their logits."""
        correct = ops.equal(ops.cast(ops.argmax(y_pred, axis=-1), "int32"), ops.cast(y_true, "int32"))
        super().update_state(correct, sample_weight=ops.not_equal(y_true, PAD))
