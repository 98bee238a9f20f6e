"""ZFNet (Zeiler & Fergus, 2013, arXiv:1311.2901): AlexNet with a finer first layer, and one tower.

The map sizes of the paper's figure 3 (110, 55, 26, 13, 13, 13, 6) fix what its text leaves out: one pixel of padding
before the first convolution, none in the second, and pools that reach over the border.
"""

from functools import partial

from kzoo._keras import initializers, layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import ceil_max_pool, dense_head
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CAFFE

preprocess_input = PreprocessInput(CAFFE)


def conv(x, filters, kernel, stride=1, padding="same", *, name):
    """Convolve and rectify; initial weights are the paper's."""
    normal = initializers.RandomNormal(stddev=0.01)
    return layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer=normal, name=name)(x)


def local_response_norm(x, name):
    """Normalise contrast across feature maps; the paper states no constants, these are AlexNet's."""
    return zoo.LocalResponseNormalization(size=5, bias=2.0, alpha=1e-4, beta=0.75, name=name)(x)


def zfnet(x):
    """Image (batch, height, width, channels) -> features (batch, about height / 35, about width / 35, 256)."""
    x = layers.ZeroPadding2D(1, name="conv1_pad")(x)
    x = conv(x, 96, 7, 2, "valid", name="conv1")
    x = local_response_norm(ceil_max_pool(x, "pool1"), "norm1")
    x = conv(x, 256, 5, 2, "valid", name="conv2")
    x = local_response_norm(ceil_max_pool(x, "pool2"), "norm2")
    x = conv(x, 384, 3, name="conv3")
    x = conv(x, 384, 3, name="conv4")
    x = conv(x, 256, 3, name="conv5")
    return ceil_max_pool(x, "pool5")


def dense(units, *, activation, name):
    """Return a dense layer with the paper's initial weights."""
    normal = initializers.RandomNormal(stddev=0.01)
    return layers.Dense(units, activation=activation, kernel_initializer=normal, name=name)


ZFNet = variant(
    "ZFNet",
    network=zfnet,
    head=partial(dense_head, dense=dense),
    paper="Visualizing and Understanding Convolutional Networks (Zeiler & Fergus)",
    reference="arXiv:1311.2901",
    year=2013,
    min_size=47,
    preprocessing=CAFFE,
    parameters=62_357_608,
    macs=1_168_032_896,
)
