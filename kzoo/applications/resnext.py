"""ResNeXt (Xie et al., 2016, arXiv:1611.05431), in its form C: a bottleneck whose 3x3 is grouped; as torchvision's."""

from dataclasses import replace
from functools import partial

from kzoo._keras import layers, zoo
from kzoo.applications import resnet_torch
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.resnet_torch import bottleneck, resnet
from kzoo.registry import TORCH, timm_weights, torchvision_weights

preprocess_input = PreprocessInput(TORCH)


def grouped_conv3x3(x, filters, stride=1, *, groups, name):
    """Convolve 3x3 within groups, a zero on every side, normalise, activate."""
    x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    x = zoo.Conv2D(filters, 3, stride, groups=groups, use_bias=False, name=f"{name}_conv")(x)
    x = zoo.BatchNormalization(epsilon=1e-5, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def aggregated(groups, size):
    """Return the branch of so many groups of so many maps, counted in the first stage; each next one doubles them."""
    return partial(bottleneck, width=groups * size // 64, middle=partial(grouped_conv3x3, groups=groups))


def resnext(x, depths, groups, size):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 2048)."""
    return resnet(x, depths, aggregated(groups, size))


family = partial(
    resnet_torch.family,
    network=resnext,
    paper="Aggregated Residual Transformations for Deep Neural Networks (Xie et al.)",
    reference="arXiv:1611.05431",
    year=2016,
)

ResNeXt50_32x4d = family(
    "ResNeXt50_32x4d",
    depths=(3, 4, 6, 3),
    groups=32,
    size=4,
    parameters=25_097_128,
    macs=4_230_479_872,
    weights=(torchvision_weights("resnext50_32x4d", 77.618, 93.698),),
)

ResNeXt101_32x4d = family(
    "ResNeXt101_32x4d",
    depths=(3, 4, 23, 3),
    groups=32,
    size=4,
    parameters=44_315_560,
    macs=7_969_996_800,
    weights=(timm_weights("resnext101_32x4d.gluon_in1k", 224, 80.336, 94.908),),
)

ResNeXt101_32x8d = family(
    "ResNeXt101_32x8d",
    depths=(3, 4, 23, 3),
    groups=32,
    size=8,
    parameters=88_994_216,
    macs=16_414_015_488,
    weights=(torchvision_weights("resnext101_32x8d", 79.312, 94.526),),
)

ResNeXt101_64x4d = family(
    "ResNeXt101_64x4d",
    depths=(3, 4, 23, 3),
    groups=64,
    size=4,
    parameters=83_658_152,
    macs=15_460_270_080,
    # torchvision resizes the shorter side to 232 for this one, to 256 for its older weights
    weights=(torchvision_weights("resnext101_64x4d", 83.246, 96.454, preprocessing=replace(TORCH, crop=224 / 232)),),
)
