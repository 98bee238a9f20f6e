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
            rows.append(measure(config, model, xla))
            row = rows[-1]
            print(
                f"{model:10}{xla:5}{row['batch']:6}{row['keras_seconds']:15}{row['kzoo_seconds']:9}{row['ratio']:17}",
                flush=True,
            )
    write("generative_step", rows)
    return rows


def measure(config, model, xla) -> dict:
    """Time both, alternating."""
    batch = config.dcgan_batch if model == "dcgan" else config.cyclegan_batch
    images = np.random.default_rng(0).uniform(-1, 1, (2, batch, *SIZES[model])).astype("float32")
    data = tf.data.Dataset.from_tensors(images[0] if model == "dcgan" else tuple(images)).cache().repeat()
    steps = {}
    for name, make in MAKERS[model].items():
        made = make(config, xla == "on")
        made.make_train_function()
        batches = iter(data)
        steps[name] = lambda made=made, batches=batches: float(next(iter(made.train_function(batches).values())))
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
    """What a person would write with Keras alone, after its guide to custom training steps."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.built = True
        self.noise = keras.random.SeedGenerator(0)
        self.loss_g, self.loss_d = keras.metrics.Mean("g"), keras.metrics.Mean("d")
        self.cross = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, **kwargs):
        """Configure training."""
        super().compile(optimizer=adam(), **kwargs)
        self.discriminator_optimizer = adam()
        self.optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def train_step(self, images):
        shape = (tf.shape(images)[0], self.generator.input_shape[-1])
        made = self.generator(keras.random.uniform(shape, -1, 1, seed=self.noise), training=True)
        with tf.GradientTape() as tape:
            real, fake = self.discriminator(images, training=True), self.discriminator(made, training=True)
            loss_d = self.cross(tf.ones_like(real), real) + self.cross(tf.zeros_like(fake), fake)
        weights = self.discriminator.trainable_variables
        self.discriminator_optimizer.apply(tape.gradient(loss_d, [w.value for w in weights]), weights)
        with tf.GradientTape() as tape:
            made = self.generator(keras.random.uniform(shape, -1, 1, seed=self.noise), training=True)
            fake = self.discriminator(made, training=True)
            loss_g = self.cross(tf.ones_like(fake), fake)
        weights = self.generator.trainable_variables
        self.optimizer.apply(tape.gradient(loss_g, [w.value for w in weights]), weights)
        self.loss_g.update_state(loss_g)
        self.loss_d.update_state(loss_d)
        return {"g": self.loss_g.result(), "d": self.loss_d.result()}


class PlainCycleGAN(keras.Model):
    """As keras.io's example of CycleGAN has it: one tape for everything, no pool."""

    def __init__(self, a_to_b, b_to_a, discriminator_a, discriminator_b):
        super().__init__()
        self.a_to_b, self.b_to_a = a_to_b, b_to_a
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.built = True
        self.square, self.absolute = keras.losses.MeanSquaredError(), keras.losses.MeanAbsoluteError()

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
            made_b, made_a = self.a_to_b(a, training=True), self.b_to_a(b, training=True)
            cycled = self.absolute(a, self.b_to_a(made_b, training=True))
            cycled += self.absolute(b, self.a_to_b(made_a, training=True))
            same = self.absolute(b, self.a_to_b(b, training=True)) + self.absolute(a, self.b_to_a(a, training=True))
            fake_a, fake_b = self.discriminator_a(made_a), self.discriminator_b(made_b)
            fooled = self.square(tf.ones_like(fake_a), fake_a) + self.square(tf.ones_like(fake_b), fake_b)
            loss_g = fooled + 10.0 * cycled + 5.0 * same
            real_a, real_b = self.discriminator_a(a), self.discriminator_b(b)
            loss_d = self.square(tf.ones_like(real_a), real_a) + self.square(tf.zeros_like(fake_a), fake_a)
            loss_d += self.square(tf.ones_like(real_b), real_b) + self.square(tf.zeros_like(fake_b), fake_b)
            loss_d *= 0.5
        for optimizer, loss, networks in (
            (self.optimizer, loss_g, (self.a_to_b, self.b_to_a)),
            (self.discriminator_optimizer, loss_d, (self.discriminator_a, self.discriminator_b)),
        ):
            weights = [weight for network in networks for weight in network.trainable_variables]
            optimizer.apply(tape.gradient(loss, [w.value for w in weights]), weights)
        return {"g": loss_g, "d": loss_d}


def keras_dcgan(config, xla):
    """Make the plain one."""
    made = PlainGAN(in_keras(kzoo.DCGANGenerator32()), in_keras(kzoo.DCGANDiscriminator32()))
    made.compile(jit_compile=xla)
    return made


def kzoo_dcgan(config, xla):
    """Make kzoo's."""
    made = GAN(kzoo.DCGANGenerator32(), kzoo.DCGANDiscriminator32(), "uniform", TF, xla=xla)
    made.compile(adam(), adam())
    return made


def networks():
    """Make the four networks of CycleGAN, the smaller generators."""
    return [kzoo.CycleGANGenerator6(name=name) for name in ("ab", "ba")] + [
        kzoo.PatchGAN70(name=name) for name in ("a", "b")
    ]


def keras_cyclegan(config, xla):
    """Make the plain one."""
    made = PlainCycleGAN(*networks())
    made.compile(jit_compile=xla)
    return made


def kzoo_cyclegan(config, xla):
    """Make kzoo's."""
    made = CycleGAN(*networks(), SIZES["cyclegan"], xla=xla)
    made.compile(adam(), adam())
    return made


MAKERS = {
    "dcgan": {"keras": keras_dcgan, "kzoo": kzoo_dcgan},
    "cyclegan": {"keras": keras_cyclegan, "kzoo": kzoo_cyclegan},
}


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
