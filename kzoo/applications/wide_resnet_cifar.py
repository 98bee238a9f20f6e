"""Wide ResNet for 32x32 images (Zagoruyko and Komodakis, 2016, arXiv:1605.07146)."""

from functools import partial

from kzoo._keras import layers
from kzoo._validation import ConvDropout
from kzoo.applications.blocks import bn_relu
from kzoo.applications.resnet_cifar import family, preact_conv, preact_unit, stages


def wide_basic(x, filters, stride, name, dropout=0):
    """3x3 - dropout - 3x3 of an activated input."""
    x = preact_conv(x, filters, 3, stride, name=f"{name}_1")
    x = bn_relu(x, f"{name}_1")
    if dropout:
        x = layers.Dropout(dropout, name=f"{name}_dropout")(x)
    return preact_conv(x, filters, 3, name=f"{name}_2")


def wide_resnet(x, depth, width, dropout: ConvDropout):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, 64 x width).

    Layers are 6 x depth + 4. `dropout` is the share of activations dropped in each unit; the paper uses 0 or 0.3.
    """
    branch = partial(wide_basic, dropout=dropout)
    x = preact_conv(x, 16, 3, name="conv1")
    x = stages(x, depth, [width * filters for filters in (16, 32, 64)], partial(preact_unit, branch=branch))
    return bn_relu(x, "post")


wide = partial(
    family,
    network=wide_resnet,
    paper="Wide Residual Networks (Zagoruyko and Komodakis)",
    reference="arXiv:1605.07146",
    year=2016,
    dropout=0.0,
    options=("dropout",),
)

WideResNet28_10 = wide("WideResNet28_10", depth=4, width=10, parameters=36_497_146, macs=5_243_328_768)

WideResNet40_4 = wide("WideResNet40_4", depth=6, width=4, parameters=8_959_994, macs=1_298_582_016)

WideResNet16_8 = wide("WideResNet16_8", depth=2, width=8, parameters=10_968_570, macs=1_548_145_664)
