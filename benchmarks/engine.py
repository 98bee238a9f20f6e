"""Benchmark the overhead of training: `fit` against a bare compiled loop, and two replicas against one.

    make bench
    python benchmarks/engine.py --models ResNet50 --xla off

- bare: a `tf.function` of forward pass, backward pass and update, called repeatedly on one batch in memory.
- one: kzoo's `Trainer` and `Run` on that batch under MirroredStrategy, with metric and checks, as in a recipe.
- two: the same batch on two replicas, which without GPUs are two logical devices on the same cores.

Rounds of `steps` steps are interleaved, and a figure is their median. Compilation is not timed. Nothing else should run
on the machine.
"""

import contextlib
import gc
import io
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import environment, write

import kzoo
from kzoo.training import Crossentropy, Run, Trainer, make_strategy

SIZES = {"ResNet20CIFAR": (32, 128), "ResNet50": (128, 64)}
"""of each network: height and width of its images, pixels, and how many are a batch"""


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = tuple(SIZES)
    xla: tuple[str, ...] = ("off", "on")
    steps: int = 5
    """of a round"""
    rounds: int = 7


class EpochTimer(keras.callbacks.Callback):
    """Measure the time from the end of an epoch's first step to that of its last."""

    def on_train_batch_end(self, batch, logs=None):
        if batch == 0:
            self.start = time.perf_counter()
        self.seconds = time.perf_counter() - self.start


def main(config: Config) -> list[dict]:
    """Run every combination, print a table and write the results as CSV."""
    strategies = {"two": make_strategy("mirrored", 2), "one": make_strategy("mirrored", 1)}
    print(environment())
    print(f"medians of {config.rounds} rounds of {config.steps} steps\n")
    print(f"{'model':16}{'XLA':5}{'bare img/s':>12}{'one':>10}{'ratio':>7}{'two':>10}{'ratio':>7}")
    rows = []
    for model in config.models:
        for xla in config.xla:
            rows.append(measure(config, model, xla, strategies))
            print(
                "{model:16}{xla:5}{bare:12}{one:10}{one_to_bare:7}{two:10}{two_to_one:7}".format(**rows[-1]), flush=True
            )
    write("engine", rows)
    return rows


def measure(config, model, xla, strategies) -> dict:
    """Time the three for one network, interleaved."""
    size, batch = SIZES[model]
    rng = np.random.default_rng(0)
    images = rng.normal(size=(batch, size, size, 3)).astype("float32")
    labels = rng.integers(0, 10, batch).astype("int32")
    with tempfile.TemporaryDirectory() as folder:
        timed = {"bare": bare(config, network(model, size), images, labels, xla == "on")}
        for name, strategy in strategies.items():
            with strategy.scope():
                trainer = Trainer(network(model, size), xla=xla == "on")
                trainer.compile(optimizer(), Crossentropy(), metrics=["sparse_categorical_accuracy"])
            timed[name] = engine(config, trainer, images, labels, Path(folder) / name)
        seconds = {name: [] for name in timed}
        for number in range(config.rounds + 1):
            for name, run_round in timed.items():
                step_seconds = run_round()
                if number:  # the first compiles
                    seconds[name].append(step_seconds)
    rate = {name: batch / statistics.median(values) for name, values in seconds.items()}
    del timed
    keras.backend.clear_session()
    gc.collect()
    return {
        "model": model,
        "xla": xla,
        "size": size,
        "batch": batch,
        "steps": config.steps,
        "rounds": config.rounds,
        **{name: round(value, 1) for name, value in rate.items()},
        "one_to_bare": round(rate["one"] / rate["bare"], 3),
        "two_to_one": round(rate["two"] / rate["one"], 3),
    }


def network(model, size):
    """Build a network of ten classes."""
    return kzoo.build(model, input_shape=(size, size, 3), classes=10, classifier_activation=None)


def optimizer():
    """Return the optimizer of the ResNet paper."""
    return keras.optimizers.SGD(0.01, momentum=0.9)


def bare(config, network, images, labels, xla):
    """Return a function that runs a round in a bare loop, and returns the seconds of a step."""
    sgd = optimizer()
    sgd.build(network.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(jit_compile=xla)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, network(images, training=True))
        gradients = tape.gradient(loss, [v.value for v in network.trainable_variables])
        sgd.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    images, labels = tf.constant(images), tf.constant(labels)

    def run_round():
        float(step(images, labels))
        start = time.perf_counter()
        for _ in range(config.steps - 1):
            loss = step(images, labels)
        float(loss)
        return (time.perf_counter() - start) / (config.steps - 1)

    return run_round


def engine(config, trainer, images, labels, folder):
    """Return a function that runs a round as a recipe does, and returns the seconds of a step."""
    data = tf.data.Dataset.from_tensors((images, labels)).cache().repeat()
    run, timer = Run(folder, config.steps, keep_checkpoints=1, batch_size=len(images)), EpochTimer()

    def run_round():
        with contextlib.redirect_stdout(io.StringIO()):  # a line an epoch
            run.fit(trainer, lambda epoch, step: data, epochs=run.progress.epoch + 1, callbacks=[timer])
        return timer.seconds / (config.steps - 1)

    return run_round


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
