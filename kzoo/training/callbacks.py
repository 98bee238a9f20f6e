"""Keras callbacks that know a `Trainer`."""

from __future__ import annotations

from pathlib import Path

import keras

from kzoo._files import whole


class BestWeights(keras.callbacks.Callback):
    """Keep the network's weights of the epoch whose `monitor` was highest, in a file that is always whole.

    Args:
        path: ending in `.weights.h5`.
        monitor: name of the measure; at equal values the first epoch stays.
    """

    def __init__(self, path: Path, monitor: str):
        super().__init__()
        self.path, self.monitor, self.best = path, monitor, -float("inf")

    def on_epoch_end(self, epoch, logs=None):
        if logs[self.monitor] > self.best:
            self.best = logs[self.monitor]
            with whole(self.path) as new:
                self.model.network.save_weights(new)
