"""NASNet-A (6 @ 768) with its auxiliary classifier on CIFAR-10.

- Paper: Zoph, Vasudevan, Shlens & Le, "Learning Transferable Architectures for Scalable Image Recognition", 2017,
  arXiv:1707.07012, appendix A.
- Command: python recipes/nasnet_a_cifar10.py --data tfds:cifar10
- Expected: 3.41 % error; 2.65 % with cutout, which is not used here.
- Result: not run, CIFAR-10 was not available

Scheduled drop-path rises to 0.4 in the last cell. Momentum 0.9 is assumed; gradients are clipped by their global norm.
"""

from dataclasses import dataclass, field
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "NASNetCIFAR"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/nasnet_a_cifar10")
    options: dict[str, float | bool] = field(default_factory=lambda: {"drop_path": 0.4, "auxiliary": True})
    # 937,500 steps of 32 images: 937,500 * 32 / 50,000 = 600 epochs
    epochs: int = 600
    batch_size: int = 32
    learning_rate: float = 0.025
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "cosine"
    weight_decay: float = 5e-4
    clip_norm: float | None = 5.0
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
