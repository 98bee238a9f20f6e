"""Uneven batches in a replica context: weights of replicas, and padding of empty ones.

A global batch that does not divide evenly, as the last of an epoch often does not, leaves some replicas with fewer
examples than others, or with none. Keras averages the loss over the examples of a replica and then over replicas, so
that an example weighs more on a replica with fewer. Here all examples weigh the same, as on one device.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from kzoo._batches import count_examples, pad_if_empty


def replica_weight(data, count: Callable = count_examples) -> tf.Tensor | float:
    """Return this replica's number of examples divided by the mean over replicas: 1 where all have as many.

    Losses that are means over this replica's examples are multiplied by it. Call it in a `train_step`.

    Args:
        data: this replica's batch, nested tensors whose first axis is the batch axis.
        count: counts what losses are a mean over, where that is not examples.
    """
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1:
        return 1.0
    examples = tf.cast(count(data), "float32")
    return tf.math.divide_no_nan(examples, context.all_reduce(tf.distribute.ReduceOp.MEAN, examples))


def pad_empty_replica(data):
    """Return this replica's batch, or one example of zeros if it is empty."""
    return data if tf.distribute.get_strategy().num_replicas_in_sync == 1 else pad_if_empty(data)
