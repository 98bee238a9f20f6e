"""ResNet v2, pre-activated (He et al., 2016, arXiv:1603.05027).

As keras.applications and TF-slim build it: the stride is in the last unit of a stage instead of in the first of the
next, so three stages work on smaller maps (3.48 instead of 4.09 billion MACs for 50 layers), and convolutions that no
normalisation follows have a bias.
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import bn_relu, conv_bn, max_pool
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, keras_weights

preprocess_input = PreprocessInput(TF)

EPSILON = 1.001e-5  # as in the published weights
conv = partial(conv_bn, epsilon=EPSILON)


def bottleneck(x, filters, stride, project, name):
    """BN-ReLU, then 1x1 - 3x3 - 1x1; nothing follows the addition.

    A projection starts from the activated input, since it must mix the maps anyway; an identity skips from before it.
    """
    active = bn_relu(x, f"{name}_preact", EPSILON)
    if project:
        skip = layers.Conv2D(4 * filters, 1, stride, name=f"{name}_0_conv")(active)
    else:
        skip = layers.MaxPooling2D(1, stride, name=f"{name}_0_pool")(x) if stride > 1 else x
    y = conv(active, filters, 1, name=f"{name}_1")
    y = conv(y, filters, 3, stride, padding=1, name=f"{name}_2")
    y = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(y)
    return layers.Add(name=f"{name}_out")([skip, y])  # operand order fixes weight order


def resnet_v2(x, depths):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 2048)."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, 2, name="conv1_conv")(x)  # the first unit normalises it
    x = max_pool(x, 3, 2, padding=1, name="pool1")
    for stage, depth in enumerate(depths):
        for unit in range(depth):
            stride = 2 if stage < len(depths) - 1 and unit == depth - 1 else 1
            x = bottleneck(x, 64 * 2**stage, stride, unit == 0, name=f"conv{stage + 2}_block{unit + 1}")
    return bn_relu(x, "post", EPSILON)


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes."""
    file = f"keras-applications/resnet/{name}_weights_tf_dim_ordering_tf_kernels"
    licence = "BSD (facebook/fb.resnet.torch)"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, top5, licence)


family = partial(
    variant,
    network=resnet_v2,
    paper="Identity Mappings in Deep Residual Networks (He et al.)",
    reference="arXiv:1603.05027",
    year=2016,
    preprocessing=TF,
)

ResNet50V2 = family(
    "ResNet50V2",
    depths=(3, 4, 6, 3),
    parameters=25_613_800,
    macs=3_482_255_360,
    weights=(
        imagenet("resnet50v2", "3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917", 76.0, 93.0),
    ),
)

ResNet101V2 = family(
    "ResNet101V2",
    depths=(3, 4, 23, 3),
    parameters=44_675_560,
    macs=7_194_476_544,
    weights=(
        imagenet("resnet101v2", "6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5", 77.2, 93.8),
    ),
)

ResNet152V2 = family(
    "ResNet152V2",
    depths=(3, 8, 36, 3),
    parameters=60_380_648,
    macs=10_906_697_728,
    weights=(
        imagenet("resnet152v2", "a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33", 78.0, 94.2),
    ),
)
