"""DenseNet (Huang et al., 2016, arXiv:1608.06993): each layer reads the maps of all layers before it in its block.

For ImageNet; those for CIFAR are in `densenet_cifar.py`. All are DenseNet-BC: bottlenecks of 4k maps, and transitions
that halve the maps. Up to epsilon, keras.applications' and torchvision's are the same networks.
"""

import re
from functools import partial

from kzoo._keras import layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import bn_relu, conv_bn, max_pool
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TORCH, keras_weights, torchvision_weights

preprocess_input = PreprocessInput(TORCH)


def dense_layer(x, growth, epsilon, name):
    """Add `growth` maps to those of x, by way of a bottleneck of four times as many."""
    new = bn_relu(x, f"{name}_0", epsilon)
    new = layers.Conv2D(4 * growth, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = bn_relu(new, f"{name}_1", epsilon)
    new = layers.Conv2D(growth, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return layers.Concatenate(name=f"{name}_concat")([x, new])


def transition(x, epsilon, name):
    """Halve the maps, then their height and width."""
    x = bn_relu(x, name, epsilon)
    x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, name=f"{name}_pool")(x)


def densenet(x, depths, growth, stem, epsilon):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, channels).

    Args:
        depths: layers of each block.
        growth: maps that each layer adds, the k of the paper.
        stem: maps of the first convolution.
    """
    x = conv_bn(x, stem, 7, 2, padding=3, epsilon=epsilon, name="conv1")
    x = max_pool(x, 3, 2, padding=1, name="pool1")
    for block, depth in enumerate(depths, start=2):
        if block > 2:
            x = transition(x, epsilon, name=f"pool{block - 1}")
        for number in range(1, depth + 1):
            x = dense_layer(x, growth, epsilon, name=f"conv{block}_block{number}")
    x = zoo.BatchNormalization(epsilon=epsilon, name="bn")(x)
    return layers.Activation("relu", name="relu")(x)


TORCH_NAMES = {
    "conv1_conv": "features.conv0",
    "conv1_bn": "features.norm0",
    "bn": "features.norm5",
    "predictions": "classifier",
}


def torch_names(layer):
    """Return the module of torchvision that a layer is: "pool2_bn" is "features.transition1.norm"."""
    if layer in TORCH_NAMES:
        return TORCH_NAMES[layer]
    if match := re.fullmatch(r"pool(\d)_(bn|conv)", layer):
        return f"features.transition{int(match[1]) - 1}.{match[2].replace('bn', 'norm')}"
    block, number, part = re.fullmatch(r"conv(\d)_block(\d+)_(.*)", layer).groups()
    module = {"0_bn": "norm1", "1_conv": "conv1", "1_bn": "norm2", "2_conv": "conv2"}[part]
    return f"features.denseblock{int(block) - 1}.denselayer{number}.{module}"


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes, converted from torchvision's."""
    file = f"keras-applications/densenet/{name}_weights_tf_dim_ordering_tf_kernels"
    licence = "BSD-3-Clause (liuzhuang13/DenseNet)"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, top5, licence)


family = partial(
    variant,
    network=densenet,
    paper="Densely Connected Convolutional Networks (Huang et al.)",
    reference="arXiv:1608.06993",
    year=2016,
    preprocessing=TORCH,
    torch_names=torch_names,
    growth=32,
    stem=64,
    epsilon=1.001e-5,  # as in keras.applications
)

DenseNet121 = family(
    "DenseNet121",
    depths=(6, 12, 24, 16),
    parameters=8_062_504,
    macs=2_834_161_664,
    weights=(
        imagenet("densenet121", "9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738", 75.0, 92.3),
    ),
)

DenseNet169 = family(
    "DenseNet169",
    depths=(6, 12, 32, 32),
    parameters=14_307_880,
    macs=3_359_843_328,
    weights=(
        imagenet("densenet169", "d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b", 76.2, 93.2),
    ),
)

DenseNet201 = family(
    "DenseNet201",
    depths=(6, 12, 48, 32),
    parameters=20_242_984,
    macs=4_291_365_888,
    weights=(
        imagenet("densenet201", "1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1", 77.3, 93.6),
    ),
)

DenseNet161 = family(
    "DenseNet161",
    depths=(6, 12, 36, 24),
    growth=48,
    stem=96,
    epsilon=1e-5,
    parameters=28_900_936,
    macs=7_727_907_072,
    weights=(torchvision_weights("densenet161", 77.138, 93.56),),
    notes="as in torchvision",
)

DenseNet264 = family(
    "DenseNet264",
    depths=(6, 12, 64, 48),
    epsilon=1e-5,
    parameters=33_736_232,
    macs=5_751_653_376,
    notes="timm's densenet264d is another network, of growth 48 and a deep stem",
)
