"""MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381).

Bottlenecks are linear: nothing is activated after a projection. The names of layers are those of keras.applications.
"""

from kzoo._keras import layers, zoo
from kzoo._validation import Width
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)

# Table 2: expansion, filters, repetitions, first stride.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def make_divisible(filters, divisor=8):
    """Round to the nearest multiple of the divisor, but never below nine tenths."""
    rounded = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * filters else rounded


def batch_norm(x, name):
    """Normalise as all mobile networks since the second do."""
    return zoo.BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)(x)


def relu6(x, name):
    """Clip to 0..6."""
    return layers.ReLU(6.0, name=name)(x)


def inverted_residual(x, expansion, filters, stride, name):
    """Widen (unless by 1), filter each channel, project to a linear bottleneck; add what has its shape."""
    skip, channels = x, x.shape[-1]
    if expansion > 1:
        x = layers.Conv2D(expansion * channels, 1, use_bias=False, name=f"{name}_expand")(x)
        x = relu6(batch_norm(x, f"{name}_expand_BN"), f"{name}_expand_relu")
    # "same" is the padding that Keras computes from a known size; from an unknown one it computes that of even sizes
    x = zoo.DepthwiseConv2D(3, stride, "same", use_bias=False, name=f"{name}_depthwise")(x)
    x = relu6(batch_norm(x, f"{name}_depthwise_BN"), f"{name}_depthwise_relu")
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project")(x)
    x = batch_norm(x, f"{name}_project_BN")
    return layers.Add(name=f"{name}_add")([skip, x]) if stride == 1 and channels == filters else x


def mobilenet_v2(x, alpha: Width):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 1280 or more)."""
    x = layers.Conv2D(make_divisible(32 * alpha), 3, 2, "same", use_bias=False, name="Conv1")(x)
    x = relu6(batch_norm(x, "bn_Conv1"), "Conv1_relu")
    number = 0
    for expansion, filters, repetitions, first_stride in STAGES:
        for repetition in range(repetitions):
            stride = first_stride if repetition == 0 else 1
            name = f"block_{number}" if number else "expanded_conv"
            x = inverted_residual(x, expansion, make_divisible(int(filters * alpha)), stride, name)
            number += 1
    last = make_divisible(1280 * max(alpha, 1.0))  # a narrower network keeps its last layer (section 4)
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    return relu6(batch_norm(x, "Conv_1_bn"), "out_relu")


def imagenet(alpha, top1, top5):
    """Return the row of the weights that Keras publishes for a width: a file a size, and no hashes."""
    file = f"keras-applications/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{{size}}"
    return keras_weights(
        f"{file}.h5",
        f"{file}_no_top.h5",
        None,
        None,
        top1,
        top5,
        "Apache-2.0",
        accuracy_from="keras-applications, README",
        options={"alpha": alpha},
        sizes=(224, 192, 160, 128, 96),
    )


MobileNetV2 = variant(
    "MobileNetV2",
    network=mobilenet_v2,
    paper="MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al.)",
    reference="arXiv:1801.04381",
    year=2018,
    preprocessing=TF,
    options=("alpha",),
    positional=(
        "input_shape",
        "alpha",
        "include_top",
        "weights",
        "input_tensor",
        "pooling",
        "classes",
        "classifier_activation",
        "name",
    ),
    alpha=1.0,
    parameters=3_538_984,
    macs=300_774_272,
    weights=(
        imagenet(1.0, 71.336, 90.142),
        imagenet(0.35, 60.086, 82.432),
        imagenet(0.5, 65.194, 86.062),
        imagenet(0.75, 69.532, 89.176),
        imagenet(1.3, 74.68, 92.122),
        imagenet(1.4, 75.23, 92.422),
    ),
)
