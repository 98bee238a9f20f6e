"""DCGAN on photographs of faces.

- Paper: Radford, Metz & Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
  Networks", 2015, arXiv:1511.06434: 25 epochs of 350,000 faces that were never published; CelebA has 162,770. The paper
  reports no metric.
- Command: python recipes/dcgan_celeba.py --data tfds:celeb_a --export saved_models/dcgan_celeba
- **Not run** here: it needs the data, and GPUs. The encoded images are held in memory, about 1.5 GB.

What the paper leaves out, the L2 penalty of 1e-5 on all weights, is from the authors' code.
Evaluated by Inception v3 on 10,000 samples; its weights are downloaded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import kzoo
from kzoo._validation import PositiveInt
from kzoo.generative import GenerativeConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the paper's values."""

    data: str = "tfds:celeb_a"
    out: Path = Path("runs/dcgan_celeba")
    epochs: int = 25
    batch_size: int = 128
    learning_rate: float = 2e-4
    samples: int = 10_000
    evaluator: Literal["lenet5", "inception"] = "inception"
    synchronize: bool = False
    """synchronize BatchNormalization over the replicas; needs --no-xla where there are several"""
    discriminator_steps: PositiveInt = 1
    """steps of the discriminator for each step of the generator, a batch each"""


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    networks = kzoo.DCGANGenerator, kzoo.DCGANDiscriminator
    return kzoo.tasks.train_gan(
        config,
        *networks,
        "uniform",
        kzoo.generative.tanh(),
        weight_decay=1e-5,
        decay_bias_and_norm=True,
        synchronized=config.synchronize,
        discriminator_steps=config.discriminator_steps,
    ).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
