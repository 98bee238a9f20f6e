"""Learning rates that are lower the nearer a layer is to the image."""

from __future__ import annotations

import keras


def layer_rates(network: keras.Model, decay: float) -> dict[str, float]:
    """Return each weight's share of the learning rate: `decay` to the power of how many blocks stand above its own.

    Clark et al., 2020, arXiv:2003.10555; Bao et al., 2021, arXiv:2106.08254 (BEiT). It is for `make_optimizer`'s rates.

    Args:
        network: whose blocks are found in its graph by `blocks`.
        decay: above 0, to 1 for no difference.

    Raises:
        ValueError: `decay` is out of range.
    """
    if not 0 < decay <= 1:
        raise ValueError(f"decay={decay} does not work; it must be above 0 and at most 1")
    return {
        weight.path: decay**above
        for above, block in enumerate(reversed(blocks(network)))
        for layer in block
        for weight in layer.weights
    }


def blocks(network: keras.Model) -> list[list[keras.layers.Layer]]:
    """Return the layers that lead to the first output, in order, in blocks with a kernel each.

    A block ends where a single tensor carries all that follows: a residual unit, a dense layer and an Inception module
    are one each, and so is a layer of a plain chain. What has no kernel, such as a norm on its own, belongs to the
    block before. Cells that see the last two, as NASNet's do, leave no such place between them and are one block.
    """
    order = _nodes(network)
    position = {id(node): index for index, node in enumerate(order)}
    last_use = list(range(len(order)))
    for index, node in enumerate(order):
        for parent in node.parent_nodes:
            last_use[position[id(parent)]] = index
    found, segment, busy_until = [], [], 0
    for index, node in enumerate(order):
        segment.append(node.operation)
        if busy_until <= index:  # nothing made before is used after
            kernel = any(len(weight.shape) > 1 for layer in segment for weight in layer.weights)
            if found and not kernel:
                found[-1] += segment
            else:
                found.append(segment)
            segment = []
        busy_until = max(busy_until, last_use[index])
    return _with_kernel_first(found)


def _with_kernel_first(found):
    first, second, *others = found  # the input, which has no kernel, stood before the first that has
    return [first + second, *others]


def _nodes(network):
    """Return the nodes of the graph that the first output needs, each after those it needs itself."""
    history = network.outputs[0]._keras_history
    needed, todo = set(), [history.operation._inbound_nodes[history.node_index]]
    while todo:
        node = todo.pop()
        if id(node) not in needed:
            needed.add(id(node))
            todo += node.parent_nodes
    by_depth = network._nodes_by_depth
    return [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth] if id(node) in needed]
