"""The networks of Generative Adversarial Networks (Goodfellow et al., 2014, arXiv:1406.2661), as trained on MNIST.

What the paper leaves out is from the authors' `mnist.yaml`: sizes, dropout, and the initializers of kernels. There, the
biases of the generator's last layer are initialized to the marginals of the training images; here, to 0.
"""

from functools import partial
from math import prod

from kzoo._keras import initializers, keras, layers, zoo
from kzoo._validation import ImageShape, PositiveInt, Rate
from kzoo.registry import Network, register

paper = partial(
    Network,
    kind="generative",
    paper="Generative Adversarial Networks (Goodfellow et al.)",
    reference="arXiv:1406.2661",
    year=2014,
)


def uniform(limit):
    """Return a new initializer, uniform in -limit..limit; a shared one would give equal layers equal weights."""
    return initializers.RandomUniform(-limit, limit)


def generator(
    image_shape: ImageShape = (28, 28, 1),
    latent_dim: PositiveInt = 100,
    units: PositiveInt = 1200,
    name: str | None = None,
):
    """Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in 0..1.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        latent_dim: size of the noise vector.
        units: of each of the two hidden layers.
        name: of the model.
    """
    noise = x = keras.Input((latent_dim,), name="noise")
    for i in (0, 1):
        x = layers.Dense(units, activation="relu", kernel_initializer=uniform(0.05), name=f"h{i}")(x)
    x = layers.Dense(prod(image_shape), activation="sigmoid", kernel_initializer=uniform(0.05), name="y")(x)
    return keras.Model(noise, layers.Reshape(image_shape, name="image")(x), name=name)


def discriminator(
    image_shape: ImageShape = (28, 28, 1),
    units: PositiveInt = 240,
    pieces: PositiveInt = 5,
    dropout: Rate = 0.5,
    input_dropout: Rate = 0.2,
    name: str | None = None,
):
    """Make the discriminator: images in 0..1 -> logits (batch, 1), above 0 for real.

    The sigmoid of the paper's last layer is in the loss.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        units, pieces: of each of the two maxout layers.
        dropout: rate before the second maxout layer and before the logits.
        input_dropout: rate on the pixels.
        name: of the model.
    """
    images = keras.Input(image_shape, name="images")
    x = layers.Flatten(name="pixels")(images)
    for i, rate in enumerate((input_dropout, dropout)):
        x = layers.Dropout(rate, name=f"h{i}_dropout")(x)
        x = zoo.Maxout(units, pieces, kernel_initializer=uniform(0.005), name=f"h{i}")(x)
    x = layers.Dropout(dropout, name="y_dropout")(x)
    return keras.Model(
        images, layers.Dense(1, kernel_initializer=uniform(0.005), dtype="float32", name="y")(x), name=name
    )


GANGenerator = register(paper("GANGenerator", make=generator, parameters=2_503_984))
GANDiscriminator = register(
    paper("GANDiscriminator", make=discriminator, parameters=1_231_441, notes="maxout of 5 pieces, dropout; logits")
)
