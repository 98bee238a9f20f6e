"""Initializers of papers, for networks whose own are Keras' default."""

from __future__ import annotations

import keras

from kzoo.compat import own_weights
from kzoo.graph import all_layers
from kzoo.training.fine_tuning import classifier_layers

# Initializer -> mode of He's normal initialization; "Delving Deep into Rectifiers" (He et al., 2015, arXiv:1502.01852);
# fan_out as in fb.resnet.torch and code derived from it
FAN_MODES = {"he": "fan_in", "he_fan_out": "fan_out"}


def initialize(network: keras.Model, initializer: str | float) -> keras.Model:
    """Initialize all kernels of convolutions and dense layers again, and return the network.

    He's initialization is for layers before a ReLU. Dense classifiers get Torch's default, uniform within
    1 / sqrt(fan_in), which fb.resnet.torch and the code of pre-activated ResNets, Wide ResNets, DenseNets and
    stochastic depth use for them.

    Args:
        initializer: "he" for a normal distribution of variance 2 / fan_in, "he_fan_out" of 2 / fan_out; or the
            standard deviation of a normal distribution, for all kernels, those of classifiers too.

    Raises:
        ValueError: an unknown initializer.
    """
    dense_classifiers = [layer for layer in classifier_layers(network) if isinstance(layer, keras.layers.Dense)]
    for layer in all_layers(network)[1:]:
        for weight in own_weights(layer):
            if weight.name.endswith("kernel"):
                is_depthwise = hasattr(layer, "depth_multiplier") and weight.name != "pointwise_kernel"
                value = _initial_value(initializer, weight.shape, is_depthwise)
                if initializer in FAN_MODES and layer in dense_classifiers:
                    value = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")(weight.shape)
                weight.assign(value)
    return network


def _initial_value(initializer, shape, is_depthwise):
    if not isinstance(initializer, str):
        return keras.initializers.RandomNormal(stddev=initializer)(shape)
    if initializer not in FAN_MODES:
        raise ValueError(
            f"initializer={initializer!r} is unknown; accepted are {', '.join(FAN_MODES)}, or a standard deviation"
        )
    if is_depthwise:  # each output has one input channel; Keras computes another fan
        height, width, channels, multiplier = shape
        return keras.ops.reshape(
            _initial_value(initializer, (height, width, 1, channels * multiplier), is_depthwise=False), shape
        )
    return keras.initializers.VarianceScaling(2.0, FAN_MODES[initializer], "untruncated_normal")(shape)
