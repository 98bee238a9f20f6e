"""ResNet-20 on CIFAR-10.

- Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 4.2.
- Command: python recipes/resnet20_cifar10.py --data tfds:cifar10
- Expected: 8.75 % error; `--model ResNet32CIFAR`: 7.51 %, ResNet44CIFAR: 7.17 %, ResNet56CIFAR: 6.97 %.
- Result: not run, CIFAR-10 was not available

Different from the paper: images are standardized by channel; it subtracts the mean of each pixel.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "ResNet20CIFAR"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/resnet20_cifar10")
    initializer: Initializer = "he"
    # 32,000, 48,000 and 64,000 steps, of 50,000 // 128 = 390 an epoch: 82.1, 123.1 and 164.1 epochs
    epochs: int = 164
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (82.0, 123.0)
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
