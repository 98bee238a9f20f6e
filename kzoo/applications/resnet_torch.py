"""ResNet-18 and -34 (He et al., 2015, arXiv:1512.03385), Wide ResNet (Zagoruyko and Komodakis, 2016, arXiv:1605.07146).

As torchvision builds them, "v1.5": no biases before a normalisation, zeros on every side of a strided convolution, and
the stride on the 3x3 of a bottleneck, which then sees every pixel. ResNeXt and SENet add branches to it.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import conv_bn, max_pool, residual_stages
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TORCH, torchvision_weights

preprocess_input = PreprocessInput(TORCH)


def conv3x3(x, filters, stride=1, *, act="relu", name, conv=conv_bn):
    """Convolve 3x3 with a zero on every side; TensorFlow's own "same" is lopsided where it strides."""
    return conv(x, filters, 3, stride, act=act, padding=1 if stride > 1 else "same", name=name)


def basic(x, filters, stride, name):
    """3x3 - 3x3: the residual branch of the shallower networks."""
    x = conv3x3(x, filters, stride, name=f"{name}_1")
    return conv3x3(x, filters, act=None, name=f"{name}_2")


def bottleneck(x, filters, stride, name, width=1, middle=conv3x3):
    """1x1 - 3x3 - 1x1: the residual branch of the deeper networks; `width` multiplies the inner maps."""
    x = conv_bn(x, width * filters, 1, name=f"{name}_1")
    x = middle(x, width * filters, stride, name=f"{name}_2")
    return conv_bn(x, 4 * filters, 1, act=None, name=f"{name}_3")


def project1x1(x, filters, stride, name):
    """Bring a skipped input to the shape of its branch (option B of the paper)."""
    return conv_bn(x, filters, 1, stride, act=None, name=name)


def residual(x, filters, stride, name, branch, project):
    """Add to an input what `branch` makes of it; it is projected where their shapes differ."""
    y = branch(x, filters, stride, name)
    if stride > 1 or x.shape[-1] != y.shape[-1]:
        x = project(x, y.shape[-1], stride, name=f"{name}_0")
    x = layers.Add(name=f"{name}_add")([x, y])
    return layers.Activation("relu", name=f"{name}_out")(x)


def stem7x7(x):
    """Bring an image to a quarter of its size and 64 maps."""
    x = conv_bn(x, 64, 7, 2, padding=3, name="conv1")
    return max_pool(x, 3, 2, padding=1, name="pool1")


def resnet(x, depths, branch, stem=stem7x7, project=project1x1):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 512 or 2048)."""
    unit = partial(residual, branch=branch, project=project)
    return residual_stages(stem(x), depths, (64, 128, 256, 512), unit)


def torch_names(layer):
    """Return torchvision's module of a layer: conv3_block1_2_bn is layer2.0.bn2, conv3_block1_0_conv its projection."""
    if layer == "predictions":
        return "fc"
    if layer.startswith("conv1_"):
        return f"{layer[6:]}1"
    stage, unit, part, kind = layer.split("_")
    module = f"layer{int(stage[4:]) - 1}.{int(unit[5:]) - 1}"
    if part == "0":
        return f"{module}.downsample.{('conv', 'bn').index(kind)}"
    return f"{module}.{kind}{part}"


family = partial(variant, network=resnet, preprocessing=TORCH, torch_names=torch_names)

basic_resnet = partial(
    family,
    paper="Deep Residual Learning for Image Recognition (He et al.)",
    reference="arXiv:1512.03385",
    year=2015,
    branch=basic,
)

ResNet18 = basic_resnet(
    "ResNet18",
    depths=(2, 2, 2, 2),
    parameters=11_699_112,
    macs=1_814_073_344,
    weights=(torchvision_weights("resnet18", 69.758, 89.078),),
)

ResNet34 = basic_resnet(
    "ResNet34",
    depths=(3, 4, 6, 3),
    parameters=21_814_696,
    macs=3_663_761_408,
    weights=(torchvision_weights("resnet34", 73.314, 91.42),),
)

wide_resnet = partial(
    family,
    paper="Wide Residual Networks (Zagoruyko and Komodakis)",
    reference="arXiv:1605.07146",
    year=2016,
    branch=partial(bottleneck, width=2),
    notes="twice the inner maps of a bottleneck, none more between bottlenecks",
)

WideResNet50_2 = wide_resnet(
    "WideResNet50_2",
    depths=(3, 4, 6, 3),
    parameters=68_951_464,
    macs=11_398_021_120,
    weights=(torchvision_weights("wide_resnet50_2", 78.468, 94.086),),
)

WideResNet101_2 = wide_resnet(
    "WideResNet101_2",
    depths=(3, 4, 23, 3),
    parameters=127_024_552,
    macs=22_753_050_624,
    weights=(torchvision_weights("wide_resnet101_2", 78.848, 94.284),),
)
