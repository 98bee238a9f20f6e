"""EfficientNet-B0 on ImageNet.

- Paper: Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, arXiv:1905.11946,
  section 5.2.
- Command: python recipes/efficientnet_b0_imagenet.py --data tfds:imagenet2012
- Expected: 77.1 % top-1, 93.3 % top-5, with AutoAugment; timm measures 76.9 % with the authors' weights, 76.5 % with
  those they made without it.
- Seen: not run, ImageNet is not on the machine that this was written on

Not the paper's: AutoAugment is not in kzoo; Inception's crops and colours stand for it. What the paper leaves out,
the batch of 4,096, 350 epochs, epsilon, warm-up, label smoothing and the average of the weights, is from the authors'
code. Dropout 0.2 and survival 0.8 are the network's own.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper and of its authors' code."""

    model: str = "EfficientNetB0"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/efficientnet_b0_imagenet")
    epochs: int = 350
    batch_size: int = 4096
    learning_rate: float = 0.256
    optimizer: OptimizerName = "rmsprop"
    momentum: float | None = 0.9
    epsilon: float | None = 0.001
    schedule: ScheduleName = "exponential"
    decay: float = 0.97
    decay_every: float = 2.4
    warmup_epochs: float = 5.0
    weight_decay: float = 1e-5
    ema: float | None = 0.9999
    label_smoothing: float = 0.1
    augment: str = "inception"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
