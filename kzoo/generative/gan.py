"""Generative adversarial training (Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1), of any two networks."""

from __future__ import annotations

from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting.copying import copy
from kzoo.generative.algorithm import Algorithm, to_bytes
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.shares import at_least_one, share_of_batch

Noise = Literal["normal", "uniform"]


def draw_noise(kind: Noise, shape, seed: tf.Tensor) -> tf.Tensor:
    """Draw what images are made from: standard normal numbers, or uniform ones in -1..1."""
    if kind == "normal":
        return tf.random.stateless_normal(shape, seed)
    return tf.random.stateless_uniform(shape, seed, minval=-1.0)


class GAN(Algorithm):
    """Train a generator against a discriminator, one step of each a batch, from images (batch, h, w, channels).

    The generator makes the discriminator's log-likelihood of "real" larger, as section 3 of the paper advises, not that
    of "made" smaller. Make it, and the networks, inside `strategy.scope()`.

    Args:
        generator: noise (batch, latent) -> images.
        discriminator: images -> logits (batch, 1).
        noise: "uniform" in -1..1, as in the code of DCGAN and, scaled, of this paper's MNIST; or "normal".
        preprocessing: of the images, such as `kzoo.registry.TF` for -1..1 and `UNIT` for 0..1.
        seed: of all that is drawn.
        xla: whether forward and backward are compiled.

    Raises:
        ValueError: the discriminator does not take what the generator makes, or the noise is unknown.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        noise: Noise = "normal",
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        if generator.output_shape != discriminator.input_shape:
            raise ValueError(
                f"discriminator takes {discriminator.input_shape[1:]}, but generator makes "
                f"{generator.output_shape[1:]}; give both the same image_shape"
            )
        if noise not in ("normal", "uniform"):
            raise ValueError(f"noise={noise!r} is unknown; accepted are 'normal' and 'uniform'")
        measures = ("generator_loss", "discriminator_loss")
        super().__init__(measures, preprocessing, generator.output_shape[1:], seed=seed, xla=xla, **kwargs)
        self.generator, self.discriminator, self.noise = generator, discriminator, noise
        self.latent = generator.input_shape[-1]

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Configure training with an optimizer of each network."""
        super().compile(
            (generator_optimizer, self.generator.trainable_variables),
            (discriminator_optimizer, self.discriminator.trainable_variables),
            **kwargs,
        )
        self.discriminator_optimizer = discriminator_optimizer

    def call(self, noise, training=None):
        return self.generator(noise, training=training)

    def draw(self, images, draw: int):
        """Draw noise for as many images as this replica has."""
        return self._of_this_replica(images, lambda n, seed: draw_noise(self.noise, (n, self.latent), seed), draw)

    @compiled
    def discriminator_gradients(self, images, noise, share):
        """Return the loss of telling real images from made ones, and its gradients."""
        made = self.generator(noise, training=True)
        with tf.GradientTape() as tape:
            on_real = self.discriminator(images, training=True)  # apart: each normalised by its own batch
            on_made = self.discriminator(made, training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-on_real)) + tf.reduce_mean(tf.nn.softplus(on_made))
            scaled = self.scaled(loss, share, self.discriminator_optimizer)
        return loss, tape.gradient(scaled, [each.value for each in self.discriminator.trainable_variables])

    @compiled
    def generator_gradients(self, noise, share):
        """Return the loss of being told from real, and its gradients."""
        with tf.GradientTape() as tape:
            on_made = self.discriminator(self.generator(noise, training=True), training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-on_made))
            scaled = self.scaled(loss, share, self.optimizer)
        return loss, tape.gradient(scaled, [each.value for each in self.generator.trainable_variables])

    def train_step(self, data):
        data, *_ = keras.utils.unpack_x_y_sample_weight(data)
        images, share = at_least_one(data), share_of_batch(data)

        loss_d, gradients = self.discriminator_gradients(images, self.draw(data, 0), share)
        self.discriminator_optimizer.apply_gradients(
            zip(gradients, self.discriminator.trainable_variables, strict=True)
        )

        loss_g, gradients = self.generator_gradients(self.draw(data, 1), share)
        self.optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))

        return self.report(data, loss_g, loss_d)

    def samples(self, count: int, seed: int = 0, batch: int = 250) -> np.ndarray:
        """Make images, uint8 (count, height, width, channels), the same for the same seed."""
        noise = draw_noise(self.noise, (count, self.latent), tf.constant([seed, 0], tf.int64))
        parts = [self.generator(noise[i : i + batch], training=False) for i in range(0, count, batch)]
        return np.asarray(tf.concat([self.to_bytes(part) for part in parts], axis=0))

    def served(self):
        generator, preprocessor, noise, latent = copy(self.generator), self.preprocessor, self.noise, self.latent

        def decode(z):
            return {"images": to_bytes(preprocessor, generator(z, training=False))}

        def sample(count, seed):
            return decode(draw_noise(noise, (count, latent), tf.stack([seed, 0])))

        scalar = [tf.TensorSpec((), tf.int32, "count"), tf.TensorSpec((), tf.int64, "seed")]
        return [generator], {
            "sample": (sample, scalar),
            "decode": (decode, [tf.TensorSpec((None, latent), tf.float32, "z")]),
        }
