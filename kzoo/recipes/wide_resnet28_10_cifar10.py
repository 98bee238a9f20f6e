"""Wide ResNet-28-10 on CIFAR-10.

- Paper: Zagoruyko & Komodakis, "Wide Residual Networks", 2016, arXiv:1605.07146, section 3.
- Command: python recipes/wide_resnet28_10_cifar10.py --data tfds:cifar10
- Expected: 4.00 % error; 3.89 % with dropout, `--options dropout 0.3`.
- Result: not run, CIFAR-10 was not available
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "WideResNet28_10"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/wide_resnet28_10_cifar10")
    initializer: Initializer = "he_fan_out"
    epochs: int = 200
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    nesterov: bool = True
    schedule: ScheduleName = "step"
    decay: float = 0.2
    decay_at: tuple[float, ...] = (60.0, 120.0, 160.0)
    weight_decay: float = 5e-4
    decay_vectors: bool = True
    augment: str = "cifar_reflect"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
