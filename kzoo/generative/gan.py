"""Generative adversarial networks (Goodfellow et al., 2014, arXiv:1406.2661): algorithm 1, for any two networks."""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from kzoo._validation import NonNegativeFloat, NonNegativeInt, PositiveInt, Rate, check
from kzoo.exporting import Function
from kzoo.exporting.cloning import clone, in_float32
from kzoo.generative.algorithm import ONE_LEVEL, Algorithm, Seed, checked_count
from kzoo.generative.ema import make_ema_network, update_ema
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight

Noise = Literal["normal", "uniform"]


def sample_noise(distribution: Noise, shape, seed: tf.Tensor, num_categories: int = 0) -> tf.Tensor:
    """Sample latent vectors: standard normal, or uniform in -1..1.

    Args:
        shape: (images, latent_dim).
        num_categories: how many of the latent dimensions, the first ones, are a one-hot code, all categories equally
            likely. Its value is the root mean square norm of the other dimensions.
    """
    if distribution == "normal":
        noise, variance = tf.random.stateless_normal(shape, seed), 1.0
    else:
        noise, variance = tf.random.stateless_uniform(shape, seed, minval=-1.0), 1 / 3
    if not num_categories:
        return noise
    norm = math.sqrt(variance * (shape[1] - num_categories))
    one_hot = norm * tf.one_hot(tf.argmax(noise[:, :num_categories], axis=1), num_categories)
    return tf.concat([one_hot, noise[:, num_categories:]], axis=1)


class GAN(Algorithm):
    """Train a generator against a discriminator, from images (batch, h, w, channels).

    Each batch is one step of the discriminator, and every `discriminator_steps`-th batch one of the generator too.

    The generator has the non-saturating loss that section 3 of the paper advises. Create the algorithm, and the
    networks, inside `strategy.scope()`.

    Args:
        generator: noise (batch, latent_dim) -> images.
        discriminator: images -> logits (batch, 1).
        noise: its distribution: "uniform" in -1..1, as in the code of DCGAN and, scaled, of this paper's MNIST; or
            "normal".
        preprocessing: of the images, such as `kzoo.registry.TF` for -1..1 and `UNIT` for 0..1.
        seed: of all random numbers.
        xla: whether forward and backward passes are compiled.
        discriminator_steps: steps of the discriminator for each of the generator, k in algorithm 1; the paper uses 1.
        num_categories: how many of the latent dimensions are a one-hot code, as in ClusterGAN (Mukherjee et al., 2018,
            arXiv:1809.03627), but unsupervised and without an encoder. A generator is continuous: without the code it
            generates images between the modes of the data (Tanielian et al., 2020, arXiv:2006.04596).
        ema: momentum of an exponential moving average of the generator's weights, which samples are generated with; 0
            for none. Yazıcı et al., 2019, arXiv:1806.04498. It is updated when the generator is, and starts as
            TensorFlow's, at most (1 + update) / (10 + update).
        r1_gamma: weight of R1, the gradient penalty on real images: gamma / 2 times the squared norm of the gradient of
            the logits with respect to the pixels (Mescheder et al., 2018, arXiv:1801.04406, equation 9). For
            discriminators without BatchNormalization, where an image's logit depends on no other image.

    Raises:
        ValueError: the discriminator does not take the generator's output, the noise is unknown,
            `discriminator_steps` is no integer from 1, or `num_categories`, `ema` or `r1_gamma` are out of range.
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
        num_categories: int = 0,
        ema: float = 0.0,
        r1_gamma: float = 0.0,
        **kwargs,
    ):
        if generator.output_shape != discriminator.input_shape:
            raise ValueError(
                f"discriminator takes {discriminator.input_shape[1:]}, but generator returns "
                f"{generator.output_shape[1:]}; give both the same image_shape"
            )
        noise = check(None, "noise", Noise, noise)
        discriminator_steps = check(None, "discriminator_steps", PositiveInt, discriminator_steps)
        num_categories = check(None, "num_categories", NonNegativeInt, num_categories)
        if num_categories >= generator.input_shape[-1]:
            raise ValueError(
                f"num_categories={num_categories} does not work; accepted are 0 to {generator.input_shape[-1] - 1}, "
                "fewer than the generator's latent_dim"
            )
        ema, r1_gamma = check(None, "ema", Rate, ema), check(None, "r1_gamma", NonNegativeFloat, r1_gamma)
        metric_names = ("generator_loss", "discriminator_loss")
        super().__init__(metric_names, preprocessing, generator.output_shape[1:], seed=seed, xla=xla, **kwargs)
        self.generator, self.discriminator, self.noise = generator, discriminator, noise
        self.discriminator_steps = discriminator_steps
        self.latent_dim, self.num_categories = generator.input_shape[-1], num_categories
        self.ema, self.r1_gamma = ema, r1_gamma
        if ema:
            self.ema_generator = make_ema_network(generator)

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

    def batch_noise(self, images, salt: int):
        """Sample noise for as many images as this replica has."""
        return self._sample_for_replica(images, self._sample_noise, salt)

    def _sample_noise(self, count, seed):
        return sample_noise(self.noise, (count, self.latent_dim), seed, self.num_categories)

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that samples are generated with: the EMA, if there is one."""
        return self.ema_generator if self.ema else self.generator

    def _synchronized_train_step(self, data, step=None):
        logs = super()._synchronized_train_step(data, step)
        if self.ema and step is None:  # only now are moving statistics the same on all replicas
            updates = tf.cast(self.steps.value // self.discriminator_steps, "float32")
            update_ema(self.ema_generator, self.generator, tf.minimum(self.ema, (1 + updates) / (10 + updates)))
        return logs

    def _real_logits_and_r1(self, images):
        """Return the logits of real images, and R1, the penalty on their gradients."""
        if not self.r1_gamma:
            return self.discriminator(images, training=True), 0.0
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = self.discriminator(images, training=True)
            total = tf.reduce_sum(logits)
        gradients = tf.cast(tape.gradient(total, images), tf.float32)
        return logits, self.r1_gamma / 2 * tf.reduce_mean(tf.reduce_sum(gradients**2, axis=(1, 2, 3)))

    @compiled
    def discriminator_gradients(self, images, noise, share):
        """Return the discriminator's loss without the penalty, and the gradients with it."""
        fake = self.generator(noise, training=True)
        with tf.GradientTape() as tape:
            # real and fake images are separate batches for BatchNormalization
            real_logits, r1_penalty = self._real_logits_and_r1(images)
            fake_logits = self.discriminator(fake, training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))
            scaled_loss = self.scale_loss(loss + r1_penalty, share, self.discriminator_optimizer)
        return loss, tape.gradient(scaled_loss, [each.value for each in self.discriminator.trainable_variables])

    @compiled
    def generator_gradients(self, noise, share):
        """Return the generator's loss, and its gradients."""
        with tf.GradientTape() as tape:
            fake_logits = self.discriminator(self.generator(noise, training=True), training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-fake_logits))
            scaled_loss = self.scale_loss(loss, share, self.optimizer)
        return loss, tape.gradient(scaled_loss, [each.value for each in self.generator.trainable_variables])

    def discriminator_step(self, data, share):
        """Update the discriminator, and return its loss."""
        loss, gradients = self.discriminator_gradients(pad_empty_replica(data), self.batch_noise(data, 0), share)
        self.apply_gradients(
            self.discriminator_optimizer, zip(gradients, self.discriminator.trainable_variables, strict=True)
        )
        return loss

    def generator_step(self, data, share):
        """Update the generator, and return its loss."""
        loss, gradients = self.generator_gradients(self.batch_noise(data, 1), share)
        self.apply_gradients(self.optimizer, zip(gradients, self.generator.trainable_variables, strict=True))
        return loss

    def train_step(self, data, generator: bool = True):
        data, *_ = keras.utils.unpack_x_y_sample_weight(data)
        share = replica_weight(data)
        discriminator_loss = self.discriminator_step(data, share)
        generator_loss = self.generator_step(data, share) if generator else None
        return self.update_metrics(data, generator_loss, discriminator_loss)

    def make_train_function(self, force=False):
        """Compile the step of both networks and, where `discriminator_steps` is above 1, that of the discriminator."""
        if self.train_function is not None and not force:
            return
        super().make_train_function(force)
        if self.discriminator_steps == 1:
            return
        train_both = self.train_function
        train_discriminator = self.make_step_function(
            partial(self._synchronized_train_step, step=partial(self.train_step, generator=False))
        )

        def alternate(iterator):
            # outside of the graph: replicas cannot reduce gradients under a condition
            with_generator = (int(self.steps.numpy()) + 1) % self.discriminator_steps == 0
            return (train_both if with_generator else train_discriminator)(iterator)

        self.train_function = alternate

    def sample(self, count: int, seed: int = 0, batch_size: int = 250) -> np.ndarray:
        """Generate images, uint8 (count, height, width, channels), the same for the same seed."""
        count, seed = check(None, "count", NonNegativeInt, count), check(None, "seed", Seed, seed)
        noise = self._sample_noise(count, tf.constant([seed, 0], tf.int64))

        def generate(start, number):
            return self.preprocessor.to_uint8(self.sampling_generator(noise[start : start + number], training=False))

        return self._in_batches(generate, count, batch_size)

    def serving_spec(self):
        """Return `sample`, of count and seed, and `decode`, of latent vectors; all formats have the latter."""
        own = in_float32(self.sampling_generator)
        generator = clone(own)

        def decode(network, z):
            return {"images": self.preprocessor.to_uint8(network(z, training=False))}

        def sample(network, count, seed):
            return decode(network, self._sample_noise(checked_count(count), tf.stack([seed, 0])))

        def make(function, inputs, example, portable_inputs=()):
            call, reference = partial(function, generator), partial(function, own)
            return Function(call, inputs, reference, example, {"images": ONE_LEVEL}, portable_inputs)

        z = self._sample_noise(4, tf.constant([0, 0], tf.int64)).numpy()
        scalars = [tf.TensorSpec((), tf.int32, "count"), tf.TensorSpec((), tf.int64, "seed")]
        latent = [tf.TensorSpec((None, self.latent_dim), tf.float32, "z")]
        functions = {
            "sample": make(sample, scalars, [np.int32(4), np.int64(0)]),
            "decode": make(decode, latent, [z], latent),
        }
        return self.make_serving_spec(self.generator, [generator], functions)
