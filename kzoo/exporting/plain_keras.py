"""Conversion to models of Keras' own layers, whose files load where kzoo is not installed."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops

from kzoo import layers as zoo
from kzoo.compat import layer_scale
from kzoo.exporting.cloning import clone, to_numpy
from kzoo.exporting.folding import functional
from kzoo.graph import all_layers
from kzoo.registry import record_of


def to_plain_keras(model: keras.Model) -> keras.Model:
    """Convert a model to Keras' own layers: its `.keras` file loads without kzoo.

    Layers that kzoo has in a faster version, such as BatchNormalization, become Keras' own, with the same names,
    weights and `trainable`. Some without weights, such as reflection padding, become operations of `keras.ops`. The
    copy computes the same, in training too, but slower. It is not compiled.

    Args:
        model: a functional or sequential model. It is not changed.

    Raises:
        ValueError: the model is neither functional nor sequential, or has not been built; or Keras has no equivalent
            of one of its layers.
    """
    model = functional(model)
    _check(model)
    normalizations = {
        each.name: _normalization_weights(each) for each in model.layers if type(each) is zoo.Normalization
    }
    converted = clone(model, _equivalent, weights=normalizations)
    plain = keras.Model(converted.input, converted.output, name=model.name)  # the clone is compiled if the model is
    if not model.trainable:
        flags = [layer.trainable for layer in plain.layers]
        plain.trainable = False
        for layer, flag in zip(plain.layers, flags, strict=True):
            layer.trainable = flag
    plain.record = record_of(model)  # which the file does not have
    return plain


def _check(model):
    for layer in model.layers:
        for each in all_layers(layer):
            kind = type(each)
            if kind.__module__.split(".")[0] != "keras" and (kind not in EQUIVALENTS or each is not layer):
                raise _no_equivalent(
                    layer, f"Keras has no equivalent of {kind.__module__.split('.')[0]}'s {kind.__name__}"
                )


def _no_equivalent(layer, reason):
    return ValueError(
        f"{layer.name!r} cannot become a layer of Keras' own: {reason}; "
        "open the model's file with kzoo imported, or use kzoo.export"
    )


def _equivalent(layer) -> Callable:
    """Return the equivalent of a layer: another layer, without its weights, or a function of its inputs."""
    return EQUIVALENTS.get(type(layer), _clone)(layer)


def _clone(layer):
    return type(layer).from_config(layer.get_config())


def _base_class(layer):
    return type(layer).__base__.from_config(layer.get_config())


def _layer_scale(layer):
    return layer_scale().from_config({**layer.get_config(), "projection_dim": layer.gamma.shape[-1]})


def _dropout(layer):
    config = layer.get_config()
    config["rate"] = config.pop("drop_path_rate")
    return layers.Dropout.from_config({**config, "noise_shape": (None, *(1,) * (len(layer.input.shape) - 1))})


def _maxout(layer):
    config = layer.get_config()
    units, pieces = config["units"], config.pop("pieces")
    dense = layers.Dense.from_config({**config, "units": units * pieces})
    return lambda x: ops.max(ops.reshape(dense(x), (-1, units, pieces)), axis=-1)


def _zero_padding(layer):
    sides = layer.input.shape[1:3]
    if None in sides:
        raise _no_equivalent(layer, "how much it pads depends on the size of the image, which this model leaves open")
    keep = {key: value for key, value in layer.get_config().items() if key != "size"}
    return layers.ZeroPadding2D.from_config({**keep, "padding": tuple(map(layer._zeros, sides))})


def _call_function(layer):
    """Return the `call` of a layer that consists of `keras.ops` only."""
    return lambda x: layer.call(_autocast(layer, x))


def _local_response_normalization(layer):
    def normalize(x):
        x = ops.cast(x, "float32")
        around, maps = layer.size // 2, x.shape[-1]
        squares = ops.pad(ops.square(x), [(0, 0)] * (len(x.shape) - 1) + [(around, around)])
        total = sum(squares[..., i : i + maps] for i in range(layer.size))
        return ops.cast(x / (layer.bias + layer.alpha * total) ** layer.beta, layer.compute_dtype)

    return normalize


def _autocast(layer, x):
    is_float = keras.backend.is_float_dtype(x.dtype)
    return ops.cast(x, layer.compute_dtype) if is_float and x.dtype != layer.compute_dtype else x


def _normalization_weights(layer) -> list[np.ndarray]:
    """Return mean, variance and count, as Keras' own Normalization has them."""
    mean, _, count = layer.variables
    return [to_numpy(mean), to_numpy(layer.deviation()) ** 2, to_numpy(count)]


EQUIVALENTS: dict[type, Callable] = {
    **dict.fromkeys(
        (zoo.BatchNormalization, zoo.Conv2D, zoo.DepthwiseConv2D, zoo.Normalization, zoo.SeparableConv2D), _base_class
    ),
    **dict.fromkeys((zoo.PadChannels, zoo.ReflectionPad, zoo.ScaledTanh), _call_function),
    zoo.HalvingPad: _zero_padding,
    zoo.LayerScale: _layer_scale,
    zoo.LocalResponseNormalization: _local_response_normalization,
    zoo.Maxout: _maxout,
    zoo.StochasticDepth: _dropout,
}
