"""SqueezeNet (Iandola et al., 2016, arXiv:1602.07360), as the authors released it and torchvision keeps it."""

from functools import partial

from kzoo._keras import initializers, layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import ceil_max_pool
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TORCH

preprocess_input = PreprocessInput(TORCH)


def conv(x, filters, kernel, stride=1, padding="same", *, name):
    """Convolve and rectify."""
    return layers.Conv2D(filters, kernel, stride, padding, activation="relu", name=name)(x)


def fire(x, squeeze, name):
    """Squeeze to few maps by 1x1, then expand to eight times as many: half of them by 1x1, half by 3x3."""
    x = conv(x, squeeze, 1, name=f"{name}_squeeze1x1")
    narrow = conv(x, 4 * squeeze, 1, name=f"{name}_expand1x1")
    wide = conv(x, 4 * squeeze, 3, name=f"{name}_expand3x3")
    return layers.Concatenate(name=f"{name}_concat")([narrow, wide])


def squeezenet(x, filters, kernel, pool_after):
    """Image (batch, height, width, channels) -> features (batch, about height / 16, about width / 16, 512).

    Args:
        filters, kernel: of the first convolution.
        pool_after: numbers of the layers (`conv1`, `fire2` to `fire9`) that a pool follows.
    """
    x = conv(x, filters, kernel, 2, "valid", name="conv1")
    for i in range(1, 10):
        if i > 1:
            x = fire(x, 16 * (i // 2), f"fire{i}")
        if i in pool_after:
            x = ceil_max_pool(x, f"pool{i}")
    return x


def head(x, classes, activation):
    """Classify each position by a 1x1 convolution, rectify, and average."""
    x = layers.Dropout(0.5, name="dropout")(x)
    normal = initializers.RandomNormal(stddev=0.01)
    x = layers.Conv2D(classes, 1, activation="relu", kernel_initializer=normal, name="conv10")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Activation(activation, name="predictions")(x)


def torchvision_name(layer, pool_after):
    """Name torchvision's module of a layer: its `features` number conv1, its ReLU, the fires and the pools."""
    if layer == "conv10":
        return "classifier.1"
    if layer == "conv1":
        return "features.0"
    unit, conv = layer.split("_")
    number = int(unit.removeprefix("fire"))
    return f"features.{number + sum(pool < number for pool in pool_after)}.{conv.replace('squeeze1x1', 'squeeze')}"


def squeezenet_variant(name, *, pool_after, **row):
    """Register a variant: where it pools decides the numbers in torchvision's names too."""
    return variant(
        name,
        network=squeezenet,
        head=head,
        paper="SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (Iandola et al.)",
        reference="arXiv:1602.07360",
        year=2016,
        preprocessing=TORCH,
        pool_after=pool_after,
        torch_names=partial(torchvision_name, pool_after=pool_after),
        **row,
    )


SqueezeNet1_0 = squeezenet_variant(
    "SqueezeNet1_0", filters=96, kernel=7, pool_after=(1, 4, 8), parameters=1_248_424, macs=818_924_576
)
SqueezeNet1_1 = squeezenet_variant(
    "SqueezeNet1_1",
    filters=64,
    kernel=3,
    pool_after=(1, 3, 5),
    parameters=1_235_496,
    macs=349_151_936,
    notes="the authors' later version: 2.4 times less computation",
)
