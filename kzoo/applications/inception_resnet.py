"""Inception-ResNet v1 and v2 (Szegedy et al., 2016, arXiv:1602.07261).

v2 as published by its authors and built by keras.applications: the stem is that of Inception v3, not the branched one
that the paper draws, and the last unit is neither scaled nor rectified. Of v1 the authors published the paper alone,
which scales updates by "0.1 to 0.3": here by 0.17, 0.1 and 0.2, as in v2, and as in facenet, by which v1 is known.
facenet's sixth 8x8 unit is not in the paper and not here. Normalisation has a scale in v1, and none in v2.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications import inception_v4
from kzoo.applications.assembly import variant
from kzoo.applications.googlenet import dropout_classifier
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.inception_v3 import average, conv, inception, shrink, stem
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)


def residual(x, scale, act, name, conv=conv, **branches):
    """Add an Inception module, its branches joined by a linear 1x1, to its input: x + scale * module(x).

    Without the scale, training died where there were more than a thousand filters (section 3.3).
    """
    update = inception(x, f"{name}_mixed", conv=conv, **branches)
    update = layers.Conv2D(x.shape[-1], 1, name=f"{name}_conv")(update)  # a bias, no normalisation
    update = layers.Rescaling(scale, name=f"{name}_scale")(update)
    x = layers.Add(name=f"{name}_add")([x, update])
    return layers.Activation(act, name=f"{name}_out")(x)


# The modules of v2 (figures 7 and 16 to 19).
block35 = partial(
    residual,
    branch0=[(32, 1)],
    branch1=[(32, 1), (32, 3)],
    branch2=[(32, 1), (48, 3), (64, 3)],
)
block17 = partial(
    residual,
    branch0=[(192, 1)],
    branch1=[(128, 1), (160, (1, 7)), (192, (7, 1))],
)
block8 = partial(
    residual,
    branch0=[(192, 1)],
    branch1=[(192, 1), (224, (1, 3)), (256, (3, 1))],
)
# these two are Inception v4's but for their widths, and for a 5x5
mixed_5b = partial(inception_v4.module_a, conv=conv, branch1=[(48, 1), (64, 5)], branch3=[average, (64, 1)])
mixed_6a = partial(inception_v4.reduction_a, conv=conv, branch1=[(256, 1), (256, 3), (384, 3, 2)])
mixed_7a = partial(
    inception,
    branch0=[(256, 1), (384, 3, 2)],
    branch1=[(256, 1), (288, 3, 2)],
    branch2=[(256, 1), (288, 3), (320, 3, 2)],
    branch3=[shrink],
)


# What is narrower in v1 (figures 7, 10 to 14).
conv_v1 = inception_v4.conv
block35_v1 = partial(block35, conv=conv_v1, branch2=[(32, 1), (32, 3), (32, 3)])
block17_v1 = partial(block17, conv=conv_v1, branch0=[(128, 1)], branch1=[(128, 1), (128, (1, 7)), (128, (7, 1))])
block8_v1 = partial(block8, conv=conv_v1, branch1=[(192, 1), (192, (1, 3)), (192, (3, 1))])
mixed_6a_v1 = partial(mixed_6a, conv=conv_v1, branch1=[(192, 1), (192, 3), (256, 3, 2)])
mixed_7a_v1 = partial(
    mixed_7a,
    conv=conv_v1,
    branch1=[(256, 1), (256, 3, 2)],
    branch2=[(256, 1), (256, 3), (256, 3, 2)],
)


def repeat(x, unit, times, scale, name):
    """Apply a unit again and again, each time with weights of its own."""
    for i in range(1, times + 1):
        x = unit(x, scale, "relu", name=f"{name}_{i}")
    return x


def inception_resnet_v1(x):
    """Image (batch, height, width, channels) -> features, (batch, 8, 8, 1792) for 299x299."""
    x = conv_v1(stem(x, conv_v1), 256, 3, 2, name="conv6")  # (batch, 35, 35, 256)
    x = repeat(x, block35_v1, 5, 0.17, "block35")
    x = mixed_6a_v1(x, name="mixed_6a")  # (batch, 17, 17, 896)
    x = repeat(x, block17_v1, 10, 0.1, "block17")
    x = mixed_7a_v1(x, name="mixed_7a")  # (batch, 8, 8, 1792)
    return repeat(x, block8_v1, 5, 0.2, "block8")


def inception_resnet_v2(x):
    """Image (batch, height, width, channels) -> features, (batch, 8, 8, 1536) for 299x299."""
    x = shrink(stem(x), name="pool2")
    x = mixed_5b(x, name="mixed_5b")  # (batch, 35, 35, 320)
    x = repeat(x, block35, 10, 0.17, "block35")
    x = mixed_6a(x, name="mixed_6a")  # (batch, 17, 17, 1088)
    x = repeat(x, block17, 20, 0.1, "block17")
    x = mixed_7a(x, name="mixed_7a")  # (batch, 8, 8, 2080)
    x = repeat(x, block8, 9, 0.2, "block8")
    x = block8(x, 1.0, "linear", name="block8_10")
    return conv(x, 1536, 1, name="conv_7b")


family = partial(
    variant,
    paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.)",
    reference="arXiv:1602.07261",
    year=2016,
    preprocessing=TF,
    input_shape=(299, 299, 3),
    min_size=75,
)

InceptionResNetV1 = family(
    "InceptionResNetV1",
    network=inception_resnet_v1,
    head=dropout_classifier,
    dropout=0.2,
    parameters=22_783_368,
    macs=6_206_361_696,
    notes="updates scaled by 0.17, 0.1 and 0.2, where the paper says 0.1 to 0.3; no sixth 8x8 unit, as facenet has",
)

FILE = "keras-applications/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels"

InceptionResNetV2 = family(
    "InceptionResNetV2",
    network=inception_resnet_v2,
    parameters=55_873_736,
    macs=13_155_794_016,
    weights=(
        keras_weights(
            f"{FILE}.h5",
            f"{FILE}_notop.h5",
            "e693bd0210a403b3192acc6073ad2e96",
            "d19885ff4a710c122648d3b5c3b684e4",
            80.3,
            95.3,
            "Apache-2.0",
        ),
    ),
    notes="stem of Inception v3, as published, not the one the paper draws; timm's normalisation has a scale",
)
