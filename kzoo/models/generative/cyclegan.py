"""The networks of CycleGAN (Zhu et al., 2017, arXiv:1703.10593, appendix 7.2), as the authors' code has them.

Convolutions keep their bias before instance normalization, which cancels it. Generator and discriminator are fully
convolutional: images may have any size (the generator's sides: multiples of 4).
"""

from functools import partial

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import Odd, PositiveInt
from kzoo.registry import Network, register

paper = partial(Network, kind="generative", paper="CycleGAN (Zhu et al.)", reference="arXiv:1703.10593", year=2017)


def conv(x, filters, kernel_size, name, stride=1, padding="valid"):
    """Convolve, with the paper's initializer."""
    initializer = initializers.RandomNormal(0.0, 0.02)
    return layers.Conv2D(filters, kernel_size, stride, padding=padding, kernel_initializer=initializer, name=name)(x)


def instance_norm(x, name):
    """Apply instance normalization: each channel of each image by itself, without a learnt scale and offset."""
    return layers.GroupNormalization(groups=-1, epsilon=1e-5, center=False, scale=False, name=f"{name}_norm")(x)


def norm_relu(x, name):
    """Apply instance normalization and ReLU."""
    return layers.ReLU(name=f"{name}_relu")(instance_norm(x, name))


def residual_block(x, name):
    """Apply two 3x3 convolutions, with a skip connection."""
    filters = x.shape[-1]
    y = conv(zoo.ReflectionPad(1, name=f"{name}_pad1")(x), filters, 3, f"{name}_1")
    y = norm_relu(y, f"{name}_1")
    y = conv(zoo.ReflectionPad(1, name=f"{name}_pad2")(y), filters, 3, f"{name}_2")
    return layers.Add(name=f"{name}_add")([x, instance_norm(y, f"{name}_2")])


def generator(
    channels: PositiveInt = 3,
    base_filters: PositiveInt = 64,
    num_residual_blocks: PositiveInt = 9,
    kernel_size: Odd = 7,
    name: str | None = None,
):
    """Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        base_filters: of the first convolution; the residual blocks have four times as many.
        num_residual_blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel_size: of the first and the last convolution; odd, or the image would grow.
        name: of the model.
    """
    images = keras.Input((None, None, channels), name="images")
    x = zoo.ReflectionPad(kernel_size // 2, name="first_pad")(images)
    x = norm_relu(conv(x, base_filters, kernel_size, "first"), "first")
    for i in (1, 2):
        x = layers.ZeroPadding2D(1, name=f"down{i}_pad")(x)
        x = norm_relu(conv(x, base_filters * 2**i, 3, f"down{i}", stride=2), f"down{i}")
    for i in range(num_residual_blocks):
        x = residual_block(x, f"block{i + 1}")
    for i in (2, 1):
        initializer = initializers.RandomNormal(0.0, 0.02)
        x = layers.Conv2DTranspose(base_filters * i, 3, 2, kernel_initializer=initializer, name=f"up{3 - i}")(x)
        # aligned with the padding of 1 in downsampling, as torch's padding=1, output_padding=1; "same" is a pixel off
        x = norm_relu(layers.Cropping2D(((1, 0), (1, 0)), name=f"up{3 - i}_crop")(x), f"up{3 - i}")
    x = conv(zoo.ReflectionPad(kernel_size // 2, name="last_pad")(x), channels, kernel_size, "last")
    return keras.Model(images, layers.Activation("tanh", dtype="float32", name="translated")(x), name=name)


def discriminator(
    channels: PositiveInt = 3,
    base_filters: PositiveInt = 64,
    num_downsampling: PositiveInt = 3,
    name: str | None = None,
):
    """Make the PatchGAN discriminator: images in -1..1 -> a score for each patch, (batch, rows, columns, 1).

    The target of a score is 1 for real patches and 0 for fake ones.

    Args:
        channels: of the images.
        base_filters: of the first convolution, doubled by each further one up to eight times.
        num_downsampling: convolutions of stride 2: with 3, a patch is 70x70 pixels, and 256x256 pixels have 30x30.
        name: of the model.
    """
    images = x = keras.Input((None, None, channels), name="images")
    for i in range(num_downsampling + 1):
        name_ = f"conv{i + 1}"
        x = layers.ZeroPadding2D(1, name=f"{name_}_pad")(x)
        x = conv(x, base_filters * min(2**i, 8), 4, name_, stride=2 if i < num_downsampling else 1)
        x = instance_norm(x, name_) if i else x
        x = layers.LeakyReLU(0.2, name=f"{name_}_relu")(x)
    x = conv(layers.ZeroPadding2D(1, name="score_pad")(x), 1, 4, "score")
    return keras.Model(images, layers.Activation("linear", dtype="float32", name="scores")(x), name=name)


CycleGANGenerator = register(
    paper("CycleGANGenerator", make=generator, parameters=11_378_179, notes="9 residual blocks, for 256x256 pixels")
)
CycleGANGenerator6 = register(
    paper(
        "CycleGANGenerator6",
        make=generator,
        parameters=7_837_699,
        config={"num_residual_blocks": 6},
        notes="6 residual blocks, for 128x128 pixels",
    )
)
PatchGAN70 = register(paper("PatchGAN70", make=discriminator, parameters=2_764_737, notes="70x70 patches; LSGAN"))
