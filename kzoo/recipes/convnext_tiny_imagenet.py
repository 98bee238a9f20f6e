"""ConvNeXt-Tiny on ImageNet.

- Paper: Liu et al., "A ConvNet for the 2020s", 2022, arXiv:2201.03545, appendix A.1.
- Command: python recipes/convnext_tiny_imagenet.py --data tfds:imagenet2012
- Expected: 82.1 % top-1.
- Result: not run, ImageNet was not available

Drop-path 0.1 and layer scale 1e-6 are the network's defaults. The moving average of the weights is evaluated and saved.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper."""

    model: str = "ConvNeXtTiny"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/convnext_tiny_imagenet")
    epochs: int = 300
    batch_size: int = 4096
    learning_rate: float = 0.004
    optimizer: OptimizerName = "adamw"
    schedule: ScheduleName = "cosine"
    warmup_epochs: float = 20.0
    weight_decay: float = 0.05
    ema: float | None = 0.9999
    label_smoothing: float = 0.1
    augment: str = "modern"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
