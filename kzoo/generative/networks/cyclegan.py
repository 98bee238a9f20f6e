"""The networks of CycleGAN (Zhu et al., 2017, arXiv:1703.10593, appendix 7.2), as the authors' code has them.

Convolutions keep their bias before an instance normalisation, where it does nothing; both halves are fully
convolutional, so that images may have any size (the generator's sides: multiples of 4).
"""

from functools import partial

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import Odd, PositiveInt
from kzoo.registry import Network, register

paper = partial(Network, kind="generative", paper="CycleGAN (Zhu et al.)", reference="arXiv:1703.10593", year=2017)


def conv(x, filters, kernel, name, stride=1, padding="valid"):
    """Convolve, with weights that start as the paper's do."""
    start = initializers.RandomNormal(0.0, 0.02)
    return layers.Conv2D(filters, kernel, stride, padding=padding, kernel_initializer=start, name=name)(x)


def instance_norm(x, name):
    """Normalise each channel of each image, without scale and offset of its own."""
    return layers.GroupNormalization(groups=-1, epsilon=1e-5, center=False, scale=False, name=f"{name}_norm")(x)


def norm_relu(x, name):
    """Normalise and activate."""
    return layers.ReLU(name=f"{name}_relu")(instance_norm(x, name))


def residual(x, name):
    """Two 3x3 convolutions beside an identity."""
    width = x.shape[-1]
    y = conv(zoo.ReflectionPad(1, name=f"{name}_pad1")(x), width, 3, f"{name}_1")
    y = norm_relu(y, f"{name}_1")
    y = conv(zoo.ReflectionPad(1, name=f"{name}_pad2")(y), width, 3, f"{name}_2")
    return layers.Add(name=f"{name}_add")([x, instance_norm(y, f"{name}_2")])


def generator(
    channels: PositiveInt = 3,
    width: PositiveInt = 64,
    blocks: PositiveInt = 9,
    kernel: Odd = 7,
    name: str | None = None,
):
    """Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        width: channels of the first map; the residual blocks have four times as many.
        blocks: how many residual blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel: pixels that the first and the last convolution span; an odd number, or the image would grow.
        name: of the model.
    """
    images = keras.Input((None, None, channels), name="images")
    x = zoo.ReflectionPad(kernel // 2, name="first_pad")(images)
    x = norm_relu(conv(x, width, kernel, "first"), "first")
    for i in (1, 2):
        x = layers.ZeroPadding2D(1, name=f"down{i}_pad")(x)
        x = norm_relu(conv(x, width * 2**i, 3, f"down{i}", stride=2), f"down{i}")
    for i in range(blocks):
        x = residual(x, f"block{i + 1}")
    for i in (2, 1):
        start = initializers.RandomNormal(0.0, 0.02)
        x = layers.Conv2DTranspose(width * i, 3, 2, kernel_initializer=start, name=f"up{3 - i}")(x)
        # in place with the padding of 1 on the way down, as torch's padding=1, output_padding=1; "same" is a pixel off
        x = norm_relu(layers.Cropping2D(((1, 0), (1, 0)), name=f"up{3 - i}_crop")(x), f"up{3 - i}")
    x = conv(zoo.ReflectionPad(kernel // 2, name="last_pad")(x), channels, kernel, "last")
    return keras.Model(images, layers.Activation("tanh", dtype="float32", name="translated")(x), name=name)


def discriminator(channels: PositiveInt = 3, width: PositiveInt = 64, depth: PositiveInt = 3, name: str | None = None):
    """Make the PatchGAN: images in -1..1 -> a score for each patch, (batch, rows, columns, 1), towards 1 for real.

    Args:
        channels: of the images.
        width: channels of the first map, doubled by each further one up to eight times.
        depth: convolutions of stride 2: with 3, a patch is 70x70 pixels, and 256x256 pixels have 30x30 of them.
        name: of the model.
    """
    images = x = keras.Input((None, None, channels), name="images")
    for i in range(depth + 1):
        name_ = f"conv{i + 1}"
        x = layers.ZeroPadding2D(1, name=f"{name_}_pad")(x)
        x = conv(x, width * min(2**i, 8), 4, name_, stride=2 if i < depth else 1)
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
        config={"blocks": 6},
        notes="6 residual blocks, for 128x128 pixels",
    )
)
PatchGAN70 = register(paper("PatchGAN70", make=discriminator, parameters=2_764_737, notes="70x70 patches; LSGAN"))
