"""VGG-16 on ImageNet.

- Paper: Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014,
  arXiv:1409.1556, section 3.1, with scale jitter.
- Command: python recipes/vgg16_imagenet.py --data tfds:imagenet2012
- Expected: 25.6 % top-1 error, 8.1 % top-5 error, of dense evaluation over the whole image (table 3); here the center
  crop is evaluated.
- Result: not run, ImageNet was not available

Different from the paper: all layers have Glorot & Bengio's initialization, which it says is possible; its own were
initialized from its trained network A; the learning rate is reduced after 5 epochs without a lower validation loss, in
the paper three times in all.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "VGG16"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/vgg16_imagenet")
    # 370,000 steps of 256 images: 370,000 * 256 / 1,281,167 = 73.9 epochs
    epochs: int = 74
    batch_size: int = 256
    learning_rate: float = 0.01
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "plateau"
    decay_every: float = 5.0
    weight_decay: float = 5e-4
    augment: str = "vgg"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
