"""ResNet v1 (He et al., 2015, arXiv:1512.03385).

As keras.applications builds it: every convolution has a bias, which the paper's have not, and the stride is on the
first 1x1 of a bottleneck, as in the paper (torchvision strides the 3x3, "v1.5": equal counts, other outputs).
"""

from functools import partial

from kzoo._keras import layers
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import conv_bn, max_pool, residual_stages
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CAFFE, keras_weights

preprocess_input = PreprocessInput(CAFFE)

conv = partial(conv_bn, use_bias=True, epsilon=1.001e-5)  # both as in the published weights


def bottleneck(x, filters, stride, name):
    """1x1 - 3x3 - 1x1 residual unit; v1 strides on the first 1x1."""
    project = x.shape[-1] != 4 * filters
    skip = conv(x, 4 * filters, 1, stride, act=None, name=f"{name}_0") if project else x
    x = conv(x, filters, 1, stride, name=f"{name}_1")
    x = conv(x, filters, 3, name=f"{name}_2")
    x = conv(x, 4 * filters, 1, act=None, name=f"{name}_3")
    x = layers.Add(name=f"{name}_add")([skip, x])  # operand order fixes weight order
    return layers.Activation("relu", name=f"{name}_out")(x)


def resnet(x, depths):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 2048)."""
    x = conv(x, 64, 7, 2, padding=3, name="conv1")
    x = max_pool(x, 3, 2, padding=1, name="pool1")
    return residual_stages(x, depths, (64, 128, 256, 512), bottleneck)


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes, converted from the authors' own."""
    file = f"keras-applications/resnet/{name}_weights_tf_dim_ordering_tf_kernels"
    licence = "MIT (KaimingHe/deep-residual-networks)"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, top5, licence)


family = partial(
    variant,
    network=resnet,
    paper="Deep Residual Learning for Image Recognition (He et al.)",
    reference="arXiv:1512.03385",
    year=2015,
    preprocessing=CAFFE,
)

ResNet50 = family(
    "ResNet50",
    depths=(3, 4, 6, 3),
    parameters=25_636_712,
    macs=3_857_973_248,
    weights=(imagenet("resnet50", "2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626", 74.9, 92.1),),
)

ResNet101 = family(
    "ResNet101",
    depths=(3, 4, 23, 3),
    parameters=44_707_176,
    macs=7_570_194_432,
    weights=(
        imagenet("resnet101", "f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21", 76.4, 92.8),
    ),
)

ResNet152 = family(
    "ResNet152",
    depths=(3, 8, 36, 3),
    parameters=60_419_944,
    macs=11_282_415_616,
    weights=(
        imagenet("resnet152", "100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c", 76.6, 93.1),
    ),
)
