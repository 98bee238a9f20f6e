"""Squeeze-and-excitation networks (Hu et al., 2017, arXiv:1709.01507), as timm builds them.

The authors' own SE-ResNets stride the first 1x1 of a bottleneck, timm's the 3x3: equal counts, other outputs.
SEInception, which timm lacks, is the authors'.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications import inception_v2, resnet_torch
from kzoo.applications.blocks import conv_bn, max_pool
from kzoo.applications.googlenet import dropout_classifier
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.resnet_torch import basic, bottleneck, conv3x3, project1x1, resnet, stem7x7
from kzoo.applications.resnext import aggregated, grouped_conv3x3
from kzoo.registry import CAFFE, TORCH, timm_weights

preprocess_input = PreprocessInput(TORCH)  # of all but SEInception; for that, kzoo.preprocess_input(name, x)


def excite(x, name, ratio=16):
    """Scale each map by a number between 0 and 1, which two small layers make of the means of all maps."""
    maps = x.shape[-1]
    scale = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    scale = layers.Conv2D(maps // ratio, 1, activation="relu", name=f"{name}_fc1")(scale)
    scale = layers.Conv2D(maps, 1, activation="sigmoid", name=f"{name}_fc2")(scale)
    return layers.Multiply(name=f"{name}_scale")([x, scale])


def excited(x, filters, stride, name, branch):
    """Excite what a branch computes, before it is added."""
    return excite(branch(x, filters, stride, name), name=f"{name}_se")


def halved_bottleneck(x, filters, stride, name):
    """The branch of SENet-154: 64 groups of 4 maps, and half as many maps into the 3x3 as out of it."""
    x = conv_bn(x, 2 * filters, 1, name=f"{name}_1")
    x = grouped_conv3x3(x, 4 * filters, stride, groups=64, name=f"{name}_2")
    return conv_bn(x, 4 * filters, 1, act=None, name=f"{name}_3")


def project3x3(x, filters, stride, name):
    """Project with a 3x3 where the map is halved, so that no pixel of it is skipped."""
    project = conv3x3 if stride > 1 else partial(conv_bn, kernel=1)
    return project(x, filters, stride=stride, act=None, name=name)


def ceil_stem(x):
    """The stem whose pooling pads only below and to the right, as Caffe's did."""
    x = conv_bn(x, 64, 7, 2, padding=3, name="conv1")
    return max_pool(x, 3, 2, padding=((0, 1), (0, 1)), name="pool1")


def deep_stem(x):
    """The stem of SENet-154: three 3x3 in the place of a 7x7."""
    x = conv3x3(x, 64, 2, name="conv1_1")
    x = conv3x3(x, 64, name="conv1_2")
    x = conv3x3(x, 128, name="conv1_3")
    return max_pool(x, 3, 2, padding=1, name="pool1")


def senet(x, depths, branch, stem=stem7x7, project=project1x1):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 512 or 2048)."""
    return resnet(x, depths, partial(excited, branch=branch), stem, project)


def excited_module(x, name, **branches):
    """Excite what an Inception module concatenates, before the next one reads it."""
    return excite(inception_v2.join(x, name, **branches), f"{name}_se")


def se_inception(x):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 1024)."""
    return inception_v2.inception_v2(x, join=excited_module)


def torch_names(layer):
    """Return timm's module of a layer: conv2_block1_se_fc1 is layer1.0.se.fc1."""
    unit, *excitation = layer.split("_se_")
    if excitation:
        return resnet_torch.torch_names(f"{unit}_1_conv").removesuffix("conv1") + f"se.{excitation[0]}"
    return resnet_torch.torch_names(layer)


def legacy_names(layer):
    """Return the module in timm's legacy_seresnet networks, which names a few otherwise."""
    module = torch_names(layer).replace(".se.", ".se_module.")
    return {"conv1": "layer0.conv1", "bn1": "layer0.bn1", "fc": "last_linear"}.get(module, module)


def deep_names(layer):
    """Return timm's module of a layer of SENet-154, whose stem is a list of layers."""
    stem = {"conv1_1": ("conv1.0", "conv1.1"), "conv1_2": ("conv1.3", "conv1.4"), "conv1_3": ("conv1.6", "bn1")}
    unit, _, kind = layer.rpartition("_")
    return stem[unit][("conv", "bn").index(kind)] if unit in stem else torch_names(layer)


family = partial(
    resnet_torch.family,
    network=senet,
    paper="Squeeze-and-Excitation Networks (Hu et al.)",
    reference="arXiv:1709.01507",
    year=2017,
    torch_names=torch_names,
)

small = partial(family, branch=basic, stem=ceil_stem, torch_names=legacy_names)
deep = partial(family, branch=bottleneck)
grouped = partial(family, branch=aggregated(32, 4))

SEResNet18 = small("SEResNet18", depths=(2, 2, 2, 2), parameters=11_788_192, macs=1_814_160_384)

SEResNet34 = small("SEResNet34", depths=(3, 4, 6, 3), parameters=21_975_892, macs=3_663_918_592)

SEResNet50 = deep(
    "SEResNet50",
    depths=(3, 4, 6, 3),
    parameters=28_141_144,
    macs=4_091_699_200,
    weights=(timm_weights("seresnet50.ra2_in1k", 288, 81.284, 95.652),),
)

SEResNet101 = deep("SEResNet101", depths=(3, 4, 23, 3), parameters=49_432_216, macs=7_806_148_608)

SEResNet152 = deep("SEResNet152", depths=(3, 8, 36, 3), parameters=66_973_272, macs=11_520_204_800)

SEResNeXt50_32x4d = grouped(
    "SEResNeXt50_32x4d",
    depths=(3, 4, 6, 3),
    parameters=27_628_120,
    macs=4_232_994_816,
    weights=(timm_weights("seresnext50_32x4d.gluon_in1k", 224, 79.91, 94.824),),
)

SEResNeXt101_32x4d = grouped(
    "SEResNeXt101_32x4d",
    depths=(3, 4, 23, 3),
    parameters=49_093_272,
    macs=7_974_739_968,
    weights=(timm_weights("seresnext101_32x4d.gluon_in1k", 224, 80.892, 95.296),),
)

SENet154 = family(
    "SENet154",
    head=dropout_classifier,
    dropout=0.2,
    depths=(3, 8, 36, 3),
    stem=deep_stem,
    branch=halved_bottleneck,
    project=project3x3,
    torch_names=deep_names,
    parameters=115_336_536,
    macs=20_688_363_520,
    weights=(timm_weights("senet154.gluon_in1k", 224, 81.226, 95.358),),
)

SEInception = family(
    "SEInception",
    network=se_inception,
    preprocessing=CAFFE,
    torch_names=None,
    parameters=11_951_654,
    macs=2_033_239_424,
    notes="InceptionV2, each of its ten modules excited",
)
