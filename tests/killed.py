"""A training for tests to kill; it resumes what it finds in its folder."""

import argparse
import os
import resource
import signal
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo.layers import BatchNormalization
from kzoo.training import Run, Trainer, is_chief, make_strategy

EPOCHS, STEPS, BATCH = 4, 5, 8


def data(epoch, step):
    """Give batches that are a function of epoch and step alone."""

    def batch(number):
        rng = np.random.default_rng(number)
        images = rng.normal(size=(BATCH, 8, 8, 2)).astype("float32")
        return images, (images[:, 0, 0, 0] > 0).astype("int32")

    numbers = tf.data.Dataset.range(epoch * STEPS + step, EPOCHS * STEPS)
    spec = [tf.TensorSpec((BATCH, 8, 8, 2)), tf.TensorSpec((BATCH,), tf.int32)]

    def read(number):
        images, labels = tf.numpy_function(batch, [number], [each.dtype for each in spec])
        return tf.ensure_shape(images, spec[0].shape), tf.ensure_shape(labels, spec[1].shape)

    return numbers.map(read)


def network():
    """Return one of each kind of state: weights, statistics, seeds."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            keras.layers.Conv2D(4, 3, use_bias=False),
            BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(2),
        ]
    )


class KillAt(keras.callbacks.Callback):
    """End this process, as a power cut or a scheduler would, when so many steps have been made."""

    def __init__(self, steps, how):
        super().__init__()
        self.left, self.how = steps, how

    def on_train_batch_begin(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), self.how)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--strategy", default="mirrored")
    parser.add_argument("--replicas", type=int)
    parser.add_argument("--xla", action="store_true")
    parser.add_argument("--kill-at", type=int, default=0)
    parser.add_argument("--how", default="SIGKILL")
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--largest-file", type=int)
    options = parser.parse_args()
    if options.largest_file:  # as if the disk were full
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest_file, options.largest_file))
    keras.utils.set_random_seed(0)
    strategy = make_strategy(options.strategy, options.replicas)
    with strategy.scope():
        trainer = Trainer(network(), xla=options.xla)
        rate = keras.optimizers.schedules.CosineDecay(options.learning_rate, EPOCHS * STEPS)
        optimizer = keras.optimizers.SGD(rate, momentum=0.9, use_ema=True, ema_momentum=0.9)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        trainer.compile(optimizer, loss, metrics=["accuracy"])
    run = Run(
        options.out, STEPS, "val_accuracy", checkpoint_every=2, resume=True, chief=is_chief(strategy), batch_size=BATCH
    )
    kill = KillAt(options.kill_at, getattr(signal, options.how))
    run.fit(trainer, data, EPOCHS, [kill], validation_data=data(0, 0).take(3))


if __name__ == "__main__":
    main()
