"""CycleGAN between two kinds of handwritten digits that belong to no pairs.

- Paper: Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
  2017, arXiv:1703.10593. Losses, their weights, the pool and the halves of constant and of falling learning rate are
  the paper's; networks are small, and batches larger than its 1.
- Command: python recipes/cyclegan_digits.py --no-xla --export saved_models/cyclegan

Domain a is one half of the digits, upright and light on dark; domain b the other half, slanted and dark on light.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import kzoo
from kzoo.generative import GenerativeConfig, train_cyclegan
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the values that the figures above were seen with."""

    data: str = "digits"
    """digits, folder:A,B or tfds:NAME with splits trainA, trainB, testA and testB"""
    out: Path = Path("runs/cyclegan_digits")
    epochs: int = 12
    batch_size: int = 8
    learning_rate: float = 5e-4
    samples: int = 360
    """test images that are measured, where there are pairs"""
    width: int = 16
    """channels of the first maps"""
    blocks: int = 3
    """residual blocks of the generators"""


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    channels = 1 if config.data == "digits" else 3
    small = {"channels": channels, "width": config.width}
    generator = partial(kzoo.CycleGANGenerator, blocks=config.blocks, **small)
    discriminator = partial(kzoo.PatchGAN70, depth=2, **small)  # patches of 34x34 pixels
    return train_cyclegan(config, generator, discriminator, (32, 32, channels)).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
