"""MobileNetV2 on ImageNet.

- Paper: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, arXiv:1801.04381, section
  6.1; the schedule for one machine is in the authors' repository (research/slim/nets/mobilenet).
- Command: python recipes/mobilenet_v2_imagenet.py --data tfds:imagenet2012
- Expected: 72.0 % top-1 (table 4); the published weights have 71.8 % and 91.0 % top-5.
- Result: not run, ImageNet was not available

Different from the paper: it trained asynchronously on 16 machines, with batches of 96 each and a learning rate decay of
0.98 an epoch; this is the authors' schedule for one device, with label smoothing and a moving average of the weights.
Epsilon 1 is the default of their code.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper and of its authors' repository."""

    model: str = "MobileNetV2"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/mobilenet_v2_imagenet")
    # 5,500,000 steps of 96 images: 5,500,000 * 96 / 1,281,167 = 412.1 epochs
    epochs: int = 412
    batch_size: int = 96
    learning_rate: float = 0.045
    optimizer: OptimizerName = "rmsprop"
    momentum: float | None = 0.9
    epsilon: float | None = 1.0
    schedule: ScheduleName = "exponential"
    decay: float = 0.98
    decay_every: float = 2.5
    weight_decay: float = 4e-5
    ema: float | None = 0.9999
    label_smoothing: float = 0.1
    augment: str = "inception"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
