"""PNASNet-5 (Liu et al., 2017, arXiv:1712.00559): one cell, found in steps, that halves its input where it strides.

The network around the cells is NASNet's, and as timm's: where a maximum halves an image, what is outside never counts.
The auxiliary classifier, which timm leaves out, is where the authors' code (TF-slim) has it.
"""

import re
from functools import partial

from kzoo._keras import layers
from kzoo.applications import nasnet
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.nasnet import Cell, CellsFound, DropPath, Genotype, as_wide
from kzoo.registry import TF

preprocess_input = PreprocessInput(TF)

# Figure 1 of the paper. State 4 is used and yet put out, as in the authors' code.
PNASNET_5_CELL = Cell(
    blocks=(
        (("separable_5x5", 1), ("max_3x3", 1)),
        (("separable_7x7", 0), ("max_3x3", 0)),
        (("separable_5x5", 0), ("separable_3x3", 0)),
        (("separable_3x3", 4), ("max_3x3", 0)),
        (("separable_3x3", 1), ("identity", 0)),
    ),
    outputs=(2, 3, 4, 5, 6),
    stride=1,
)
PNASNET_5 = Genotype(normal=PNASNET_5_CELL, reduction=PNASNET_5_CELL._replace(stride=2), name="PNASNet-5")


def max_pool(x, filters, stride, norm, name, *, size):
    """Take maxima of what is inside of the image."""
    x = layers.MaxPooling2D(size, stride, "same", name=f"{name}_max")(x)
    return as_wide(x, filters, norm, name)


OPERATIONS = {**nasnet.OPERATIONS, **{f"max_{size}x{size}": partial(max_pool, size=size) for size in (3, 5, 7)}}


def pnasnet(x, cells, filters, stem, genotype: CellsFound, drop_path: DropPath):
    """Image (batch, height, width, channels) -> features, (batch, height / 32, width / 32, 20 * filters)."""
    return nasnet.nasnet(x, cells, filters, stem, False, genotype, drop_path, OPERATIONS)


# timm's cells, by the names of these; there they are counted whether they halve or not
CELLS = {
    "reduction_stem_1": "cell_stem_0",
    "reduction_stem_2": "cell_stem_1",
    **{f"normal_{i}": f"cell_{i}" for i in range(4)},
    "reduction_1": "cell_4",
    **{f"normal_{i}": f"cell_{i + 1}" for i in range(4, 7)},
    "reduction_2": "cell_8",
    **{f"normal_{i}": f"cell_{i + 2}" for i in range(7, 10)},
}
OUTSIDE = {"stem_conv1": "conv_0.conv", "stem_bn1": "conv_0.bn", "predictions": "last_linear"}
# the cells whose other input is twice the size of their own
AFTER_HALVING = ("cell_stem_1", "cell_0", "cell_5", "cell_9")


def timm_name(layer):
    """Return timm's module: "normal_4_left3_sep1" -> "cell_5.comb_iter_2_left.separable_1"."""
    if layer in OUTSIDE:
        return OUTSIDE[layer]
    if layer.startswith("aux_"):
        return layer  # timm's network has no auxiliary classifier, so that none is found
    cell, place, part = re.fullmatch(r"(.*_\d+)_([a-z]+\d?)_([a-z]+\d?)", layer).groups()
    cell = CELLS[cell]
    if place == "input":
        return f"{cell}.conv_1x1.{part}"
    if place == "previous":
        halved = {"conv1": "path_1.conv", "conv2": "path_2.conv", "bn": "final_path_bn"}
        return f"{cell}.conv_prev_1x1.{halved[part] if cell in AFTER_HALVING else part}"
    side, block = place[:-1], int(place[-1]) - 1
    part = re.sub(r"^(sep|bn)(\d)$", lambda found: {"sep": "separable_", "bn": "bn_sep_"}[found[1]] + found[2], part)
    return f"{cell}.comb_iter_{block}_{side}.{part}"


PNASNet5Large = variant(
    "PNASNet5Large",
    network=pnasnet,
    head=nasnet.classifier,
    paper="Progressive Neural Architecture Search (Liu et al.)",
    reference="arXiv:1712.00559",
    year=2017,
    preprocessing=TF,
    input_shape=(331, 331, 3),
    cells=(4, 3, 3),
    filters=216,
    stem=96,
    genotype=PNASNET_5,
    drop_path=0.0,
    auxiliary=False,
    options=("genotype", "drop_path", "auxiliary"),
    auxiliaries=nasnet.hung_at("normal_6", nasnet.batch_norm_imagenet),
    parameters=86_234_656,
    macs=24_937_395_792,
    torch_names=timm_name,
    notes="PNASNet-5 (4 @ 4320): cells a stage, reductions among them, and 20 * filters maps in the end",
)
