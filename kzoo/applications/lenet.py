"""LeNet-5 (LeCun, Bottou, Bengio & Haffner, 1998, doi:10.1109/5.726791): the network of 1998, and today's reading.

C5 and F6 are convolutions here, as the paper has it: on a larger image they scan it, and the scores are averaged.
"""

from functools import partial

from kzoo._keras import initializers, layers, ops, zoo
from kzoo.applications.assembly import variant
from kzoo.registry import UNIT, Preprocessing

# Table I: which maps of S2 each map of C3 reads. Three neighbours, four neighbours, two pairs, all.
C3_TABLE = (
    *(((i, (i + 1) % 6, (i + 2) % 6)) for i in range(6)),
    *(((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6)) for i in range(6)),
    *(((i, i + 1, (i + 3) % 6, (i + 4) % 6)) for i in range(3)),
    (0, 1, 2, 3, 4, 5),
)

# The 7x12 pictures that F6 learns to draw. The paper prints its own in figure 3; these are drawn in their manner.
DIGITS = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
.#####. ...##.. .#####. .#####. .....## ####### .#####. ####### .#####. .#####.
##...## ..###.. ##...## ##...## ....### ##..... ##...## ##...## ##...## ##...##
##...## .####.. .....## .....## ...#### ##..... ##..... .....## ##...## ##...##
##...## ...##.. .....## .....## ..##.## ##..... ##..... ....##. ##...## ##...##
##...## ...##.. ....##. ..####. .##..## ######. ######. ....##. .#####. .######
##...## ...##.. ...##.. .....## ##...## .....## ##...## ...##.. ##...## .....##
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. ##...## .....##
##...## ...##.. .##.... .....## .....## .....## ##...## ..##... ##...## .....##
##...## ...##.. ##..... ##...## .....## ##...## ##...## ..##... ##...## ##...##
.#####. .###### ####### .#####. .....## .#####. .#####. ..##... .#####. .#####.
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def digit_pictures():
    """Return the pictures as (10, 84) numbers, +1 for ink and -1 for paper."""
    glyphs = zip(*(row.split() for row in DIGITS.split("\n") if row), strict=True)
    return [[1 if pixel == "#" else -1 for row in glyph for pixel in row] for glyph in glyphs]


def lenet(x):
    """Image (batch, 32, 32, channels) -> the 84 units of F6, (batch, 1, 1, 84)."""
    tanh = partial(layers.Conv2D, activation="tanh")
    x = tanh(6, 5, name="c1")(x)
    x = layers.AveragePooling2D(2, name="s2")(x)
    x = tanh(16, 5, name="c3")(x)
    x = layers.AveragePooling2D(2, name="s4")(x)
    x = tanh(120, 5, name="c5")(x)
    return tanh(84, 1, name="f6")(x)


def lenet_original(x):
    """Image (batch, 32, 32, channels) -> the 84 units of F6, (batch, 1, 1, 84), each layer as in section II.B."""

    def squash(x, name):
        return zoo.ScaledTanh(name=f"{name}_squash")(x)

    def conv(x, filters, kernel, name):
        fan_in = kernel * kernel * x.shape[-1]
        weights = fan_in_uniform(fan_in)
        return squash(layers.Conv2D(filters, kernel, kernel_initializer=weights, name=name)(x), name)

    x = conv(x, 6, 5, "c1")
    x = squash(zoo.Subsampling(name="s2")(x), "s2")
    x = squash(zoo.TableConv2D(C3_TABLE, 5, name="c3")(x), "c3")
    x = squash(zoo.Subsampling(name="s4")(x), "s4")
    x = conv(x, 120, 5, "c5")
    return conv(x, 84, 1, "f6")


def fan_in_uniform(fan_in):
    """Draw between -2.4/F and 2.4/F, F the number of inputs of a unit (appendix A)."""
    return initializers.RandomUniform(-2.4 / fan_in, 2.4 / fan_in)


def rbf_head(x, classes, activation):
    """Compare F6 with a picture of each digit: the smaller the distance, the likelier the class.

    The logits are the negated distances, so softmax gives the posterior of equation 9 without its "rubbish" class.
    """
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    distances = zoo.EuclideanRBF(digit_pictures()[:classes], name="rbf")(x)
    logits = ops.negative(distances)
    return layers.Activation(activation, name="predictions")(logits)


family = partial(
    variant,
    paper="Gradient-Based Learning Applied to Document Recognition (LeCun et al.)",
    reference="doi:10.1109/5.726791",
    year=1998,
    input_shape=(32, 32, 1),
    classes=10,
)

LeNet5 = family(
    "LeNet5",
    network=lenet,
    preprocessing=Preprocessing("unit", std=UNIT.std, pad=2),
    parameters=61_706,
    macs=416_520,
    notes="tanh, average pooling, all maps connected, softmax: what is called LeNet-5 today",
)

LeNet5Original = family(
    "LeNet5Original",
    network=lenet_original,
    head=rbf_head,
    max_classes=10,
    # background -0.1 and ink 1.175: (0 - 20) / 200 and (255 - 20) / 200
    preprocessing=Preprocessing("lenet5", mean=(20.0,), std=(200.0,), pad=2),
    parameters=60_840,
    macs=340_068,
    notes="60,000 trainable parameters and the 840 pixels of the digits that F6 learns to draw; "
    "MACs are the connections the paper counts, without the output's",
)
