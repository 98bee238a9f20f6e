"""Layer-wise learning rate decay."""

from __future__ import annotations

import keras

from kzoo.graph import nodes_before


def layer_decay_multipliers(network: keras.Model, decay: float) -> dict[str, float]:
    """Return learning rate multipliers by path of weight: `decay` to the power of the number of blocks above its own.

    Clark et al., 2020, arXiv:2003.10555; Bao et al., 2021, arXiv:2106.08254 (BEiT). They are for `make_optimizer`.

    Args:
        network: whose blocks are found in its graph by `blocks`.
        decay: multiplier from one block to the one below, above 0; 1 for none.

    Raises:
        ValueError: `decay` is out of range.
    """
    if not 0 < decay <= 1:
        raise ValueError(f"decay={decay} does not work; it must be above 0 and at most 1")
    return {
        weight.path: decay**depth
        for depth, block in enumerate(reversed(blocks(network)))
        for layer in block
        for weight in layer.weights
    }


def blocks(network: keras.Model) -> list[list[keras.layers.Layer]]:
    """Return the layers on paths to the first output, in topological order, in blocks of at least one kernel each.

    A block ends where all later layers depend on a single tensor: a residual block, a dense layer and an Inception
    module are one each, and so is a layer of a sequential network. Layers without a kernel, such as a norm, belong to
    the block before. Cells whose inputs are the last two, as NASNet's are, have no such tensor between them and are one
    block.
    """
    order = nodes_before(network, network.outputs[0])
    position = {id(node): index for index, node in enumerate(order)}
    last_use = list(range(len(order)))
    for index, node in enumerate(order):
        for parent in node.parent_nodes:
            last_use[position[id(parent)]] = index
    found: list[list] = []
    block: list[keras.layers.Layer] = []
    busy_until = 0
    for index, node in enumerate(order):
        block.append(node.operation)
        if busy_until <= index:  # no earlier tensor is used later
            kernel = any(len(weight.shape) > 1 for layer in block for weight in layer.weights)
            if found and not kernel:
                found[-1] += block
            else:
                found.append(block)
            block = []
        busy_until = max(busy_until, last_use[index])
    return _with_kernel_first(found)


def _with_kernel_first(found):
    first, second, *others = found  # the input, which has no kernel, is before the first that has one
    return [first + second, *others]
