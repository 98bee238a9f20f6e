"""ResNets for 32x32 images: plain (He et al., 2015, arXiv:1512.03385) and pre-activated (arXiv:1603.05027)."""

import sys
from functools import partial

from kzoo._keras import layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import bn_relu, conv_bn, residual_stages
from kzoo.applications.resnet_torch import conv3x3
from kzoo.registry import CIFAR

DEEP = "loading a whole model of this depth in a new process needs sys.setrecursionlimit(20000) first"


def pad_shortcut(x, filters, stride, name, size=1):
    """Bring an input to the shape of its branch without weights (option A): subsample, append maps of zeros.

    Means of 2x2 pixels instead (`size=2`) are what stochastic depth's code takes.
    """
    x = layers.AveragePooling2D(size, stride, padding="same", name=f"{name}_pool")(x)
    return zoo.PadChannels(filters, name=f"{name}_pad")(x)


def basic(x, filters, stride, name):
    """3x3 - 3x3 residual unit, its shortcut free of weights."""
    skip = pad_shortcut(x, filters, stride, name=f"{name}_0") if stride > 1 else x
    x = conv3x3(x, filters, stride, name=f"{name}_1")
    x = conv3x3(x, filters, act=None, name=f"{name}_2")
    x = layers.Add(name=f"{name}_add")([skip, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def allow_depth(units):
    """Let Keras walk a graph of that many units: it recurs at each layer, and Python stops at 1000 calls.

    The limit stays: copying the model and loading it from a file walk the graph again.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 1000 + 20 * units))


def stages(x, depth, widths, unit):
    """Apply `depth` units of each width; each stage but the first begins by halving the map."""
    allow_depth(depth * len(widths))
    return residual_stages(x, [depth] * len(widths), widths, unit)


def resnet_cifar(x, depth):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, 64), 6 x depth + 2 layers."""
    x = conv_bn(x, 16, 3, name="conv1")
    return stages(x, depth, (16, 32, 64), basic)


def preact_conv(x, filters, kernel, stride=1, *, name):
    """Convolve what was normalised and activated before; no bias, since a normalisation follows somewhere."""
    if stride > 1 and kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    padding = "valid" if stride > 1 else "same"
    return layers.Conv2D(filters, kernel, stride, padding, use_bias=False, name=f"{name}_conv")(x)


def preact_unit(x, filters, stride, name, branch):
    """Add to an input what `branch` makes of it activated; where shapes differ, the shortcut starts activated too."""
    active = bn_relu(x, f"{name}_preact")
    y = branch(active, filters, stride, name)
    if stride > 1 or x.shape[-1] != y.shape[-1]:
        x = preact_conv(active, y.shape[-1], 1, stride, name=f"{name}_0")
    return layers.Add(name=f"{name}_out")([x, y])


def preact_bottleneck(x, filters, stride, name):
    """1x1 - 3x3 - 1x1 of an activated input; the stride is on the first."""
    x = preact_conv(x, filters, 1, stride, name=f"{name}_1")
    x = preact_conv(bn_relu(x, f"{name}_1"), filters, 3, name=f"{name}_2")
    return preact_conv(bn_relu(x, f"{name}_2"), 4 * filters, 1, name=f"{name}_3")


def preact_resnet_cifar(x, depth):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, 256), 9 x depth + 2 layers."""
    x = preact_conv(x, 16, 3, name="conv1")
    x = stages(x, depth, (16, 32, 64), partial(preact_unit, branch=preact_bottleneck))
    return bn_relu(x, "post")


family = partial(
    variant,
    network=resnet_cifar,
    paper="Deep Residual Learning for Image Recognition, section 4.2 (He et al.)",
    reference="arXiv:1512.03385",
    year=2015,
    preprocessing=CIFAR,
    input_shape=(32, 32, 3),
    min_size=8,
    classes=10,
)

ResNet20CIFAR = family("ResNet20CIFAR", depth=3, parameters=271_098, macs=40_551_040)

ResNet32CIFAR = family("ResNet32CIFAR", depth=5, parameters=466_426, macs=68_862_592)

ResNet44CIFAR = family("ResNet44CIFAR", depth=7, parameters=661_754, macs=97_174_144)

ResNet56CIFAR = family("ResNet56CIFAR", depth=9, parameters=857_082, macs=125_485_696)

ResNet110CIFAR = family("ResNet110CIFAR", depth=18, parameters=1_736_058, macs=252_887_680)

ResNet1202CIFAR = family("ResNet1202CIFAR", depth=200, notes=DEEP, parameters=19_510_906, macs=2_829_238_912)

preact = partial(
    family,
    network=preact_resnet_cifar,
    paper="Identity Mappings in Deep Residual Networks (He et al.)",
    reference="arXiv:1603.05027",
    year=2016,
)

PreActResNet164CIFAR = preact("PreActResNet164CIFAR", depth=18, parameters=1_727_482, macs=244_500_992)

PreActResNet1001CIFAR = preact(
    "PreActResNet1001CIFAR", depth=111, notes=DEEP, parameters=10_476_922, macs=1_487_849_984
)
