"""Give kernels the initial values of a paper, where the network's own are Keras' default."""

from __future__ import annotations

import keras

from kzoo.training.transfer import classifiers

# by what the number of a kernel's inputs or outputs decides the deviation; "Delving Deep into Rectifiers" (He et al.,
# 2015, arXiv:1502.01852), and, of outputs, as in fb.resnet.torch and the codes that derive from it
SCALED = {"he": "fan_in", "he_fan_out": "fan_out"}


def initialize(network: keras.Model, initializer: str | float) -> keras.Model:
    """Draw all kernels of convolutions and dense layers anew, and return the network.

    He's values are for layers that a rectifier follows. Dense classifiers get the uniform distribution within
    1 / sqrt(inputs) that is Torch's default, which fb.resnet.torch and the codes of pre-activated ResNets, Wide
    ResNets, DenseNets and stochastic depth leave them.

    Args:
        initializer: "he" for a normal distribution of variance 2 / inputs, "he_fan_out" of 2 / outputs; or the
            standard deviation of a normal distribution, the same for all, classifiers too.

    Raises:
        ValueError: an unknown initializer.
    """
    dense = [layer for layer in classifiers(network) if isinstance(layer, keras.layers.Dense)]
    for layer in network._flatten_layers(include_self=False, recursive=True):
        for weight in layer._trainable_variables:
            if weight.name.endswith("kernel"):
                depthwise = hasattr(layer, "depth_multiplier") and weight.name != "pointwise_kernel"
                value = _draw(initializer, weight.shape, depthwise)
                if initializer in SCALED and layer in dense:
                    value = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")(weight.shape)
                weight.assign(value)
    return network


def _draw(initializer, shape, depthwise):
    if not isinstance(initializer, str):
        return keras.initializers.RandomNormal(stddev=initializer)(shape)
    if initializer not in SCALED:
        raise ValueError(f"initializer={initializer!r} is unknown; accepted are {', '.join(SCALED)}, or a deviation")
    if depthwise:  # each output has one channel as input, which Keras does not count so
        height, width, channels, multiplier = shape
        return keras.ops.reshape(_draw(initializer, (height, width, 1, channels * multiplier), depthwise=False), shape)
    return keras.initializers.VarianceScaling(2.0, SCALED[initializer], "untruncated_normal")(shape)
