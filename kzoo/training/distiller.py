"""Knowledge distillation (Hinton et al., 2015, arXiv:1503.02531)."""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf

from kzoo.layers import Preprocessor
from kzoo.training.losses import Distillation
from kzoo.training.trainer import Trainer


class Distiller(Trainer):
    """Train a network, the student, on the softened logits of a teacher and on labels.

    The teacher runs in inference mode, compiled with the student; evaluation uses labels alone.

    Args:
        network: the student, whose (first) output are logits.
        teacher: maps the student's inputs to logits of the same classes; see `adapt_teacher`. It is neither trained nor
            saved.
        temperature: what both logits are divided by.
        student_loss_weight: of the loss of the labels, 0 to 1; the distillation loss has the rest.
        **kwargs: of `Trainer`.

    Raises:
        ValueError: `temperature` or `student_loss_weight` is out of range.
    """

    def __init__(
        self,
        network: keras.Model,
        teacher: Callable,
        temperature: float = 4.0,
        student_loss_weight: float = 0.1,
        **kwargs,
    ):
        super().__init__(network, **kwargs)
        if not 0 <= student_loss_weight <= 1:
            raise ValueError(f"student_loss_weight={student_loss_weight} does not work; accepted are 0 to 1")
        self.student_loss_weight, self.distillation = student_loss_weight, Distillation(temperature)
        # in a function, so that Keras does not track the teacher and save it with checkpoints
        self.teacher_logits = lambda images: teacher(images, training=False)

    def training_loss(self, x, y, sample_weight):
        loss, y_pred = super().training_loss(x, y, sample_weight)
        distillation_loss = self.distillation(self.teacher_logits(x), y_pred, sample_weight)
        return self.student_loss_weight * loss + (1 - self.student_loss_weight) * distillation_loss, y_pred


def adapt_teacher(
    teacher: keras.Model, student_preprocessor: Preprocessor, teacher_preprocessor: Preprocessor
) -> Callable:
    """Return a function that maps the inputs of a student to the outputs of a teacher.

    Both have the same pixels, augmented or not: they are resized, converted to the channels of the teacher, and
    normalized for it.

    Args:
        teacher: a network.
        student_preprocessor, teacher_preprocessor: of images, for the student and for the teacher.
    """
    if student_preprocessor.get_config() | {"name": ""} == teacher_preprocessor.get_config() | {"name": ""}:
        return teacher
    rows, columns = (
        _resize_matrix(old, new) for old, new in zip(student_preprocessor.size, teacher_preprocessor.size, strict=True)
    )

    def outputs(images, training=False):
        pixels = teacher_preprocessor.recolour(student_preprocessor.denormalize(images))
        return teacher(
            teacher_preprocessor.normalize(tf.einsum("hH,bHWc,wW->bhwc", rows, pixels, columns)), training=training
        )

    return outputs


def _resize_matrix(old, new):
    """Return the matrix, (new, old), that resizes an axis: XLA cannot compile antialiased `tf.image.resize`."""
    pixels = tf.eye(old)[..., None]
    return tf.image.resize(pixels, (new, old), antialias=True)[..., 0].numpy()
