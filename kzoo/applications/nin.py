"""Network in Network (Lin, Chen & Yan, 2013, arXiv:1312.4400): the first with global average pooling.

The networks for CIFAR are the paper's, in detail those of the authors' definition; that for ImageNet the authors
released later.
"""

from functools import partial

from kzoo._keras import initializers, layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import ceil_max_pool
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CAFFE, CIFAR

preprocess_input = PreprocessInput(CAFFE)  # of ImageNet's network; for CIFAR's, kzoo.preprocess_input(name, x)


def conv(x, filters, kernel, stride=1, padding="same", *, name):
    """Convolve and rectify; initial weights are the authors'."""
    normal = initializers.RandomNormal(stddev=0.05)
    return layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer=normal, name=name)(x)


def mlpconv(x, filters, kernel, stride=1, padding="same", *, name):
    """Slide a perceptron of some layers over the maps: one convolution, then 1x1s. `filters`: one number a layer."""
    x = conv(x, filters[0], kernel, stride, padding, name=f"{name}_conv")
    for i, units in enumerate(filters[1:], 1):
        x = conv(x, units, 1, name=f"{name}_cccp{i}")
    return x


def nin_cifar(x):
    """Image (batch, height, width, channels) -> features (batch, height / 4, width / 4, 192)."""
    x = mlpconv(x, (192, 160, 96), 5, name="mlp1")
    x = layers.Dropout(0.5, name="dropout1")(ceil_max_pool(x, "pool1"))
    x = mlpconv(x, (192, 192, 192), 5, name="mlp2")
    x = layers.Dropout(0.5, name="dropout2")(ceil_max_pool(x, "pool2"))
    return mlpconv(x, (192, 192), 3, name="mlp3")


def nin(x):
    """Image (batch, height, width, channels) -> features (batch, about height / 35, about width / 35, 1024)."""
    x = mlpconv(x, (96, 96, 96), 11, 4, "valid", name="mlp1")
    x = ceil_max_pool(x, "pool1")
    x = mlpconv(x, (256, 256, 256), 5, name="mlp2")
    x = ceil_max_pool(x, "pool2")
    x = mlpconv(x, (384, 384, 384), 3, name="mlp3")
    x = layers.Dropout(0.5, name="dropout3")(ceil_max_pool(x, "pool3"))
    return mlpconv(x, (1024, 1024), 3, name="mlp4")


def head(x, classes, activation):
    """Make one rectified map a class, by the last layer of the last perceptron, and average each."""
    x = conv(x, classes, 1, name="classes")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Activation(activation, name="predictions")(x)


family = partial(
    variant,
    head=head,
    paper="Network in Network (Lin et al.)",
    reference="arXiv:1312.4400",
    year=2013,
)
cifar = partial(
    family,
    network=nin_cifar,
    input_shape=(32, 32, 3),
    min_size=8,
    preprocessing=CIFAR,
    notes="the paper contrast-normalises and whitens (ZCA) its images, which takes the training set",
)

NiNCIFAR10 = cifar("NiNCIFAR10", classes=10, parameters=966_986, macs=222_486_528)
NiNCIFAR100 = cifar("NiNCIFAR100", classes=100, parameters=984_356, macs=223_592_448)
NiN = family("NiN", network=nin, preprocessing=CAFFE, min_size=39, parameters=7_595_176, macs=1_100_188_800)
