"""Network in Network on CIFAR-10.

- Paper: Lin, Chen & Yan, "Network In Network", 2013, arXiv:1312.4400, section 4; the learning rate, its steps and the
  weight decay are those of the authors' model for Caffe.
- Command: python recipes/nin_cifar10.py --data tfds:cifar10
- Expected: 8.81 % error with data augmentation; 10.41 % without, `--augment none`.
- Result: not run, CIFAR-10 was not available

Different from the paper: images are standardized by channel, without contrast normalization and whitening; biases have
the learning rate of kernels, in Caffe's model twice it.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper and of its authors' model."""

    model: str = "NiNCIFAR10"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/nin_cifar10")
    initializer: Initializer = 0.05
    # 100,000 of 120,000 steps, of 50,000 // 128 = 390 an epoch: 256.4 of 307.7 epochs
    epochs: int = 308
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (256.4,)
    weight_decay: float = 1e-4
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
