"""MobileNetV3 (Howard et al., 2019, arXiv:1905.02244).

As keras.applications builds it: images come raw, and are scaled to -1..1 in the network; without the classifier the
1x1 convolution after the pooling is left out too. Minimalistic networks (of the authors' code, not the paper) have
3x3 kernels, no squeeze and excitation and no hard swish.
"""

from functools import partial
from typing import Annotated

from typing_extensions import Doc

from kzoo._keras import layers, zoo
from kzoo._validation import Dropout, IncludePreprocessing, Width
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.mobilenet_v2 import batch_norm, make_divisible
from kzoo.registry import RAW, TF, keras_weights

preprocess_input = PreprocessInput(RAW)

Minimalistic = Annotated[bool, Doc("whether to leave out what is slow on small processors")]

# Tables 2 and 1: kernel, expansion, filters, whether to squeeze and excite, activation, stride.
SMALL = (
    (3, 1, 16, True, "relu", 2),
    (3, 72 / 16, 24, False, "relu", 2),
    (3, 88 / 24, 24, False, "relu", 1),
    (5, 4, 40, True, "hard_swish", 2),
    *2 * ((5, 6, 40, True, "hard_swish", 1),),
    *2 * ((5, 3, 48, True, "hard_swish", 1),),
    (5, 6, 96, True, "hard_swish", 2),
    *2 * ((5, 6, 96, True, "hard_swish", 1),),
)
LARGE = (
    (3, 1, 16, False, "relu", 1),
    (3, 4, 24, False, "relu", 2),
    (3, 3, 24, False, "relu", 1),
    (5, 3, 40, True, "relu", 2),
    *2 * ((5, 3, 40, True, "relu", 1),),
    (3, 6, 80, False, "hard_swish", 2),
    (3, 2.5, 80, False, "hard_swish", 1),
    *2 * ((3, 2.3, 80, False, "hard_swish", 1),),
    *2 * ((3, 6, 112, True, "hard_swish", 1),),
    (5, 6, 160, True, "hard_swish", 2),
    *2 * ((5, 6, 160, True, "hard_swish", 1),),
)


def conv_bn(x, filters, kernel, stride, act, name):
    """Convolve, normalise, activate: layers `{name}`, `{name}_bn` and `{name}_act`."""
    x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=name)(x)
    x = batch_norm(x, f"{name}_bn")
    return layers.Activation(act, name=f"{name}_act")(x) if act else x


def squeeze_excite(x, name):
    """Weigh each channel by what all of them hold on average, through a quarter of them."""
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    s = layers.Conv2D(make_divisible(channels / 4), 1, activation="relu", name=f"{name}_conv")(s)
    s = layers.Conv2D(channels, 1, activation="hard_sigmoid", name=f"{name}_conv_1")(s)
    return layers.Multiply(name=f"{name}_mul")([x, s])


def inverted_residual(x, kernel, expansion, filters, squeeze, act, stride, name):
    """Widen (unless by 1), filter each channel, excite, project to a linear bottleneck; add what has its shape."""
    skip, channels = x, x.shape[-1]
    if expansion > 1:
        x = conv_bn(x, make_divisible(channels * expansion), 1, 1, act, f"{name}_expand")
    x = zoo.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}_depthwise")(x)
    x = batch_norm(x, f"{name}_depthwise_bn")
    x = layers.Activation(act, name=f"{name}_depthwise_act")(x)
    if squeeze:
        x = squeeze_excite(x, f"{name}_squeeze_excite")
    x = conv_bn(x, filters, 1, 1, None, f"{name}_project")
    return layers.Add(name=f"{name}_add")([skip, x]) if stride == 1 and channels == filters else x


def last_activation(minimalistic):
    """Return the activation of the first and last layers."""
    return "relu" if minimalistic else "hard_swish"


def mobilenet_v3(
    x, blocks, alpha: Width, minimalistic: Minimalistic, include_preprocessing: IncludePreprocessing = True
):
    """Image (batch, height, width, channels), 0..255 -> features (batch, height / 32, width / 32, 960 or 576)."""
    act = last_activation(minimalistic)
    if include_preprocessing:
        x = layers.Rescaling(1 / 127.5, -1, name="rescaling")(x)
    x = conv_bn(x, 16, 3, 2, act, "conv")
    for number, (kernel, expansion, filters, squeeze, block_act, stride) in enumerate(blocks):
        if minimalistic:
            kernel, squeeze, block_act = 3, False, "relu"
        name = f"expanded_conv_{number}" if number else "expanded_conv"
        x = inverted_residual(x, kernel, expansion, make_divisible(filters * alpha), squeeze, block_act, stride, name)
    return conv_bn(x, make_divisible(6 * x.shape[-1]), 1, 1, act, "conv_1")


def conv_classifier(x, classes, activation, last, alpha, minimalistic, dropout_rate: Dropout):
    """Average each map, and only then widen once more, where it costs little; classify by a 1x1 convolution."""
    last = make_divisible(last * max(alpha, 1.0))  # a narrower network keeps its last layer
    x = layers.GlobalAveragePooling2D(keepdims=True, name="avg_pool")(x)
    x = layers.Conv2D(last, 1, activation=last_activation(minimalistic), name="conv_2")(x)
    x = layers.Dropout(dropout_rate, name="dropout")(x)
    x = layers.Conv2D(classes, 1, name="logits")(x)
    x = layers.Flatten(name="flatten")(x)
    return layers.Activation(activation, name="predictions")(x)


def imagenet(kind, alpha, minimalistic, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes for a kind and a width."""
    kind = f"{kind}_minimalistic" if minimalistic else kind
    file = f"keras-applications/mobilenet_v3/weights_mobilenet_v3_{kind}_224_{alpha}_float"
    return keras_weights(
        f"{file}.h5",
        f"{file}_no_top_v2.h5",
        hash,
        notop_hash,
        top1,
        top5,
        "Apache-2.0",
        accuracy_from="top-1 Keras, top-5 timm, of the same weights",
        options={"alpha": alpha, "minimalistic": minimalistic},
    )


family = partial(
    variant,
    network=mobilenet_v3,
    head=conv_classifier,
    paper="Searching for MobileNetV3 (Howard et al.)",
    reference="arXiv:1905.02244",
    year=2019,
    preprocessing=RAW,
    internal_preprocessing=TF,
    options=("alpha", "minimalistic", "dropout_rate", "include_preprocessing"),
    positional=(
        "input_shape",
        "alpha",
        "minimalistic",
        "include_top",
        "weights",
        "input_tensor",
        "classes",
        "pooling",
        "dropout_rate",
        "classifier_activation",
        "include_preprocessing",
        "name",
    ),
    alpha=1.0,
    minimalistic=False,
    dropout_rate=0.2,
    include_preprocessing=True,
)

small, large = partial(imagenet, "small"), partial(imagenet, "large")

MobileNetV3Small = family(
    "MobileNetV3Small",
    blocks=SMALL,
    last=1024,
    parameters=2_554_968,
    macs=56_510_400,
    weights=(
        small(1.0, False, "8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836", 68.1, 87.686),
        small(0.75, False, "cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819", 65.4, 86.13),
        small(1.0, True, "99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4", 61.9, 84.27),
    ),
)

MobileNetV3Large = family(
    "MobileNetV3Large",
    blocks=LARGE,
    last=1280,
    parameters=5_507_432,
    macs=216_589_760,
    weights=(
        large(1.0, False, "59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389", 75.6, 92.6),
        large(0.75, False, "765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e", 73.3, 91.332),
        large(1.0, True, "675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973", 72.3, 90.664),
    ),
)
