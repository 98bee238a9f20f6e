"""AlexNet on ImageNet.

- Paper: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
  doi:10.1145/3065386, section 5.
- Command: python recipes/alexnet_imagenet.py --data tfds:imagenet2012
- Expected: 40.7 % top-1 error, 18.2 % top-5 error, averaged over ten crops; for the center crop, which is evaluated
  here, Caffe's version has 42.9 % and 19.8 %.
- Result: not run, ImageNet was not available

Different from the paper: the learning rate is reduced after 5 epochs without a lower validation loss; the authors
reduced it by hand, three times.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "AlexNet"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/alexnet_imagenet")
    epochs: int = 90
    batch_size: int = 128
    learning_rate: float = 0.01
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "plateau"
    decay_every: float = 5.0
    weight_decay: float = 5e-4
    augment: str = "alexnet"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
