"""FractalNet-20 on CIFAR-10.

- Paper: Larsson, Maire & Shakhnarovich, "FractalNet: Ultra-Deep Neural Networks without Residuals", 2016,
  arXiv:1605.07648, section 4.
- Command: python recipes/fractalnet20_cifar10.py --data tfds:cifar10
- Expected: 4.60 % error with drop-path and dropout, 5.22 % with neither drop-path nor dropout.
- Result: not run, CIFAR-10 was not available

Drop-path of 0.15, global (one column) in half of the batches, and dropout of 0, 10, 20, 30 and 40 % in the five blocks
are the network's defaults. There is no weight decay: the authors' generator exempts biases from one whose value it does
not state.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "FractalNet20"
    data: str = "tfds:cifar10"
    out: Path = Path("runs/fractalnet20_cifar10")
    # the learning rate is reduced whenever the number of remaining epochs has halved: 200, 100, 50, 25
    epochs: int = 400
    batch_size: int = 100
    learning_rate: float = 0.02
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (200.0, 300.0, 350.0, 375.0)
    augment: str = "cifar"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
