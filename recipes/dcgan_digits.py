"""DCGAN at 32x32 pixels on handwritten digits.

- Paper: Radford, Metz & Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
  Networks", 2015, arXiv:1511.06434. Optimizer, learning rate, noise and initialisation are the paper's; the networks
  have a quarter of its channels, and batches are halved, for there are only 1,437 images.
- Command: python recipes/dcgan_digits.py --no-xla --export saved_models/dcgan
"""

from dataclasses import dataclass
from pathlib import Path

import kzoo
from kzoo.generative import GAN, GenerativeConfig, Images, measure_samples, train_generative
from kzoo.registry import Preprocessing
from kzoo.training import command_line, make_optimizer


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the values that the figures above were seen with."""

    data: str = "digits"
    out: Path = Path("runs/dcgan_digits")
    epochs: int = 60
    batch_size: int = 64
    learning_rate: float = 2e-4


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""

    def make(steps):
        gan = GAN(
            kzoo.DCGANGenerator32(),
            kzoo.DCGANDiscriminator32(),
            noise="uniform",
            preprocessing=Preprocessing("tanh", mean=(127.5,), std=(127.5,), pad=2),
            seed=config.seed,
            xla=config.xla,
        )
        gan.compile(optimizer(), optimizer())
        return gan

    def optimizer():
        loss_scale = config.precision == "mixed_float16"
        return make_optimizer("adam", config.learning_rate, weight_decay=1e-5, beta_1=0.5, loss_scale=loss_scale)

    return train_generative(config, Images(config.data, seed=config.seed), make, measure_samples).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
