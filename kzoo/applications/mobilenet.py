"""MobileNet (Howard et al., 2017, arXiv:1704.04861).

As keras.applications builds it: ReLU6, and the classifier is a convolution after a little dropout.
"""

from typing import Annotated

from annotated_types import Interval
from typing_extensions import Doc

from kzoo._keras import layers, zoo
from kzoo._validation import MAX_WIDTH, WIDTH, Dropout, PositiveInt
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)

# Table 1: filters and stride of the thirteen depthwise separable convolutions.
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *5 * ((512, 1),), (1024, 2), (1024, 1))


def bn_relu6(x, name):
    """Normalise, then clip to 0..6: layers `{name}_bn` and `{name}_relu`."""
    x = zoo.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def separable(x, filters, stride, depth_multiplier, number):
    """3x3 on each channel alone, then 1x1 across channels; both are normalised and activated."""
    padding = "same"
    if stride == 2:  # zeros below and to the right whatever the size, which "same" gives even sizes only
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
        padding = "valid"
    name = f"conv_dw_{number}"
    x = zoo.DepthwiseConv2D(3, stride, padding, depth_multiplier=depth_multiplier, use_bias=False, name=name)(x)
    x = bn_relu6(x, name)
    name = f"conv_pw_{number}"
    x = layers.Conv2D(filters, 1, use_bias=False, name=name)(x)
    return bn_relu6(x, name)


def mobilenet(
    x,
    alpha: Annotated[float, Interval(ge=1 / 32, le=MAX_WIDTH), WIDTH],  # below, the first layer has no map
    depth_multiplier: Annotated[PositiveInt, Doc("maps that each depthwise convolution makes of one")],
):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 1024 alpha)."""
    x = layers.Conv2D(int(32 * alpha), 3, 2, "same", use_bias=False, name="conv1")(x)
    x = bn_relu6(x, "conv1")
    for number, (filters, stride) in enumerate(BLOCKS, start=1):
        x = separable(x, int(filters * alpha), stride, depth_multiplier, number)
    return x


def conv_classifier(x, classes, activation, dropout: Dropout):
    """Average each map, drop some, and classify by a 1x1 convolution."""
    x = layers.GlobalAveragePooling2D(keepdims=True, name="avg_pool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Conv2D(classes, 1, name="conv_preds")(x)
    x = layers.Reshape((classes,), name="reshape_2")(x)
    return layers.Activation(activation, name="predictions")(x)


def imagenet(alpha, text, top1, top5):
    """Return the row of the weights that Keras publishes for a width: a file a size, and no hashes."""
    file = f"keras-applications/mobilenet/mobilenet_{text}_{{size}}_tf"
    return keras_weights(
        f"{file}.h5",
        f"{file}_no_top.h5",
        None,
        None,
        top1,
        top5,
        "Apache-2.0",
        accuracy_from="keras-applications, README",
        options={"alpha": alpha, "depth_multiplier": 1},
        sizes=(224, 192, 160, 128),
    )


MobileNet = variant(
    "MobileNet",
    network=mobilenet,
    head=conv_classifier,
    paper="MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al.)",
    reference="arXiv:1704.04861",
    year=2017,
    preprocessing=TF,
    options=("alpha", "depth_multiplier", "dropout"),
    positional=(
        "input_shape",
        "alpha",
        "depth_multiplier",
        "dropout",
        "include_top",
        "weights",
        "input_tensor",
        "pooling",
        "classes",
        "classifier_activation",
        "name",
    ),
    alpha=1.0,
    depth_multiplier=1,
    dropout=1e-3,
    parameters=4_253_864,
    macs=568_740_352,
    weights=(
        imagenet(1.0, "1_0", 70.424, 89.504),
        imagenet(0.75, "7_5", 68.412, 88.242),
        imagenet(0.5, "5_0", 64.292, 85.624),
        imagenet(0.25, "2_5", 51.582, 75.792),
    ),
)
