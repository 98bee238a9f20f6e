"""Knowledge distillation: train a small network, the student, on the outputs of a trained one, the teacher.

- Paper: Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network", 2015, arXiv:1503.02531.
- python recipes/distill.py --teacher-weights runs/lenet5_digits/best.weights.h5 --data npz:few.npz
- python recipes/distill.py --teacher ResNet50 --teacher-weights imagenet --model MobileNetV2 --data folder:my/imagenet

The teacher was trained on the classes of the data; it gets the augmented images of the student, at its own size. The
results are those of any training. benchmarks/transfer.py compares it with training on labels alone.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

import kzoo
from kzoo._validation import PositiveFloat
from kzoo.applications import imagenet
from kzoo.training import ClassifierConfig, command_line


@dataclass(frozen=True, kw_only=True)
class Config(ClassifierConfig):
    """Options; `model` is the student."""

    teacher_weights: str
    """a tag such as imagenet, or the path of a file"""
    teacher: str = "LeNet5"
    """name of the teacher network"""
    temperature: PositiveFloat = 4.0
    """what the logits of both are divided by"""
    hard: Annotated[float, Interval(ge=0, le=1)] = 0.1
    """weight of the loss of the labels, 0 to 1; the distillation loss has the rest"""
    model: str = "LeNet5"
    data: str = "digits"
    out: Path = Path("runs/distill")
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 3e-3


def main(config: Config) -> dict:
    """Train the student, write `config.out` and `config.export`, and return the metrics."""
    task = kzoo.tasks.ImageClassification(config, make_trainer=partial(make_distiller, config))
    return kzoo.tasks.train(task).metrics


def make_distiller(config, network, **arguments):
    """Make the trainer of a student network."""
    classes = network.outputs[0].shape[-1]
    teacher = kzoo.inference.load_classifier(
        config.teacher, config.teacher_weights, classes, classifier_activation=None
    )
    teacher = kzoo.training.adapt_teacher(teacher, imagenet.preprocessor(network), imagenet.preprocessor(teacher))
    return kzoo.training.Distiller(
        network, teacher, temperature=config.temperature, student_loss_weight=config.hard, **arguments
    )


if __name__ == "__main__":
    command_line(main, Config, __doc__)
