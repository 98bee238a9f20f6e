"""Inception v3 with its auxiliary classifier on ImageNet.

- Paper: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015, arXiv:1512.00567, section
  8.
- Command: python recipes/inception_v3_imagenet.py --data tfds:imagenet2012
- Expected: 21.2 % top-1 error, 5.6 % top-5 error, one crop.
- Result: not run, ImageNet was not available

What the paper does not state, momentum 0.9, weight decay 4e-5 and the moving average of the weights with momentum
0.9999, is from its authors' code. Gradients are clipped by their global norm.
"""

from dataclasses import dataclass, field
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper and of its authors' code."""

    model: str = "InceptionV3"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/inception_v3_imagenet")
    options: dict[str, float | bool] = field(default_factory=lambda: {"auxiliary": True})
    epochs: int = 100
    # 50 replicas of 32 images
    batch_size: int = 1600
    learning_rate: float = 0.045
    optimizer: OptimizerName = "rmsprop"
    momentum: float | None = 0.9
    epsilon: float | None = 1.0
    schedule: ScheduleName = "exponential"
    decay: float = 0.94
    decay_every: float = 2.0
    weight_decay: float = 4e-5
    clip_norm: float | None = 2.0
    ema: float | None = 0.9999
    label_smoothing: float = 0.1
    augment: str = "inception"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
