"""Denoising diffusion at 16x16 pixels on handwritten digits.

- Paper: Ho, Jain & Abbeel, "Denoising Diffusion Probabilistic Models", 2020, arXiv:2006.11239. Schedule and loss are
  the paper's, gradient clipping and warm-up its authors'; the network is small, and the EMA of its weights shorter,
  for so short a training.
- Command: python recipes/ddpm_digits.py --no-xla --export saved_models/ddpm
- Time: 463 s (AMD EPYC, 2 cores, which did other work as well)
- Result: Fréchet distance 0.99 (untrained 16.5), rarest digit 7.4 % (seed 0)
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

import kzoo
from kzoo._validation import PositiveInt
from kzoo.generative import GenerativeConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(GenerativeConfig):
    """Options, with the values that the figures above were seen with."""

    data: str = "digits"
    out: Path = Path("runs/ddpm_digits")
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 1e-3
    samples: int = 1000
    num_timesteps: PositiveInt = 1000
    """of the noise schedule; samples are generated in 50 steps"""
    warmup_steps: PositiveInt = 100
    ema: Annotated[float, Interval(ge=0, lt=1)] = 0.99


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    schedule = kzoo.generative.NoiseSchedule(config.num_timesteps)
    return kzoo.tasks.train_ddpm(
        config, kzoo.DDPMUNetSmall, kzoo.generative.tanh(), config.warmup_steps, config.ema, schedule
    ).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
