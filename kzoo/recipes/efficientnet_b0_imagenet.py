"""EfficientNet-B0 on ImageNet.

- Paper: Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, arXiv:1905.11946,
  section 5.2.
- Command: python recipes/efficientnet_b0_imagenet.py --data tfds:imagenet2012
- Expected: 77.1 % top-1, 93.3 % top-5, with AutoAugment; timm reports 76.9 % for the authors' weights, 76.5 % for
  those trained without it.
- Result: not run, ImageNet was not available

Different from the paper: Inception's crops and color jitter instead of AutoAugment, which kzoo lacks. What the paper
does not state, the batch size of 4,096, 350 epochs, epsilon, warm-up, label smoothing and the moving average of the
weights, is from the authors' code. Dropout 0.2 and survival probability 0.8 are the network's defaults.
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
