"""Preprocessing of images, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le, MinLen

from kzoo._validation import PositiveFloat


@dataclass(frozen=True)
class Preprocessing:
    """Preprocessing of a raw image (0..255, RGB or grey): resizing, then (pixel - mean) / std.

    Args:
        mean, std: one number for each channel, or a single one for all.
        bgr: whether the channels are blue, green, red, as in Caffe.
        crop: size of the center crop, as a share of the shorter side, before it is resized to the network's input.
        pad: pixels of background on every side; the image is then fitted inside them instead of cropped.
    """

    name: str
    mean: Annotated[tuple[float, ...], MinLen(1)] = (0.0,)
    std: Annotated[tuple[PositiveFloat, ...], MinLen(1)] = (1.0,)
    bgr: bool = False
    crop: Annotated[float, Gt(0), Le(1)] = 0.875
    pad: Annotated[int, Ge(0), Le(1024)] = 0


CAFFE = Preprocessing("caffe", mean=(103.939, 116.779, 123.68), bgr=True)
TF = Preprocessing("tf", mean=(127.5,), std=(127.5,))
TORCH = Preprocessing(
    "torch", mean=(255 * 0.485, 255 * 0.456, 255 * 0.406), std=(255 * 0.229, 255 * 0.224, 255 * 0.225)
)
UNIT = Preprocessing("unit", std=(255.0,))
# mean and standard deviation of CIFAR-10's training images by channel, as in fb.resnet.torch
CIFAR = Preprocessing("cifar", mean=(125.3, 123.0, 113.9), std=(63.0, 62.1, 66.7), crop=1.0)
RAW = Preprocessing("raw")


def per_channel(values: Sequence[float], channels: int) -> list[float]:
    """Return a number for each channel of an image, from one each for red, green and blue: grey has their mean.

    More channels than three repeat red, green and blue, as the kernels of adapted weights do.
    """
    return [sum(values) / 3] if channels == 1 else [values[i % 3] for i in range(channels)]
