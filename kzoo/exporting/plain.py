"""Networks of Keras' own layers only, whose files open where kzoo is not installed."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops
from keras.src.applications.convnext import LayerScale  # public nowhere, but in the files of Keras' own ConvNeXt

from kzoo import layers as zoo
from kzoo.exporting.copying import copy, values
from kzoo.exporting.folding import functional


def to_plain_keras(model: keras.Model) -> keras.Model:
    """Return a copy of a model that has Keras' own layers only: its `.keras` file opens without kzoo.

    Layers that kzoo has in a faster version, such as BatchNormalization, become Keras' own, with the same names,
    weights and `trainable`. Some without weights, such as padding by reflection, become operations of `keras.ops`. The
    copy computes the same, in training too, but slower. It is not compiled.

    Args:
        model: a functional or sequential model. It stays as it is.

    Raises:
        ValueError: the model is neither functional nor sequential, or has not been built; or Keras has no equivalent
            of one of its layers.
    """
    model = functional(model)
    _check(model)
    moments = {each.name: _moments(each) for each in model.layers if type(each) is zoo.Normalization}
    copied = copy(model, _equivalent, weights=moments)
    plain = keras.Model(copied.input, copied.output, name=model.name)  # the copy is compiled if the model is
    if not model.trainable:
        flags = [layer.trainable for layer in plain.layers]
        plain.trainable = False
        for layer, flag in zip(plain.layers, flags, strict=True):
            layer.trainable = flag
    plain.variant, plain.source = getattr(model, "variant", None), getattr(model, "source", None)
    return plain


def _check(model):
    for layer in model.layers:
        for each in layer._flatten_layers():
            kind = type(each)
            if kind.__module__.split(".")[0] != "keras" and (kind not in EQUIVALENTS or each is not layer):
                raise _refusal(layer, f"Keras has no equivalent of {kind.__module__.split('.')[0]}'s {kind.__name__}")


def _refusal(layer, reason):
    return ValueError(
        f"{layer.name!r} cannot become a layer of Keras' own: {reason}; "
        "open the model's file with kzoo imported, or use kzoo.export"
    )


def _equivalent(layer) -> Callable:
    """Return what takes the place of a layer: another one, without its weights, or a function of its inputs."""
    return EQUIVALENTS.get(type(layer), _same)(layer)


def _same(layer):
    return type(layer).from_config(layer.get_config())


def _parent(layer):
    return type(layer).__base__.from_config(layer.get_config())


def _layer_scale(layer):
    return LayerScale.from_config({**layer.get_config(), "projection_dim": layer.gamma.shape[-1]})


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
        raise _refusal(layer, "how much it pads depends on the size of the image, which this model leaves open")
    keep = {key: value for key, value in layer.get_config().items() if key != "size"}
    return layers.ZeroPadding2D.from_config({**keep, "padding": tuple(map(layer._zeros, sides))})


def _called(layer):
    """Return the function of a layer that is made of `keras.ops` only."""
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


def _moments(layer) -> list[np.ndarray]:
    """Return the weights that Keras' own Normalization divides by the root of, and the count."""
    mean, _, count = layer.variables
    return [values(mean), values(layer.deviation()) ** 2, values(count)]


EQUIVALENTS = {
    **dict.fromkeys(
        (zoo.BatchNormalization, zoo.Conv2D, zoo.DepthwiseConv2D, zoo.Normalization, zoo.SeparableConv2D), _parent
    ),
    **dict.fromkeys((zoo.PadChannels, zoo.ReflectionPad, zoo.ScaledTanh), _called),
    zoo.HalvingPad: _zero_padding,
    zoo.LayerScale: _layer_scale,
    zoo.LocalResponseNormalization: _local_response_normalization,
    zoo.Maxout: _maxout,
    zoo.StochasticDepth: _dropout,
}
