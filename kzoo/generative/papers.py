"""Trainings as the papers have them, with what their recipes for other data and sizes change left to the caller."""

from __future__ import annotations

from collections.abc import Callable

import keras

from kzoo.data import AUGMENTATIONS, Augmentation
from kzoo.generative.cyclegan import CycleGAN
from kzoo.generative.ddpm import DDPM, Diffusion
from kzoo.generative.domains import load_domains, measure_pairs
from kzoo.generative.gan import GAN, Noise
from kzoo.generative.recipe import Generated, GenerativeConfig, Images, measure_samples, train_generative
from kzoo.registry import Preprocessing
from kzoo.training.batch_statistics import synchronize_batch_norm
from kzoo.training.optimizers import make_optimizer
from kzoo.training.schedules import LinearDecay, WarmUp

NONE = AUGMENTATIONS["none"]


def tanh(**row) -> Preprocessing:
    """Return how images come to -1..1; uncropped, unless the row says otherwise."""
    return Preprocessing("tanh", mean=(127.5,), std=(127.5,), **{"crop": 1.0, **row})


def adam(config: GenerativeConfig, rate, **settings) -> keras.optimizers.Optimizer:
    """Return Adam for the precision that is asked for."""
    return make_optimizer("adam", rate, loss_scale=config.precision == "mixed_float16", **settings)


def train_gan(
    config: GenerativeConfig,
    generator: Callable[[], keras.Model],
    discriminator: Callable[[], keras.Model],
    noise: Noise,
    preprocessing: Preprocessing,
    weight_decay: float = 0.0,
    decay_vectors: bool = False,
    synchronized: bool = False,
    betas: tuple[float, float] = (0.5, 0.999),
    **options,
) -> Generated:
    """Train a GAN or a DCGAN by Adam, by default with momentum 0.5, as Radford et al. (2015) advise.

    Args:
        decay_vectors: whether biases and normalisations decay, too.
        synchronized: whether BatchNormalization sees the images of all replicas.
        betas: of Adam.
        options: of `GAN`, such as `discriminator_steps`, `ema` and `r1`.
    """

    def make(steps):
        gan = GAN(generator(), discriminator(), noise, preprocessing, seed=config.seed, xla=config.xla, **options)
        if synchronized:
            synchronize_batch_norm(gan)
        settings = {"beta_1": betas[0], "beta_2": betas[1]}
        settings |= {"weight_decay": weight_decay, "decay_vectors": decay_vectors}
        gan.compile(*(adam(config, config.learning_rate, **settings) for _ in range(2)))
        return gan

    return train_generative(config, lambda: Images(config.data, seed=config.seed), make, measure_samples)


def train_ddpm(
    config: GenerativeConfig,
    network: Callable[[], keras.Model],
    preprocessing: Preprocessing,
    warmup_steps: int,
    ema: float,
    diffusion: Diffusion,
    sampling: int = 50,
    augment: Augmentation = NONE,
) -> Generated:
    """Train a diffusion model by Adam (Ho et al., 2020); warm-up and clipped gradients are the authors' code's."""

    def make(steps):
        ddpm = DDPM(network(), diffusion, sampling, ema, preprocessing, seed=config.seed, xla=config.xla)
        ddpm.compile(adam(config, WarmUp(config.learning_rate, warmup_steps), global_clipnorm=1.0))
        return ddpm

    return train_generative(config, lambda: Images(config.data, augment, config.seed), make, measure_samples)


def train_cyclegan(
    config: GenerativeConfig,
    generator: Callable[..., keras.Model],
    discriminator: Callable[..., keras.Model],
    image_shape: tuple[int, int, int],
    augment: Augmentation = NONE,
    identity: float = 0.0,
) -> Generated:
    """Train a CycleGAN by Adam with momentum 0.5, at a learning rate that falls to 0 in the second half.

    Args:
        generator, discriminator: make a network, given its `name`.
        identity: weight of the identity loss, as a share of the cycle loss's.
    """

    def make(steps):
        networks = generator(name="a_to_b"), generator(name="b_to_a")
        critics = discriminator(name="discriminator_a"), discriminator(name="discriminator_b")
        made = CycleGAN(
            *networks, *critics, image_shape, identity=identity, preprocessing=tanh(), seed=config.seed, xla=config.xla
        )
        half = config.epochs * steps // 2
        rate = LinearDecay(config.learning_rate, half, config.epochs * steps - half)
        made.compile(*(adam(config, rate, beta_1=0.5) for _ in range(2)))
        return made

    return train_generative(config, lambda: load_domains(config.data, config.seed, augment), make, measure_pairs)
