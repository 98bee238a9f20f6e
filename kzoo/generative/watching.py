"""What goes wrong with generative training without the loss becoming infinite, in plain words."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from kzoo.training.run import Run

EPOCHS = 3  # one after the other, until it is said
WON = 0.05  # sum of the discriminator's two losses; 2 ln 2 if it can tell nothing
ALIKE = 0.05  # of what the pixels of real images deviate


def deviation(images: np.ndarray) -> float:
    """Return by how much the same pixel of several images differs, the mean over pixels: 0 if all are the same."""
    return float(images.astype("float32").std(axis=0).mean())


class Watch(keras.callbacks.Callback):
    """Say when the discriminator has won, or when the samples have become alike; once, when it begins.

    Args:
        run: whose history says what was measured before it was resumed.
        make: gives samples, uint8 (..., height, width, channels).
        real: what `deviation` says of real images.
    """

    def __init__(self, run: Run, make: Callable[[], np.ndarray], real: float):
        super().__init__()
        self.run, self.make, self.real = run, make, real
        self.alike = False

    def on_epoch_end(self, epoch, logs=None):
        for name in logs:
            if name.startswith("discriminator") and self._has_won(name, logs):
                print(
                    f"warning: {name} has been below {WON} for {EPOCHS} epochs: it tells all made images, and the "
                    "generator learns next to nothing; lower its learning rate, or make it smaller",
                    flush=True,
                )
        images = self.make()
        alike = deviation(images.reshape(-1, *images.shape[-3:])) < ALIKE * self.real
        if alike and not self.alike and epoch > 0:
            print(
                "warning: the samples are nearly the same image, whatever the noise (mode collapse); lower the "
                "learning rates, or begin again with another seed",
                flush=True,
            )
        self.alike = alike

    def _has_won(self, name, logs):
        losses = [*self.run.progress.history.get(name, []), float(logs[name])]
        below = [loss < WON for loss in losses[-EPOCHS - 1 :]]
        return all(below[-EPOCHS:]) and len(losses) >= EPOCHS and not (len(below) > EPOCHS and below[0])
