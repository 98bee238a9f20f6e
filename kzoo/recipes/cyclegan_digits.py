"""CycleGAN between two domains of handwritten digits, unpaired.

- Paper: Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
  2017, arXiv:1703.10593. Losses, their weights, the image pool and the learning rate, constant in the first half and
  decaying in the second, are the paper's; networks are small, and batches larger than its 1.
- Command: python recipes/cyclegan_digits.py --no-xla --export saved_models/cyclegan
- Time: 47 s (AMD EPYC, 2 cores, which did other work as well)
- Result: error 0.017 both ways, 0.856 without translation (seed 0)

Domain a is one half of the digits, upright and light on dark; domain b the other half, slanted and dark on light. All
have a margin: without one, the generators translated the background of one domain to the ink of the other.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import kzoo
from kzoo._validation import NonNegativeFloat, NonNegativeInt, PositiveInt
from kzoo.generative import GenerativeConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the values that the figures above were seen with."""

    data: str = "digits"
    """digits, folder:A,B or tfds:NAME with splits trainA, trainB, testA and testB"""
    out: Path = Path("runs/cyclegan_digits")
    epochs: int = 8
    batch_size: int = 8
    learning_rate: float = 5e-4
    samples: int = 360
    """test images of the evaluation, where there are pairs"""
    base_filters: PositiveInt = 16
    """of the first convolutions"""
    num_residual_blocks: NonNegativeInt = 1
    """of the generators"""
    identity_weight: NonNegativeFloat = 0.0
    """of the identity loss, as a share of the cycle loss's; the paper has it for paintings, to preserve colours"""
    num_downsampling: NonNegativeInt = 2
    """convolutions of stride 2 of the discriminators: patches are 16x16 pixels with 1, 34x34 with 2"""


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    channels = 1 if config.data == "digits" else 3
    small: dict[str, Any] = {"channels": channels, "base_filters": config.base_filters}
    generator = partial(kzoo.CycleGANGenerator, num_residual_blocks=config.num_residual_blocks, kernel_size=5, **small)
    discriminator = partial(kzoo.PatchGAN70, num_downsampling=config.num_downsampling, **small)
    return kzoo.tasks.train_cyclegan(
        config, generator, discriminator, (32, 32, channels), identity_weight=config.identity_weight
    ).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
