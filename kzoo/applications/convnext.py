"""ConvNeXt (Liu et al., 2022, arXiv:2201.03545): a ResNet with what made transformers better, except attention.

As keras.applications builds it: pointwise convolutions are Dense layers, as in the authors' code, the stem and the
downsampling are models of their own, as in the files of weights, and pixels of 0..255 are normalised inside.
"""

from functools import partial

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import IncludePreprocessing
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import POSITIONAL, RAW, TORCH, keras_weights, per_channel

preprocess_input = PreprocessInput(RAW)


def truncated_normal():
    """Draw kernels as the authors do; a new initializer a layer, or equal shapes would get equal values."""
    return initializers.TruncatedNormal(stddev=0.02)


def conv(filters, side, name):
    """Return the layer that makes one pixel of each patch of side x side."""
    return layers.Conv2D(filters, side, side, kernel_initializer=truncated_normal(), name=name)


def dense(units, name):
    """Return a 1x1 convolution."""
    return layers.Dense(units, kernel_initializer=truncated_normal(), name=name)


def norm(name):
    """Return a normalisation of each pixel by itself."""
    return layers.LayerNormalization(epsilon=1e-6, name=name)


def block(inputs, drop, name):
    """Convolve each map 7x7, normalise once, widen four times, activate once, narrow, scale, add."""
    width = inputs.shape[-1]
    depthwise = zoo.Conv2D(
        width, 7, padding="same", groups=width, kernel_initializer=truncated_normal(), name=f"{name}_depthwise_conv"
    )
    x = norm(f"{name}_layernorm")(depthwise(inputs))
    x = dense(4 * width, f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = dense(width, f"{name}_pointwise_conv_2")(x)
    x = zoo.LayerScale(1e-6, name=f"{name}_layer_scale")(x)
    x = zoo.StochasticDepth(drop, name=f"{name}_stochastic_depth")(x)
    return layers.Add(name=f"{name}_add")([inputs, x])


def standardise(x):
    """Map pixels of 0..255 to ImageNet's mean 0 and deviation 1.

    keras.applications leaves other than three channels as they are; as here, weights can be adapted to those.
    """
    mean, deviation = (per_channel(values, x.shape[-1]) for values in (TORCH.mean, TORCH.std))
    variance = [value**2 for value in deviation]
    return layers.Normalization(mean=mean, variance=variance, name="prestem_normalization")(x)


def convnext(x, depths, widths, drop_path, include_preprocessing: IncludePreprocessing = True):
    """Image (batch, height, width, channels), 0..255 -> features (batch, height / 32, width / 32, widths[-1]).

    The chance that an image skips a block grows linearly, from 0 at the first to `drop_path` at the last.
    """
    x = standardise(x) if include_preprocessing else x
    done = 0
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if stage == 0:
            stem = [conv(width, 4, "stem_conv"), norm("stem_layernorm")]
            x = keras.Sequential(stem, name="stem")(x)
        else:  # normalised before, not after
            down = [norm(f"downsampling_layernorm_{stage - 1}"), conv(width, 2, f"downsampling_conv_{stage - 1}")]
            x = keras.Sequential(down, name=f"downsampling_block_{stage - 1}")(x)
        for unit in range(depth):
            x = block(x, drop_path * done / (sum(depths) - 1), f"stage_{stage}_block_{unit}")
            done += 1
    return x


def head(x, classes, activation):
    """Average each map, normalise, classify."""
    x = norm("head_layernorm")(layers.GlobalAveragePooling2D(name="head_gap")(x))
    predictions = layers.Dense(classes, activation=activation, kernel_initializer=truncated_normal(), name="head_dense")
    return predictions(x)


def imagenet(name, hash, notop_hash, top1):
    """Return the row of the weights that Keras publishes, converted from the authors' own."""
    file = f"keras-applications/convnext/convnext_{name}"
    licence = "MIT (facebookresearch/ConvNeXt)"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, None, licence, options={})


family = partial(
    variant,
    network=convnext,
    head=head,
    finalize_features=lambda x: norm("final_layernorm")(x),
    paper="A ConvNet for the 2020s (Liu et al.)",
    reference="arXiv:2201.03545",
    year=2022,
    preprocessing=RAW,
    internal_preprocessing=TORCH,
    options=("include_preprocessing",),
    positional=("include_top", "include_preprocessing", *POSITIONAL[1:]),
    include_preprocessing=True,
    notes="pixels of 0..255 are normalised inside the network; "
    "without the classifier, its last normalisation remains, after the pooling if there is one",
)

# drop_path: the paper's for training on ImageNet-1K; XLarge, which it trained on 22K only, has Large's

ConvNeXtTiny = family(
    "ConvNeXtTiny",
    depths=(3, 3, 9, 3),
    widths=(96, 192, 384, 768),
    drop_path=0.1,
    parameters=28_589_128,
    macs=4_455_531_264,
    weights=(
        imagenet(
            "tiny",
            "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
            81.3,
        ),
    ),
)

ConvNeXtSmall = family(
    "ConvNeXtSmall",
    depths=(3, 3, 27, 3),
    widths=(96, 192, 384, 768),
    drop_path=0.4,
    parameters=50_223_688,
    macs=8_683_712_256,
    weights=(
        imagenet(
            "small",
            "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
            "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
            82.3,
        ),
    ),
)

ConvNeXtBase = family(
    "ConvNeXtBase",
    depths=(3, 3, 27, 3),
    widths=(128, 256, 512, 1024),
    drop_path=0.5,
    parameters=88_591_464,
    macs=15_354_729_472,
    weights=(
        imagenet(
            "base",
            "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
            "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
            85.3,
        ),
    ),
)

ConvNeXtLarge = family(
    "ConvNeXtLarge",
    depths=(3, 3, 27, 3),
    widths=(192, 384, 768, 1536),
    drop_path=0.5,
    parameters=197_767_336,
    macs=34_361_433_600,
    weights=(
        imagenet(
            "large",
            "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
            "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
            86.3,
        ),
    ),
)

ConvNeXtXLarge = family(
    "ConvNeXtXLarge",
    depths=(3, 3, 27, 3),
    widths=(256, 512, 1024, 2048),
    drop_path=0.5,
    parameters=350_196_968,
    macs=60_921_030_656,
    weights=(
        imagenet(
            "xlarge",
            "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
            "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
            86.7,
        ),
    ),
)
