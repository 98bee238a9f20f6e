"""BatchNormalization folded into the layer before it (Ioffe and Szegedy, 2015, arXiv:1502.03167, for inference)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers

from kzoo.exporting.copying import copy, values
from kzoo.layers import Conv2D, DepthwiseConv2D, SeparableConv2D


@dataclass(frozen=True)
class Folding:
    """What `kzoo.fold` did.

    Args:
        folded: name of each BatchNormalization that is gone, and of the layer that does its work now.
        kept: name of each one that stays, and why.
    """

    folded: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def __str__(self):
        count = f"{len(self.folded)} of {len(self.folded) + len(self.kept)} BatchNormalizations folded"
        reasons = [f"  {name} stays: {reason}" for name, reason in self.kept.items()]
        return "\n".join([count, *reasons])


def fold(model: keras.Model) -> keras.Model:
    """Return a copy of a model whose BatchNormalizations are part of the convolutions and dense layers before them.

    At inference a normalisation multiplies each channel and adds to it, and so can the kernel and the bias of the layer
    before. It is folded wherever that is exact: into dense layers and convolutions (grouped, depthwise, separable and
    transposed ones too), past dropout, and past zero padding if it adds nothing to zeros; but not where an activation
    lies between or where something else reads what lies between. The copy is for inference: it cannot be trained
    further as the original can.

    Args:
        model: a functional or sequential model. It stays as it is.

    Returns:
        The copy. Its attribute `folding`, a `Folding`, says what was folded, and why the rest was not.

    Raises:
        ValueError: the model is neither functional nor sequential, or has not been built.
    """
    model = functional(model)
    affine, report = _plan(model)

    def clone(layer):
        config = layer.get_config()
        if layer.name in affine:
            config["use_bias"] = True
        return type(layer).from_config(config)

    def call(layer, *arguments, **keywords):
        return arguments[0] if layer.name in report.folded else layer(*arguments, **keywords)

    folded = copy(model, clone, call, {name: _folded(model.get_layer(name), *affine[name]) for name in affine})
    folded.folding = report
    return folded


def functional(model: keras.Model) -> keras.Model:
    """Return a model whose graph can be walked: a functional one as it is, a sequential one on the same layers.

    Raises:
        ValueError: it is neither, or has not been built.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(f"model is a {type(model).__name__}; accepted is a functional keras.Model, as kzoo builds")
    if not isinstance(model, keras.Sequential):
        return model
    graph = keras.Model(model.inputs[0], model.outputs[0], name=model.name)
    graph.variant, graph.source = getattr(model, "variant", None), getattr(model, "source", None)
    return graph


def _last(layer, scale):
    return layer.kernel, scale


def _depthwise(layer, scale):
    return layer.kernel, scale.reshape(layer.kernel.shape[-2:])  # channels, filters for each


def _pointwise(layer, scale):
    return layer.pointwise_kernel, scale


def _transposed(layer, scale):
    return layer.kernel, scale[:, None]  # its last axis is the input's


# By the exact class: what a subclass does with its kernel nobody knows. Each says which kernel is scaled, and how.
KERNELS = {
    **dict.fromkeys((layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, Conv2D), _last),
    **dict.fromkeys((layers.DepthwiseConv1D, layers.DepthwiseConv2D, DepthwiseConv2D), _depthwise),
    **dict.fromkeys((layers.SeparableConv1D, layers.SeparableConv2D, SeparableConv2D), _pointwise),
    **dict.fromkeys((layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose), _transposed),
}
IDENTITIES = (layers.Dropout, layers.SpatialDropout1D, layers.SpatialDropout2D, layers.SpatialDropout3D)
PADDINGS = (layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D)


def _plan(model):
    """Return the factor and summand of the output of each layer that takes normalisations over, and the report."""
    nodes = [node for depth in sorted(model._nodes_by_depth, reverse=True) for node in model._nodes_by_depth[depth]]
    calls = Counter(node.operation.name for node in nodes)
    readers = Counter(id(tensor) for node in nodes for tensor in node.input_tensors)
    readers.update(id(tensor) for tensor in model.outputs)
    affine, report = {}, Folding()
    for node in nodes:
        layer = node.operation
        if not isinstance(layer, layers.BatchNormalization):
            continue
        scale, shift = _scale_and_shift(layer)
        target, reason = _target(node, shift, calls, readers, report.folded)
        if reason:
            report.kept[layer.name] = reason
            continue
        before, after = affine.get(target, (1.0, 0.0))
        affine[target] = before * scale, after * scale + shift
        report.folded[layer.name] = target
    return affine, report


def _target(node, shift, calls, readers, folded):
    """Return the name of the layer that a normalisation can be folded into, and None; or None and why there is none."""
    if calls[node.operation.name] > 1:
        return None, "it is used more than once"
    if node.arguments.kwargs.get("training"):
        return None, "it normalises by the batch"
    if node.operation.axis not in (-1, len(node.input_tensors[0].shape) - 1):
        return None, f"it normalises along axis {node.operation.axis}"
    tensor = node.input_tensors[0]
    while True:
        before = tensor._keras_history.operation
        if readers[id(tensor)] > 1:
            return None, f"something else reads {before.name!r} too"
        if calls[before.name] > 1:
            return None, f"{before.name!r} is used more than once"
        if isinstance(before, IDENTITIES) or before.name in folded:
            pass
        elif isinstance(before, PADDINGS):
            if np.any(shift):
                return None, f"it would move the zeros of {before.name!r}"
        else:
            return _takes(before)
        tensor = before.input


def _takes(layer):
    """Return the name of a layer that can take a normalisation over, and None; or None and why it cannot."""
    if type(layer) not in KERNELS:
        return None, f"it follows {layer.name!r}, a {type(layer).__name__}"
    if layer.activation is not keras.activations.linear:
        return None, f"{layer.name!r} has an activation"
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return None, f"{layer.name!r} has its channels first"
    if getattr(layer, "quantization_mode", None) or getattr(layer, "lora_enabled", False):
        return None, f"{layer.name!r} is quantized or adapted"
    return layer.name, None


def _scale_and_shift(layer):
    """Return what a normalisation multiplies each channel by and adds to it, float64."""
    mean, variance = (values(each, "float64") for each in (layer.moving_mean, layer.moving_variance))
    scale = (values(layer.gamma, "float64") if layer.scale else 1.0) / np.sqrt(variance + layer.epsilon)
    return scale, (values(layer.beta, "float64") if layer.center else 0.0) - mean * scale


def _folded(layer, scale, shift):
    """Return the weights that a layer and its bias get: its output times `scale`, plus `shift`."""
    kernel, factor = KERNELS[type(layer)](layer, scale)
    bias = values(layer.bias, "float64") if layer.use_bias else 0.0
    kernels = [
        values(each, "float64") * (factor if each is kernel else 1)
        for each in layer.weights[: -1 if layer.use_bias else None]
    ]
    return [*kernels, bias * scale + shift]
