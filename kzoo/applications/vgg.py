"""VGG (Simonyan & Zisserman, 2014, arXiv:1409.1556): the columns of its table 1.

Both dense layers have the paper's dropout, which keras.applications leaves out: predictions are the same. The versions
with batch normalisation are torchvision's; the paper has none.
"""

from functools import partial

from kzoo._keras import layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import dense_head
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CAFFE, TORCH, keras_weights, torchvision_weights

# of the paper's networks and Keras'; for VGG11, VGG13 and those with normalisation, kzoo.preprocess_input(name, x)
preprocess_input = PreprocessInput(CAFFE)


def conv(x, filters, name, kernel):
    """Convolve and rectify."""
    return layers.Conv2D(filters, kernel, padding="same", activation="relu", name=name)(x)


conv3, conv1 = partial(conv, kernel=3), partial(conv, kernel=1)


def conv3_bn(x, filters, name):
    """Convolve, normalise and rectify; epsilon, momentum and the idle bias of the convolution are torchvision's."""
    x = layers.Conv2D(filters, 3, padding="same", name=name)(x)
    x = zoo.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def conv3_lrn(x, filters, name):
    """Convolve, rectify and normalise over neighbouring maps, with AlexNet's constants."""
    return zoo.LocalResponseNormalization(name=f"{name}_lrn")(conv3(x, filters, name))


def vgg(x, column):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 512)."""
    for block, convs in enumerate(column, 1):
        filters = min(64 * 2 ** (block - 1), 512)
        for unit, conv in enumerate(convs, 1):
            x = conv(x, filters, f"block{block}_conv{unit}")
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    return x


def column(*depths, conv=conv3):
    """Return a column of table 1: for each of five blocks, its convolutions."""
    return tuple((conv,) * depth for depth in depths)


TORCHVISION = {"fc1": "classifier.0", "fc2": "classifier.3", "predictions": "classifier.6"}
TIMM = {"fc1": "pre_logits.fc1", "fc2": "pre_logits.fc2", "predictions": "head.fc"}


def torch_name(layer, depths, step, classifier):
    """Name torchvision's module of a layer, or timm's.

    Their `features` number convolutions, normalisations, activations and pools in one sequence: a convolution and what
    follows it takes `step` numbers, a pool one.
    """
    if layer in classifier:
        return classifier[layer]
    block, unit = int(layer[len("block")]), int(layer[len("block1_conv")])
    before = sum(depths[: block - 1]) + unit - 1
    return f"features.{before * step + block - 1 + layer.endswith('_bn')}"


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes, converted from the authors' own."""
    file = f"keras-applications/{name}/{name}_weights_tf_dim_ordering_tf_kernels"
    return keras_weights(f"{file}.h5", f"{file}_notop.h5", hash, notop_hash, top1, top5, "CC-BY-4.0 (Oxford VGG)")


paper = partial(
    variant,
    network=vgg,
    head=dense_head,
    paper="Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman)",
    reference="arXiv:1409.1556",
    year=2014,
    preprocessing=CAFFE,
)


def torchvision(name, *, depths, conv=conv3, step=2, **row):
    """Register a variant whose reference is torchvision's."""
    names = tuple(
        partial(torch_name, depths=depths, step=step, classifier=classifier) for classifier in (TORCHVISION, TIMM)
    )
    return paper(
        name,
        column=column(*depths, conv=conv),
        torch_names=names,
        torch_preprocessing=TORCH,
        **{"preprocessing": TORCH, **row},
    )


VGG11 = torchvision(
    "VGG11",
    depths=(1, 1, 2, 2, 2),
    parameters=132_863_336,
    macs=7_609_090_048,
    weights=(torchvision_weights("vgg11", 69.02, 88.628),),
)
VGG13 = torchvision(
    "VGG13",
    depths=(2, 2, 2, 2, 2),
    parameters=133_047_848,
    macs=11_308_466_176,
    weights=(torchvision_weights("vgg13", 69.928, 89.246),),
)

VGG16 = torchvision(
    "VGG16",
    depths=(2, 2, 3, 3, 3),
    preprocessing=CAFFE,
    parameters=138_357_544,
    macs=15_470_264_320,
    weights=(
        imagenet("vgg16", "64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc", 71.3, 90.1),
        torchvision_weights("vgg16", 71.592, 90.382, tag="torchvision"),
    ),
    notes="the paper's D; torchvision's weights want its own preprocessing",
)
VGG19 = torchvision(
    "VGG19",
    depths=(2, 2, 4, 4, 4),
    preprocessing=CAFFE,
    parameters=143_667_240,
    macs=19_632_062_464,
    weights=(
        imagenet("vgg19", "cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6", 71.3, 90.0),
        torchvision_weights("vgg19", 72.376, 90.876, tag="torchvision"),
    ),
    notes="the paper's E; torchvision's weights want its own preprocessing",
)

VGG11LRN = paper(
    "VGG11LRN",
    column=((conv3_lrn,), *column(1, 2, 2, 2)),
    parameters=132_863_336,
    macs=7_609_090_048,
    notes="the paper's A-LRN",
)
VGG16C = paper(
    "VGG16C",
    column=(*column(2, 2), *(3 * ((conv3, conv3, conv1),))),
    parameters=133_638_952,
    macs=11_770_888_192,
    notes="the paper's C: a 1x1 convolution closes each of the last three blocks",
)

normalised = partial(torchvision, conv=conv3_bn, step=3)

VGG11BN = normalised(
    "VGG11BN",
    depths=(1, 1, 2, 2, 2),
    parameters=132_874_344,
    macs=7_609_090_048,
    weights=(torchvision_weights("vgg11_bn", 70.37, 89.81),),
)
VGG13BN = normalised(
    "VGG13BN",
    depths=(2, 2, 2, 2, 2),
    parameters=133_059_624,
    macs=11_308_466_176,
    weights=(torchvision_weights("vgg13_bn", 71.586, 90.374),),
)
VGG16BN = normalised(
    "VGG16BN",
    depths=(2, 2, 3, 3, 3),
    parameters=138_374_440,
    macs=15_470_264_320,
    weights=(torchvision_weights("vgg16_bn", 73.36, 91.516),),
)
VGG19BN = normalised(
    "VGG19BN",
    depths=(2, 2, 4, 4, 4),
    parameters=143_689_256,
    macs=19_632_062_464,
    weights=(torchvision_weights("vgg19_bn", 74.218, 91.842),),
)
