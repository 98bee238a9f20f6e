"""Losses that Keras lacks; all take logits and compute in float32."""

from __future__ import annotations

import keras
from keras import ops

from kzoo._validation import PositiveFloat, check
from kzoo.tokenizers import PAD


@keras.saving.register_keras_serializable("kzoo")
class Crossentropy(keras.losses.Loss):
    """Crossentropy of logits with integer labels, or with label distributions, with optional label smoothing.

    Labels are integers, (batch,) or (batch, 1), or distributions, (batch, classes), as of mixup. The loss of an integer
    that is no class, such as -1, is NaN.

    Args:
        label_smoothing: the share of the target probability that is spread evenly over all classes, 0 to 1 (Szegedy et
            al., 2015, arXiv:1512.00567, section 7).

    Raises:
        ValueError: `label_smoothing` is not within 0 and 1.
    """

    def __init__(
        self, label_smoothing: float = 0.0, name="crossentropy", reduction="sum_over_batch_size", dtype="float32"
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing={label_smoothing} does not work; accepted are 0 to 1")
        self.label_smoothing = label_smoothing

    def call(self, y_true, y_pred):
        """Return the loss of each example, (batch,)."""
        log_probabilities = ops.log_softmax(y_pred, axis=-1)
        if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == y_pred.shape[-1]:
            loss = -ops.sum(y_true * log_probabilities, axis=-1)
        else:
            classes = ops.cast(ops.reshape(y_true, ops.shape(y_pred)[:-1]), "int32")
            valid = ops.clip(classes, 0, ops.shape(y_pred)[-1] - 1)
            loss = -ops.take_along_axis(log_probabilities, valid[..., None], axis=-1)[..., 0]
            loss = ops.where(classes == valid, loss, float("nan"))  # at which a training stops
        if not self.label_smoothing:
            return loss
        return (1 - self.label_smoothing) * loss - self.label_smoothing * ops.mean(log_probabilities, axis=-1)

    def get_config(self):
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


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
class Distillation(keras.losses.Loss):
    """Distillation loss of a student's and a teacher's logits, with a temperature (Hinton et al., arXiv:1503.02531).

    It is the Kullback-Leibler divergence of the student's softened distribution from the teacher's, whose gradient is
    that of the paper's crossentropy, and which is 0 where they agree; times temperature squared, so that the scale of
    its gradients does not depend on the temperature.

    Args:
        temperature: what both logits are divided by; at 1 they are not softened.

    Raises:
        ValueError: `temperature` is not above 0.
    """

    def __init__(self, temperature: float, name="distillation", reduction="sum_over_batch_size", dtype="float32"):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.temperature = check(None, "temperature", PositiveFloat, temperature)

    def call(self, y_true, y_pred):
        """Return the loss of each example, (batch,), given logits of teacher and student, (batch, classes) each."""
        teacher = ops.log_softmax(ops.stop_gradient(y_true) / self.temperature, axis=-1)
        student = ops.log_softmax(y_pred / self.temperature, axis=-1)
        return self.temperature**2 * ops.sum(ops.exp(teacher) * (teacher - student), axis=-1)

    def get_config(self):
        return {**super().get_config(), "temperature": self.temperature}
