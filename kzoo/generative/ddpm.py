"""Denoising diffusion (DDPM: Ho et al., 2020, arXiv:2006.11239), and DDIM's faster sampling (Song et al., 2020)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf
from annotated_types import Interval

from kzoo._batches import pad_if_empty
from kzoo._validation import PositiveInt, Rate, check
from kzoo.exporting import Function
from kzoo.exporting.cloning import clone, in_float32
from kzoo.generative.algorithm import ONE_LEVEL, Algorithm, Seed, checked_count
from kzoo.generative.ema import make_ema_network, update_ema
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight

Beta = Annotated[float, Interval(gt=0, lt=1)]


class NoiseSchedule:
    """The forward process, which adds noise to images in many small steps, and sampling, which reverses it.

    Args:
        num_timesteps: of the forward process.
        beta_start, beta_end: variance of the noise that the first and the last timestep add; linear in between.

    Raises:
        ValueError: there is no timestep, or the variances do not lie between 0 and 1.
    """

    def __init__(self, num_timesteps: int = 1000, beta_start: float = 1e-4, beta_end: float = 0.02):
        num_timesteps = check(None, "num_timesteps", PositiveInt, num_timesteps)
        beta_start, beta_end = check(None, "beta_start", Beta, beta_start), check(None, "beta_end", Beta, beta_end)
        if beta_start > beta_end:
            raise ValueError(f"beta_start={beta_start} does not work; accepted is at most beta_end={beta_end}")
        betas = np.linspace(beta_start, beta_end, num_timesteps)
        self.num_timesteps = num_timesteps
        self.betas, self.alphas_cumprod = betas, np.cumprod(1 - betas)  # the latter is the paper's alpha-bar

    def add_noise(self, images: tf.Tensor, timesteps: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return noisy images at timesteps (batch,), counted from 0, by equation 4."""
        alpha_bar = tf.gather(tf.constant(self.alphas_cumprod, tf.float32), timesteps)[:, None, None, None]
        return tf.sqrt(alpha_bar) * images + tf.sqrt(1 - alpha_bar) * noise

    def sample(self, predict_noise: Callable, x: tf.Tensor, steps: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Turn noise into images, in one loop of the graph.

        With all timesteps, this is ancestral sampling: algorithm 2 of the paper, sigma^2 = beta. With fewer, evenly
        spaced ones, it is DDIM's deterministic sampling, sigma = 0 in equation 12 (arXiv:2010.02502). The image that is
        predicted at each step is clipped to -1..1.

        Args:
            predict_noise: noisy images, timesteps (batch,) -> the noise in them.
            x: standard normal, (batch, height, width, channels).
            steps: number of sampling steps, from 1; an int32 scalar.
            seed: two integers, of the noise that each step adds.
        """
        alphas_cumprod = tf.constant(np.append(self.alphas_cumprod, 1.0), tf.float32)  # the last: of the image itself
        is_ancestral = tf.equal(steps, self.num_timesteps)

        def denoise_step(i, x):
            timestep = i * self.num_timesteps // steps
            previous = tf.where(i > 0, (i - 1) * self.num_timesteps // steps, self.num_timesteps)
            alpha_bar, previous_alpha_bar = tf.gather(alphas_cumprod, timestep), tf.gather(alphas_cumprod, previous)
            noise = predict_noise(x, tf.fill(tf.shape(x)[:1], timestep))
            image = tf.clip_by_value((x - tf.sqrt(1 - alpha_bar) * noise) / tf.sqrt(alpha_bar), -1.0, 1.0)
            beta = 1 - alpha_bar / previous_alpha_bar
            # coefficients of the predicted image and of x, and sigma
            ancestral = (
                beta * tf.sqrt(previous_alpha_bar) / (1 - alpha_bar),
                (1 - previous_alpha_bar) * tf.sqrt(1 - beta) / (1 - alpha_bar),
                tf.sqrt(beta),
            )
            noise_ratio = tf.sqrt((1 - previous_alpha_bar) / (1 - alpha_bar))
            ddim = tf.sqrt(previous_alpha_bar) - noise_ratio * tf.sqrt(alpha_bar), noise_ratio, 0.0
            image_coefficient, x_coefficient, sigma = (
                tf.where(is_ancestral, *pair) for pair in zip(ancestral, ddim, strict=True)
            )
            z = tf.random.stateless_normal(tf.shape(x), tf.random.fold_in(seed, i))
            return i - 1, image_coefficient * image + x_coefficient * x + tf.where(i > 0, sigma, 0.0) * z

        return tf.while_loop(lambda i, _: i >= 0, denoise_step, [steps - 1, x])[1]


class DDPM(Algorithm):
    """Train a network to predict the noise in images (algorithm 1), from images (batch, h, w, channels) in -1..1.

    Samples are generated with an exponential moving average of its weights. Create the algorithm, and the network,
    inside `strategy.scope()`.

    Args:
        network: [noisy images, timesteps (batch,)] -> predicted noise.
        schedule: of the noise; the paper's by default.
        sampling_steps: of `sample`, by default.
        ema: momentum of the moving average, constant; it begins with the weights that the network has now.
        preprocessing: of the images, to -1..1.
        seed: of all random numbers.
        xla: whether forward and backward passes are compiled.

    Raises:
        ValueError: `ema` does not lie in 0..1, or `sampling_steps` is below 1.
    """

    def __init__(
        self,
        network: keras.Model,
        schedule: NoiseSchedule | None = None,
        sampling_steps: int = 50,
        ema: float = 0.9999,
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        sampling_steps, ema = check(None, "sampling_steps", PositiveInt, sampling_steps), check(None, "ema", Rate, ema)
        super().__init__(("loss",), preprocessing, network.output_shape[1:], seed=seed, xla=xla, **kwargs)
        self.network, self.schedule, self.ema = network, schedule or NoiseSchedule(), ema
        self.sampling_steps = min(sampling_steps, self.schedule.num_timesteps)
        self.ema_network = make_ema_network(network)

    def compile(self, optimizer, **kwargs):
        """Configure training."""
        super().compile((optimizer, self.network.trainable_variables), **kwargs)

    def call(self, inputs, training=None):
        return self.network(inputs, training=training)

    @compiled
    def gradients(self, images, timesteps, noise, share):
        """Return the mean squared error of the predicted noise (equation 14), and its gradients."""
        with tf.GradientTape() as tape:
            noisy = self.schedule.add_noise(images, timesteps, noise)
            predicted = self.network([noisy, timesteps], training=True)
            loss = tf.reduce_mean(tf.math.squared_difference(noise, tf.cast(predicted, tf.float32)))
            scaled_loss = self.scale_loss(loss, share, self.optimizer)
        return loss, tape.gradient(scaled_loss, [each.value for each in self.network.trainable_variables])

    def train_step(self, data):
        data, *_ = keras.utils.unpack_x_y_sample_weight(data)
        images, share = pad_empty_replica(data), replica_weight(data)

        timesteps = self.sample_integers(data, self.schedule.num_timesteps, 0)
        noise = self.sample_normal(data, self.image_shape, 1)
        loss, gradients = self.gradients(images, timesteps, noise, share)
        self.apply_gradients(self.optimizer, zip(gradients, self.network.trainable_variables, strict=True))

        update_ema(self.ema_network, self.network, self.ema)
        return self.update_metrics(data, loss)

    def sample(self, count: int, seed: int = 0, batch_size: int = 250, steps: int | None = None) -> np.ndarray:
        """Generate images, uint8 (count, height, width, channels), the same for the same seed.

        Args:
            steps: sampling steps; as many as the schedule has timesteps for the paper's sampling, fewer for DDIM's.

        Raises:
            ValueError: there are more steps than timesteps, or none.
        """
        seed, accepted = check(None, "seed", Seed, seed), Annotated[int, Interval(ge=1, le=self.schedule.num_timesteps)]
        steps = self.sampling_steps if steps is None else check(None, "steps", accepted, steps)
        if not hasattr(self, "_sample"):
            self._sample = tf.function(
                make_sample_function(self.ema_network, self.schedule, self.preprocessor), autograph=False
            )

        def generate(start, number):
            return self._sample(tf.constant(number), tf.constant(steps), tf.constant([seed, start], tf.int64))

        return self._in_batches(generate, count, batch_size)

    def sample_grid(self, data) -> np.ndarray:
        """Generate the samples that are shown after each epoch: few steps, from the same noise."""
        return self.sample(64, steps=min(25, self.schedule.num_timesteps)).reshape(8, 8, *self.image_shape)

    def serving_spec(self):
        """Return `sample`, of count, steps and seed, and `predict_noise`, of noisy images; all formats have the latter.

        The loop of `sample` draws random numbers, which the other formats lack.
        """
        own, steps = in_float32(self.ema_network), min(4, self.schedule.num_timesteps)
        network = clone(own)
        scalars = [("count", tf.int32), ("steps", tf.int32), ("seed", tf.int64)]
        noisy = [tf.TensorSpec((None, *self.image_shape), tf.float32, "images")]
        noisy += [tf.TensorSpec((None,), tf.int32, "timesteps")]
        rng = np.random.default_rng(0)
        example = [rng.normal(size=(2, *self.image_shape)).astype("float32"), np.array([0, steps - 1], "int32")]
        functions = {
            "sample": Function(
                self._serve_sample(network),
                [tf.TensorSpec((), dtype, name) for name, dtype in scalars],
                self._serve_sample(own),
                [np.int32(2), np.int32(steps), np.int64(0)],
                {"images": ONE_LEVEL},
            ),
            "predict_noise": Function(serve_noise(network), noisy, serve_noise(own), example, {"noise": 1e-3}, noisy),
        }
        return self.make_serving_spec(self.network, [network], functions)

    def _serve_sample(self, network):
        generate = make_sample_function(network, self.schedule, self.preprocessor)
        num_timesteps = self.schedule.num_timesteps

        def sample(count, steps, seed):
            in_range = tf.debugging.Assert(
                (steps >= 1) & (steps <= num_timesteps), [f"steps must be 1 to {num_timesteps}:", steps]
            )
            with tf.control_dependencies([in_range]):
                return {"images": generate(checked_count(count), tf.identity(steps), tf.stack([seed, 0]))}

        return sample


def serve_noise(network):
    """Return a function of noisy images, -1..1, and timesteps that predicts the noise."""
    return lambda images, timesteps: {"noise": tf.cast(network([images, timesteps], training=False), tf.float32)}


def make_sample_function(network, schedule: NoiseSchedule, preprocessor) -> Callable:
    """Return a function of count, steps and seed (two integers) that generates uint8 images."""
    shape = network.output_shape[1:]

    def sample(count, steps, seed):
        initial_seed, step_seed = tf.unstack(tf.random.split(seed))
        x = pad_if_empty(tf.random.stateless_normal((count, *shape), initial_seed))

        def predict_noise(x, timesteps):
            return tf.cast(network([x, timesteps], training=False), tf.float32)

        return preprocessor.to_uint8(schedule.sample(predict_noise, x, steps, step_seed))[:count]

    return sample
