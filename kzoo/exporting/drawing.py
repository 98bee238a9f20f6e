"""Pictures that look natural to a network, drawn: what exports are compared on where no images are given."""

from __future__ import annotations

import numpy as np

LEAVES = 60


def draw(height: int, width: int, channels: int, count: int) -> np.ndarray:
    """Return the same pictures each time, (count, height, width, channels), float32 in 0..255.

    They are dead leaves: shaded, textured discs that hide each other, whose radii fall as 1 / radius ** 3. These have
    the edges and the power spectrum of photographs (Lee, Mumford and Huang, 2001, "Occlusion models for natural
    images"), where noise takes a network to where no photograph does. Some are dark, some have little contrast.
    """
    rng = np.random.default_rng(0)
    pictures = np.stack([_leaves(rng, height, width, channels) for _ in range(count)])
    contrast = rng.uniform(0.4, 1.0, (count, 1, 1, 1))
    brightness = rng.uniform(0, 1, contrast.shape) * (1 - contrast)
    return (255 * (brightness + contrast * pictures)).astype("float32")


def _leaves(rng, height, width, channels):
    """Return a picture, in 0..1, of discs from the farthest to the nearest."""
    side, texture = min(height, width), _clouds(rng, height, width)
    picture = _colour(rng, channels) + 0.2 * texture
    for radius in 0.04 * side / np.sqrt(rng.uniform(0.005, 1, LEAVES)):
        row, column = rng.uniform(0, height), rng.uniform(0, width)
        part = np.s_[_range(row, radius, height), _range(column, radius, width)]
        down, right = np.mgrid[part] - np.array([row, column]).reshape(2, 1, 1)
        shade = 0.3 * (rng.normal() * down + rng.normal() * right) / side
        leaf = _colour(rng, channels) + shade[..., None] + rng.uniform(0, 0.15) * texture[part]
        picture[part] = np.where((down**2 + right**2 < radius**2)[..., None], leaf, picture[part])
    return np.clip(picture, 0, 1)


def _range(middle, radius, side):
    return slice(max(int(middle - radius), 0), min(int(middle + radius) + 1, side))


def _colour(rng, channels):
    """Return a colour: like most things, more or less grey."""
    return np.clip(rng.uniform(0, 1) + rng.normal(0, 0.15, channels), 0, 1)


def _clouds(rng, height, width):
    """Return noise (height, width, 1) of mean 0 and deviation 1 whose amplitudes fall with the frequency."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))
    spectrum = np.fft.fft2(rng.normal(size=(height, width))) / np.maximum(frequency, 1 / max(height, width))
    clouds = np.fft.ifft2(spectrum).real[..., None]
    return (clouds - clouds.mean()) / (clouds.std() + 1e-9)
