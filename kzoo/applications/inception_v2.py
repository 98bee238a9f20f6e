"""BN-Inception (Ioffe and Szegedy, 2015, arXiv:1502.03167), mostly called Inception v2.

As Caffe has it, in the file that Cadene's pretrained-models ported and below the SENet authors' SE-BN-Inception: with a
plain 7x7 at the start, where the paper's is separable, and 608 maps out of modules 4c and 4d, to which the columns of
the paper's table add up; it prints 576. TF-slim has the separable 7x7, and 576 by narrower projections. "Inception-v2"
of arXiv:1512.00567 is a third network.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import ceil_max_pool, conv_bn
from kzoo.applications.googlenet import neighbours
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.inception_v3 import inception
from kzoo.registry import Preprocessing

BN_INCEPTION = Preprocessing("bn_inception", mean=(104.0, 117.0, 128.0), bgr=True)
preprocess_input = PreprocessInput(BN_INCEPTION)


def conv(x, filters, kernel, stride=1, *, name):
    """Convolve, normalise, rectify; what strides has zeros on every side."""
    return conv_bn(x, filters, kernel, stride, padding=kernel // 2 if stride > 1 else "same", name=name)


join = partial(inception, conv=conv)


def average(x, name):
    """Average each 3x3 neighbourhood, keeping the size; zeros around the map count, as in Caffe."""
    x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    return layers.AveragePooling2D(3, 1, name=name)(x)


def halve(x, name):
    """Take maxima 2 apart: Caffe's windows on even maps, and on odd ones as many as the convolutions beside have."""
    return layers.MaxPooling2D(3, 2, "same", name=name)(x)


def module(one, three, double, pool, pooled):
    """Return the branches of a module: two 3x3 are in the place of GoogLeNet's 5x5."""
    return {
        "branch1": [(one, 1)],
        "branch2": [(three[0], 1), (three[1], 3)],
        "branch3": [(double[0], 1), (double[1], 3), (double[1], 3)],
        "branch4": [pool, (pooled, 1)],
    }


def reduction(three, double):
    """Return the branches of a module that halves the maps: no 1x1, and nothing after the pooling."""
    return {
        "branch2": [(three[0], 1), (three[1], 3, 2)],
        "branch3": [(double[0], 1), (double[1], 3), (double[1], 3, 2)],
        "branch4": [halve],
    }


# Figure 5: maps of the 1x1; before and of the 3x3; before and of the two 3x3; pooling, maps after it.
MODULES = {
    "inception3a": module(64, (64, 64), (64, 96), average, 32),
    "inception3b": module(64, (64, 96), (64, 96), average, 64),
    "inception3c": reduction((128, 160), (64, 96)),
    "inception4a": module(224, (64, 96), (96, 128), average, 128),
    "inception4b": module(192, (96, 128), (96, 128), average, 128),
    "inception4c": module(160, (128, 160), (128, 160), average, 128),
    "inception4d": module(96, (128, 192), (160, 192), average, 128),
    "inception4e": reduction((128, 192), (192, 256)),
    "inception5a": module(352, (192, 320), (160, 224), average, 128),
    "inception5b": module(352, (192, 320), (192, 224), neighbours, 128),
}


def inception_v2(x, join=join):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 1024).

    Args:
        join: makes the output of a module of its input, its name and its branches.
    """
    x = conv(x, 64, 7, 2, name="conv1")
    x = ceil_max_pool(x, "pool1")
    x = conv(x, 64, 1, name="conv2")
    x = conv(x, 192, 3, name="conv3")
    x = ceil_max_pool(x, "pool2")
    for name, branches in MODULES.items():
        x = join(x, name, **branches)
    return x


InceptionV2 = variant(
    "InceptionV2",
    network=inception_v2,
    paper="Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift "
    "(Ioffe and Szegedy)",
    reference="arXiv:1502.03167",
    year=2015,
    preprocessing=BN_INCEPTION,
    parameters=11_305_256,
    macs=2_032_600_064,
    notes="BN-Inception as in Caffe, with no biases before normalisation, of which Cadene's port has 10,016",
)
