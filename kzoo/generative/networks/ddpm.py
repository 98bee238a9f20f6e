"""The U-Net of Denoising Diffusion Probabilistic Models (Ho et al., 2020, arXiv:2006.11239, appendix B).

Where the paper is silent, the authors' `unet.py` and `nn.py` are followed.
"""

from functools import partial
from typing import Annotated

from annotated_types import Ge, MultipleOf

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import ImageShape, PositiveInt, PositiveInts, Rate
from kzoo.registry import Network, register

paper = partial(
    Network,
    kind="generative",
    paper="Denoising Diffusion Probabilistic Models (Ho et al.)",
    reference="arXiv:2006.11239",
    year=2020,
)


def start(scale=1.0):
    """Return a new initialiser; what ends a branch starts at next to nothing, so that the branch does."""
    return initializers.VarianceScaling(scale or 1e-10, mode="fan_avg", distribution="uniform")


def conv(x, filters, name, kernel=3, stride=1, scale=1.0, **options):
    """Convolve, keeping the size or halving it."""
    return layers.Conv2D(
        filters, kernel, stride, padding="same", kernel_initializer=start(scale), name=name, **options
    )(x)


def norm(x, name):
    """Normalise in 32 groups of channels, or as many as fit."""
    groups = next(n for n in (32, 16, 8, 4, 2, 1) if x.shape[-1] % n == 0 and x.shape[-1] >= 2 * n)
    return layers.GroupNormalization(groups, epsilon=1e-6, name=name)(x)


def norm_swish(x, name):
    """Normalise and activate."""
    return layers.Activation("swish", name=f"{name}_swish")(norm(x, name))


def residual(x, time, filters, dropout, name):
    """Two 3x3 convolutions, with the time added between them, beside an identity or a 1x1 convolution."""
    y = conv(norm_swish(x, f"{name}_norm1"), filters, f"{name}_conv1")
    shift = layers.Dense(filters, kernel_initializer=start(), name=f"{name}_time")(time)
    y = layers.Add(name=f"{name}_shift")([y, layers.Reshape((1, 1, filters), name=f"{name}_time_map")(shift)])
    y = layers.Dropout(dropout, name=f"{name}_dropout")(norm_swish(y, f"{name}_norm2"))
    y = conv(y, filters, f"{name}_conv2", scale=0.0)
    x = x if x.shape[-1] == filters else conv(x, filters, f"{name}_shortcut", kernel=1)
    return layers.Add(name=f"{name}_add")([x, y])


def attention(x, name):
    """Let every place look at every other; one head, beside an identity."""
    height, width, channels = x.shape[1:]
    y = norm(x, f"{name}_norm")
    query, key, value = (
        layers.Reshape((height * width, channels), name=f"{name}_{part}_flat")(conv(y, channels, f"{name}_{part}", 1))
        for part in ("query", "key", "value")
    )
    scores = layers.Dot(axes=2, name=f"{name}_scores")([query, key])
    scores = layers.Rescaling(channels**-0.5, name=f"{name}_scaled")(scores)
    weights = layers.Softmax(name=f"{name}_weights")(scores)
    y = layers.Dot(axes=(2, 1), name=f"{name}_mixed")([weights, value])
    y = layers.Reshape((height, width, channels), name=f"{name}_map")(y)
    return layers.Add(name=f"{name}_add")([x, conv(y, channels, f"{name}_out", 1, scale=0.0)])


def time_embedding(steps, width):
    """Map numbers of steps (batch,) to what every residual block gets, (batch, 4 * width)."""
    x = zoo.TimeEmbedding(width, name="time_sines")(steps)
    x = layers.Dense(4 * width, activation="swish", kernel_initializer=start(), name="time_1")(x)
    return layers.Dense(4 * width, activation="swish", kernel_initializer=start(), name="time_2")(x)


def unet(
    image_shape: ImageShape = (32, 32, 3),
    width: Annotated[int, Ge(4), MultipleOf(2)] = 128,
    widths: PositiveInts = (1, 2, 2, 2),
    blocks: PositiveInt = 2,
    attention_at: tuple[PositiveInt, ...] = (16,),
    dropout: Rate = 0.1,
    name: str | None = None,
):
    """Make the U-Net: [noisy images in -1..1 and beyond, step (batch,) int32 from 0] -> the noise in them.

    Args:
        image_shape: (height, width, channels); the sides are divided by 2 between resolutions.
        width: channels at the first resolution, widths: times as many at each.
        blocks: residual blocks at each resolution on the way down; one more on the way up.
        attention_at: heights of the maps that attention follows each block at; the middle always has one.
        dropout: in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved so often.
    """
    if any(side % 2 ** (len(widths) - 1) for side in image_shape[:2]):
        raise ValueError(
            f"image_shape={image_shape} does not fit widths={widths}; the sides must be multiples of "
            f"{2 ** (len(widths) - 1)}"
        )
    images, steps = keras.Input(image_shape, name="images"), keras.Input((), dtype="int32", name="steps")
    time = time_embedding(steps, width)

    def block(x, filters, name):
        x = residual(x, time, filters, dropout, name)
        return attention(x, f"{name}_attention") if x.shape[1] in attention_at else x

    skips = [conv(images, width, "first")]
    for level, factor in enumerate(widths):
        for i in range(blocks):
            skips.append(block(skips[-1], width * factor, f"down{level}_{i}"))
        if level < len(widths) - 1:
            skips.append(conv(skips[-1], width * factor, f"down{level}_half", stride=2))
    x = residual(skips[-1], time, width * widths[-1], dropout, "middle_1")
    x = residual(attention(x, "middle_attention"), time, width * widths[-1], dropout, "middle_2")
    for level, factor in reversed(list(enumerate(widths))):
        for i in range(blocks + 1):
            x = layers.Concatenate(name=f"up{level}_{i}_skip")([x, skips.pop()])
            x = block(x, width * factor, f"up{level}_{i}")
        if level:
            x = conv(layers.UpSampling2D(name=f"up{level}_double")(x), width * factor, f"up{level}_conv")
    x = conv(norm_swish(x, "last_norm"), image_shape[-1], "last", scale=0.0, dtype="float32")
    return keras.Model([images, steps], x, name=name)


DDPMUNet = register(paper("DDPMUNet", make=unet, parameters=35_746_307, notes="32x32 colour images"))
DDPMUNetSmall = register(
    paper(
        "DDPMUNetSmall",
        make=unet,
        parameters=1_112_801,
        config={
            "image_shape": (16, 16, 1),
            "width": 32,
            "widths": (1, 2, 2),
            "blocks": 1,
            "attention_at": (8,),
            "dropout": 0.0,
        },
        notes="16x16 grey images",
    )
)
