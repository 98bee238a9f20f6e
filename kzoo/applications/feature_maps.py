"""The feature maps inside a network: its last ones of each stride, as detection and segmentation read them.

They are found in the graph, so a model of any family will do, loaded from a file or built upon as well. Strides are
measured on a large image followed through it, so that borders without padding and small inputs make no difference.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Annotated

from kzoo._keras import keras, layers, zoo
from kzoo._validation import Accepted, PositiveInts, check
from kzoo.graph import call_of, node_of

Strides = Annotated[PositiveInts, Accepted("a tuple of at least one whole number, such as (4, 8, 16, 32)")]

SIDE = 2048  # pixels of the image that is followed


def features(model: keras.Model, strides: Sequence[int] = (4, 8, 16, 32), name: str | None = None) -> keras.Model:
    """Return a model of the same input, layers and weights that gives the last feature maps of each stride.

    The maps of a stride are what its last unit ends in: a sum or concatenation and the normalisation or activation that
    it alone is for, the last convolution before a pooling, the narrow maps between two inverted bottlenecks. Those of
    the largest stride are what the network ends in without its classifier. ResNet-50 gives `conv2_block3_out`,
    `conv3_block4_out`, `conv4_block6_out` and `conv5_block3_out`.

    Args:
        model: a functional model of images of any size, with its classifier or without; of several outputs the first
            counts.
        strides: pixels of the image from one place of the maps to the next.
        name: of the model. Default: that of `model` and "_features".

    Returns:
        A `keras.Model` with a dict of outputs: "stride4" (batch, height / 4, width / 4, channels) and so on.
        `{key: maps.shape[-1] for key, maps in kzoo.features(model).output.items()}` are their channels.

    Raises:
        ValueError: the network has no maps of a stride (the message names those it has), or it is no functional model.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(f"model is a {type(model).__name__}; accepted is a functional keras.Model, as kzoo builds")
    strides = check(None, "strides", Strides, list(strides) if isinstance(strides, Iterable) else strides)
    ends = _ends(_trunk(model.outputs[0]))
    if missing := [stride for stride in strides if stride not in ends]:
        has = f"it has {', '.join(map(str, ends))}" if ends else "it has no feature maps"
        raise ValueError(f"strides has {missing[0]!r}, which {model.name} does not; {has}")
    # Keras flattens a plain dict in the order of its keys, 16 before 4
    outputs = OrderedDict((f"stride{stride}", ends[stride].tensor) for stride in strides)
    return keras.Model(model.input, outputs, name=name or f"{model.name}_features")


@dataclass(eq=False)
class Step:
    """A use of an operation in a graph.

    Args:
        tensor: what it gives.
        followed: the same for the large image; None behind what has no height and width.
        depth: the number of operations on the longest way to it.
        ways_in, ways_out: how many ways lead from the input to it, and from it to the output.
        learned: whether a convolution comes before it, or is it.
    """

    operation: keras.Operation
    tensor: keras.KerasTensor
    inputs: list[Step]
    followed: keras.KerasTensor | None
    depth: int
    ways_in: int
    ways_out: int = 0
    readers: list[Step] = field(default_factory=list)

    def __post_init__(self):
        self.convolves = any(len(weight.shape) > 1 for weight in getattr(self.operation, "weights", ()))
        self.learned = self.convolves or any(step.learned for step in self.inputs)
        height = self.followed.shape[1] if self.followed is not None else 1
        self.stride = 2 ** round(log2(SIDE / height)) if height > 1 else None  # one pixel is a mean of all

    @property
    def joins(self) -> bool:
        """Whether it reads several maps, as a sum or a concatenation does, and not a map and a factor for each."""
        return len({id(step) for step in self.inputs if step.stride}) > 1

    @property
    def prepares(self) -> bool:
        """Whether it only prepares maps for what comes next, or is for training only."""
        types = layers.ZeroPadding2D, layers.Cropping2D, zoo.HalvingPad, layers.Dropout, layers.LayerNormalization
        return isinstance(self.operation, types)

    @property
    def is_narrow(self) -> bool:
        """Whether a convolution widens it without an activation in between: so inverted bottlenecks end."""
        normalises = isinstance(self.operation, layers.BatchNormalization)
        return normalises and any(reader.convolves for reader in self.readers)


def _steps(output) -> list[Step]:
    """Return what lies on a way from the inputs to a tensor, in an order in which it can be computed."""
    steps: dict[tuple, Step] = {}
    waiting = [output]
    while waiting:  # not by recursion: some networks are deeper than Python's stack
        tensor = waiting.pop()
        if (use := call_of(tensor)) in steps:
            continue
        operation, node = use[0], node_of(tensor)
        if missing := [each for each in node.input_tensors if call_of(each) not in steps]:
            waiting += [tensor, *missing]
            continue
        inputs = [steps[call_of(each)] for each in node.input_tensors]
        steps[use] = step = Step(
            operation,
            tensor,
            inputs,
            _follow(operation, node, inputs),
            depth=1 + max((each.depth for each in inputs), default=0),
            ways_in=sum(each.ways_in for each in inputs) or 1,
        )
        for each in inputs:
            each.readers.append(step)
    order = list(steps.values())
    order[-1].ways_out = 1
    for step in reversed(order):
        for each in step.inputs:
            each.ways_out += step.ways_out
    return order


def _follow(operation, node, inputs):
    """Return what an operation makes of the large image, symbolically; None where that is no (batch, h, w, c)."""
    shape = node.outputs[0].shape
    if not inputs:
        return keras.KerasTensor((None, SIDE, SIDE, shape[-1])) if len(shape) == 4 else None
    if all(step.followed is None for step in inputs):
        return None
    # what is no map, such as the draw of a fractal network's column, is as it is
    tensors = {
        id(each): each if step.followed is None else step.followed
        for each, step in zip(node.input_tensors, inputs, strict=True)
    }
    arguments, options = node.arguments.fill_in(tensors)
    try:
        result = operation.compute_output_spec(*arguments, **options)
    except ValueError:  # it takes images of the model's own size only, as a model inside the model may: go by that
        own = node.input_tensors[0].shape
        if len(shape) != 4 or not own[1] or not shape[1]:
            return None
        side = round(inputs[0].followed.shape[1] * shape[1] / own[1])
        return keras.KerasTensor((None, side, side, shape[-1]))
    return result if isinstance(result, keras.KerasTensor) and len(result.shape) == 4 else None


def _trunk(output) -> list[Step]:
    """Return the steps to the last ones before the classifier, where that is a convolution that pooling follows."""
    steps = _steps(output)
    chain = [step for step in steps if step.ways_in * step.ways_out == steps[-1].ways_in]
    maps = [step for step in chain if step.stride]
    tail = chain[chain.index(maps[-1]) + 1 :] if maps else []
    ends_in_classes = tail and isinstance(tail[-1].operation, layers.Activation | layers.Softmax)
    if ends_in_classes and not any(getattr(step.operation, "weights", ()) for step in tail):
        classifier = next((step for step in reversed(maps) if step.convolves), None)
        return _steps(classifier.inputs[0].tensor) if classifier else steps
    return steps


def _ends(steps) -> dict[int, Step]:
    """Return the step that each stride ends in."""
    stages: dict[int, list[Step]] = {}
    for step in steps:
        if step.stride and step.learned:
            stages.setdefault(step.stride, []).append(step)
    ends = {stride: _end(stages[stride], steps[-1], last=stride == max(stages)) for stride in sorted(stages)}
    return {stride: end for stride, end in ends.items() if end}


def _end(stage, output, last) -> Step | None:
    """Return the step that a stage ends in.

    Between it and the next stage there may be steps that belong to the unit that strides: a widening convolution, or
    one that narrows before a pooling. Where there are units, the last of them therefore decides, not the last step.
    """
    on_every_way = [step for step in stage if step.ways_in * step.ways_out == output.ways_in]
    units = [step for step in stage if step.joins] + [step for step in on_every_way if step.is_narrow]
    if units and not last:
        return _activated(max(units, key=lambda step: step.depth))
    steps = units + [step for step in on_every_way if not step.prepares]
    return max(steps, key=lambda step: step.depth, default=None)


def _activated(step) -> Step:
    """Return the last of the normalisations and activations that a step alone is for."""
    while True:
        readers = [reader for reader in step.readers if reader.stride]
        if len(readers) != 1 or readers[0].stride != step.stride:
            return step
        if readers[0].joins or readers[0].convolves or readers[0].prepares:
            return step
        step = readers[0]
