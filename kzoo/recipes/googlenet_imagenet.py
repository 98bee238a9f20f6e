"""GoogLeNet with its auxiliary classifiers on ImageNet.

- Paper: Szegedy et al., "Going Deeper with Convolutions", 2014, arXiv:1409.4842, section 6; what it does not
  state (batch size, learning rate, weight decay, number of steps) is from the authors of Caffe, models/bvlc_googlenet.
- Command: python recipes/googlenet_imagenet.py --data tfds:imagenet2012
- Expected: 10.07 % top-5 error, one network, one crop (table 3); Caffe's version has 31.3 % top-1 error, 11.1 % top-5
  error, with its shorter schedule.
- Result: not run, ImageNet was not available

Different from the paper: synchronous training instead of asynchronous on many machines; an exponential moving average,
whose momentum the paper does not state, instead of its Polyak average.
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.training import ClassifierConfig, OptimizerName, ScheduleName, command_line


@dataclass(frozen=True)
class Config(ClassifierConfig):
    """Options, with the values of the paper and of Caffe's solver."""

    model: str = "GoogLeNetAux"
    data: str = "tfds:imagenet2012"
    out: Path = Path("runs/googlenet_imagenet")
    # 320,000 and 10,000,000 steps of 32 images: 320,000 * 32 / 1,281,167 = 8.0 epochs, and 249.8
    epochs: int = 250
    batch_size: int = 32
    learning_rate: float = 0.01
    optimizer: OptimizerName = "sgd"
    momentum: float | None = 0.9
    schedule: ScheduleName = "exponential"
    decay: float = 0.96
    decay_every: float = 8.0
    weight_decay: float = 2e-4
    ema: float | None = 0.9999
    augment: str = "inception"


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.training.train_classifier(config).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
