"""Loss and accuracy over tokens, padding masked."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from kzoo.sequence.tokenizers import PAD
from kzoo.training.losses import Crossentropy


def count_tokens(data) -> tf.Tensor:
    """Count the labels of (inputs, labels) that are not padding; labels are (batch, length)."""
    return tf.math.count_nonzero(tf.not_equal(data[1], PAD), dtype="int32")


@keras.saving.register_keras_serializable("kzoo")
class TokenCrossentropy(Crossentropy):
    """Compute the crossentropy of logits and tokens, (batch, length), the mean over those that are not padding.

    Args:
        label_smoothing: the share of the target probability that is spread evenly over all tokens.
    """

    def __init__(self, label_smoothing=0.0, name="crossentropy", reduction="mean_with_sample_weight", dtype="float32"):
        super().__init__(label_smoothing, name=name, reduction=reduction, dtype=dtype)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the loss; `sample_weight` may have a value for each token, (batch, length)."""
        weight = ops.cast(ops.not_equal(y_true, PAD), "float32")
        return super().__call__(y_true, y_pred, weight if sample_weight is None else weight * sample_weight)


@keras.saving.register_keras_serializable("kzoo")
class TokenAccuracy(keras.metrics.Mean):
    """Compute how often the logit of the label is the largest, over tokens that are not padding."""

    def __init__(self, name="accuracy", **kwargs):
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch of tokens, (batch, length), and their logits."""
        correct = ops.equal(ops.cast(ops.argmax(y_pred, axis=-1), "int32"), ops.cast(y_true, "int32"))
        super().update_state(correct, sample_weight=ops.not_equal(y_true, PAD))
