"""CycleGAN between photographs of horses and of zebras, or any two folders of pictures.

- Paper: Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
  2017, arXiv:1703.10593; it shows images of these, and reports no metric.
- Command: python recipes/cyclegan_horse2zebra.py --export saved_models/horse2zebra
- Two folders: python recipes/cyclegan_horse2zebra.py --data folder:my/horses,my/zebras
- **Not run** here: it needs the data, and a GPU for a day.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import kzoo
from kzoo._validation import NonNegativeFloat, NonNegativeInt, PositiveInt
from kzoo.generative import GenerativeConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the paper's values."""

    data: str = "tfds:cycle_gan/horse2zebra"
    """tfds:NAME with splits trainA, trainB, testA and testB, or folder:A,B"""
    out: Path = Path("runs/cyclegan_horse2zebra")
    epochs: int = 200
    batch_size: int = 1
    learning_rate: float = 2e-4
    size: PositiveInt = 256
    """height and width, pixels; 9 residual blocks are for 256, 6 for 128"""
    num_residual_blocks: NonNegativeInt = 9
    identity_weight: NonNegativeFloat = 0.0
    """of the identity loss, as a share of the cycle loss's; the paper has 0.5 for paintings, to preserve colours"""


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    from kzoo.data.images.augment import Augmentation, fixed_scale_crop, random_flip

    # 256 of 286 pixels, nearly 224 of 250
    jitter = Augmentation(crop=partial(fixed_scale_crop, side=250), images=random_flip)
    generator = partial(kzoo.CycleGANGenerator, num_residual_blocks=config.num_residual_blocks)
    shape = (config.size, config.size, 3)
    return kzoo.tasks.train_cyclegan(config, generator, kzoo.PatchGAN70, shape, jitter, config.identity_weight).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
