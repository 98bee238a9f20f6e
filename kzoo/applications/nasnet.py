"""NASNet-A (Zoph et al., 2017, arXiv:1707.07012): cells that a search found, as data, and what builds them.

A genotype lists the blocks of a cell; each adds the results of two operations, each on one of the states before:
0 is the cell's input, 1 the input of the cell before, 2 and up are the results of its blocks. Another search's cells
are built by giving `nasnet` another genotype.

Scheduled drop-path, `drop_path` above 0, is trained with the callback `kzoo.training.ScheduledDropPath`.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Annotated, NamedTuple

from typing_extensions import Doc

from kzoo._keras import initializers, layers, zoo
from kzoo._validation import Rate
from kzoo.applications.assembly import variant
from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.registry import CIFAR, TF, Auxiliary, keras_weights

preprocess_input = PreprocessInput(TF)  # of ImageNet's networks; for NASNetCIFAR, kzoo.preprocess_input(name, x)


class Cell(NamedTuple):
    """Blocks, each two (operation, state) pairs; the states that are concatenated; the stride on states 0 and 1."""

    blocks: tuple[tuple[tuple[str, int], tuple[str, int]], ...]
    outputs: tuple[int, ...]
    stride: int


@dataclass(frozen=True)
class Genotype:
    """What a search finds: a cell that keeps the size of its input, and one that halves it; messages show the name."""

    normal: Cell
    reduction: Cell
    name: str = field(default="a genotype without a name", compare=False)

    def __str__(self):
        return self.name


CellsFound = Annotated[Genotype, Doc("the cells, as a search found them")]
DropPath = Annotated[Rate, Doc("share that the last cell drops of what its operations make, at the end of training")]

# Figure 4 of the paper. State 1 is used and yet put out, as in the authors' code.
NASNET_A = Genotype(
    normal=Cell(
        blocks=(
            (("separable_5x5", 0), ("separable_3x3", 1)),
            (("separable_5x5", 1), ("separable_3x3", 1)),
            (("average_3x3", 0), ("identity", 1)),
            (("average_3x3", 1), ("average_3x3", 1)),
            (("separable_3x3", 0), ("identity", 0)),
        ),
        outputs=(1, 2, 3, 4, 5, 6),
        stride=1,
    ),
    reduction=Cell(
        blocks=(
            (("separable_5x5", 0), ("separable_7x7", 1)),
            (("max_3x3", 0), ("separable_7x7", 1)),
            (("average_3x3", 0), ("separable_5x5", 1)),
            (("identity", 3), ("average_3x3", 2)),
            (("separable_3x3", 2), ("max_3x3", 0)),
        ),
        outputs=(3, 4, 5, 6),
        stride=2,
    ),
    name="NASNet-A",
)


def batch_norm(x, momentum, epsilon, name):
    """Normalise by a batch's statistics."""
    return zoo.BatchNormalization(momentum=momentum, epsilon=epsilon, name=name)(x)


batch_norm_imagenet = partial(batch_norm, momentum=0.9997, epsilon=1e-3)
batch_norm_cifar = partial(batch_norm, momentum=0.9, epsilon=1e-5)


def fan_out():
    """Return a new initialiser of variance 2 / outputs, which all kernels of the authors' code (TF-slim) begin with.

    A depthwise kernel has its height times its width as outputs there.
    """
    return initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")


def conv(x, filters, size, stride, name, padding="valid"):
    """Convolve; there is no bias, since a normalisation follows."""
    return layers.Conv2D(filters, size, stride, padding, use_bias=False, kernel_initializer=fan_out(), name=name)(x)


def convolution(x, filters, stride, norm, name, *, size=1):
    """Rectify, convolve, normalise: the order of all of NASNet."""
    x = layers.Activation("relu", name=f"{name}_relu")(x)
    x = conv(x, filters, size, stride, f"{name}_conv", "same")
    return norm(x, name=f"{name}_bn")


def separable(x, filters, stride, norm, name, *, size):
    """Convolve twice, depth and point separately; the first takes the stride."""
    for i, step in enumerate((stride, 1), start=1):
        x = layers.Activation("relu", name=f"{name}_relu{i}")(x)
        start = {"depthwise_initializer": fan_out(), "pointwise_initializer": fan_out()}
        x = zoo.SeparableConv2D(filters, size, step, "same", use_bias=False, name=f"{name}_sep{i}", **start)(x)
        x = norm(x, name=f"{name}_bn{i}")
    return x


def pool(x, filters, stride, norm, name, *, kind, size):
    """Take averages or maxima; where that halves the image, zeros around it count, as in the published weights."""
    layer = {"average": layers.AveragePooling2D, "max": layers.MaxPooling2D}[kind]
    if stride == 1:
        x = layer(size, 1, "same", name=f"{name}_{kind}")(x)
    else:
        x = zoo.HalvingPad(size, name=f"{name}_pad")(x)
        x = layer(size, stride, name=f"{name}_{kind}")(x)
    return as_wide(x, filters, norm, name)


def as_wide(x, filters, norm, name):
    """Change the number of maps by a 1x1 convolution, if it is another: in a first cell, which reads a stem."""
    if x.shape[-1] == filters:
        return x
    return norm(conv(x, filters, 1, 1, f"{name}_conv"), name=f"{name}_bn")


def identity(x, filters, stride, norm, name):
    """Return the state itself, unless the number of maps or the size must change."""
    return x if stride == 1 and x.shape[-1] == filters else convolution(x, filters, stride, norm, name)


OPERATIONS = {
    "identity": identity,
    **{f"convolution_{size}x{size}": partial(convolution, size=size) for size in (1, 3)},
    **{f"separable_{size}x{size}": partial(separable, size=size) for size in (3, 5, 7)},
    **{f"max_{size}x{size}": partial(pool, kind="max", size=size) for size in (3, 5, 7)},
    "average_3x3": partial(pool, kind="average", size=3),
}


def halve(x, filters, norm, name):
    """Halve an image without losing every second row: one half of the filters starts a pixel further on."""
    x = layers.Activation("relu", name=f"{name}_relu")(x)
    shifted = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x)
    shifted = layers.Cropping2D(((1, 0), (1, 0)), name=f"{name}_crop")(shifted)
    halves = [conv(side, filters // 2, 1, 2, f"{name}_conv{i}") for i, side in enumerate((x, shifted), start=1)]
    return norm(layers.Concatenate(name=f"{name}_concat")(halves), name=f"{name}_bn")


def add(sides, operations, name):
    """Add the two sides of a block."""
    return layers.Add(name=name)(sides)


PLAIN = repeat(add)  # no cell drops anything


def drop_and_add(sides, operations, name, rate, progress):
    """Add the two sides of a block, which may be dropped as wholes, except for identities."""
    dropped = [operation != "identity" for operation in operations]
    return zoo.DropPathAdd(rate, dropped, name=name)(sides, progress)


def adders(x, drop_path, cells):
    """Return an iterator over so many cells, from the image on, that says how each adds the sides of its blocks.

    Scheduled drop-path grows evenly from cell to cell, to `drop_path` in the last one.

    Raises:
        ValueError: `drop_path` is no probability that leaves anything.
    """
    if not 0 <= drop_path < 1:
        raise ValueError(
            f"drop_path={drop_path!r} is no probability that leaves anything; accepted: from 0 to less than 1"
        )
    if not drop_path:
        return PLAIN
    progress = zoo.TrainingProgress(name="progress")(x)
    return (partial(drop_and_add, rate=drop_path * i / cells, progress=progress) for i in range(1, cells + 1))


def build_cell(x, previous, cell, filters, norm, name, larger=False, operations=OPERATIONS, adders=PLAIN):
    """Build a cell on its input and the input of the cell before; its output is the layer `{name}_concat`.

    Args:
        previous: None in the first cell, which reads its own input for it, and reads it as wide as that is.
        operations: what the names in the cell stand for.
        adders: whose next one adds the sides of this cell's blocks.
        larger: whether `previous` is twice the size of `x`. Where it is follows from the plan of the network, so that
            images of any size work; keras.applications compares sizes, and without sizes builds what cannot run.
    """
    if previous is None:
        previous = x
    elif larger:
        previous = halve(previous, filters, norm, f"{name}_previous")
    else:
        previous = identity(previous, filters, 1, norm, f"{name}_previous")
    join = next(adders)
    states = [convolution(x, filters, 1, norm, f"{name}_input"), previous]
    for block, pair in enumerate(cell.blocks, start=1):
        sides = []
        for side, (operation, state) in zip(("left", "right"), pair, strict=True):
            stride = cell.stride if state < 2 else 1
            sides.append(operations[operation](states[state], filters, stride, norm, f"{name}_{side}{block}"))
        states.append(join(sides, [operation for operation, _ in pair], f"{name}_add{block}"))
    outputs = [as_wide(states[i], filters, norm, f"{name}_state{i}") for i in cell.outputs]
    return layers.Concatenate(name=f"{name}_concat")(outputs)


def stages(x, previous, build, genotype, cells, filters, skip_reduction, larger):
    """Build stages of normal cells, a reduction cell between them; filters double where the size halves.

    Args:
        build: `build_cell` with what all cells share.
        cells: how many normal cells each stage has.
        skip_reduction: whether the cell after a reduction looks back past the reduction's input, to the one before it.
    """
    for stage, count in enumerate(cells):
        width = filters * 2**stage
        if stage:
            name = f"reduction_{stage}"
            x, before = build(x, previous, genotype.reduction, width, name=name), x
            previous, larger = (previous if skip_reduction else before), True
        for i in range(count):
            name = f"normal_{sum(cells[:stage]) + i}"
            x, previous, larger = build(x, previous, genotype.normal, width, name=name, larger=larger), x, False
    return layers.Activation("relu", name="relu")(x)


def nasnet(x, cells, filters, stem, skip_reduction, genotype: CellsFound, drop_path: DropPath, operations=OPERATIONS):
    """Image (batch, height, width, channels) -> features, (batch, height / 32, width / 32, channels).

    Channels are 4 * filters for each of the states that a normal cell puts out: six in NASNet-A. `drop_path` is the
    probability with which what an operation of the last cell makes is dropped at the end of training.
    """
    norm = batch_norm_imagenet
    count = 2 + sum(cells) + len(cells) - 1  # the stem's, the normal ones, and the reductions between
    build = partial(build_cell, norm=norm, operations=operations, adders=adders(x, drop_path, count))
    reduce = partial(build, cell=genotype.reduction)
    first = norm(conv(x, stem, 3, 2, "stem_conv1"), name="stem_bn1")
    second = reduce(first, None, filters=filters // 4, name="reduction_stem_1")
    x = reduce(second, first, filters=filters // 2, name="reduction_stem_2", larger=True)
    return stages(x, second, build, genotype, cells, filters, skip_reduction, larger=True)


def nasnet_cifar(x, cells, filters, stem, genotype: CellsFound, drop_path: DropPath):
    """Image (batch, height, width, channels) -> features, (batch, height / 4, width / 4, 24 * filters)."""
    norm = batch_norm_cifar
    x = norm(conv(x, stem, 3, 1, "stem_conv1", "same"), name="stem_bn1")
    build = partial(build_cell, norm=norm, adders=adders(x, drop_path, sum(cells) + len(cells) - 1))
    return stages(x, None, build, genotype, cells, filters, skip_reduction=False, larger=False)


def dense(x, classes, activation, name):
    """Classify a vector."""
    return layers.Dense(classes, activation=activation, kernel_initializer=fan_out(), name=name)(x)


def classifier(x, classes, activation):
    """Average each map and classify."""
    return dense(layers.GlobalAveragePooling2D(name="avg_pool")(x), classes, activation, "predictions")


def auxiliary(x, classes, activation, norm):
    """Classify what the last cell before the second reduction gives; the sizes are those of the authors' code.

    Raises:
        ValueError: height or width are not known, so the number of weights is not; or too small to be averaged.
    """
    if None in x.shape[1:]:
        raise ValueError(
            f"the input has no fixed height and width (cells give {tuple(x.shape[1:])}), and the auxiliary classifier "
            "needs both; give input_shape in full, or auxiliary=False"
        )
    if min(x.shape[1:3]) < 5:
        raise ValueError(
            f"the auxiliary classifier averages over 5x5 pixels, and cells give it {x.shape[1]}x{x.shape[2]}; give a "
            "larger input_shape, or auxiliary=False"
        )
    x = layers.Activation("relu", name="aux_relu0")(x)
    x = layers.AveragePooling2D(5, 3, name="aux_pool")(x)
    for i, (filters, size) in enumerate(((128, 1), (768, x.shape[1:3])), start=1):
        x = norm(conv(x, filters, size, 1, f"aux_conv{i}"), name=f"aux_bn{i}")
        x = layers.Activation("relu", name=f"aux_relu{i}")(x)
    x = layers.Flatten(name="aux_flatten")(x)
    return dense(x, classes, activation, "aux_predictions")


def hung_at(cell, norm):
    """Return the auxiliary classifier of a network, at a cell; its loss counts 0.4, as in the authors' code."""
    return (Auxiliary(f"{cell}_concat", partial(auxiliary, norm=norm), weight=0.4),)


def imagenet(name, hash, notop_hash, top1, top5):
    """Return the row of the weights that Keras publishes."""
    file = f"keras-applications/nasnet/NASNet-{name}"
    files = (f"{file}.h5", f"{file}-no-top.h5", hash, notop_hash)
    return keras_weights(*files, top1, top5, "Apache-2.0", options={"genotype": NASNET_A})


family = partial(
    variant,
    network=nasnet,
    head=classifier,
    paper="Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.)",
    reference="arXiv:1707.07012",
    year=2017,
    preprocessing=TF,
    genotype=NASNET_A,
    drop_path=0.0,
    auxiliary=False,
    options=("genotype", "drop_path", "auxiliary"),
    positional=(
        "input_shape",
        "include_top",
        "weights",
        "input_tensor",
        "pooling",
        "classes",
        "classifier_activation",
        "name",
    ),
)

NASNetMobile = family(
    "NASNetMobile",
    auxiliaries=hung_at("normal_7", batch_norm_imagenet),
    cells=(4, 4, 4),
    filters=44,
    stem=32,
    skip_reduction=False,
    parameters=5_326_716,
    macs=563_638_816,
    weights=(imagenet("mobile", "020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63", 74.4, 91.9),),
    notes="NASNet-A (4 @ 1056): cells a stage, and 24 * filters maps in the end",
)

NASNetLarge = family(
    "NASNetLarge",
    auxiliaries=hung_at("normal_11", batch_norm_imagenet),
    cells=(6, 6, 6),
    filters=168,
    stem=96,
    skip_reduction=True,
    input_shape=(331, 331, 3),
    parameters=88_949_818,
    macs=23_783_414_658,
    weights=(imagenet("large", "11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5", 82.5, 96.0),),
    notes="NASNet-A (6 @ 4032): cells a stage, and 24 * filters maps in the end",
)

NASNetCIFAR = family(
    "NASNetCIFAR",
    auxiliaries=hung_at("normal_11", batch_norm_cifar),
    network=nasnet_cifar,
    cells=(6, 6, 6),
    filters=32,
    stem=96,
    input_shape=(32, 32, 3),
    min_size=8,
    classes=10,
    preprocessing=CIFAR,
    parameters=3_383_786,
    macs=544_333_312,
    notes="NASNet-A (6 @ 768), the network the cells were found for",
)
