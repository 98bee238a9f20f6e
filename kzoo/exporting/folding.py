"""Batch norm folding: BatchNormalization fused into the layer before it (Ioffe and Szegedy, 2015, arXiv:1502.03167)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers

from kzoo import graph
from kzoo.exporting.cloning import clone, to_numpy
from kzoo.layers import Conv2D, DepthwiseConv2D, SeparableConv2D
from kzoo.registry.model import derive


@dataclass(frozen=True)
class Folding:
    """The report of `kzoo.fold`.

    Args:
        folded: BatchNormalization that was folded -> layer that it was folded into, by name.
        kept: BatchNormalization that was not folded -> reason.
    """

    folded: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def __str__(self):
        count = f"{len(self.folded)} of {len(self.folded) + len(self.kept)} BatchNormalizations folded"
        reasons = [f"  {name} stays: {reason}" for name, reason in self.kept.items()]
        return "\n".join([count, *reasons])


def fold(model: keras.Model) -> keras.Model:
    """Return a copy of a model with its BatchNormalizations folded into the convolutions and dense layers before them.

    At inference BatchNormalization is a scale and a shift of each channel, which the kernel and the bias of the layer
    before can absorb. It is folded wherever that is exact: into dense layers and convolutions (grouped, depthwise,
    separable and transposed ones too), past dropout, and past zero padding if the shift is 0; but not past activations,
    or past tensors that have other consumers. The copy is for inference: it does not train as the original does.

    Args:
        model: a functional or sequential model. It is not changed.

    Returns:
        The copy. Its attribute `folding`, a `Folding`, is the report: what was folded, and why the rest was not.

    Raises:
        ValueError: the model is neither functional nor sequential, or has not been built.
    """
    model = functional(model)
    affine, report = _plan(model)

    def clone_layer(layer):
        config = layer.get_config()
        if layer.name in affine:
            config["use_bias"] = True
        return type(layer).from_config(config)

    def call_layer(layer, *arguments, **keywords):
        return arguments[0] if layer.name in report.folded else layer(*arguments, **keywords)

    folded = clone(
        model, clone_layer, call_layer, {name: _folded_weights(model.get_layer(name), *affine[name]) for name in affine}
    )
    folded.folding = report
    return folded


def functional(model: keras.Model) -> keras.Model:
    """Return a functional model as it is, and a sequential one as a functional model of the same layers.

    Raises:
        ValueError: it is neither, or has not been built.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(f"model is a {type(model).__name__}; accepted is a functional keras.Model, as kzoo builds")
    if not isinstance(model, keras.Sequential):
        return model
    return derive(model, model.inputs[0], model.outputs[0])


def _output_channels(layer, scale):
    return layer.kernel, scale


def _depthwise_channels(layer, scale):
    return layer.kernel, scale.reshape(layer.kernel.shape[-2:])  # channels, depth multiplier


def _pointwise_channels(layer, scale):
    return layer.pointwise_kernel, scale


def _transposed_channels(layer, scale):
    return layer.kernel, scale[:, None]  # its last axis is the input channels


# By exact class, as a subclass may use its kernel in another way. Each function returns the kernel that is scaled, and
# the factor in its shape.
SCALED_KERNELS = {
    **dict.fromkeys((layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, Conv2D), _output_channels),
    **dict.fromkeys((layers.DepthwiseConv1D, layers.DepthwiseConv2D, DepthwiseConv2D), _depthwise_channels),
    **dict.fromkeys((layers.SeparableConv1D, layers.SeparableConv2D, SeparableConv2D), _pointwise_channels),
    **dict.fromkeys((layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose), _transposed_channels),
}
IDENTITIES = (layers.Dropout, layers.SpatialDropout1D, layers.SpatialDropout2D, layers.SpatialDropout3D)
PADDINGS = (layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D)


def _plan(model):
    """Return scale and shift of each layer that normalizations are folded into, and the report."""
    nodes = graph.nodes(model)
    call_counts = Counter(node.operation.name for node in nodes)
    consumer_counts = Counter(id(tensor) for node in nodes for tensor in node.input_tensors)
    consumer_counts.update(id(tensor) for tensor in model.outputs)
    affine, report = {}, Folding()
    for node in nodes:
        layer = node.operation
        if not isinstance(layer, layers.BatchNormalization):
            continue
        scale, shift = _scale_and_shift(layer)
        target, reason = _target(node, shift, call_counts, consumer_counts, report.folded)
        if reason:
            report.kept[layer.name] = reason
            continue
        before, after = affine.get(target, (1.0, 0.0))
        affine[target] = before * scale, after * scale + shift
        report.folded[layer.name] = target
    return affine, report


def _target(node, shift, call_counts, consumer_counts, folded):
    """Return the name of the layer that a normalization can be folded into, and None; or None and the reason."""
    if call_counts[node.operation.name] > 1:
        return None, "it is used more than once"
    if node.arguments.kwargs.get("training"):
        return None, "it normalises by the batch"
    if node.operation.axis not in (-1, len(node.input_tensors[0].shape) - 1):
        return None, f"it normalises along axis {node.operation.axis}"
    tensor = node.input_tensors[0]
    while True:
        before = graph.producer(tensor)
        if consumer_counts[id(tensor)] > 1:
            return None, f"something else reads {before.name!r} too"
        if call_counts[before.name] > 1:
            return None, f"{before.name!r} is used more than once"
        if isinstance(before, IDENTITIES) or before.name in folded:
            pass
        elif isinstance(before, PADDINGS):
            if np.any(shift):
                return None, f"it would move the zeros of {before.name!r}"
        else:
            return _foldable(before)
        tensor = before.input


def _foldable(layer):
    """Return the name of a layer if a normalization can be folded into it, and None; or None and the reason."""
    if type(layer) not in SCALED_KERNELS:
        return None, f"it follows {layer.name!r}, a {type(layer).__name__}"
    if layer.activation is not keras.activations.linear:
        return None, f"{layer.name!r} has an activation"
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return None, f"{layer.name!r} has its channels first"
    if getattr(layer, "quantization_mode", None) or getattr(layer, "lora_enabled", False):
        return None, f"{layer.name!r} is quantized or adapted"
    return layer.name, None


def _scale_and_shift(layer):
    """Return scale and shift of a normalization, float64, (channels,) each."""
    mean, variance = (to_numpy(each, "float64") for each in (layer.moving_mean, layer.moving_variance))
    scale = (to_numpy(layer.gamma, "float64") if layer.scale else 1.0) / np.sqrt(variance + layer.epsilon)
    return scale, (to_numpy(layer.beta, "float64") if layer.center else 0.0) - mean * scale


def _folded_weights(layer, scale, shift):
    """Return the weights with which a layer, with a bias, computes its former output * scale + shift."""
    kernel, factor = SCALED_KERNELS[type(layer)](layer, scale)
    bias = to_numpy(layer.bias, "float64") if layer.use_bias else 0.0
    kernels = [
        to_numpy(each, "float64") * (factor if each is kernel else 1)
        for each in layer.weights[: -1 if layer.use_bias else None]
    ]
    return [*kernels, bias * scale + shift]
