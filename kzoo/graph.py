"""The graph of a functional Keras model: the one module that reads Keras' private records of it.

A tensor knows the operation (a layer, mostly) that it is the output of, and which call of it that was, a node. What is
read here has no public equivalent in Keras 3; tests/test_graph.py says so loudly when a new Keras changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Tensor = Any  # a keras.KerasTensor
Operation = Any  # a keras.Operation, such as a layer
Node = Any  # a call of an operation: `operation`, `input_tensors`, `outputs`, `arguments`, `parent_nodes`, `is_input`


def producer(tensor: Tensor) -> Operation:
    """Return the operation that a tensor is the output of."""
    return tensor._keras_history.operation


def call_of(tensor: Tensor) -> tuple[Operation, int]:
    """Return the operation that a tensor is the output of, and the number of that call of it."""
    return tensor._keras_history.operation, tensor._keras_history.node_index


def node_of(tensor: Tensor) -> Node:
    """Return the call that a tensor is the output of."""
    operation, index = call_of(tensor)
    return operation._inbound_nodes[index]


def calls(operation: Operation) -> list[Node]:
    """Return all calls of an operation."""
    return operation._inbound_nodes


def inputs_of(tensor: Tensor) -> Sequence[Tensor]:
    """Return the tensors that a tensor was computed from."""
    return node_of(tensor).input_tensors


def walk_back(
    tensors: Sequence[Tensor], stop: Callable[[Operation], bool] = lambda operation: False
) -> Iterator[Tensor]:
    """Yield tensors and what they were computed from, each call once; not beyond operations that `stop`."""
    waiting, seen = list(tensors), set()
    while waiting:
        tensor = waiting.pop()
        if (call := call_of(tensor)) in seen:
            continue
        seen.add(call)
        yield tensor
        if not stop(call[0]):
            waiting += inputs_of(tensor)


def connected(tensor: Tensor) -> list[Operation]:
    """Return all operations of the graph that a tensor is in, before it and behind it."""
    waiting, found = [producer(tensor)], {}
    while waiting:
        operation = waiting.pop()
        if id(operation) not in found:
            found[id(operation)] = operation
            waiting += [node.operation for node in operation._outbound_nodes]
            waiting += [producer(each) for node in calls(operation) for each in node.input_tensors]
    return list(found.values())


def nodes(model: Any) -> list[Node]:
    """Return the calls in a functional model in an order in which they can be computed."""
    return [node for depth in sorted(model._nodes_by_depth, reverse=True) for node in model._nodes_by_depth[depth]]


def nodes_before(model: Any, tensor: Tensor) -> list[Node]:
    """Return those of `nodes` that a tensor was computed by."""
    needed, waiting = set(), [node_of(tensor)]
    while waiting:
        node = waiting.pop()
        if id(node) not in needed:
            needed.add(id(node))
            waiting += node.parent_nodes
    return [node for node in nodes(model) if id(node) in needed]


def all_layers(model: Any) -> list[Any]:
    """Return a model or layer, and all layers within it, however deep."""
    return list(model._flatten_layers())


def output_activation(model: Any) -> Callable | None:
    """Return the activation of the layer that the first output is of; None if it has none."""
    return getattr(producer(model.outputs[0]), "activation", None)
