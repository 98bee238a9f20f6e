"""Weights for another number of input channels or of classes than those they were trained for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kzoo.layers import Normalization
from kzoo.registry import per_channel

RGB = 3


class Size(NamedTuple):
    """What may differ between a network and the one a file is of; `classes` is None without the classifier."""

    channels: int
    classes: int | None


def size_of(pairs: Iterable[tuple[tuple, tuple]], wanted: Size) -> Size:
    """Return the size of the network that a file is of.

    Args:
        pairs: shapes of tensors in the file and of weights they may be for, inputs and outputs last, where they differ.
        wanted: the size of the network that is to have them; what no pair explains is returned as it is.
    """
    channels, classes = wanted
    for theirs, ours in pairs:
        if len(ours) == 4 and ours[2] == wanted.channels and theirs == (*ours[:2], RGB, ours[3]):
            channels = RGB
        if len(ours) > 1 and ours[-1] == wanted.classes and theirs[:-1] == ours[:-1]:
            classes = theirs[-1]
    return Size(channels, classes)


def transfer(source, model) -> dict[str, str]:
    """Give a model the weights of one that is the same but for its input channels, or its number of classes.

    Kernels that read red, green and blue are summed for one channel, so that grey gives what it gave as three equal
    channels. For more channels they are repeated, red, green, blue, red and so on, and scaled by 3 / channels, which
    keeps the size of what they compute. Mean and deviation of a normalisation inside the network are averaged for one
    channel, so that grey gives nearly what it gave, and repeated for more. Weights of which there are as many as
    classes stay as they are: random.

    Returns:
        By the name of each layer that has other weights, what became of them.
    """
    changed = {}
    for old, new in zip(source.weights, model.weights, strict=True):
        layer = new.path.split("/")[-2]
        if old.shape == new.shape:
            new.assign(old)
        elif len(new.shape) == 4 and old.shape[2] == RGB != new.shape[2]:
            new.assign(_fit_kernel(np.asarray(old), new.shape[2]))
            changed[layer] = f"{'summed' if new.shape[2] == 1 else 'repeated'} from {RGB} to {new.shape[2]} channels"
        elif not isinstance(_owner(model, layer), Normalization):
            changed[layer] = f"new and untrained, for {new.shape[-1]} classes instead of {old.shape[-1]}"
    for layer in model.layers:
        if isinstance(layer, Normalization):
            _fit_normalization(source.get_layer(layer.name), layer)
    return changed


def _owner(model, name):
    return next((layer for layer in model.layers if layer.name == name), None)


def _fit_kernel(kernel, channels):
    if channels == 1:
        return kernel.sum(axis=2, keepdims=True)
    return np.take(kernel, np.arange(channels) % RGB, axis=2) * (RGB / channels)


def _fit_normalization(old, new):
    channels = new.adapt_mean.shape[0]
    if channels != old.adapt_mean.shape[0]:
        new.adapt_mean.assign(per_channel(np.asarray(old.adapt_mean), channels))
        new.adapt_variance.assign(np.square(per_channel(np.asarray(old.deviation()), channels)))
