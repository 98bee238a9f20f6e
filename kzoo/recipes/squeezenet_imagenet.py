"""SqueezeNet 1.0 on ImageNet.

- Paper: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size", 2016,
  arXiv:1602.07360; its hyper-parameters are in the authors' repository.
- Command: python recipes/squeezenet_imagenet.py --data tfds:imagenet2012
- Expected: 42.5 % top-1 error, 19.7 % top-5 error, center crop (57.5 % and 80.3 % accuracy).
- Result: not run, ImageNet was not available

Different from the authors: inputs are 224 pixels, there 227; biases have the learning rate of kernels, there twice it.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the authors' repository."""

    model: str = "SqueezeNet1_0"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/squeezenet_imagenet")
    # 170,000 steps of 16 times 32 images: 170,000 * 512 / 1,281,167 = 67.9 epochs; where 512 images do not fit,
    # `--batch-size 32 --accumulate 16` is the authors' way
    epochs: int = 68
    batch_size: int = 512
    learning_rate: float = 0.04
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "polynomial"
    power: float = 1.0
    weight_decay: float = 2e-4
    augment: str = "crop"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
