"""ZFNet on ImageNet.

- Paper: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2013, arXiv:1311.2901, section 3.
- Command: python recipes/zfnet_imagenet.py --data tfds:imagenet2012
- Expected: 38.4 % top-1 error, 16.5 % top-5 error, averaged over ten crops; here the center crop is evaluated.
- Result: not run, ImageNet was not available

Different from the paper: the learning rate is reduced after 5 epochs without a lower validation loss; the authors
reduced it by hand; filters of the first layer are not renormalized to a root mean square of 0.1; crops are random, not
corners and center.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "ZFNet"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/zfnet_imagenet")
    initializer: Initializer = 0.01
    epochs: int = 70
    batch_size: int = 128
    learning_rate: float = 0.01
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "plateau"
    decay_every: float = 5.0
    augment: str = "crop"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
