"""SE-ResNet-50 on ImageNet.

- Paper: Hu, Shen, Albanie, Sun & Wu, "Squeeze-and-Excitation Networks", 2017, arXiv:1709.01507.
- Command: python recipes/se_resnet50_imagenet.py --data tfds:imagenet2012
- Expected: 23.29 % top-1 error, 6.62 % top-5 error, one crop.
- Result: not run, ImageNet was not available

Augmentation is that of the paper, crops and flips; its later, published weights (22.37 %, 6.36 %) were also trained
with rotation by up to 10 degrees and color jitter.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "SEResNet50"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/se_resnet50_imagenet")
    initializer: Initializer = "he"
    epochs: int = 100
    batch_size: int = 1024
    learning_rate: float = 0.6
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "step"
    decay_at: tuple[float, ...] = (30.0, 60.0, 90.0)
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "resized_crop"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
