"""Training on what another network says, besides the true labels (Hinton et al., 2015, arXiv:1503.02531)."""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf

from kzoo.layers import Preprocessor
from kzoo.training.losses import Distillation
from kzoo.training.trainer import Trainer


class Distiller(Trainer):
    """Train a network, the student, on a teacher's logits, softened by a temperature, and on the true labels.

    The teacher runs in inference mode, compiled with the student; evaluation is on the true labels alone.

    Args:
        network: the student, with logits as (first) output.
        teacher: maps the student's inputs to logits of the same classes, such as `as_seen_by` makes. It is neither
            trained nor saved.
        temperature: what both logits are divided by.
        hard: weight of the loss of the true labels, 0 to 1; the teacher's has the rest.
        **kwargs: of `Trainer`.

    Raises:
        ValueError: `temperature` or `hard` is out of range.
    """

    def __init__(self, network: keras.Model, teacher: Callable, temperature: float = 4.0, hard: float = 0.1, **kwargs):
        super().__init__(network, **kwargs)
        if not 0 <= hard <= 1:
            raise ValueError(f"hard={hard} does not work; accepted are 0 to 1")
        self.hard, self.distillation = hard, Distillation(temperature)
        # in a function, Keras does not take the teacher for a part of this model, to be saved with each checkpoint
        self.teach = lambda images: teacher(images, training=False)

    def training_loss(self, x, y, sample_weight):
        loss, y_pred = super().training_loss(x, y, sample_weight)
        soft = self.distillation(self.teach(x), y_pred, sample_weight)
        return self.hard * loss + (1 - self.hard) * soft, y_pred


def as_seen_by(teacher: keras.Model, student: Preprocessor, own: Preprocessor) -> Callable:
    """Return a function that gives a teacher's outputs for a student's inputs.

    Both see the same pixels, augmented or not: these are resized, recoloured and scaled as the teacher wants them.

    Args:
        teacher: a network.
        student, own: how images are prepared for the student, and for the teacher.
    """
    if student.get_config() | {"name": ""} == own.get_config() | {"name": ""}:
        return teacher
    rows, columns = (_resizing(old, new) for old, new in zip(student.size, own.size, strict=True))

    def outputs(images, training=False):
        raw = own.recolour(student.denormalize(images))
        return teacher(own.normalize(tf.einsum("hH,bHWc,wW->bhwc", rows, raw, columns)), training=training)

    return outputs


def _resizing(old, new):
    """Return the matrix, (new, old), that resizes an axis: XLA cannot compile the antialiased operation."""
    pixels = tf.eye(old)[..., None]
    return tf.image.resize(pixels, (new, old), antialias=True)[..., 0].numpy()
