"""AlexNet (Krizhevsky, Sutskever & Hinton, 2012, doi:10.1145/3065386), and its single-column successor of 2014.

The paper draws 224x224 images, but its 55x55 maps need 227 with its unpadded 11x11 kernels of stride 4: so it is here.
"""

from functools import partial

from kzoo._keras import initializers, layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import dense_head
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CAFFE, TORCH

preprocess_input = PreprocessInput(CAFFE)  # AlexNet's; for AlexNetOWT, kzoo.preprocess_input(name, x)


def conv(x, filters, kernel, *, groups=1, stride=1, padding="same", bias=0, name):
    """Convolve in one tower for each group, and rectify; initial values as in section 5 of the paper."""
    return zoo.Conv2D(
        filters,
        kernel,
        stride,
        padding,
        groups=groups,
        activation="relu",
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(bias),
        name=name,
    )(x)


def pool(x, name):
    """Take maxima of overlapping windows (section 3.4)."""
    return layers.MaxPooling2D(3, 2, name=name)(x)


def local_response_norm(x, name):
    """Divide by the activity of five neighbouring maps (section 3.3)."""
    return zoo.LocalResponseNormalization(size=5, bias=2.0, alpha=1e-4, beta=0.75, name=name)(x)


def alexnet(x):
    """Image (batch, height, width, channels) -> features (batch, height / 32 - 1, width / 32 - 1, 256).

    Two towers, one a GPU in 2012: the first half of all maps and the second. Only `conv3` reads both.
    """
    x = conv(x, 96, 11, stride=4, padding="valid", name="conv1")
    x = pool(local_response_norm(x, "norm1"), "pool1")
    x = conv(x, 256, 5, groups=2, bias=1, name="conv2")
    x = pool(local_response_norm(x, "norm2"), "pool2")
    x = conv(x, 384, 3, name="conv3")
    x = conv(x, 384, 3, groups=2, bias=1, name="conv4")
    x = conv(x, 256, 3, groups=2, bias=1, name="conv5")
    return pool(x, "pool5")


def alexnet_owt(x):
    """Image (batch, height, width, channels) -> features (batch, height / 32 - 1, width / 32 - 1, 256)."""
    rectified = partial(layers.Conv2D, activation="relu")
    x = layers.ZeroPadding2D(2, name="conv1_pad")(x)
    x = rectified(64, 11, 4, name="conv1")(x)
    x = pool(x, "pool1")
    x = rectified(192, 5, padding="same", name="conv2")(x)
    x = pool(x, "pool2")
    x = rectified(384, 3, padding="same", name="conv3")(x)
    x = rectified(256, 3, padding="same", name="conv4")(x)
    x = rectified(256, 3, padding="same", name="conv5")(x)
    return pool(x, "pool5")


def dense(units, *, activation, name):
    """Return a dense layer with the initial values of section 5."""
    return layers.Dense(
        units,
        activation=activation,
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(0 if name == "predictions" else 1),
        name=name,
    )


def torchvision_name(layer):
    """Name torchvision's module of a layer of AlexNetOWT."""
    modules = {"conv1": 0, "conv2": 3, "conv3": 6, "conv4": 8, "conv5": 10}
    classifier = {"fc1": 1, "fc2": 4, "predictions": 6}
    return f"features.{modules[layer]}" if layer in modules else f"classifier.{classifier[layer]}"


AlexNet = variant(
    "AlexNet",
    network=alexnet,
    head=partial(dense_head, dense=dense),
    paper="ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky et al.)",
    reference="doi:10.1145/3065386",
    year=2012,
    input_shape=(227, 227, 3),
    min_size=67,
    preprocessing=CAFFE,
    parameters=60_965_224,
    macs=724_406_816,
    notes="two towers as grouped convolutions; the paper's alpha, which Caffe divides by 5",
)

AlexNetOWT = variant(
    "AlexNetOWT",
    network=alexnet_owt,
    head=dense_head,
    paper="One weird trick for parallelizing convolutional neural networks (Krizhevsky)",
    reference="arXiv:1404.5997",
    year=2014,
    min_size=63,
    preprocessing=TORCH,
    torch_names=torchvision_name,
    parameters=61_100_840,
    macs=714_188_480,
    notes="torchvision's alexnet: one column, no normalisation",
)
