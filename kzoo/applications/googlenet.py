"""GoogLeNet (Szegedy et al., 2014, arXiv:1409.4842), and what is mostly built in its name.

GoogLeNet is the paper's: biases, local response normalisation, no batch normalisation. InceptionV1 is torchvision's
`googlenet`: batch normalisation, and a 3x3 kernel in the branch that the paper calls 5x5 ("known bug" in its source).
"""

from functools import partial

from kzoo._keras import layers, zoo
from kzoo.applications.assembly import variant
from kzoo.applications.blocks import ceil_max_pool, conv_bn
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.inception_v3 import inception
from kzoo.registry import CAFFE, TF, Auxiliary

preprocess_input = PreprocessInput(CAFFE)  # GoogLeNet's; for InceptionV1, kzoo.preprocess_input(name, x)

# Table 1: maps of the 1x1 branch; before and of the 3x3; before and of the 5x5; after pooling.
MODULES = {
    "inception3a": (64, (96, 128), (16, 32), 32),
    "inception3b": (128, (128, 192), (32, 96), 64),
    "inception4a": (192, (96, 208), (16, 48), 64),
    "inception4b": (160, (112, 224), (24, 64), 64),
    "inception4c": (128, (128, 256), (24, 64), 64),
    "inception4d": (112, (144, 288), (32, 64), 64),
    "inception4e": (256, (160, 320), (32, 128), 128),
    "inception5a": (256, (160, 320), (32, 128), 128),
    "inception5b": (384, (192, 384), (48, 128), 128),
}


def conv_bias(x, filters, kernel, stride=1, *, padding="same", name):
    """Convolve with a bias, and rectify."""
    if isinstance(padding, int):
        x = layers.ZeroPadding2D(padding, name=f"{name}_pad")(x)
        padding = "valid"
    return layers.Conv2D(filters, kernel, stride, padding, activation="relu", name=f"{name}_conv")(x)


def local_response_norm(x, name):
    """Divide by what neighbouring maps have; the constants are those of the authors' network in Caffe's zoo."""
    # Caffe's alpha, 1e-4, is for the mean of the squares, ours for their sum
    return zoo.LocalResponseNormalization(size=5, bias=1.0, alpha=1e-4 / 5, beta=0.75, name=name)(x)


def unchanged(x, name):
    """Leave out a normalisation."""
    return x


def neighbours(x, name):
    """Take maxima of 3x3 neighbourhoods, keeping the size."""
    return layers.MaxPooling2D(3, 1, "same", name=name)(x)


def module(x, one, three, five, pooled, conv, large, name):
    """Look at several scales at once and concatenate; 1x1 convolutions keep that affordable (figure 2b)."""
    return inception(
        x,
        name,
        conv=conv,
        branch1=[(one, 1)],
        branch2=[(three[0], 1), (three[1], 3)],
        branch3=[(five[0], 1), (five[1], large)],
        branch4=[neighbours, (pooled, 1)],
    )


def googlenet(x, conv, norm, large, last_pool):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 1024).

    Args:
        large: kernel of the branch that the paper calls 5x5.
        last_pool: window of the pooling before the last two modules.
    """
    x = conv(x, 64, 7, 2, padding=3, name="conv1")
    x = norm(ceil_max_pool(x, "pool1"), name="norm1")
    x = conv(x, 64, 1, name="conv2")
    x = norm(conv(x, 192, 3, name="conv3"), name="norm2")
    x = ceil_max_pool(x, "pool2")
    for name, widths in MODULES.items():
        if name == "inception4a":
            x = ceil_max_pool(x, "pool3")
        if name == "inception5a":
            x = ceil_max_pool(x, "pool4", last_pool)
        x = module(x, *widths, conv, large, name=name)
    return x


def dropout_classifier(x, classes, activation, dropout):
    """Average each map, drop a share of them, classify."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def auxiliary(x, classes, activation, conv, pool, name):
    """Classify what lies halfway, so that a gradient reaches the layers before it (section 5)."""
    x = conv(pool(x, name=f"{name}_pool"), 128, 1, name=name)
    x = layers.Flatten(name=f"{name}_flatten")(x)
    x = layers.Dense(1024, activation="relu", name=f"{name}_fc1")(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    return layers.Dense(classes, activation=activation, name=f"{name}_fc2")(x)


def average_5x5(x, name):
    """Average 5x5 windows, 3 apart: 14x14 -> 4x4.

    Raises:
        ValueError: the map is smaller, or its size is unknown.
    """
    if None in x.shape[1:3] or min(x.shape[1:3]) < 5:
        raise ValueError(
            f"the auxiliary classifiers average over 5x5 pixels, and the network gives them {x.shape[1]}x{x.shape[2]}; "
            "give an input_shape of at least 79x79, or build GoogLeNet, which has none"
        )
    return layers.AveragePooling2D(5, 3, name=name)(x)


def average_to_4x4(x, name):
    """Average 4x4 windows that cover the map, as torchvision does: on 14x14 they are 3 or 4 apart."""
    return layers.AdaptiveAveragePooling2D(4, name=name)(x)


def auxiliaries(**ingredients):
    """Return the two auxiliary classifiers, on 4a and 4d; each loss counts 0.3 (section 5)."""
    return tuple(
        Auxiliary(at, partial(auxiliary, name=name, **ingredients), weight=0.3)
        for name, at in (("aux1", "inception4a"), ("aux2", "inception4d"))
    )


def torchvision_name(layer):
    """Return torchvision's module: "inception3a_branch2_1_conv" -> "inception3a.branch2.0.conv"."""
    if layer == "predictions":
        return "fc"
    if layer in ("aux1_conv", "aux1_bn", "aux2_conv", "aux2_bn"):
        return layer.replace("_", ".conv.")
    if layer.startswith("aux"):
        return layer.replace("_", ".")
    module, *branch, kind = layer.split("_")
    if branch and branch[0] == "branch1":
        branch = branch[:1]  # a single convolution, not a sequence
    elif branch:
        branch = [branch[0], str(int(branch[1]) - 1)]
    return ".".join([module, *branch, kind])


family = partial(
    variant,
    network=googlenet,
    head=dropout_classifier,
    paper="Going Deeper with Convolutions (Szegedy et al.)",
    reference="arXiv:1409.4842",
    year=2014,
)

paper = partial(
    family,
    conv=conv_bias,
    norm=local_response_norm,
    large=5,
    last_pool=3,
    dropout=0.4,
    preprocessing=CAFFE,
    auxiliaries=auxiliaries(conv=conv_bias, pool=average_5x5),
)

GoogLeNet = paper(
    "GoogLeNet",
    parameters=6_998_552,
    macs=1_582_671_872,
    notes="the paper's, without its auxiliary classifiers, which only training uses",
)

GoogLeNetAux = paper(
    "GoogLeNetAux",
    auxiliary=True,
    parameters=13_378_280,
    macs=1_591_044_096,
    notes="the paper's, with the auxiliary classifiers that training uses, as further outputs",
)

conv_norm = partial(conv_bn, epsilon=1e-3)
torchvision = partial(
    family,
    conv=conv_norm,
    norm=unchanged,
    large=3,
    last_pool=2,
    dropout=0.2,
    torch_names=torchvision_name,
    preprocessing=TF,
    auxiliaries=auxiliaries(conv=conv_norm, pool=average_to_4x4),
)

InceptionV1 = torchvision(
    "InceptionV1",
    parameters=6_639_464,
    macs=1_498_376_192,
    notes="torchvision's googlenet: batch normalisation, and 3x3 kernels where the paper has 5x5",
)

InceptionV1Aux = torchvision(
    "InceptionV1Aux",
    auxiliary=True,
    parameters=13_019_960,
    macs=1_506_748_416,
    notes="torchvision's googlenet with its auxiliary classifiers, as further outputs",
)
