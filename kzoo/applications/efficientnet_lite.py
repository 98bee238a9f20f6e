"""EfficientNet-Lite (Liu, 2020, in the authors' repository): EfficientNet without what small processors do badly.

No squeeze and excitation; ReLU6, which quantises well, instead of swish; and the ends are not scaled: the stem, the
last convolution, and the number of blocks of the first and the last stage are those of Lite0 in all.
"""

import re
from dataclasses import replace
from functools import partial

from kzoo.applications import efficientnet
from kzoo.applications.assembly import variant
from kzoo.applications.efficientnet import STAGES, head, run, scaled
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import TF, timm_weights

preprocess_input = PreprocessInput(TF)

conv = partial(efficientnet.conv, act="relu6")
mbconv = partial(efficientnet.mbconv, act="relu6", gate=lambda x, units, name: x)


def efficientnet_lite(x, width, depth, drop_connect=0.2):
    """Image (batch, height, width, channels), -1..1 -> features (batch, height / 32, width / 32, 1280)."""
    first, *_, last = STAGES
    stages = [stage._replace(block=mbconv) for stage in scaled(STAGES, width, depth)]
    stages[0] = stages[0]._replace(repeats=first.repeats)
    stages[-1] = stages[-1]._replace(repeats=last.repeats)
    x = conv(x, 32, 3, 2, name="stem_")
    x = run(x, stages, drop_connect)
    return conv(x, 1280, name="top_")


ENDS = {
    "stem_conv": "conv_stem",
    "stem_bn": "bn1",
    "top_conv": "conv_head",
    "top_bn": "bn2",
    "predictions": "classifier",
}
UNITS = {
    "expand_conv": "conv_pw",
    "expand_bn": "bn1",
    "dwconv": "conv_dw",
    "bn": "bn2",
    "project_conv": "conv_pwl",
    "project_bn": "bn3",
}
FIRST_UNITS = {"dwconv": "conv_dw", "bn": "bn1", "project_conv": "conv_pw", "project_bn": "bn2"}  # which do not widen


def timm_names(name):
    """Return timm's module of a layer: block2b_expand_conv is blocks.1.1.conv_pw."""
    if name in ENDS:
        return ENDS[name]
    stage, unit, layer = re.fullmatch(r"block(\d)([a-z])_(\w+)", name).groups()
    names = FIRST_UNITS if stage == "1" else UNITS
    return f"blocks.{int(stage) - 1}.{ord(unit) - ord('a')}.{names[layer]}"


def imagenet(number, size, top1, top5, crop=TF.crop):
    """Return the row of the authors' weights as timm converted and measured them, 3 and 4 on larger images."""
    row = timm_weights(f"tf_efficientnet_lite{number}.in1k", size, top1, top5)
    return replace(row, preprocessing=replace(TF, crop=crop))


family = partial(
    variant,
    network=efficientnet_lite,
    head=head,
    paper="EfficientNet-Lite (Liu), after EfficientNet (Tan and Le)",
    reference="arXiv:1905.11946",
    year=2020,
    preprocessing=TF,
    torch_names=timm_names,
    notes="the authors' MAdds (407M for Lite0) count three operations a normalised value too",
)

EfficientNetLite0 = family(
    "EfficientNetLite0",
    width=1.0,
    depth=1.0,
    dropout=0.2,
    parameters=4_694_024,
    macs=385_187_552,
    weights=(imagenet(0, 224, 74.83, 92.172),),
)

EfficientNetLite1 = family(
    "EfficientNetLite1",
    width=1.0,
    depth=1.1,
    dropout=0.2,
    input_shape=(240, 240, 3),
    parameters=5_470_344,
    macs=600_185_232,
    weights=(imagenet(1, 240, 76.644, 93.23, crop=0.882),),
)

EfficientNetLite2 = family(
    "EfficientNetLite2",
    width=1.1,
    depth=1.2,
    dropout=0.3,
    input_shape=(260, 260, 3),
    parameters=6_150_168,
    macs=859_736_272,
    weights=(imagenet(2, 260, 77.464, 93.75, crop=0.89),),
)

EfficientNetLite3 = family(
    "EfficientNetLite3",
    width=1.2,
    depth=1.4,
    dropout=0.3,
    input_shape=(280, 280, 3),
    parameters=8_273_768,
    macs=1_383_321_872,
    weights=(imagenet(3, 300, 79.808, 94.912, crop=0.904),),
)

EfficientNetLite4 = family(
    "EfficientNetLite4",
    width=1.4,
    depth=1.8,
    dropout=0.3,
    input_shape=(300, 300, 3),
    parameters=13_118_936,
    macs=2_553_034_336,
    weights=(imagenet(4, 380, 81.532, 95.664, crop=0.92),),
)
