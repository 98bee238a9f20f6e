"""ResNets of stochastic depth for 32x32 images (Huang et al., 2016, arXiv:1603.09382)."""

from functools import partial
from typing import Annotated

from annotated_types import Gt, Le
from typing_extensions import Doc

from kzoo._keras import layers, zoo
from kzoo.applications import resnet_cifar
from kzoo.applications.blocks import conv_bn
from kzoo.applications.resnet_cifar import DEEP, pad_shortcut, stages
from kzoo.applications.resnet_torch import conv3x3

Survival = Annotated[float, Gt(0), Le(1), Doc("probability that the last unit survives a mini-batch")]


def survivals(units, last):
    """Return the probability of each unit to survive: 1 before the first, falling evenly to `last`."""
    return [1 - index / units * (1 - last) for index in range(1, units + 1)]


def unit(x, filters, stride, name, survival):
    """3x3 - 3x3 residual unit whose branch survives a mini-batch with the next probability of `survival`."""
    skip = pad_shortcut(x, filters, stride, name=f"{name}_0", size=2) if stride > 1 else x
    x = conv3x3(x, filters, stride, name=f"{name}_1")
    x = conv3x3(x, filters, act=None, name=f"{name}_2")
    x = zoo.StochasticBranch(next(survival), name=f"{name}_drop")(x)
    x = layers.Add(name=f"{name}_add")([skip, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def stochastic_depth(x, depth, survival: Survival):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, 64), 6 x depth + 2 layers.

    `survival` is the probability that the last unit survives a mini-batch.
    """
    widths = (16, 32, 64)
    falling = iter(survivals(depth * len(widths), survival))
    x = conv_bn(x, 16, 3, name="conv1")
    return stages(x, depth, widths, partial(unit, survival=falling))


family = partial(
    resnet_cifar.family,
    network=stochastic_depth,
    paper="Deep Networks with Stochastic Depth (Huang et al.)",
    reference="arXiv:1603.09382",
    year=2016,
    survival=0.5,
    options=("survival",),
)

StochasticDepthResNet110 = family("StochasticDepthResNet110", depth=18, parameters=1_736_058, macs=252_887_680)

StochasticDepthResNet1202 = family(
    "StochasticDepthResNet1202", depth=200, notes=DEEP, parameters=19_510_906, macs=2_829_238_912
)
