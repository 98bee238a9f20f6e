"""DenseNet-BC-100 of growth rate 12 on CIFAR-10.

- Paper: Huang et al., "Densely Connected Convolutional Networks", 2016, arXiv:1608.06993, section 4.2.
- Command: python recipes/densenet_bc100_12_cifar10.py --data tfds:cifar10
- Expected: 4.51 % error with data augmentation; 5.92 % without but with dropout, `--augment none --options dropout
  0.2`.
- Result: not run, CIFAR-10 was not available
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "DenseNetBC100_12"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/densenet_bc100_12_cifar10")
    initializer: Initializer = "he_fan_out"
    # the learning rate is divided by 10 after 50 % and 75 % of the epochs
    epochs: int = 300
    batch_size: int = 64
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    nesterov: bool = True
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (150.0, 225.0)
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
