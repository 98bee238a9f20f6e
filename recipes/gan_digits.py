"""The first GAN, maxout discriminator and all, on handwritten digits.

- Paper: Goodfellow et al., "Generative Adversarial Networks", 2014, arXiv:1406.2661. It trained on MNIST by momentum
  SGD, 0.1 falling by 1.000004 a step, batches of 100; Adam is steadier on this little data.
- Command: python recipes/gan_digits.py --export saved_models/gan
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
    out: Path = Path("runs/gan_digits")
    epochs: int = 100
    batch_size: int = 64
    learning_rate: float = 2e-4


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""

    def make(steps):
        gan = GAN(
            kzoo.GANGenerator(),
            kzoo.GANDiscriminator(),
            preprocessing=Preprocessing("unit", std=(255.0,), crop=1.0),
            seed=config.seed,
            xla=config.xla,
        )
        gan.compile(optimizer(), optimizer())
        return gan

    def optimizer():
        return make_optimizer("adam", config.learning_rate, beta_1=0.5, loss_scale=config.precision == "mixed_float16")

    return train_generative(config, Images(config.data, seed=config.seed), make, measure_samples).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
