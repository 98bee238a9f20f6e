"""Gradient reduction: gradients are all-reduced before an optimizer clips, accumulates or applies them.

Under a strategy Keras clips the gradients of each replica before they are reduced, looks for infinities in those of the
first replica only, and cannot accumulate gradients at all, because an all-reduce must not be in a branch. Here
gradients are reduced first. Then each replica applies them by itself, with Keras' code for one device: all have the
same gradients and weights, so all make the same update.
"""

from __future__ import annotations

from collections.abc import Iterable

import keras
import tensorflow as tf

from kzoo.compat import local_optimizer


def reduce_and_apply(
    optimizer: keras.optimizers.Optimizer,
    grads_and_vars: Iterable[tuple[tf.Tensor | None, keras.Variable]],
    xla: bool = False,
):
    """Sum gradients over the replicas, then let an optimizer apply them in each. Call it in a `train_step`.

    Args:
        xla: whether to compile the update, in each replica: fused, it reads and writes each number once instead of a
            dozen times.
    """
    gradients, variables = zip(*grads_and_vars, strict=True)
    if not optimizer.built:
        optimizer.build(list(variables))
    if tf.distribute.has_strategy():
        gradients = _all_reduce(gradients)
    # An update that starts while a weight is still read would have to copy it
    with tf.control_dependencies([each for each in gradients if each is not None]):
        local_optimizer(optimizer, xla).apply(gradients, variables)


def _all_reduce(gradients):
    present = [each for each in gradients if each is not None]  # an unused weight has no gradient
    context = tf.distribute.get_replica_context()
    reduced = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, present) if present else ())
    return [None if each is None else next(reduced) for each in gradients]
