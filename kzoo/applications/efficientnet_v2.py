"""EfficientNetV2 (Tan and Le, 2021, arXiv:2104.00298): the early blocks fused, because depthwise convolutions are slow.

S, M and L are the networks of the paper; B0 to B3 scale one small network by the coefficients of EfficientNet.
"""

from functools import partial

from kzoo._keras import layers
from kzoo._validation import IncludePreprocessing
from kzoo.applications import efficientnet
from kzoo.applications.assembly import variant
from kzoo.applications.efficientnet import Stage, head, residual, run, scaled
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import POSITIONAL, RAW, TORCH, Preprocessing, keras_weights, per_channel

preprocess_input = PreprocessInput(RAW)

conv = partial(efficientnet.conv, momentum=0.9)  # as the authors trained these; EfficientNet had 0.99
mbconv = partial(efficientnet.mbconv, momentum=0.9)


def fused(inputs, filters, expand, kernel, stride, drop, *, name):
    """Widen and convolve at once, narrow (without activation), add; without widening, one convolution does all."""
    if expand == 1:
        x = conv(inputs, filters, kernel, stride, name=f"{name}project_")
    else:
        x = conv(inputs, expand * inputs.shape[-1], kernel, stride, name=f"{name}expand_")
        x = conv(x, filters, act=None, name=f"{name}project_")
    return residual(x, inputs, stride, drop, name)


# Table 4 of the paper, and the authors' code where the two differ
S = (
    Stage(2, 24, 1, 3, 1, fused),
    Stage(4, 48, 4, 3, 2, fused),
    Stage(4, 64, 4, 3, 2, fused),
    Stage(6, 128, 4, 3, 2, mbconv),
    Stage(9, 160, 6, 3, 1, mbconv),
    Stage(15, 256, 6, 3, 2, mbconv),
)
M = (
    Stage(3, 24, 1, 3, 1, fused),
    Stage(5, 48, 4, 3, 2, fused),
    Stage(5, 80, 4, 3, 2, fused),
    Stage(7, 160, 4, 3, 2, mbconv),
    Stage(14, 176, 6, 3, 1, mbconv),
    Stage(18, 304, 6, 3, 2, mbconv),
    Stage(5, 512, 6, 3, 1, mbconv),
)
L = (
    Stage(4, 32, 1, 3, 1, fused),
    Stage(7, 64, 4, 3, 2, fused),
    Stage(7, 96, 4, 3, 2, fused),
    Stage(10, 192, 4, 3, 2, mbconv),
    Stage(19, 224, 6, 3, 1, mbconv),
    Stage(25, 384, 6, 3, 2, mbconv),
    Stage(7, 640, 6, 3, 1, mbconv),
)
B = (
    Stage(1, 16, 1, 3, 1, fused),
    Stage(2, 32, 4, 3, 2, fused),
    Stage(2, 48, 4, 3, 2, fused),
    Stage(3, 96, 4, 3, 2, mbconv),
    Stage(5, 112, 6, 3, 1, mbconv),
    Stage(8, 192, 6, 3, 2, mbconv),
)


def nearest(filters, width):
    """Scale a number of maps to the nearest multiple of 8; EfficientNet never went more than a tenth below."""
    return max(8, int(width * filters + 4) // 8 * 8)


def centre(x):
    """Map pixels of 0..255 to -1..1."""
    return layers.Rescaling(1 / 128, -1, name="stem_rescaling")(x)


def standardise(x):
    """Map pixels of 0..255 to ImageNet's mean 0 and deviation 1.

    keras.applications maps other than three channels to -1..1; as here, weights can be adapted to those.
    """
    mean, deviation = (per_channel(values, x.shape[-1]) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    variance = [value**2 for value in deviation]
    x = layers.Rescaling(1 / 255, name="stem_rescaling")(x)
    return layers.Normalization(mean=mean, variance=variance, name="stem_normalization")(x)


def efficientnet_v2(
    x,
    stages,
    stem,
    prepare=centre,
    width=1.0,
    depth=1.0,
    drop_connect=0.2,
    include_preprocessing: IncludePreprocessing = True,
):
    """Image (batch, height, width, channels), 0..255 -> features (batch, height / 32, width / 32, 1280 or more)."""
    x = prepare(x) if include_preprocessing else x
    x = conv(x, nearest(stem, width), 3, 2, name="stem_")
    x = run(x, scaled(stages, width, depth, nearest), drop_connect)
    return conv(x, nearest(1280, width), name="top_")


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes, converted from the authors' own."""
    file = f"keras-applications/efficientnet_v2/efficientnetv2-{name}"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, top5, "Apache-2.0", options={})


family = partial(
    variant,
    network=efficientnet_v2,
    head=head,
    paper="EfficientNetV2: Smaller Models and Faster Training (Tan and Le)",
    reference="arXiv:2104.00298",
    year=2021,
    preprocessing=RAW,
    internal_preprocessing=Preprocessing("centred", mean=(128.0,), std=(128.0,)),
    options=("include_preprocessing",),
    positional=(*POSITIONAL[:-1], "include_preprocessing", "name"),
    include_preprocessing=True,
    notes="pixels of 0..255 are rescaled inside the network",
)

small = partial(family, stages=B, stem=32, prepare=standardise, internal_preprocessing=TORCH)

EfficientNetV2B0 = small(
    "EfficientNetV2B0",
    width=1.0,
    depth=1.0,
    dropout=0.2,
    parameters=7_200_312,
    macs=718_086_176,
    weights=(imagenet("b0", "21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff", 78.7, 94.3),),
)

EfficientNetV2B1 = small(
    "EfficientNetV2B1",
    width=1.0,
    depth=1.1,
    dropout=0.2,
    input_shape=(240, 240, 3),
    parameters=8_212_124,
    macs=1_196_819_360,
    weights=(imagenet("b1", "069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37", 79.8, 95.0),),
)

EfficientNetV2B2 = small(
    "EfficientNetV2B2",
    width=1.1,
    depth=1.2,
    dropout=0.3,
    input_shape=(260, 260, 3),
    parameters=10_178_374,
    macs=1_697_542_832,
    weights=(imagenet("b2", "424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb", 80.5, 95.1),),
)

EfficientNetV2B3 = small(
    "EfficientNetV2B3",
    width=1.2,
    depth=1.4,
    dropout=0.3,
    input_shape=(300, 300, 3),
    parameters=14_467_622,
    macs=3_011_458_816,
    weights=(imagenet("b3", "1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856", 82.0, 95.8),),
)

EfficientNetV2S = family(
    "EfficientNetV2S",
    stages=S,
    stem=24,
    dropout=0.2,
    input_shape=(384, 384, 3),
    parameters=21_612_360,
    macs=8_365_617_152,
    weights=(imagenet("s", "e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070", 83.9, 96.7),),
)

EfficientNetV2M = family(
    "EfficientNetV2M",
    stages=M,
    stem=24,
    dropout=0.3,
    input_shape=(480, 480, 3),
    parameters=54_431_388,
    macs=24_582_460_384,
    weights=(imagenet("m", "a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342", 85.3, 97.4),),
)

EfficientNetV2L = family(
    "EfficientNetV2L",
    stages=L,
    stem=32,
    dropout=0.4,
    input_shape=(480, 480, 3),
    parameters=119_027_848,
    macs=56_079_699_008,
    weights=(imagenet("l", "27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615", 85.7, 97.5),),
)
