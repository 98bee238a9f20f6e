"""ResNet-110 on CIFAR-10.

- Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 4.2.
- Command: python recipes/resnet110_cifar10.py --data tfds:cifar10
- Expected: 6.43 % error, the best of five runs; 6.61 % +- 0.16 % on average.
- Result: not run, CIFAR-10 was not available

Different from the paper: linear warm-up in the first epoch, where the paper has a constant 0.01 for about 400 steps,
until the training error is below 80 %; images are standardized by channel, where it subtracts the mean of each pixel.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "ResNet110CIFAR"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/resnet110_cifar10")
    initializer: Initializer = "he"
    # 32,000, 48,000 and 64,000 steps, of 50,000 // 128 = 390 an epoch: 82.1, 123.1 and 164.1 epochs
    epochs: int = 164
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (82.0, 123.0)
    warmup_epochs: float = 1.0
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
