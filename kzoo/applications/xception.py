"""Xception (Chollet, 2016, arXiv:1610.02357): depthwise separable convolutions with residual connections.

Nothing is activated between the depthwise and the pointwise half of a convolution (section 4.7).
"""

from kzoo._keras import layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)


def batch_norm(x, name):
    """Normalise as the published weights were."""
    return zoo.BatchNormalization(epsilon=1e-3, name=name)(x)


def conv(x, filters, stride, name):
    """3x3 convolution without padding, normalised and activated."""
    x = layers.Conv2D(filters, 3, stride, use_bias=False, name=name)(x)
    x = batch_norm(x, f"{name}_bn")
    return layers.Activation("relu", name=f"{name}_act")(x)


def sepconv(x, filters, name):
    """3x3 on each channel alone, then 1x1 across channels, normalised."""
    x = zoo.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return batch_norm(x, f"{name}_bn")


def relu_sepconv(x, filters, name):
    """Activate, then convolve."""
    return sepconv(layers.Activation("relu", name=f"{name}_act")(x), filters, name)


def halving_block(x, first, filters, name, start=relu_sepconv):
    """Two separable convolutions and a pooling, beside a strided 1x1 convolution."""
    skip = layers.Conv2D(filters, 1, 2, use_bias=False, name=f"{name}_skip")(x)
    skip = batch_norm(skip, f"{name}_skip_bn")
    x = start(x, first, f"{name}_sepconv1")
    x = relu_sepconv(x, filters, f"{name}_sepconv2")
    x = layers.MaxPooling2D(3, 2, "same", name=f"{name}_pool")(x)
    return layers.Add(name=f"{name}_add")([x, skip])  # operand order fixes weight order


def middle_block(x, name):
    """Three separable convolutions beside what they are given."""
    skip = x
    for number in (1, 2, 3):
        x = relu_sepconv(x, 728, f"{name}_sepconv{number}")
    return layers.Add(name=f"{name}_add")([x, skip])


def xception(x):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 2048)."""
    x = conv(x, 32, 2, "block1_conv1")
    x = conv(x, 64, 1, "block1_conv2")
    x = halving_block(x, 128, 128, "block2", start=sepconv)  # block1 activated it
    x = halving_block(x, 256, 256, "block3")
    x = halving_block(x, 728, 728, "block4")
    for block in range(5, 13):
        x = middle_block(x, f"block{block}")
    x = halving_block(x, 728, 1024, "block13")
    for number, filters in enumerate((1536, 2048), start=1):
        name = f"block14_sepconv{number}"
        x = layers.Activation("relu", name=f"{name}_act")(sepconv(x, filters, name))
    return x


FILE = "keras-applications/xception/xception_weights_tf_dim_ordering_tf_kernels"

Xception = variant(
    "Xception",
    network=xception,
    paper="Xception: Deep Learning with Depthwise Separable Convolutions (Chollet)",
    reference="arXiv:1610.02357",
    year=2016,
    input_shape=(299, 299, 3),
    min_size=71,
    preprocessing=TF,
    parameters=22_910_480,
    macs=8_357_403_496,
    weights=(
        keras_weights(
            f"{FILE}.h5",
            f"{FILE}_notop.h5",
            "0a58e3b7378bc2990ea3b43d5981f1f6",
            "b0042744bf5b25fce3cb969f33bebb97",
            79.0,
            94.5,
            "MIT",
        ),
    ),
)
