"""LeNet-5 of 1998 on MNIST.

- Paper: LeCun, Bottou, Bengio & Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998,
  doi:10.1109/5.726791, sections II and III.
- Command: python recipes/lenet5_mnist.py --data tfds:mnist
- Expected: 0.95 % error, of 20 passes over the images without distortions (0.8 % with).
- Seen: not run, MNIST is not on the machine that this was written on

Not the paper's: it learns online by stochastic diagonal Levenberg-Marquardt, which gives each weight a rate by its
second derivative, at global rates of 5e-4 falling to 1e-5; here Adam, which gives each weight a rate by its
gradients, learns from 32 images at a time. The loss is the paper's equation 9 without its "rubbish" class.

With distortions: `--augment handwriting`. The network of today: `--model LeNet5`.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper where the above does not say otherwise."""

    model: str = "LeNet5Original"
    data: str = "tfds:mnist"
    out: Path = Path("runs/lenet5_mnist")
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 0.001
    optimizer: OptimizerName = "adam"
    schedule: ScheduleName = "cosine"
    augment: str = "none"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
