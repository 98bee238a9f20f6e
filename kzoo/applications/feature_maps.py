"""Feature extraction: the last feature maps of each stride, for detection and segmentation.

They are found in the graph, so models of any family work, loaded from a file or extended, too. Strides are measured by
propagating the shape of a large image, so that valid padding and small inputs do not matter.
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

PROBE_SIZE = 2048  # height and width, pixels, of the image whose shape is propagated


def features(model: keras.Model, strides: Sequence[int] = (4, 8, 16, 32), name: str | None = None) -> keras.Model:
    """Return a feature extractor: the model with the last feature maps of each stride as outputs.

    The maps of a stride are the output of its last block: a sum or concatenation with the normalization or activation
    that follows it, the last convolution before a pooling, the linear bottleneck between two inverted residuals. Those
    of the largest stride are the output of the network without its classifier. Of ResNet-50 they are
    `conv2_block3_out`, `conv3_block4_out`, `conv4_block6_out` and `conv5_block3_out`.

    Args:
        model: a functional model of images of any size, with its classifier or without; of several outputs the first
            is used.
        strides: of the maps, in pixels of the image.
        name: of the model. Default: that of `model` and "_features".

    Returns:
        A `keras.Model` of the same input, layers and weights, with a dict of outputs: "stride4"
        (batch, height / 4, width / 4, channels) and so on.
        `{key: maps.shape[-1] for key, maps in kzoo.features(model).output.items()}` are their channels.

    Raises:
        ValueError: the network has no maps of a stride (the message has those it has), or it is not functional.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(f"model is a {type(model).__name__}; accepted is a functional keras.Model, as kzoo builds")
    strides = check(None, "strides", Strides, list(strides) if isinstance(strides, Iterable) else strides)
    stage_outputs = _stage_outputs(_backbone(model.outputs[0]))
    if missing := [stride for stride in strides if stride not in stage_outputs]:
        has = f"it has {', '.join(map(str, stage_outputs))}" if stage_outputs else "it has no feature maps"
        raise ValueError(f"strides has {missing[0]!r}, which {model.name} does not; {has}")
    from kzoo.registry.model import derive

    # Keras flattens a plain dict in the order of its keys, 16 before 4
    outputs = OrderedDict((f"stride{stride}", stage_outputs[stride].tensor) for stride in strides)
    return derive(model, model.input, outputs, name or f"{model.name}_features")


@dataclass(eq=False)
class GraphNode:
    """A call of an operation in a graph.

    Args:
        tensor: its output.
        probe: its output for the large image; None where it has no height and width.
        depth: the number of operations on the longest path to it.
        paths_in, paths_out: the numbers of paths from the input to it, and from it to the output.
        is_after_kernel: whether it is, or depends on, a convolution.
    """

    operation: keras.Operation
    tensor: keras.KerasTensor
    inputs: list[GraphNode]
    probe: keras.KerasTensor | None
    depth: int
    paths_in: int
    paths_out: int = 0
    consumers: list[GraphNode] = field(default_factory=list)

    def __post_init__(self):
        self.has_kernel = any(len(weight.shape) > 1 for weight in getattr(self.operation, "weights", ()))
        self.is_after_kernel = self.has_kernel or any(node.is_after_kernel for node in self.inputs)
        height = self.probe.shape[1] if self.probe is not None else 1
        self.stride = 2 ** round(log2(PROBE_SIZE / height)) if height > 1 else None  # a single pixel is globally pooled

    @property
    def is_merge(self) -> bool:
        """Whether it merges several maps, as a sum or a concatenation does, and not a map and a scale."""
        return len({id(node) for node in self.inputs if node.stride}) > 1

    @property
    def is_of_next_block(self) -> bool:
        """Whether it belongs to the next block, as padding does, or is for training only."""
        types = layers.ZeroPadding2D, layers.Cropping2D, zoo.HalvingPad, layers.Dropout, layers.LayerNormalization
        return isinstance(self.operation, types)

    @property
    def is_linear_bottleneck(self) -> bool:
        """Whether a convolution follows it without an activation, as the linear bottleneck of inverted residuals."""
        is_batch_norm = isinstance(self.operation, layers.BatchNormalization)
        return is_batch_norm and any(consumer.has_kernel for consumer in self.consumers)


def _graph_nodes(output) -> list[GraphNode]:
    """Return the nodes on paths from the inputs to a tensor, in topological order."""
    nodes: dict[tuple, GraphNode] = {}
    pending = [output]
    while pending:  # not recursive: some networks are deeper than Python's stack
        tensor = pending.pop()
        if (key := call_of(tensor)) in nodes:
            continue
        operation, keras_node = key[0], node_of(tensor)
        if missing := [each for each in keras_node.input_tensors if call_of(each) not in nodes]:
            pending += [tensor, *missing]
            continue
        inputs = [nodes[call_of(each)] for each in keras_node.input_tensors]
        nodes[key] = node = GraphNode(
            operation,
            tensor,
            inputs,
            _probe(operation, keras_node, inputs),
            depth=1 + max((each.depth for each in inputs), default=0),
            paths_in=sum(each.paths_in for each in inputs) or 1,
        )
        for each in inputs:
            each.consumers.append(node)
    order = list(nodes.values())
    order[-1].paths_out = 1
    for node in reversed(order):
        for each in node.inputs:
            each.paths_out += node.paths_out
    return order


def _probe(operation, keras_node, inputs):
    """Return the symbolic output of an operation for the large image; None where it is not (batch, h, w, c)."""
    shape = keras_node.outputs[0].shape
    if not inputs:
        return keras.KerasTensor((None, PROBE_SIZE, PROBE_SIZE, shape[-1])) if len(shape) == 4 else None
    if all(node.probe is None for node in inputs):
        return None
    # what is not a feature map, such as the sampled column of a fractal network, is not changed
    tensors = {
        id(each): each if node.probe is None else node.probe
        for each, node in zip(keras_node.input_tensors, inputs, strict=True)
    }
    arguments, options = keras_node.arguments.fill_in(tensors)
    try:
        result = operation.compute_output_spec(*arguments, **options)
    except ValueError:  # its input size is fixed, as that of a nested model may be: compute the ratio
        input_shape = keras_node.input_tensors[0].shape
        if len(shape) != 4 or not input_shape[1] or not shape[1]:
            return None
        size = round(inputs[0].probe.shape[1] * shape[1] / input_shape[1])
        return keras.KerasTensor((None, size, size, shape[-1]))
    return result if isinstance(result, keras.KerasTensor) and len(result.shape) == 4 else None


def _backbone(output) -> list[GraphNode]:
    """Return the nodes before the classifier, if that is a convolution followed by global pooling; else all."""
    nodes = _graph_nodes(output)
    dominators = [node for node in nodes if node.paths_in * node.paths_out == nodes[-1].paths_in]
    maps = [node for node in dominators if node.stride]
    tail = dominators[dominators.index(maps[-1]) + 1 :] if maps else []
    ends_in_classes = tail and isinstance(tail[-1].operation, layers.Activation | layers.Softmax)
    if ends_in_classes and not any(getattr(node.operation, "weights", ()) for node in tail):
        classifier = next((node for node in reversed(maps) if node.has_kernel), None)
        return _graph_nodes(classifier.inputs[0].tensor) if classifier else nodes
    return nodes


def _stage_outputs(nodes) -> dict[int, GraphNode]:
    """Return the output of each stride."""
    stages: dict[int, list[GraphNode]] = {}
    for node in nodes:
        if node.stride and node.is_after_kernel:
            stages.setdefault(node.stride, []).append(node)
    stage_outputs = {
        stride: _stage_output(stages[stride], nodes[-1], last=stride == max(stages)) for stride in sorted(stages)
    }
    return {stride: output for stride, output in stage_outputs.items() if output}


def _stage_output(stage, output, last) -> GraphNode | None:
    """Return the output of a stage.

    Nodes between it and the next stage may belong to the block that strides: an expansion, or a convolution before a
    pooling. Where there are blocks, the output is therefore that of the last block, not the last node.
    """
    dominators = [node for node in stage if node.paths_in * node.paths_out == output.paths_in]
    blocks = [node for node in stage if node.is_merge] + [node for node in dominators if node.is_linear_bottleneck]
    if blocks and not last:
        return _through_activation(max(blocks, key=lambda node: node.depth))
    nodes = blocks + [node for node in dominators if not node.is_of_next_block]
    return max(nodes, key=lambda node: node.depth, default=None)


def _through_activation(node) -> GraphNode:
    """Return the last of the normalizations and activations of which a node is the only input."""
    while True:
        consumers = [consumer for consumer in node.consumers if consumer.stride]
        if len(consumers) != 1 or consumers[0].stride != node.stride:
            return node
        if consumers[0].is_merge or consumers[0].has_kernel or consumers[0].is_of_next_block:
            return node
        node = consumers[0]
