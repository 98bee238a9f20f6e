"""Generative adversarial training (Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1), of any two networks."""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting.cloning import clone
from kzoo.generative.algorithm import Algorithm, to_bytes
from kzoo.generative.average import make_average, update_average
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight

Noise = Literal["normal", "uniform"]


def draw_noise(kind: Noise, shape, seed: tf.Tensor, categories: int = 0) -> tf.Tensor:
    """Draw what images are made from: standard normal numbers, or uniform ones in -1..1.

    Args:
        shape: (images, latent).
        categories: how many of the latent numbers, the first ones, are all 0 but for one of them, each as likely. That
            one is as large as the root mean square length of the other numbers.
    """
    if kind == "normal":
        noise, variance = tf.random.stateless_normal(shape, seed), 1.0
    else:
        noise, variance = tf.random.stateless_uniform(shape, seed, minval=-1.0), 1 / 3
    if not categories:
        return noise
    length = math.sqrt(variance * (shape[1] - categories))
    code = length * tf.one_hot(tf.argmax(noise[:, :categories], axis=1), categories)
    return tf.concat([code, noise[:, categories:]], axis=1)


class GAN(Algorithm):
    """Train a generator against a discriminator, from images (batch, h, w, channels).

    Each batch makes a step of the discriminator, and every `discriminator_steps`-th one of the generator too.

    The generator makes the discriminator's log-likelihood of "real" larger, as section 3 of the paper advises, not that
    of "made" smaller. Make it, and the networks, inside `strategy.scope()`.

    Args:
        generator: noise (batch, latent) -> images.
        discriminator: images -> logits (batch, 1).
        noise: "uniform" in -1..1, as in the code of DCGAN and, scaled, of this paper's MNIST; or "normal".
        preprocessing: of the images, such as `kzoo.registry.TF` for -1..1 and `UNIT` for 0..1.
        seed: of all that is drawn.
        xla: whether forward and backward are compiled.
        discriminator_steps: steps of the discriminator for each of the generator, k in algorithm 1; the paper uses 1.
        categories: how many of the latent numbers are a one-hot code, as in ClusterGAN (Mukherjee et al., 2018,
            arXiv:1809.03627), but learnt from no more than the images. Without it a generator, which is continuous,
            makes images that lie between the kinds there are (Tanielian et al., 2020, arXiv:2006.04596).
        ema: momentum of a moving average of the generator's weights, which images are made with; 0 for none. Yazıcı et
            al., 2019, arXiv:1806.04498. It begins as TensorFlow's does, at most (1 + step) / (10 + step).
        r1: weight of the penalty on the squared gradient of the logits of real images, by their pixels; half of it is
            multiplied, as in Mescheder et al., 2018, arXiv:1801.04406, equation 9. For discriminators without
            BatchNormalization, where an image's logit depends on no other image.

    Raises:
        ValueError: the discriminator does not take what the generator makes, the noise is unknown,
            `discriminator_steps` is no whole number from 1, or `categories`, `ema` or `r1` are out of range.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        noise: Noise = "normal",
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        discriminator_steps: int = 1,
        categories: int = 0,
        ema: float = 0.0,
        r1: float = 0.0,
        **kwargs,
    ):
        if generator.output_shape != discriminator.input_shape:
            raise ValueError(
                f"discriminator takes {discriminator.input_shape[1:]}, but generator makes "
                f"{generator.output_shape[1:]}; give both the same image_shape"
            )
        if noise not in ("normal", "uniform"):
            raise ValueError(f"noise={noise!r} is unknown; accepted are 'normal' and 'uniform'")
        if not isinstance(discriminator_steps, int) or discriminator_steps < 1:
            raise ValueError(f"discriminator_steps={discriminator_steps!r} does not work; accepted: an integer from 1")
        if not 0 <= categories < generator.input_shape[-1]:
            raise ValueError(
                f"categories={categories} does not work; accepted are 0 to {generator.input_shape[-1] - 1}, fewer than "
                "the numbers that the generator makes an image from"
            )
        if not 0 <= ema < 1:
            raise ValueError(f"ema={ema} does not work; it must be at least 0 and below 1")
        if not 0 <= r1 < math.inf:
            raise ValueError(f"r1={r1} does not work; it must be a finite number, at least 0")
        measures = ("generator_loss", "discriminator_loss")
        super().__init__(measures, preprocessing, generator.output_shape[1:], seed=seed, xla=xla, **kwargs)
        self.generator, self.discriminator, self.noise = generator, discriminator, noise
        self.discriminator_steps = discriminator_steps
        self.latent, self.categories = generator.input_shape[-1], categories
        self.ema, self.r1 = ema, r1
        if ema:
            self.average = make_average(generator)

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
        return self._of_this_replica(images, self._noise, draw)

    def _noise(self, count, seed):
        return draw_noise(self.noise, (count, self.latent), seed, self.categories)

    @property
    def sampled(self) -> keras.Model:
        """The generator that images are made with: the average, if there is one."""
        return self.average if self.ema else self.generator

    def _synchronized_train_step(self, data, step=None):
        logs = super()._synchronized_train_step(data, step)
        if self.ema:  # only now are moving statistics the same on all replicas
            steps = tf.cast(self.steps.value, "float32")
            update_average(self.average, self.generator, tf.minimum(self.ema, (1 + steps) / (10 + steps)))
        return logs

    def _penalised_score(self, images):
        """Return the logits of real images, and R1, the penalty on their slopes."""
        if not self.r1:
            return self.discriminator(images, training=True), 0.0
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = self.discriminator(images, training=True)
            total = tf.reduce_sum(logits)
        slopes = tf.cast(tape.gradient(total, images), tf.float32)
        return logits, self.r1 / 2 * tf.reduce_mean(tf.reduce_sum(slopes**2, axis=(1, 2, 3)))

    @compiled
    def discriminator_gradients(self, images, noise, share):
        """Return the loss of telling real images from made ones, without the penalty, and its gradients with it."""
        made = self.generator(noise, training=True)
        with tf.GradientTape() as tape:
            on_real, penalty = self._penalised_score(images)  # apart: each normalised by its own batch
            on_made = self.discriminator(made, training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-on_real)) + tf.reduce_mean(tf.nn.softplus(on_made))
            scaled = self.scaled(loss + penalty, share, self.discriminator_optimizer)
        return loss, tape.gradient(scaled, [each.value for each in self.discriminator.trainable_variables])

    @compiled
    def generator_gradients(self, noise, share):
        """Return the loss of being told from real, and its gradients."""
        with tf.GradientTape() as tape:
            on_made = self.discriminator(self.generator(noise, training=True), training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-on_made))
            scaled = self.scaled(loss, share, self.optimizer)
        return loss, tape.gradient(scaled, [each.value for each in self.generator.trainable_variables])

    def discriminator_step(self, data, share):
        """Update the discriminator, and return its loss."""
        loss, gradients = self.discriminator_gradients(pad_empty_replica(data), self.draw(data, 0), share)
        self.discriminator_optimizer.apply_gradients(
            zip(gradients, self.discriminator.trainable_variables, strict=True)
        )
        return loss

    def generator_step(self, data, share):
        """Update the generator, and return its loss."""
        loss, gradients = self.generator_gradients(self.draw(data, 1), share)
        self.optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))
        return loss

    def train_step(self, data, generator: bool = True):
        data, *_ = keras.utils.unpack_x_y_sample_weight(data)
        share = replica_weight(data)
        loss_d = self.discriminator_step(data, share)
        loss_g = self.generator_step(data, share) if generator else None
        return self.report(data, loss_g, loss_d)

    def make_train_function(self, force=False):
        """Compile the step of both networks and, where they alternate, that of the discriminator alone."""
        if self.train_function is not None and not force:
            return
        super().make_train_function(force)
        if self.discriminator_steps == 1:
            return
        both = self.train_function
        alone = self._make_function(
            partial(self._synchronized_train_step, step=partial(self.train_step, generator=False))
        )

        def alternating(iterator):
            # outside of the graph: replicas cannot reduce gradients under a condition
            last = (int(self.steps.numpy()) + 1) % self.discriminator_steps == 0
            return (both if last else alone)(iterator)

        self.train_function = alternating

    def samples(self, count: int, seed: int = 0, batch: int = 250) -> np.ndarray:
        """Make images, uint8 (count, height, width, channels), the same for the same seed."""
        noise = self._noise(count, tf.constant([seed, 0], tf.int64))
        parts = [self.sampled(noise[i : i + batch], training=False) for i in range(0, count, batch)]
        return np.asarray(tf.concat([self.to_bytes(part) for part in parts], axis=0))

    def served(self):
        generator, preprocessor, draw, latent = clone(self.sampled), self.preprocessor, self._noise, self.latent

        def decode(z):
            return {"images": to_bytes(preprocessor, generator(z, training=False))}

        def sample(count, seed):
            return decode(draw(count, tf.stack([seed, 0])))

        scalar = [tf.TensorSpec((), tf.int32, "count"), tf.TensorSpec((), tf.int64, "seed")]
        return [generator], {
            "sample": (sample, scalar),
            "decode": (decode, [tf.TensorSpec((None, latent), tf.float32, "z")]),
        }
