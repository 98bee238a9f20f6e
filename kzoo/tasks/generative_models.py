"""Trainings of GANs, diffusion models and CycleGANs as in their papers; recipes vary networks, data and sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.optimizers.schedules import LearningRateSchedule

from kzoo.data import AUGMENTATIONS, Augmentation
from kzoo.data.images import UnlabelledImages, load_domains
from kzoo.generative.algorithm import tanh
from kzoo.generative.config import GenerativeConfig
from kzoo.generative.cyclegan import CycleGAN
from kzoo.generative.ddpm import DDPM, NoiseSchedule
from kzoo.generative.gan import GAN, Noise
from kzoo.registry import Preprocessing
from kzoo.tasks.image_generation import ImageGeneration, evaluate_pairs, evaluate_samples
from kzoo.tasks.task import Result, train
from kzoo.training.batch_statistics import synchronize_batch_norm
from kzoo.training.optimizers import make_optimizer
from kzoo.training.schedules import LinearDecay, WarmUp

NONE = AUGMENTATIONS["none"]


def adam(
    config: GenerativeConfig, learning_rate: LearningRateSchedule | float, **settings: Any
) -> keras.optimizers.Optimizer:
    """Return Adam with the epsilon of its paper, with loss scaling if the configuration's precision needs it."""
    settings = {"epsilon": 1e-8, **settings}  # as in Torch and TensorFlow 1; Keras has 1e-7
    return make_optimizer("adam", learning_rate, loss_scale=config.precision == "mixed_float16", **settings)


def train_gan(
    config: GenerativeConfig,
    generator: Callable[[], keras.Model],
    discriminator: Callable[[], keras.Model],
    noise: Noise,
    preprocessing: Preprocessing,
    weight_decay: float = 0.0,
    decay_bias_and_norm: bool = False,
    synchronized: bool = False,
    betas: tuple[float, float] = (0.5, 0.999),
    **options: Any,
) -> Result:
    """Train a GAN or a DCGAN with Adam, by default with beta_1 = 0.5, as Radford et al. (2015) advise.

    Args:
        decay_bias_and_norm: whether weight decay includes biases and the scales and offsets of normalization.
        synchronized: whether BatchNormalization is synchronized over the replicas.
        betas: of Adam.
        options: of `GAN`, such as `discriminator_steps`, `ema` and `r1_gamma`.
    """

    def make(steps: int) -> GAN:
        gan = GAN(generator(), discriminator(), noise, preprocessing, seed=config.seed, xla=config.xla, **options)
        if synchronized:
            synchronize_batch_norm(gan)
        settings: dict[str, Any] = {"beta_1": betas[0], "beta_2": betas[1]}
        settings |= {"weight_decay": weight_decay, "decay_bias_and_norm": decay_bias_and_norm}
        gan.compile(*(adam(config, config.learning_rate, **settings) for _ in range(2)))
        return gan

    return train(
        ImageGeneration(config, lambda: UnlabelledImages(config.data, seed=config.seed), make, evaluate_samples)
    )


def train_ddpm(
    config: GenerativeConfig,
    network: Callable[[], keras.Model],
    preprocessing: Preprocessing,
    warmup_steps: int,
    ema: float,
    schedule: NoiseSchedule,
    sampling_steps: int = 50,
    augment: Augmentation = NONE,
) -> Result:
    """Train a diffusion model with Adam (Ho et al., 2020); warm-up and gradient clipping are from the authors' code."""

    def make(steps: int) -> DDPM:
        ddpm = DDPM(network(), schedule, sampling_steps, ema, preprocessing, seed=config.seed, xla=config.xla)
        ddpm.compile(adam(config, WarmUp(config.learning_rate, warmup_steps), global_clipnorm=1.0))
        return ddpm

    return train(
        ImageGeneration(config, lambda: UnlabelledImages(config.data, augment, config.seed), make, evaluate_samples)
    )


def train_cyclegan(
    config: GenerativeConfig,
    generator: Callable[..., keras.Model],
    discriminator: Callable[..., keras.Model],
    image_shape: tuple[int, int, int],
    augment: Augmentation = NONE,
    identity_weight: float = 0.0,
) -> Result:
    """Train a CycleGAN with Adam, beta_1 = 0.5, and a learning rate that decays linearly to 0 in the second half.

    Args:
        generator, discriminator: make a network, given its `name`.
        identity_weight: weight of the identity loss, as a share of the cycle loss's.
    """

    def make(steps: int) -> CycleGAN:
        generators = generator(name="a_to_b"), generator(name="b_to_a")
        discriminators = discriminator(name="discriminator_a"), discriminator(name="discriminator_b")
        cyclegan = CycleGAN(
            *generators,
            *discriminators,
            image_shape,
            identity_weight=identity_weight,
            preprocessing=tanh(),
            seed=config.seed,
            xla=config.xla,
        )
        half = config.epochs * steps // 2
        schedule = LinearDecay(config.learning_rate, half, config.epochs * steps - half)
        cyclegan.compile(*(adam(config, schedule, beta_1=0.5) for _ in range(2)))
        return cyclegan

    return train(ImageGeneration(config, lambda: load_domains(config.data, config.seed, augment), make, evaluate_pairs))
