"""Inception-ResNet v2 (Szegedy et al., 2016, arXiv:1602.07261).

As published by its authors and built by keras.applications: the stem is that of Inception v3, not the branched one that
the paper draws, and the last unit is neither scaled nor rectified.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.inception_v3 import average, conv, inception, shrink, stem
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)


def residual(x, scale, act, name, **branches):
    """Add an Inception module, its branches joined by a linear 1x1, to its input: x + scale * module(x).

    Without the scale, training died where there were more than a thousand filters (section 3.3).
    """
    update = inception(x, f"{name}_mixed", **branches)
    update = layers.Conv2D(x.shape[-1], 1, name=f"{name}_conv")(update)  # a bias, no normalisation
    update = layers.Rescaling(scale, name=f"{name}_scale")(update)
    x = layers.Add(name=f"{name}_add")([x, update])
    return layers.Activation(act, name=f"{name}_out")(x)


block35 = partial(
    residual,
    branch_0=[(32, 1)],
    branch_1=[(32, 1), (32, 3)],
    branch_2=[(32, 1), (48, 3), (64, 3)],
)
block17 = partial(
    residual,
    branch_0=[(192, 1)],
    branch_1=[(128, 1), (160, (1, 7)), (192, (7, 1))],
)
block8 = partial(
    residual,
    branch_0=[(192, 1)],
    branch_1=[(192, 1), (224, (1, 3)), (256, (3, 1))],
)
mixed_5b = partial(
    inception,
    branch_0=[(96, 1)],
    branch_1=[(48, 1), (64, 5)],
    branch_2=[(64, 1), (96, 3), (96, 3)],
    branch_pool=[average, (64, 1)],
)
mixed_6a = partial(
    inception,
    branch_0=[(384, 3, 2)],
    branch_1=[(256, 1), (256, 3), (384, 3, 2)],
    branch_pool=[shrink],
)
mixed_7a = partial(
    inception,
    branch_0=[(256, 1), (384, 3, 2)],
    branch_1=[(256, 1), (288, 3, 2)],
    branch_2=[(256, 1), (288, 3), (320, 3, 2)],
    branch_pool=[shrink],
)


def inception_resnet_v2(x):
    """Image (batch, height, width, channels) -> features, (batch, 8, 8, 1536) for 299x299."""
    x = stem(x)
    x = mixed_5b(x, name="mixed_5b")  # (batch, 35, 35, 320)
    for i in range(1, 11):
        x = block35(x, 0.17, "relu", name=f"block35_{i}")
    x = mixed_6a(x, name="mixed_6a")  # (batch, 17, 17, 1088)
    for i in range(1, 21):
        x = block17(x, 0.1, "relu", name=f"block17_{i}")
    x = mixed_7a(x, name="mixed_7a")  # (batch, 8, 8, 2080)
    for i in range(1, 10):
        x = block8(x, 0.2, "relu", name=f"block8_{i}")
    x = block8(x, 1.0, "linear", name="block8_10")
    return conv(x, 1536, 1, name="conv_7b")


FILE = "keras-applications/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels"

InceptionResNetV2 = variant(
    "InceptionResNetV2",
    network=inception_resnet_v2,
    paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.)",
    reference="arXiv:1602.07261",
    year=2016,
    preprocessing=TF,
    input_shape=(299, 299, 3),
    min_size=75,
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
