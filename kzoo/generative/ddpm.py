"""Denoising diffusion (Ho et al., 2020, arXiv:2006.11239), and its sampling in few steps (DDIM: Song et al., 2020)."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting.cloning import clone
from kzoo.generative.algorithm import Algorithm, to_bytes
from kzoo.generative.average import make_average, update_average
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight


class Diffusion:
    """A chain that turns images into noise in many small steps, and the way back.

    Args:
        steps: how many there are.
        first, last: variance that the first and the last step add; between them it rises along a line.

    Raises:
        ValueError: the variances do not lie between 0 and 1.
    """

    def __init__(self, steps: int = 1000, first: float = 1e-4, last: float = 0.02):
        if steps < 1 or not 0 < first <= last < 1:
            raise ValueError(f"steps={steps}, first={first}, last={last} do not work; needed: 0 < first <= last < 1")
        betas = np.linspace(first, last, steps)
        self.steps = steps
        self.betas, self.kept = betas, np.cumprod(1 - betas)  # of the image's variance after each step

    def noisy(self, images: tf.Tensor, steps: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Give images as they are after so many steps and one, by equation 4."""
        kept = tf.gather(tf.constant(self.kept, tf.float32), steps)[:, None, None, None]
        return tf.sqrt(kept) * images + tf.sqrt(1 - kept) * noise

    def sample(self, noise_of: Callable, x: tf.Tensor, steps: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Turn noise into images, in one loop of the graph.

        With all steps, algorithm 2 of the paper, adding the variance of the way there. With fewer, evenly spaced ones,
        DDIM's equation 12 (arXiv:2010.02502), which adds none. The image guessed at each step is kept in -1..1.

        Args:
            noise_of: images, steps (batch,) -> the noise in them.
            x: standard normal, (batch, height, width, channels).
            steps: how many, from 1; an int32 scalar.
            seed: two integers, of the noise that is added on the way.
        """
        kept = tf.constant(np.append(self.kept, 1.0), tf.float32)  # at -1, the image itself
        every = tf.equal(steps, self.steps)

        def back(i, x):
            now, then = i * self.steps // steps, tf.where(i > 0, (i - 1) * self.steps // steps, self.steps)
            a, b = tf.gather(kept, now), tf.gather(kept, then)
            noise = noise_of(x, tf.fill(tf.shape(x)[:1], now))
            image = tf.clip_by_value((x - tf.sqrt(1 - a) * noise) / tf.sqrt(a), -1.0, 1.0)
            beta = 1 - a / b
            ancestral = beta * tf.sqrt(b) / (1 - a), (1 - b) * tf.sqrt(1 - beta) / (1 - a), tf.sqrt(beta)
            part = tf.sqrt((1 - b) / (1 - a))
            straight = tf.sqrt(b) - part * tf.sqrt(a), part, 0.0
            of_image, of_x, deviation = (tf.where(every, *pair) for pair in zip(ancestral, straight, strict=True))
            added = tf.random.stateless_normal(tf.shape(x), tf.random.fold_in(seed, i))
            return i - 1, of_image * image + of_x * x + tf.where(i > 0, deviation, 0.0) * added

        return tf.while_loop(lambda i, _: i >= 0, back, [steps - 1, x])[1]


class DDPM(Algorithm):
    """Train a network to find the noise in images (algorithm 1), from images (batch, h, w, channels) in -1..1.

    A moving average of its weights is what samples are made with. Make it, and the network, inside `strategy.scope()`.

    Args:
        network: [images, steps (batch,)] -> noise.
        diffusion: the chain.
        sampling: steps that `samples` takes by default.
        ema: momentum of the average, the same in all steps; it begins with the weights the network has now.
        preprocessing: of the images, to -1..1.
        seed: of all that is drawn.
        xla: whether forward and backward are compiled.

    Raises:
        ValueError: `ema` does not lie in 0..1.
    """

    def __init__(
        self,
        network: keras.Model,
        diffusion: Diffusion | None = None,
        sampling: int = 50,
        ema: float = 0.9999,
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        if not 0 <= ema < 1:
            raise ValueError(f"ema={ema} does not work; it must be at least 0 and below 1")
        super().__init__(("loss",), preprocessing, network.output_shape[1:], seed=seed, xla=xla, **kwargs)
        self.network, self.diffusion, self.ema = network, diffusion or Diffusion(), ema
        self.sampling = min(sampling, self.diffusion.steps)
        self.average = make_average(network)

    def compile(self, optimizer, **kwargs):
        """Configure training."""
        super().compile((optimizer, self.network.trainable_variables), **kwargs)

    def call(self, inputs, training=None):
        return self.network(inputs, training=training)

    @compiled
    def gradients(self, images, steps, noise, share):
        """Return the loss of finding the noise (equation 14), and its gradients."""
        with tf.GradientTape() as tape:
            found = self.network([self.diffusion.noisy(images, steps, noise), steps], training=True)
            loss = tf.reduce_mean(tf.math.squared_difference(noise, tf.cast(found, tf.float32)))
            scaled = self.scaled(loss, share, self.optimizer)
        return loss, tape.gradient(scaled, [each.value for each in self.network.trainable_variables])

    def train_step(self, data):
        data, *_ = keras.utils.unpack_x_y_sample_weight(data)
        images, share = pad_empty_replica(data), replica_weight(data)

        steps, noise = self.integers(data, self.diffusion.steps, 0), self.normal(data, self.image_shape, 1)
        loss, gradients = self.gradients(images, steps, noise, share)
        self.optimizer.apply_gradients(zip(gradients, self.network.trainable_variables, strict=True))

        update_average(self.average, self.network, self.ema)
        return self.report(data, loss)

    def samples(self, count: int, seed: int = 0, batch: int = 250, steps: int | None = None) -> np.ndarray:
        """Make images, uint8 (count, height, width, channels), the same for the same seed.

        Args:
            steps: on the way from noise to image; all of them are the paper's sampling, fewer are DDIM's.

        Raises:
            ValueError: there are not as many steps.
        """
        steps = self.sampling if steps is None else steps
        if not 1 <= steps <= self.diffusion.steps:
            raise ValueError(f"steps={steps} does not work; accepted are 1 to {self.diffusion.steps}")
        if not hasattr(self, "_sampler"):
            self._sampler = tf.function(sampler(self.average, self.diffusion, self.preprocessor), autograph=False)
        parts = [
            self._sampler(tf.constant(min(batch, count - i)), tf.constant(steps), tf.constant([seed, i], tf.int64))
            for i in range(0, count, batch)
        ]
        return np.asarray(tf.concat(parts, axis=0))

    def picture(self) -> np.ndarray:
        """Make what a person looks at after each epoch: few steps, from the same noise."""
        return self.samples(64, steps=min(25, self.diffusion.steps)).reshape(8, 8, *self.image_shape)

    def served(self):
        network = clone(self.average)
        make = sampler(network, self.diffusion, self.preprocessor)

        def sample(count, steps, seed):
            allowed = tf.debugging.Assert(
                (steps >= 1) & (steps <= self.diffusion.steps), [f"steps must be 1 to {self.diffusion.steps}:", steps]
            )
            with tf.control_dependencies([allowed]):
                return {"images": make(count, tf.identity(steps), tf.stack([seed, 0]))}

        whole = [tf.TensorSpec((), tf.int32, "count"), tf.TensorSpec((), tf.int32, "steps")]
        return [network], {"sample": (sample, [*whole, tf.TensorSpec((), tf.int64, "seed")])}


def sampler(network, diffusion: Diffusion, preprocessor) -> Callable:
    """Return a function of count, steps and seed (two integers) that makes uint8 images."""
    shape = network.output_shape[1:]

    def sample(count, steps, seed):
        start, on_the_way = tf.unstack(tf.random.split(seed))
        x = tf.random.stateless_normal((count, *shape), start)

        def noise_of(x, steps):
            return tf.cast(network([x, steps], training=False), tf.float32)

        return to_bytes(preprocessor, diffusion.sample(noise_of, x, steps, on_the_way))

    return sample
