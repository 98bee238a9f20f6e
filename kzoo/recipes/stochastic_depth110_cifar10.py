"""ResNet-110 with stochastic depth on CIFAR-10.

- Paper: Huang et al., "Deep Networks with Stochastic Depth", 2016, arXiv:1603.09382, section 4.
- Command: python recipes/stochastic_depth110_cifar10.py --data tfds:cifar10
- Expected: 5.25 % error (6.41 % with constant depth, `--options survival 1`).
- Result: not run, CIFAR-10 was not available

Different from the paper: it trains on 45,000 images and selects the epoch on the other 5,000; here all 50,000 are
training images, and `last_val_accuracy` is the one without selection on test images. Images are standardized by
channel; the authors' code subtracts the mean of each pixel, and divides by one standard deviation.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "StochasticDepthResNet110"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/stochastic_depth110_cifar10")
    initializer: Initializer = "he"
    # the learning rate is divided by 10 after 50 % and 75 % of the epochs
    epochs: int = 500
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    nesterov: bool = True
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (250.0, 375.0)
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
