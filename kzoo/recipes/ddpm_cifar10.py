"""Denoising diffusion on CIFAR-10.

- Paper: Ho, Jain & Abbeel, "Denoising Diffusion Probabilistic Models", 2020, arXiv:2006.11239: FID 3.17 and Inception
  Score 9.46 of 50,000 samples, after 800,000 steps.
- Command: python recipes/ddpm_cifar10.py --data tfds:cifar10 --export saved_models/ddpm_cifar10
- **Not run** here: it needs the data, and GPUs for a day or two.

What the paper leaves out, the warm-up and the gradient clipping, is from the authors' code. Evaluated by Keras'
Inception v3, which is not the one that the paper's figures are from.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Interval

import kzoo
from kzoo._validation import PositiveInt
from kzoo.generative import GenerativeConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the paper's values."""

    data: str = "tfds:cifar10"
    out: Path = Path("runs/ddpm_cifar10")
    epochs: int = 2052
    batch_size: int = 128
    learning_rate: float = 2e-4
    samples: int = 50_000
    evaluator: Literal["lenet5", "inception"] = "inception"
    warmup_steps: PositiveInt = 5000
    ema: Annotated[float, Interval(ge=0, lt=1)] = 0.9999


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    from kzoo.data.images.augment import Augmentation, random_flip

    flipped = Augmentation(images=random_flip)
    return kzoo.tasks.train_ddpm(
        config,
        kzoo.DDPMUNet,
        kzoo.generative.tanh(),
        config.warmup_steps,
        config.ema,
        kzoo.generative.NoiseSchedule(),
        sampling_steps=1000,
        augment=flipped,
    ).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
