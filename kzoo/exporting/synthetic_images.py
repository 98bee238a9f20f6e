"""Synthetic images with the statistics of photographs: exports are verified on them where no images are given."""

from __future__ import annotations

import numpy as np

DISCS = 60


def dead_leaves(height: int, width: int, channels: int, count: int) -> np.ndarray:
    """Return images of the dead leaves model, (count, height, width, channels), float32 in 0..255, always the same.

    They are shaded, textured discs that occlude each other, whose radii are distributed as 1 / radius ** 3. These have
    the edges and the power spectrum of photographs (Lee, Mumford and Huang, 2001, "Occlusion models for natural
    images"); noise leads to activations that no photograph has. Brightness and contrast vary.
    """
    rng = np.random.default_rng(0)
    images = np.stack([_image(rng, height, width, channels) for _ in range(count)])
    contrast = rng.uniform(0.4, 1.0, (count, 1, 1, 1))
    brightness = rng.uniform(0, 1, contrast.shape) * (1 - contrast)
    return (255 * (brightness + contrast * images)).astype("float32")


def _image(rng, height, width, channels):
    """Return one image in 0..1, its discs drawn from the farthest to the nearest."""
    side, texture = min(height, width), _one_over_f_noise(rng, height, width)
    image = _colour(rng, channels) + 0.2 * texture
    for radius in 0.04 * side / np.sqrt(rng.uniform(0.005, 1, DISCS)):
        row, column = rng.uniform(0, height), rng.uniform(0, width)
        window = np.s_[_slice(row, radius, height), _slice(column, radius, width)]
        down, right = np.mgrid[window] - np.array([row, column]).reshape(2, 1, 1)
        shade = 0.3 * (rng.normal() * down + rng.normal() * right) / side
        disc = _colour(rng, channels) + shade[..., None] + rng.uniform(0, 0.15) * texture[window]
        image[window] = np.where((down**2 + right**2 < radius**2)[..., None], disc, image[window])
    return np.clip(image, 0, 1)


def _slice(center, radius, side):
    return slice(max(int(center - radius), 0), min(int(center + radius) + 1, side))


def _colour(rng, channels):
    """Return a random colour of low saturation."""
    return np.clip(rng.uniform(0, 1) + rng.normal(0, 0.15, channels), 0, 1)


def _one_over_f_noise(rng, height, width):
    """Return 1/f noise, (height, width, 1), of mean 0 and standard deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))
    spectrum = np.fft.fft2(rng.normal(size=(height, width))) / np.maximum(frequency, 1 / max(height, width))
    noise = np.fft.ifft2(spectrum).real[..., None]
    return (noise - noise.mean()) / (noise.std() + 1e-9)
