"""Inception v3 (Szegedy et al., 2015, arXiv:1512.00567).

As keras.applications builds it: normalisation without a scale, the auxiliary classifier only if asked for. A module is
data: its branches by name, each a chain of steps, and a step is the (filters, kernel, stride) of a convolution or a
function.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import conv_bn
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, Auxiliary, keras_weights

preprocess_input = PreprocessInput(TF)


def conv(x, filters, kernel, stride=1, padding=None, *, scale=False, name):
    """Convolve, normalise, rectify; what strides has no padding, as in all of Inception v3 and v4."""
    padding = padding or ("same" if stride == 1 else "valid")
    return conv_bn(x, filters, kernel, stride, padding=padding, epsilon=1e-3, scale=scale, name=name)


def average(x, name):
    """Average each 3x3 neighbourhood, keeping the size; the border divides by the pixels that are there."""
    return layers.AveragePooling2D(3, 1, "same", name=name)(x)


def shrink(x, name):
    """Take maxima of 3x3 neighbourhoods with stride 2, without padding."""
    return layers.MaxPooling2D(3, 2, name=name)(x)


def inception(x, name, *, conv=conv, **branches):
    """Concatenate the branches, in the order given: it fixes the order of weights."""
    return layers.Concatenate(name=name)([chain(x, steps, f"{name}_{key}", conv) for key, steps in branches.items()])


def chain(x, steps, name, conv):
    """Apply steps one after another; the layers of step i are called `{name}_{i}` (and `_conv`, `_bn`, `_relu`)."""
    for i, step in enumerate(steps, start=1):
        x = step(x, name=f"{name}_{i}") if callable(step) else conv(x, *step, name=f"{name}_{i}")
    return x


def side_by_side(x, filters, name, conv=conv):
    """Read the same maps by a 1x3 and by a 3x1 convolution (figure 7)."""
    return inception(x, name, conv=conv, row=[(filters, (1, 3))], column=[(filters, (3, 1))])


def stem(x, conv=conv):
    """Image -> (batch, about height / 4, width / 4, 192); of Inception v3 and of the Inception-ResNets as published."""
    x = conv(x, 32, 3, 2, name="conv1")
    x = conv(x, 32, 3, padding="valid", name="conv2")
    x = conv(x, 64, 3, name="conv3")
    x = shrink(x, name="pool1")
    x = conv(x, 80, 1, padding="valid", name="conv4")
    return conv(x, 192, 3, padding="valid", name="conv5")


def module_a(x, pooled, name):
    """35x35: two 3x3 for a 5x5 (figure 5); the published network has a true 5x5 where the figure has a single 3x3."""
    return inception(
        x,
        name,
        branch1x1=[(64, 1)],
        branch5x5=[(48, 1), (64, 5)],
        branch3x3dbl=[(64, 1), (96, 3), (96, 3)],
        branch_pool=[average, (pooled, 1)],
    )


def reduction_a(x, name):
    """35x35 -> 17x17: convolve with stride 2 beside pooling, so that the maps are at no point too few (figure 10)."""
    return inception(
        x,
        name,
        branch3x3=[(384, 3, 2)],
        branch3x3dbl=[(64, 1), (96, 3), (96, 3, 2)],
        branch_pool=[shrink],
    )


def module_b(x, width, name):
    """17x17: a 7x7 convolution as 1x7 and 7x1 (figure 6)."""
    row, column = (1, 7), (7, 1)
    return inception(
        x,
        name,
        branch1x1=[(192, 1)],
        branch7x7=[(width, 1), (width, row), (192, column)],
        branch7x7dbl=[(width, 1), (width, column), (width, row), (width, column), (192, row)],
        branch_pool=[average, (192, 1)],
    )


def reduction_b(x, name):
    """17x17 -> 8x8."""
    return inception(
        x,
        name,
        branch3x3=[(192, 1), (320, 3, 2)],
        branch7x7x3=[(192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2)],
        branch_pool=[shrink],
    )


def module_c(x, name):
    """8x8: the widest, for features of many dimensions (figure 7)."""
    both = partial(side_by_side, filters=384)
    return inception(
        x,
        name,
        branch1x1=[(320, 1)],
        branch3x3=[(384, 1), both],
        branch3x3dbl=[(448, 1), (384, 3), both],
        branch_pool=[average, (192, 1)],
    )


def inception_v3(x):
    """Image (batch, height, width, channels) -> features, (batch, 8, 8, 2048) for 299x299."""
    x = shrink(stem(x), name="pool2")
    for i, pooled in enumerate((32, 64, 64)):
        x = module_a(x, pooled, name=f"mixed{i}")
    x = reduction_a(x, name="mixed3")
    for i, width in enumerate((128, 160, 160, 192), start=4):
        x = module_b(x, width, name=f"mixed{i}")
    x = reduction_b(x, name="mixed8")
    x = module_c(x, name="mixed9")
    return module_c(x, name="mixed10")


def auxiliary(x, classes, activation):
    """Classify the last 17x17 maps, as a regulariser (section 4); the sizes are those of the authors' code."""
    x = layers.AveragePooling2D(5, 3, name="aux_pool")(x)
    x = conv(x, 128, 1, name="aux_conv1")
    x = conv(x, 768, 5, padding="valid", name="aux_conv2")
    x = layers.GlobalAveragePooling2D(name="aux_avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="aux_predictions")(x)


FILE = "keras-applications/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels"

InceptionV3 = variant(
    "InceptionV3",
    network=inception_v3,
    paper="Rethinking the Inception Architecture for Computer Vision (Szegedy et al.)",
    reference="arXiv:1512.00567",
    year=2015,
    preprocessing=TF,
    input_shape=(299, 299, 3),
    min_size=75,
    auxiliaries=(Auxiliary("mixed7", auxiliary, weight=0.4),),
    auxiliary=False,
    options=("auxiliary",),
    parameters=23_851_784,
    macs=5_713_216_096,
    weights=(
        keras_weights(
            f"{FILE}.h5",
            f"{FILE}_notop.h5",
            "9a0d58056eeedaa3f26cb7ebd46da564",
            "bcbd6486424b2319ff4ef7d526e38f63",
            77.9,
            93.7,
            "Apache-2.0",
            options={},
        ),
    ),
    notes="torchvision's and timm's normalisation has a scale, 17,216 more weights",
)
