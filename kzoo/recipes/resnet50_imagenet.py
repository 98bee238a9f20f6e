"""ResNet-50 on ImageNet, as in 2015.

- Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 3.4.
- Command: python recipes/resnet50_imagenet.py --data tfds:imagenet2012
- Expected: 24.7 % top-1 error, 7.8 % top-5 error, one crop (the authors' README); 22.9 % and 6.7 % with ten crops.
- Result: not run, ImageNet was not available

Different from the paper: the statistics of BatchNormalization are moving averages, which the authors recomputed after
training; the learning rate is reduced after 5 epochs without a lower validation loss.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, Initializer, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "ResNet50"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/resnet50_imagenet")
    initializer: Initializer = "he"
    # 600,000 steps of 256 images: 600,000 * 256 / 1,281,167 = 119.9 epochs
    epochs: int = 120
    batch_size: int = 256
    learning_rate: float = 0.1
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "plateau"
    decay_every: float = 5.0
    weight_decay: float = 1e-4
    decay_vectors: bool = True
    augment: str = "resnet"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
