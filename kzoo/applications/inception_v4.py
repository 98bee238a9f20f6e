"""Inception v4 (Szegedy et al., 2016, arXiv:1602.07261), as timm builds it: normalisation with a scale."""

from functools import partial

from kzoo.applications import inception_v3
from kzoo.applications.assembly import variant
from kzoo.applications.googlenet import dropout_classifier
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.inception_v3 import average, shrink
from kzoo.registry import TF, timm_weights

preprocess_input = PreprocessInput(TF)

conv = partial(inception_v3.conv, scale=True)
side_by_side = partial(inception_v3.side_by_side, filters=256, conv=conv)
inception = partial(inception_v3.inception, conv=conv)

ROW, COLUMN = (1, 7), (7, 1)

# The modules of figures 3 to 8, each given the layer it reads and its name.
stem_a = partial(inception, pool=[shrink], branch0=[(96, 3, 2)])
stem_b = partial(
    inception,
    branch0=[(64, 1), (96, 3, 1, "valid")],
    branch1=[(64, 1), (64, ROW), (64, COLUMN), (96, 3, 1, "valid")],
)
stem_c = partial(inception, branch0=[(192, 3, 2)], pool=[shrink])
module_a = partial(
    inception,
    branch0=[(96, 1)],
    branch1=[(64, 1), (96, 3)],
    branch2=[(64, 1), (96, 3), (96, 3)],
    branch3=[average, (96, 1)],
)
reduction_a = partial(
    inception,
    branch0=[(384, 3, 2)],
    branch1=[(192, 1), (224, 3), (256, 3, 2)],
    branch2=[shrink],
)
module_b = partial(
    inception,
    branch0=[(384, 1)],
    branch1=[(192, 1), (224, ROW), (256, COLUMN)],
    branch2=[(192, 1), (192, COLUMN), (224, ROW), (224, COLUMN), (256, ROW)],
    branch3=[average, (128, 1)],
)
reduction_b = partial(
    inception,
    branch0=[(192, 1), (192, 3, 2)],
    branch1=[(256, 1), (256, ROW), (320, COLUMN), (320, 3, 2)],
    branch2=[shrink],
)
module_c = partial(
    inception,
    branch0=[(256, 1)],
    branch1=[(384, 1), side_by_side],
    branch2=[(384, 1), (448, (3, 1)), (512, (1, 3)), side_by_side],
    branch3=[average, (256, 1)],
)
MODULES = (stem_a, stem_b, stem_c, *[module_a] * 4, reduction_a, *[module_b] * 7, reduction_b, *[module_c] * 3)


def inception_v4(x):
    """Image (batch, height, width, channels) -> features, (batch, 8, 8, 1536) for 299x299."""
    x = conv(x, 32, 3, 2, name="block0")
    x = conv(x, 32, 3, padding="valid", name="block1")
    x = conv(x, 64, 3, name="block2")
    for i, module in enumerate(MODULES, start=3):
        x = module(x, name=f"block{i}")
    return x


def timm_name(layer):
    """Return timm's module: "block6_branch1_2_conv" -> "features.6.branch1.1.conv"."""
    if layer == "predictions":
        return "last_linear"
    block, *path, kind = layer.split("_")
    i = int(block.removeprefix("block"))
    if not path:
        return f"features.{i}.{kind}"
    branch, step, *side = path
    step = int(step) - 1
    if i in (3, 5):
        branch = "conv"
    elif branch == "branch3" or i in (4, 18) or (i < 19 and branch != "branch0"):
        branch = f"{branch}.{step}"
    elif branch != "branch0":  # the last three modules, whose branches part: no sequences there
        branch = f"{branch}_{step}" + {"row": "a", "column": "b"}.get("".join(side[:1]), "")
    return f"features.{i}.{branch}.{kind}"


InceptionV4 = variant(
    "InceptionV4",
    network=inception_v4,
    head=dropout_classifier,
    dropout=0.2,
    paper="Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.)",
    reference="arXiv:1602.07261",
    year=2016,
    preprocessing=TF,
    input_shape=(299, 299, 3),
    min_size=75,
    parameters=42_742_984,
    macs=12_253_974_624,
    torch_names=timm_name,
    weights=(timm_weights("inception_v4.tf_in1k", 299, 80.144, 94.982),),
    notes="timm's; TF-slim's normalisation has no scale, 31,584 weights fewer",
)
