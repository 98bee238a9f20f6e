"""Grids of images, and animations of them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from kzoo._files import atomic_path

# pixels: height of an enlarged image, at least and at most, and approximate width of a grid
MIN_HEIGHT, MAX_HEIGHT, GRID_WIDTH = 64, 128, 700


def make_grid(images: np.ndarray, padding: int = 2) -> Image.Image:
    """Arrange images in rows and columns; small ones are enlarged by an integer factor.

    Args:
        images: uint8 (rows, columns, height, width, channels), channels 1 or 3.
        padding: pixels between them.
    """
    rows, columns, height, width, channels = images.shape
    scale = max(-(-MIN_HEIGHT // height), min(round(GRID_WIDTH / (columns * width)), MAX_HEIGHT // height))
    images = images.repeat(scale, axis=2).repeat(scale, axis=3)
    height, width = height * scale + padding, width * scale + padding
    canvas = np.full((rows * height + padding, columns * width + padding, channels), 128, "uint8")
    for row in range(rows):
        for column in range(columns):
            top, left = padding + row * height, padding + column * width
            canvas[top : top + height - padding, left : left + width - padding] = images[row, column]
    return Image.fromarray(canvas[..., 0] if channels == 1 else canvas)


def save_animation(files: Sequence[Path], path: Path, milliseconds: int = 200, max_frames: int = 60):
    """Write an animated PNG of image files of one size; of more than `max_frames` a selection with the last one.

    Files that are damaged are left out, with a warning; if all are, nothing is written.

    Args:
        milliseconds: that a frame is shown; the last one for 2 seconds.
    """
    selected = sorted({round(i) for i in np.linspace(0, len(files) - 1, min(max_frames, len(files)))})
    frames = [frame for i in selected if (frame := _read(files[i]))]
    if not frames:
        return
    durations = [milliseconds] * (len(frames) - 1) + [2000]
    with atomic_path(path) as new:
        frames[0].save(new, save_all=True, append_images=frames[1:], duration=durations, loop=0)


def _read(path):
    """Return an image, or None if it is damaged."""
    try:
        with Image.open(path) as image:
            return image.copy()
    except (OSError, SyntaxError, ValueError) as error:  # the latter two are Pillow's, of damaged PNG chunks
        warnings.warn(f"{path} cannot be read ({error}); the animation is made without it", stacklevel=3)
        return None
