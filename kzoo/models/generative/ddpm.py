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


def initializer(scale=1.0):
    """Return a new initializer; with scale 0, for the last layer of a residual branch, its values are close to 0."""
    return initializers.VarianceScaling(scale or 1e-10, mode="fan_avg", distribution="uniform")


def conv(x, filters, name, kernel_size=3, stride=1, scale=1.0, **options):
    """Convolve with "same" padding."""
    return layers.Conv2D(
        filters, kernel_size, stride, padding="same", kernel_initializer=initializer(scale), name=name, **options
    )(x)


def norm(x, name):
    """Apply group normalization with 32 groups, or as many as divide the channels into two or more each."""
    groups = next(n for n in (32, 16, 8, 4, 2, 1) if x.shape[-1] % n == 0 and x.shape[-1] >= 2 * n)
    return layers.GroupNormalization(groups, epsilon=1e-6, name=name)(x)


def norm_swish(x, name):
    """Apply group normalization and swish."""
    return layers.Activation("swish", name=f"{name}_swish")(norm(x, name))


def residual_block(x, time, filters, dropout, name):
    """Apply two 3x3 convolutions, the time embedding added between them, with an identity or 1x1 shortcut."""
    y = conv(norm_swish(x, f"{name}_norm1"), filters, f"{name}_conv1")
    shift = layers.Dense(filters, kernel_initializer=initializer(), name=f"{name}_time")(time)
    y = layers.Add(name=f"{name}_shift")([y, layers.Reshape((1, 1, filters), name=f"{name}_time_map")(shift)])
    y = layers.Dropout(dropout, name=f"{name}_dropout")(norm_swish(y, f"{name}_norm2"))
    y = conv(y, filters, f"{name}_conv2", scale=0.0)
    x = x if x.shape[-1] == filters else conv(x, filters, f"{name}_shortcut", kernel_size=1)
    return layers.Add(name=f"{name}_add")([x, y])


def attention(x, name):
    """Apply self-attention over all positions of a feature map: one head, with a skip connection."""
    height, width, channels = x.shape[1:]
    y = norm(x, f"{name}_norm")
    query, key, value = (
        layers.Reshape((height * width, channels), name=f"{name}_{part}_flat")(conv(y, channels, f"{name}_{part}", 1))
        for part in ("query", "key", "value")
    )
    # scaled before the product, not after: a converter took the scaling of scores, with its offset of 0, for a mask
    query = layers.Rescaling(channels**-0.5, name=f"{name}_scaled")(query)
    scores = layers.Dot(axes=2, name=f"{name}_scores")([query, key])
    weights = layers.Softmax(name=f"{name}_weights")(scores)
    y = layers.Dot(axes=(2, 1), name=f"{name}_mixed")([weights, value])
    y = layers.Reshape((height, width, channels), name=f"{name}_map")(y)
    return layers.Add(name=f"{name}_add")([x, conv(y, channels, f"{name}_out", 1, scale=0.0)])


def time_embedding(timesteps, base_channels):
    """Embed timesteps (batch,) for the residual blocks, (batch, 4 * base_channels)."""
    x = zoo.TimeEmbedding(base_channels, name="time_sines")(timesteps)
    x = layers.Dense(4 * base_channels, activation="swish", kernel_initializer=initializer(), name="time_1")(x)
    return layers.Dense(4 * base_channels, activation="swish", kernel_initializer=initializer(), name="time_2")(x)


def unet(
    image_shape: ImageShape = (32, 32, 3),
    base_channels: Annotated[int, Ge(4), MultipleOf(2)] = 128,
    channel_multipliers: PositiveInts = (1, 2, 2, 2),
    num_res_blocks: PositiveInt = 2,
    attention_resolutions: tuple[PositiveInt, ...] = (16,),
    dropout: Rate = 0.1,
    name: str | None = None,
):
    """Make the U-Net: [noisy images, about -1..1, timesteps (batch,) int32 from 0] -> the predicted noise.

    Args:
        image_shape: (height, width, channels); the sides are halved between resolutions.
        base_channels: of the first convolution.
        channel_multipliers: channels at each resolution, in multiples of `base_channels`.
        num_res_blocks: residual blocks at each resolution of the encoder; the decoder has one more.
        attention_resolutions: heights of feature maps with self-attention after each residual block; the middle always
            has one.
        dropout: rate, in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved that often.
    """
    if any(side % 2 ** (len(channel_multipliers) - 1) for side in image_shape[:2]):
        raise ValueError(
            f"image_shape={image_shape} does not fit channel_multipliers={channel_multipliers}; the sides must be "
            f"multiples of {2 ** (len(channel_multipliers) - 1)}"
        )
    images, timesteps = keras.Input(image_shape, name="images"), keras.Input((), dtype="int32", name="steps")
    time = time_embedding(timesteps, base_channels)

    def block(x, filters, name):
        x = residual_block(x, time, filters, dropout, name)
        return attention(x, f"{name}_attention") if x.shape[1] in attention_resolutions else x

    skips = [conv(images, base_channels, "first")]
    for level, multiplier in enumerate(channel_multipliers):
        for i in range(num_res_blocks):
            skips.append(block(skips[-1], base_channels * multiplier, f"down{level}_{i}"))
        if level < len(channel_multipliers) - 1:
            skips.append(conv(skips[-1], base_channels * multiplier, f"down{level}_half", stride=2))
    channels = base_channels * channel_multipliers[-1]
    x = residual_block(skips[-1], time, channels, dropout, "middle_1")
    x = residual_block(attention(x, "middle_attention"), time, channels, dropout, "middle_2")
    for level, multiplier in reversed(list(enumerate(channel_multipliers))):
        for i in range(num_res_blocks + 1):
            x = layers.Concatenate(name=f"up{level}_{i}_skip")([x, skips.pop()])
            x = block(x, base_channels * multiplier, f"up{level}_{i}")
        if level:
            x = conv(layers.UpSampling2D(name=f"up{level}_double")(x), base_channels * multiplier, f"up{level}_conv")
    x = conv(norm_swish(x, "last_norm"), image_shape[-1], "last", scale=0.0, dtype="float32")
    return keras.Model([images, timesteps], x, name=name)


DDPMUNet = register(paper("DDPMUNet", make=unet, parameters=35_746_307, notes="32x32 colour images"))
DDPMUNetSmall = register(
    paper(
        "DDPMUNetSmall",
        make=unet,
        parameters=1_112_801,
        config={
            "image_shape": (16, 16, 1),
            "base_channels": 32,
            "channel_multipliers": (1, 2, 2),
            "num_res_blocks": 1,
            "attention_resolutions": (8,),
            "dropout": 0.0,
        },
        notes="16x16 grey images",
    )
)
