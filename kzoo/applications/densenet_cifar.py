"""DenseNet for CIFAR (Huang et al., 2016, arXiv:1608.06993), of depth L and growth k as DenseNet{L}_{k}.

DenseNet-BC has bottlenecks and halving transitions; the basic one has neither, and a stem of 16 maps instead of 2k.
"""

from functools import partial

from kzoo._keras import layers, zoo
from kzoo._validation import ConvDropout
from kzoo.applications.assembly import variant
from kzoo.registry import CIFAR


def bn_relu_conv(x, filters, kernel, dropout, name):
    """Normalise, activate, convolve, drop: layers `{name}_bn`, `{name}_relu`, `{name}_conv` and `{name}_drop`."""
    x = zoo.BatchNormalization(epsilon=1e-5, name=f"{name}_bn")(x)
    x = layers.Activation("relu", name=f"{name}_relu")(x)
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, name=f"{name}_conv")(x)
    return layers.Dropout(dropout, name=f"{name}_drop")(x) if dropout else x


def basic(x, growth, dropout, name):
    """Compute `growth` new maps."""
    return bn_relu_conv(x, growth, 3, dropout, f"{name}_1")


def bottleneck(x, growth, dropout, name):
    """Compute `growth` new maps from four times as many that sum up the old ones."""
    x = bn_relu_conv(x, 4 * growth, 1, dropout, f"{name}_1")
    return bn_relu_conv(x, growth, 3, dropout, f"{name}_2")


def densenet_cifar(x, layer, depth, growth, stem, compression, dropout: ConvDropout):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, channels).

    Args:
        layer: computes the new maps, `basic` or `bottleneck`.
        depth: layers of each of the three blocks.
        growth: maps that each layer adds, the k of the paper.
        stem: maps of the first convolution.
        compression: share of the maps that a transition keeps.
        dropout: share that is dropped after each convolution but the first: 0.2 in the paper without augmentation.
    """
    x = layers.Conv2D(stem, 3, padding="same", use_bias=False, name="conv1_conv")(x)
    for block in (2, 3, 4):
        if block > 2:
            name = f"pool{block - 1}"
            x = bn_relu_conv(x, int(compression * x.shape[-1]), 1, dropout, name)
            x = layers.AveragePooling2D(2, name=f"{name}_pool")(x)
        for number in range(1, depth + 1):
            name = f"conv{block}_block{number}"
            new = layer(x, growth, dropout, name)
            x = layers.Concatenate(name=f"{name}_concat")([x, new])
    x = zoo.BatchNormalization(epsilon=1e-5, name="bn")(x)
    return layers.Activation("relu", name="relu")(x)


family = partial(
    variant,
    network=densenet_cifar,
    paper="Densely Connected Convolutional Networks (Huang et al.)",
    reference="arXiv:1608.06993",
    year=2016,
    preprocessing=CIFAR,
    input_shape=(32, 32, 3),
    min_size=8,
    classes=10,
    options=("dropout",),
    dropout=0.0,
)

plain = partial(family, layer=basic, stem=16, compression=1.0)
bc = partial(family, layer=bottleneck, compression=0.5)

DenseNet40_12 = plain("DenseNet40_12", depth=12, growth=12, parameters=1_037_818, macs=264_812_928)

DenseNet100_12 = plain("DenseNet100_12", depth=32, growth=12, parameters=7_096_858, macs=1_769_516_448)

DenseNet100_24 = plain("DenseNet100_24", depth=32, growth=24, parameters=27_480_346, macs=6_889_347_744)

DenseNetBC100_12 = bc("DenseNetBC100_12", depth=16, growth=12, stem=24, parameters=793_150, macs=287_929_692)

DenseNetBC250_24 = bc("DenseNetBC250_24", depth=41, growth=24, stem=48, parameters=15_582_382, macs=5_418_785_724)

DenseNetBC190_40 = bc("DenseNetBC190_40", depth=31, growth=40, stem=80, parameters=25_881_390, macs=9_301_945_740)
