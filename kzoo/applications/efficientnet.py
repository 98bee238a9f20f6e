"""EfficientNet (Tan and Le, 2019, arXiv:1905.11946): one network, scaled in width, depth and resolution together.

B0 was found by search, on MnasNet's blocks; B1 to B7 follow by the coefficients the authors published, which the
formula of the paper gives only nearly: widths are rounded to multiples of 8, repeats up, and resolutions by hand.
"""

from collections.abc import Callable
from functools import partial
from math import ceil
from typing import NamedTuple

from kzoo._keras import initializers, layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import RAW, Weights

preprocess_input = PreprocessInput(RAW)


def fan_out_normal():
    """Draw kernels for the number of outputs; a new initializer a layer, or equal shapes would get equal values."""
    return initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")


def norm_act(x, act, momentum, name):
    """Normalise, and activate unless `act` is None."""
    x = zoo.BatchNormalization(momentum=momentum, name=f"{name}bn")(x)
    return layers.Activation(act, name=f"{name}activation")(x) if act else x


def conv(x, filters, kernel=1, stride=1, *, act="swish", momentum=0.99, name):
    """Convolve, normalise, activate: layers `{name}conv`, `{name}bn` and `{name}activation`."""
    convolve = layers.Conv2D(
        filters, kernel, stride, "same", use_bias=False, kernel_initializer=fan_out_normal(), name=f"{name}conv"
    )
    return norm_act(convolve(x), act, momentum, name)


def depthwise(x, kernel, stride, *, act="swish", momentum=0.99, name):
    """Convolve each map by itself, normalise, activate."""
    convolve = zoo.DepthwiseConv2D(
        kernel, stride, "same", use_bias=False, depthwise_initializer=fan_out_normal(), name=f"{name}dwconv"
    )
    return norm_act(convolve(x), act, momentum, name)


def squeeze_excite(x, units, name):
    """Scale each map by a factor in 0..1 that all maps' averages decide, through `units` hidden units."""
    pointwise = partial(layers.Conv2D, kernel_size=1)
    se = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}se_squeeze")(x)
    se = pointwise(units, activation="swish", kernel_initializer=fan_out_normal(), name=f"{name}se_reduce")(se)
    se = pointwise(x.shape[-1], activation="sigmoid", kernel_initializer=fan_out_normal(), name=f"{name}se_expand")(se)
    return layers.Multiply(name=f"{name}se_excite")([x, se])


def residual(x, inputs, stride, drop, name):
    """Add the inputs where shapes allow; in training, `drop` is the chance that an image skips the block."""
    if stride != 1 or x.shape[-1] != inputs.shape[-1]:
        return x
    if drop:
        x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.Add(name=f"{name}add")([x, inputs])


def mbconv(inputs, filters, expand, kernel, stride, drop, *, gate=squeeze_excite, act="swish", momentum=0.99, name):
    """Inverted bottleneck: widen, convolve by map, gate, narrow (without activation), add."""
    style = {"act": act, "momentum": momentum}
    narrow = inputs.shape[-1]
    x = conv(inputs, expand * narrow, **style, name=f"{name}expand_") if expand > 1 else inputs
    x = depthwise(x, kernel, stride, **style, name=name)
    x = gate(x, max(1, narrow // 4), name)  # a quarter of the block's input, not of the widened maps
    x = conv(x, filters, act=None, momentum=momentum, name=f"{name}project_")
    return residual(x, inputs, stride, drop, name)


class Stage(NamedTuple):
    """Blocks of one kind; only the first has the stride."""

    repeats: int
    filters: int
    expand: int
    kernel: int
    stride: int
    block: Callable = mbconv


# Table 1 of the paper
STAGES = (
    Stage(1, 16, 1, 3, 1),
    Stage(2, 24, 6, 3, 2),
    Stage(2, 40, 6, 5, 2),
    Stage(3, 80, 6, 3, 2),
    Stage(3, 112, 6, 5, 1),
    Stage(4, 192, 6, 5, 2),
    Stage(1, 320, 6, 3, 1),
)


def widened(filters, width):
    """Scale a number of maps to the nearest multiple of 8 that is no more than a tenth below."""
    nearest = max(8, int(width * filters + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * width * filters else nearest + 8


def scaled(stages, width, depth, widened=widened):
    """Scale the maps and the repeats of stages."""
    return [
        stage._replace(filters=widened(stage.filters, width), repeats=ceil(depth * stage.repeats)) for stage in stages
    ]


def run(x, stages, drop_connect):
    """Apply all stages; the chance to skip a block grows linearly from 0 to nearly `drop_connect`."""
    block, blocks = 0, sum(stage.repeats for stage in stages)
    for number, stage in enumerate(stages, 1):
        for unit in range(stage.repeats):
            stride, drop = 1 if unit else stage.stride, drop_connect * block / blocks
            name = f"block{number}{chr(ord('a') + unit)}_"
            x = stage.block(x, stage.filters, stage.expand, stage.kernel, stride, drop, name=name)
            block += 1
    return x


def efficientnet(x, width, depth, drop_connect=0.2):
    """Image (batch, height, width, channels), 0..255 -> features (batch, height / 32, width / 32, 1280 wide or more).

    Padding is TensorFlow's "same" throughout. keras.applications pads by hand, which is the same wherever it knows the
    size of the image; where it does not, it takes every size for an even one.
    """
    x = layers.Rescaling(1 / 255, name="stem_rescaling")(x)
    x = zoo.Normalization(name="stem_normalization")(x)  # weights, because the published files hold some
    x = conv(x, widened(32, width), 3, 2, name="stem_")
    x = run(x, scaled(STAGES, width, depth), drop_connect)
    return conv(x, widened(1280, width), name="top_")


def head(x, classes, activation, dropout):
    """Average each map, drop some, classify."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(dropout, name="top_dropout")(x)
    uniform = initializers.VarianceScaling(1 / 3, "fan_out", "uniform")
    return layers.Dense(classes, activation=activation, kernel_initializer=uniform, name="predictions")(x)


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes, converted from the authors' own (AutoAugment)."""
    file = f"https://storage.googleapis.com/keras-applications/{name}"
    return Weights(
        tag="imagenet",
        url=f"{file}.h5",
        hash=hash,
        notop_url=f"{file}_notop.h5",
        notop_hash=notop_hash,
        licence="Apache-2.0",
        top1=top1,
        top5=top5,
        accuracy_from="keras.io/api/applications",
    )


family = partial(
    variant,
    network=efficientnet,
    head=head,
    paper="EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le)",
    reference="arXiv:1905.11946",
    year=2019,
    preprocessing=RAW,
    notes="pixels of 0..255 are rescaled and normalised inside the network; "
    "7 of the parameters are that normalisation's",
)

EfficientNetB0 = family(
    "EfficientNetB0",
    width=1.0,
    depth=1.0,
    dropout=0.2,
    parameters=5_330_571,
    macs=385_814_752,
    weights=(
        imagenet("efficientnetb0", "902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d", 77.1, 93.3),
    ),
)

EfficientNetB1 = family(
    "EfficientNetB1",
    width=1.0,
    depth=1.1,
    dropout=0.2,
    input_shape=(240, 240, 3),
    parameters=7_856_239,
    macs=686_802_832,
    weights=(
        imagenet("efficientnetb1", "1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432", 79.1, 94.4),
    ),
)

EfficientNetB2 = family(
    "EfficientNetB2",
    width=1.1,
    depth=1.2,
    dropout=0.3,
    input_shape=(260, 260, 3),
    parameters=9_177_569,
    macs=993_561_872,
    weights=(
        imagenet("efficientnetb2", "b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39", 80.1, 94.9),
    ),
)

EfficientNetB3 = family(
    "EfficientNetB3",
    width=1.2,
    depth=1.4,
    dropout=0.3,
    input_shape=(300, 300, 3),
    parameters=12_320_535,
    macs=1_827_141_392,
    weights=(
        imagenet("efficientnetb3", "ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226", 81.6, 95.7),
    ),
)

EfficientNetB4 = family(
    "EfficientNetB4",
    width=1.4,
    depth=1.8,
    dropout=0.4,
    input_shape=(380, 380, 3),
    parameters=19_466_823,
    macs=4_393_771_024,
    weights=(
        imagenet("efficientnetb4", "18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba", 82.9, 96.4),
    ),
)

EfficientNetB5 = family(
    "EfficientNetB5",
    width=1.6,
    depth=2.2,
    dropout=0.4,
    input_shape=(456, 456, 3),
    parameters=30_562_527,
    macs=10_266_384_752,
    weights=(
        imagenet("efficientnetb5", "ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f", 83.6, 96.7),
    ),
)

EfficientNetB6 = family(
    "EfficientNetB6",
    width=1.8,
    depth=2.6,
    dropout=0.5,
    input_shape=(528, 528, 3),
    parameters=43_265_143,
    macs=19_067_593_536,
    weights=(
        imagenet("efficientnetb6", "165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743", 84.0, 96.8),
    ),
)

EfficientNetB7 = family(
    "EfficientNetB7",
    width=2.0,
    depth=3.1,
    dropout=0.5,
    input_shape=(600, 600, 3),
    parameters=66_658_687,
    macs=37_745_884_192,
    weights=(
        imagenet("efficientnetb7", "8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a", 84.3, 97.0),
    ),
)
