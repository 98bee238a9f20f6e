"""What a person looks at: grids of samples, and how they came to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from kzoo._files import atomic_path

SIDE, LARGEST, WIDTH = 64, 128, 700  # pixels: of a small image at least and at most, and about that of a grid


def grid(images: np.ndarray, gap: int = 2) -> Image.Image:
    """Lay images out in rows and columns, small ones enlarged a whole number of times, to be seen without a magnifier.

    Args:
        images: uint8 (rows, columns, height, width, channels), channels 1 or 3.
        gap: pixels between them.
    """
    rows, columns, height, width, channels = images.shape
    times = max(-(-SIDE // height), min(round(WIDTH / (columns * width)), LARGEST // height))
    images = images.repeat(times, axis=2).repeat(times, axis=3)
    height, width = height * times + gap, width * times + gap
    canvas = np.full((rows * height + gap, columns * width + gap, channels), 128, "uint8")
    for row in range(rows):
        for column in range(columns):
            top, left = gap + row * height, gap + column * width
            canvas[top : top + height - gap, left : left + width - gap] = images[row, column]
    return Image.fromarray(canvas[..., 0] if channels == 1 else canvas)


def animate(files: Sequence[Path], path: Path, milliseconds: int = 200, most: int = 60):
    """Write an animated PNG of pictures of one size; of more than `most` a selection, the last one included."""
    chosen = sorted({round(i) for i in np.linspace(0, len(files) - 1, min(most, len(files)))})
    frames = [Image.open(files[i]) for i in chosen]
    durations = [milliseconds] * (len(frames) - 1) + [2000]
    with atomic_path(path) as new:
        frames[0].save(new, save_all=True, append_images=frames[1:], duration=durations, loop=0)


class Pictures(keras.callbacks.Callback):
    """Save a grid of samples after each epoch, as `samples/epoch-00001.png`.

    Args:
        out: folder of the results.
        make: gives the samples, uint8 (rows, columns, height, width, channels); from the same noise each time.
    """

    def __init__(self, out: Path, make: Callable[[], np.ndarray]):
        super().__init__()
        self.out, self.make = Path(out), make

    def on_epoch_end(self, epoch, logs=None):
        with atomic_path(self.path(epoch + 1)) as new:
            self.images = self.make()
            grid(self.images).save(new)

    def path(self, epoch: int) -> Path:
        """Return where the grid of an epoch, from 1, is."""
        return self.out / "samples" / f"epoch-{epoch:05}.png"

    def animate(self, epochs: int):
        """Write `samples.png`, animated, of the grids that are there."""
        files = [path for path in map(self.path, range(1, epochs + 1)) if path.exists()]
        if files:
            animate(files, self.out / "samples.png")
