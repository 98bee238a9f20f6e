"""The loss and the measure of sequences, both over tokens: padding counts for nothing."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from kzoo.sequence.text import PAD
from kzoo.training.losses import Crossentropy


def count_tokens(data) -> tf.Tensor:
    """Count the tokens to be predicted in (inputs, targets): of (batch, length) those that are no padding."""
    return tf.math.count_nonzero(tf.not_equal(data[1], PAD), dtype="int32")


@keras.saving.register_keras_serializable("kzoo")
class TokenCrossentropy(Crossentropy):
    """Compare logits with tokens, (batch, length), smoothed if asked for: the mean over those that are no padding.

    Args:
        label_smoothing: the part of the truth that is spread evenly over all tokens.
    """

    def __init__(self, label_smoothing=0.0, name="crossentropy", reduction="mean_with_sample_weight", dtype="float32"):
        super().__init__(label_smoothing, name=name, reduction=reduction, dtype=dtype)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the loss; a weight of its own a token, (batch, length), is taken too."""
        weight = ops.cast(ops.not_equal(y_true, PAD), "float32")
        return super().__call__(y_true, y_pred, weight if sample_weight is None else weight * sample_weight)


@keras.saving.register_keras_serializable("kzoo")
class TokenAccuracy(keras.metrics.Mean):
    """Measure how many tokens are the likeliest ones, of those that are no padding."""

    def __init__(self, name="accuracy", **kwargs):
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch of tokens, (batch, length), and their logits."""
        right = ops.equal(ops.cast(ops.argmax(y_pred, axis=-1), "int32"), ops.cast(y_true, "int32"))
        super().update_state(right, sample_weight=ops.not_equal(y_true, PAD))
