"""Keras callbacks of generative models: grids of samples, and warnings of mode collapse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from kzoo._files import atomic_path
from kzoo.generative.image_grid import make_grid, save_animation
from kzoo.training.run import Run

PATIENCE = 3  # epochs in a row before a warning of the discriminator's loss
MIN_DISCRIMINATOR_LOSS = 0.05  # real and fake term together; 2 ln 2 where it cannot distinguish them
MIN_DIVERSITY = 0.05  # of the samples' pixel deviation, as a share of the real images'


class SampleGrid(keras.callbacks.Callback):
    """Save a grid of samples after each epoch, as `samples/epoch-00001.png`.

    Args:
        out: folder of the results.
        sample: returns the samples, uint8 (rows, columns, height, width, channels); from the same noise each time.
    """

    def __init__(self, out: Path, sample: Callable[[], np.ndarray]):
        super().__init__()
        self.out, self.sample = Path(out), sample

    def on_epoch_end(self, epoch, logs=None):
        with atomic_path(self.path(epoch + 1)) as new:
            self.images = self.sample()
            make_grid(self.images).save(new)

    def path(self, epoch: int) -> Path:
        """Return the path of the grid of an epoch, from 1."""
        return self.out / "samples" / f"epoch-{epoch:05}.png"

    def save_animation(self, epochs: int):
        """Write `samples.png`, an animation of the grids that exist."""
        files = [path for path in map(self.path, range(1, epochs + 1)) if path.exists()]
        if files:
            save_animation(files, self.out / "samples.png")


def pixel_deviation(images: np.ndarray) -> float:
    """Return the standard deviation of each pixel over images, the mean over pixels: 0 if all images are equal."""
    return float(images.astype("float32").std(axis=0).mean())


class CollapseMonitor(keras.callbacks.Callback):
    """Warn once of a discriminator loss near zero, and of mode collapse, when it begins.

    Args:
        run: whose history has the losses from before it was resumed.
        sample: returns samples, uint8 (..., height, width, channels).
        real_deviation: `pixel_deviation` of real images.
    """

    def __init__(self, run: Run, sample: Callable[[], np.ndarray], real_deviation: float):
        super().__init__()
        self.run, self.sample, self.real_deviation = run, sample, real_deviation
        self.collapsed = False

    def on_epoch_end(self, epoch, logs=None):
        for name in logs:
            if name.startswith("discriminator") and self._has_vanished(name, logs):
                print(
                    f"warning: {name} has been below {MIN_DISCRIMINATOR_LOSS} for {PATIENCE} epochs: it recognizes all "
                    "generated images, and the generator learns next to nothing; lower its learning rate, or make it "
                    "smaller",
                    flush=True,
                )
        images = self.sample()
        deviation = pixel_deviation(images.reshape(-1, *images.shape[-3:]))
        collapsed = deviation < MIN_DIVERSITY * self.real_deviation
        if collapsed and not self.collapsed and epoch > 0:
            print(
                "warning: the samples are nearly the same image, whatever the noise (mode collapse); lower the "
                "learning rates, or begin again with another seed",
                flush=True,
            )
        self.collapsed = collapsed

    def _has_vanished(self, name, logs):
        """Return whether a loss has been too low for exactly `PATIENCE` epochs."""
        losses = [*self.run.progress.history.get(name, []), float(logs[name])]
        below = [loss < MIN_DISCRIMINATOR_LOSS for loss in losses[-PATIENCE - 1 :]]
        return all(below[-PATIENCE:]) and len(losses) >= PATIENCE and not (len(below) > PATIENCE and below[0])
