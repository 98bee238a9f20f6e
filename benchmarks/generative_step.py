"""Benchmark training steps of kzoo's GANs against plain Keras ones of the same networks.

    make bench
    python benchmarks/generative_step.py --models dcgan --xla off

Plain Keras: a `keras.Model` whose `train_step` does what the algorithm says, compiled as a whole where XLA is on. Both
train on the same batch, in one process, interleaved. A figure is the median of `rounds` steps; the ratio is of
medians. Compilation is not timed. Nothing else should run on the machine.
"""

import gc
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import environment, write

import kzoo
from kzoo.exporting.benchmark_timing import time_interleaved
from kzoo.generative import GAN, CycleGAN
from kzoo.registry import TF

SIZES = {"dcgan": (32, 32, 1), "cyclegan": (64, 64, 3)}  # of images


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = ("dcgan", "cyclegan")
    xla: tuple[str, ...] = ("off", "on")
    dcgan_batch: int = 64
    cyclegan_batch: int = 1
    rounds: int = 7
    warm_up: int = 2


def main(config: Config) -> list[dict]:
    """Run every combination, print a table and write the results as CSV."""
    print(environment())
    print(f"\n{'model':10}{'XLA':5}{'batch':>6}{'plain Keras s':>15}{'kzoo s':>9}{'ratio of speeds':>17}")
    rows = []
    for model in config.models:
        for xla in config.xla:
            rows.append(benchmark(config, model, xla))
            row = rows[-1]
            print(
                f"{model:10}{xla:5}{row['batch']:6}{row['keras_seconds']:15}{row['kzoo_seconds']:9}{row['ratio']:17}",
                flush=True,
            )
    write("generative_step", rows)
    return rows


def benchmark(config, model, xla) -> dict:
    """Time the steps of both, alternating."""
    batch = config.dcgan_batch if model == "dcgan" else config.cyclegan_batch
    images = np.random.default_rng(0).uniform(-1, 1, (2, batch, *SIZES[model])).astype("float32")
    data = tf.data.Dataset.from_tensors(images[0] if model == "dcgan" else tuple(images)).cache().repeat()
    steps = {}
    for name, make in MODELS[model].items():
        trained = make(config, xla == "on")
        trained.make_train_function()
        batches = iter(data)
        steps[name] = lambda trained=trained, batches=batches: float(
            next(iter(trained.train_function(batches).values()))
        )
    median = {name: each / 1000 for name, each in time_interleaved(steps, config.rounds, config.warm_up).items()}
    del steps
    keras.backend.clear_session()
    gc.collect()
    return {
        "model": model,
        "xla": xla,
        "size": SIZES[model][0],
        "batch": batch,
        "rounds": config.rounds,
        "keras_seconds": round(median["keras"], 3),
        "kzoo_seconds": round(median["kzoo"], 3),
        "ratio": round(median["keras"] / median["kzoo"], 2),
    }


def adam():
    """Return the optimizer of both papers."""
    return keras.optimizers.Adam(2e-4, beta_1=0.5)


def in_keras(network):
    """Copy a network, with Keras' own BatchNormalization."""

    def swap(layer):
        if isinstance(layer, keras.layers.BatchNormalization):
            config = layer.get_config()
            return keras.layers.BatchNormalization.from_config(config)
        return layer.__class__.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=swap)


class PlainGAN(keras.Model):
    """A GAN in plain Keras, after its guide to custom training steps."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.built = True
        self.noise = keras.random.SeedGenerator(0)
        self.g_loss, self.d_loss = keras.metrics.Mean("g"), keras.metrics.Mean("d")
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, **kwargs):
        """Configure training."""
        super().compile(optimizer=adam(), **kwargs)
        self.discriminator_optimizer = adam()
        self.optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, images):
        shape = (tf.shape(images)[0], self.generator.input_shape[-1])
        fake = self.generator(keras.random.uniform(shape, -1, 1, seed=self.noise), training=True)
        with tf.GradientTape() as tape:
            real_logits = self.discriminator(images, training=True)
            fake_logits = self.discriminator(fake, training=True)
            d_loss = self.cross_entropy(tf.ones_like(real_logits), real_logits)
            d_loss += self.cross_entropy(tf.zeros_like(fake_logits), fake_logits)
        weights = self.discriminator.trainable_variables
        self.discriminator_optimizer.apply(tape.gradient(d_loss, [w.value for w in weights]), weights)
        with tf.GradientTape() as tape:
            fake = self.generator(keras.random.uniform(shape, -1, 1, seed=self.noise), training=True)
            fake_logits = self.discriminator(fake, training=True)
            g_loss = self.cross_entropy(tf.ones_like(fake_logits), fake_logits)
        weights = self.generator.trainable_variables
        self.optimizer.apply(tape.gradient(g_loss, [w.value for w in weights]), weights)
        self.g_loss.update_state(g_loss)
        self.d_loss.update_state(d_loss)
        return {"g": self.g_loss.result(), "d": self.d_loss.result()}


class PlainCycleGAN(keras.Model):
    """A CycleGAN as in keras.io's example: one tape for everything, no image pool."""

    def __init__(self, a_to_b, b_to_a, discriminator_a, discriminator_b):
        super().__init__()
        self.a_to_b, self.b_to_a = a_to_b, b_to_a
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.built = True
        self.mse, self.mae = keras.losses.MeanSquaredError(), keras.losses.MeanAbsoluteError()

    def compile(self, **kwargs):
        """Configure training."""
        super().compile(optimizer=adam(), **kwargs)
        self.discriminator_optimizer = adam()
        self.optimizer.build(self.a_to_b.trainable_variables + self.b_to_a.trainable_variables)
        self.discriminator_optimizer.build(
            self.discriminator_a.trainable_variables + self.discriminator_b.trainable_variables
        )

    def train_step(self, data):
        a, b = data
        with tf.GradientTape(persistent=True) as tape:
            fake_b, fake_a = self.a_to_b(a, training=True), self.b_to_a(b, training=True)
            cycle_loss = self.mae(a, self.b_to_a(fake_b, training=True))
            cycle_loss += self.mae(b, self.a_to_b(fake_a, training=True))
            identity_loss = self.mae(b, self.a_to_b(b, training=True)) + self.mae(a, self.b_to_a(a, training=True))
            fake_scores_a, fake_scores_b = self.discriminator_a(fake_a), self.discriminator_b(fake_b)
            adversarial_loss = self.mse(tf.ones_like(fake_scores_a), fake_scores_a)
            adversarial_loss += self.mse(tf.ones_like(fake_scores_b), fake_scores_b)
            g_loss = adversarial_loss + 10.0 * cycle_loss + 5.0 * identity_loss
            d_loss = 0.0
            for real_scores, fake_scores in (
                (self.discriminator_a(a), fake_scores_a),
                (self.discriminator_b(b), fake_scores_b),
            ):
                d_loss += self.mse(tf.ones_like(real_scores), real_scores)
                d_loss += self.mse(tf.zeros_like(fake_scores), fake_scores)
            d_loss *= 0.5
        for optimizer, loss, networks in (
            (self.optimizer, g_loss, (self.a_to_b, self.b_to_a)),
            (self.discriminator_optimizer, d_loss, (self.discriminator_a, self.discriminator_b)),
        ):
            weights = [weight for network in networks for weight in network.trainable_variables]
            optimizer.apply(tape.gradient(loss, [w.value for w in weights]), weights)
        return {"g": g_loss, "d": d_loss}


def keras_dcgan(config, xla):
    """Make the plain DCGAN."""
    model = PlainGAN(in_keras(kzoo.DCGANGenerator32()), in_keras(kzoo.DCGANDiscriminator32()))
    model.compile(jit_compile=xla)
    return model


def kzoo_dcgan(config, xla):
    """Make kzoo's DCGAN."""
    model = GAN(kzoo.DCGANGenerator32(), kzoo.DCGANDiscriminator32(), "uniform", TF, xla=xla)
    model.compile(adam(), adam())
    return model


def networks():
    """Make the four networks of CycleGAN, the smaller generators."""
    return [kzoo.CycleGANGenerator6(name=name) for name in ("ab", "ba")] + [
        kzoo.PatchGAN70(name=name) for name in ("a", "b")
    ]


def keras_cyclegan(config, xla):
    """Make the plain CycleGAN."""
    model = PlainCycleGAN(*networks())
    model.compile(jit_compile=xla)
    return model


def kzoo_cyclegan(config, xla):
    """Make kzoo's CycleGAN."""
    model = CycleGAN(*networks(), SIZES["cyclegan"], xla=xla)
    model.compile(adam(), adam())
    return model


MODELS = {
    "dcgan": {"keras": keras_dcgan, "kzoo": kzoo_dcgan},
    "cyclegan": {"keras": keras_cyclegan, "kzoo": kzoo_cyclegan},
}


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
