"""ResNet-50 on ImageNet, as in 2021.

- Paper: He et al., 2015, arXiv:1512.03385, is that of the network; the training is torchvision's for
  ResNet50_Weights.IMAGENET1K_V2: Vryniotis, "How to Train State-Of-The-Art Models Using TorchVision's Latest
  Primitives", 2021, pytorch.org/blog.
- Command: python recipes/resnet50_modern_imagenet.py --data tfds:imagenet2012
- Expected: 80.9 % top-1, 95.4 % top-5 (torchvision: 80.858, 95.434, at 224 pixels).
- Result: not run, ImageNet was not available

Different from torchvision: the "modern" augmentation is ConvNeXt's, with RandAugment, mixup 0.8 and random erasing with
probability 0.25, where torchvision has TrivialAugment, mixup 0.2 and probability 0.1; training and evaluation are both
at 224 pixels, there 176 and then 224; images are not repeated in an epoch (there each four times); the stride is in the
first 1x1 convolution of a block, there in the 3x3.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the source named above."""

    model: str = "ResNet50"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/resnet50_modern_imagenet")
    epochs: int = 600
    batch_size: int = 1024
    learning_rate: float = 0.5
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "cosine"
    warmup_epochs: float = 5.0
    weight_decay: float = 2e-5
    # 0.99998, which torchvision adjusts to an update every 32 steps: 1 - 2e-5 * 1,024 * 32 / 600 = 0.99891 for these,
    # 0.99891 ** (1 / 32) for each
    ema: float | None = 0.99997
    label_smoothing: float = 0.1
    augment: str = "modern"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
