"""Adaptation of weights to another number of input channels or classes than they were trained with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kzoo.layers import Normalization
from kzoo.registry import per_channel

RGB = 3


class Size(NamedTuple):
    """What may differ between a model and a weight file; `classes` is None without the classifier."""

    channels: int
    classes: int | None


def infer_size(pairs: Iterable[tuple[tuple, tuple]], model_size: Size) -> Size:
    """Infer the size of the network that a file was written from.

    Args:
        pairs: differing shapes of tensors in the file and of weights they may be for, inputs and outputs last.
        model_size: of the model that the weights are for; what no pair explains is returned as it is.
    """
    channels, classes = model_size
    for file_shape, model_shape in pairs:
        if (
            len(model_shape) == 4
            and model_shape[2] == model_size.channels
            and file_shape == (*model_shape[:2], RGB, model_shape[3])
        ):
            channels = RGB
        if len(model_shape) > 1 and model_shape[-1] == model_size.classes and file_shape[:-1] == model_shape[:-1]:
            classes = file_shape[-1]
    return Size(channels, classes)


class NewClassifierWarning(UserWarning):
    """Weights were loaded, but for the classifier, which is new and untrained."""


def adapt_weights(source, model) -> dict[str, str]:
    """Copy weights from a model that differs in its input channels, or its number of classes, alone.

    Kernels of the RGB input are summed over its channels for one channel, so that a grey image has the same output as
    with three equal channels. For more channels they are repeated, red, green, blue, red and so on, and scaled by
    3 / channels, which keeps the scale of the output. Mean and standard deviation of a normalization inside of the
    network are averaged for one channel, so that a grey image has nearly the same output, and repeated for more.
    Weights whose shape depends on the number of classes keep their random initialization.

    Returns:
        Name of each layer whose weights were changed -> how.
    """
    changes = {}
    for old, new in zip(source.weights, model.weights, strict=True):
        layer = new.path.split("/")[-2]
        if old.shape == new.shape:
            new.assign(old)
        elif len(new.shape) == 4 and old.shape[2] == RGB != new.shape[2]:
            new.assign(_adapt_kernel(np.asarray(old), new.shape[2]))
            changes[layer] = f"{'summed' if new.shape[2] == 1 else 'repeated'} from {RGB} to {new.shape[2]} channels"
        elif not isinstance(_find_layer(model, layer), Normalization):
            changes[layer] = f"new and untrained, for {new.shape[-1]} classes instead of {old.shape[-1]}"
    for layer in model.layers:
        if isinstance(layer, Normalization):
            _adapt_normalization(source.get_layer(layer.name), layer)
    return changes


def _find_layer(model, name):
    return next((layer for layer in model.layers if layer.name == name), None)


def _adapt_kernel(kernel, channels):
    if channels == 1:
        return kernel.sum(axis=2, keepdims=True)
    return np.take(kernel, np.arange(channels) % RGB, axis=2) * (RGB / channels)


def _adapt_normalization(old, new):
    channels = new.adapt_mean.shape[0]
    if channels != old.adapt_mean.shape[0]:
        new.adapt_mean.assign(per_channel(np.asarray(old.adapt_mean), channels))
        new.adapt_variance.assign(np.square(per_channel(np.asarray(old.deviation()), channels)))
