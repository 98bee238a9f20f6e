"""FractalNet (Larsson et al., 2016, arXiv:1605.07648).

Where the paper's figure 1 and its experiments differ, the experiments and the authors' generator are followed: each
column is pooled by itself before the last join of a block, not the joined map after it; dropout comes between
convolution and normalisation. The authors' convolutions have biases and their normalisations no scale; here it is the
other way round, as everywhere else.
"""

from typing import Annotated

from annotated_types import Ge, Le
from typing_extensions import Doc

from kzoo import graph
from kzoo._keras import layers, zoo
from kzoo._validation import Rate
from kzoo.applications.assembly import variant
from kzoo.registry import CIFAR


def conv(x, filters, dropout, name):
    """Convolve, drop, normalise, activate: layers `{name}_conv`, `{name}_drop`, `{name}_bn` and `{name}_relu`."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.Dropout(dropout, name=f"{name}_drop")(x) if dropout else x
    x = zoo.BatchNormalization(epsilon=1e-5, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def block(x, alone, columns, filters, drop_path, dropout, name):
    """Halve an image along columns of 1, 2, 4, ... convolutions that meet wherever two or more of them end one.

    This is the rule f(C + 1) = join(f(C) after f(C), convolution), unrolled: in 2 ** (columns - 1) steps the last
    column convolves in every step, the one before in every second, and so on.
    """
    paths = dict.fromkeys(range(1, columns + 1), x)  # what each column has come to
    steps = 2 ** (columns - 1)
    for step in range(1, steps + 1):
        every = {column: 2 ** (columns - column) for column in paths}
        ending = [column for column in paths if step % every[column] == 0]
        for column in ending:
            number = step // every[column]
            paths[column] = conv(paths[column], filters, dropout, f"{name}_column{column}_{number}")
            if step == steps:
                paths[column] = layers.MaxPooling2D(2, name=f"{name}_column{column}_pool")(paths[column])
        if len(ending) > 1:
            join = zoo.FractalJoin(ending, drop_path, name=f"{name}_join{step}")
            paths |= dict.fromkeys(ending, join([paths[column] for column in ending], alone))
    return paths[columns]


def fractalnet(
    x,
    filters,
    columns,
    drop_path: Annotated[Rate, Doc("probability with which a join drops one of its inputs, for a whole mini-batch")],
    global_share: Annotated[float, Ge(0), Le(1), Doc("share of the mini-batches that pass one column only")],
    dropout: Annotated[tuple[Rate, ...], Doc("share that is dropped of each convolution's output, for each block")],
):
    """Image (batch, height, width, channels) -> features (batch, height / 32, width / 32, 512), one block a width.

    Args:
        filters: of each block.
        columns: of each block; the deepest has 2 ** (columns - 1) convolutions in each.
        drop_path: probability with which a join drops one of its inputs, for a whole mini-batch in training.
        global_share: share of the mini-batches that pass one column only, from the input to the output.
        dropout: share that is dropped of each convolution's output, for each block.

    Raises:
        ValueError: `dropout` has not a share for each block.
    """
    if not isinstance(dropout, tuple | list) or len(dropout) != len(filters):
        raise ValueError(f"dropout={dropout!r} does not fit the network; accepted: {len(filters)} shares, one a block")
    alone = zoo.FractalColumn(columns, global_share, name="column")(x)
    for number, (width, share) in enumerate(zip(filters, dropout, strict=True), start=1):
        x = block(x, alone, columns, width, drop_path, share, f"block{number}")
    return x


def column(model, number):
    """Take one column out of a fractal network: a plain sequence of layers, with copies of its weights.

    Args:
        model: a FractalNet, trained or not, with or without the classifier.
        number: of the column, from 1, which has one convolution a block, to the deepest.

    Returns:
        A functional `keras.Model` that answers as `model` would if this column alone lived in it.

    Raises:
        ValueError: there is no such column, or the model is no fractal network.
    """
    from kzoo.registry.model import derive

    deepest = max((max(layer.columns) for layer in model.layers if isinstance(layer, zoo.FractalJoin)), default=0)
    if not deepest:
        raise ValueError(f"model={model.name!r} has no columns; accepted is a FractalNet")
    if number not in range(1, deepest + 1):
        raise ValueError(f"number={number!r} is no column of {model.name!r}; accepted: 1 to {deepest}")
    path, tensor = [], model.output
    while not (node := graph.node_of(tensor)).is_input:
        layer, arguments = node.operation, node.arguments.args
        if isinstance(layer, zoo.FractalJoin):
            tensor = arguments[0][layer.columns.index(number)]
        else:
            path.insert(0, layer)
            (tensor,) = arguments
    copies = [type(layer).from_config(layer.get_config()) for layer in path]
    inputs = x = layers.Input(tensor.shape[1:])
    for copy in copies:
        x = copy(x)
    alone = derive(model, inputs, x, f"{model.name}_column{number}")
    for copy, layer in zip(copies, path, strict=True):
        copy.set_weights(layer.get_weights())
    return alone


FractalNet20 = variant(
    "FractalNet20",
    network=fractalnet,
    paper="FractalNet: Ultra-Deep Neural Networks without Residuals (Larsson et al.)",
    reference="arXiv:1605.07648",
    year=2016,
    preprocessing=CIFAR,
    input_shape=(32, 32, 3),
    classes=10,
    filters=(64, 128, 256, 512, 512),
    columns=3,
    drop_path=0.15,
    global_share=0.5,
    dropout=(0.0, 0.1, 0.2, 0.3, 0.4),
    options=("drop_path", "global_share", "dropout"),
    parameters=33_745_226,
    macs=845_222_912,
    notes="five blocks of three columns; fractalnet.column takes one out as a network of its own",
)
