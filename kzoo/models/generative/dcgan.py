"""The networks of DCGAN (Radford et al., 2015, arXiv:1511.06434): figure 1, and the authors' code.

The authors normalize the projected noise as a flat vector of 16,384; most ports normalize it by channel.
"""

from functools import partial

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import ImageShape, PositiveInt, PositiveInts
from kzoo.registry import Network, register

paper = partial(Network, kind="generative", paper="DCGAN (Radford et al.)", reference="arXiv:1511.06434", year=2015)


def normal(mean=0.0):
    """Return a new initializer with standard deviation 0.02."""
    return initializers.RandomNormal(mean, 0.02)


def norm(x, name):
    """Apply batch normalization."""
    # the authors keep no moving statistics; a low momentum lets them follow within an epoch of a small dataset
    return zoo.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=normal(1.0), name=f"{name}_bn")(x)


def generator(
    image_shape: ImageShape = (64, 64, 3),
    latent_dim: PositiveInt = 100,
    filters: PositiveInts = (1024, 512, 256, 128),
    base_size: PositiveInt = 4,
    name: str | None = None,
):
    """Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in -1..1.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        latent_dim: size of the noise vector.
        filters: channels of the feature maps, the smallest map first.
        base_size: height and width of the smallest feature map, pixels.
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """
    check_size(image_shape, filters, base_size)
    noise = keras.Input((latent_dim,), name="noise")
    x = layers.Dense(base_size * base_size * filters[0], use_bias=False, kernel_initializer=normal(), name="project")(
        noise
    )
    x = layers.ReLU(name="project_relu")(norm(x, "project"))
    x = layers.Reshape((base_size, base_size, filters[0]), name="map")(x)
    for i, channels in enumerate(filters[1:], start=2):
        x = layers.ReLU(name=f"up{i}_relu")(norm(upsample(channels, f"up{i}")(x), f"up{i}"))
    return keras.Model(noise, upsample(image_shape[-1], "image", activation="tanh", dtype="float32")(x), name=name)


def upsample(filters, name, **options):
    """Return the transposed convolution that doubles height and width."""
    return layers.Conv2DTranspose(
        filters, 5, 2, padding="same", use_bias=False, kernel_initializer=normal(), name=name, **options
    )


def discriminator(
    image_shape: ImageShape = (64, 64, 3),
    filters: PositiveInts = (128, 256, 512, 1024),
    base_size: PositiveInt = 4,
    batch_normalization: bool = True,
    name: str | None = None,
):
    """Make the discriminator: images in -1..1 -> logits (batch, 1), above 0 for real.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        filters: channels of the feature maps, the largest map first.
        base_size: height and width of the smallest feature map, pixels.
        batch_normalization: whether batch normalization follows all convolutions but the first, as in the paper. If
            not, the convolutions have biases and the He initializer (2015, arXiv:1502.01852), for R1 (see `GAN`).
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """
    check_size(image_shape, filters, base_size)
    images = x = keras.Input(image_shape, name="images")
    initializer = normal if batch_normalization else initializers.HeNormal
    for i, channels in enumerate(filters, start=1):
        x = layers.ZeroPadding2D(2, name=f"conv{i}_pad")(x)  # the same on all sides, which "same" is not at stride 2
        x = layers.Conv2D(
            channels, 5, 2, use_bias=not batch_normalization, kernel_initializer=initializer(), name=f"conv{i}"
        )(x)
        x = norm(x, f"conv{i}") if batch_normalization and i > 1 else x
        x = layers.LeakyReLU(0.2, name=f"conv{i}_relu")(x)
    x = layers.Flatten(name="flat")(x)
    logits = layers.Dense(
        1, use_bias=not batch_normalization, kernel_initializer=initializer(), dtype="float32", name="score"
    )
    return keras.Model(images, logits(x), name=name)


def check_size(image_shape, filters, base_size):
    """Check that `base_size`, doubled once for each entry of `filters`, is the size of the images."""
    side = base_size * 2 ** len(filters)
    if len(image_shape) != 3 or tuple(image_shape[:2]) != (side, side):
        raise ValueError(
            f"image_shape={image_shape} does not fit filters={filters} and base_size={base_size}; {len(filters)} of "
            f"them make {side}x{side} pixels"
        )


DCGANGenerator = register(paper("DCGANGenerator", make=generator, parameters=18_920_320))
DCGANDiscriminator = register(paper("DCGANDiscriminator", make=discriminator, parameters=17_236_352))

# for the bundled digits, which are small
DCGANGenerator32 = register(
    paper(
        "DCGANGenerator32",
        make=generator,
        parameters=470_176,
        config={"image_shape": (32, 32, 1), "filters": (128, 64, 32)},
        notes="32x32 grey images; a quarter of the paper's channels",
    )
)
DCGANDiscriminator32 = register(
    paper(
        "DCGANDiscriminator32",
        make=discriminator,
        parameters=259_616,
        config={"image_shape": (32, 32, 1), "filters": (32, 64, 128)},
        notes="32x32 grey images; a quarter of the paper's channels",
    )
)
