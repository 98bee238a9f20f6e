"""What each replica's share of a batch weighs.

A batch that the replicas cannot divide evenly, as the last of an epoch often is, leaves some with fewer examples than
others, or with none. Keras averages each one's loss over its own examples and then takes the mean over replicas, so
that an example counts for more where there are fewer. Here it counts the same everywhere, as on one device.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from kzoo._batches import count_examples, zeros_if_empty


def share_of_batch(data, count: Callable = count_examples) -> tf.Tensor | float:
    """Return this replica's number of examples by the mean over replicas: 1 where all have as many.

    Losses that are means over this replica's examples are multiplied by it. Call it in a `train_step`.

    Args:
        data: tensors, nested as they may be, whose first axis is that of the examples.
        count: counts in them what losses are a mean over, where that is not examples.
    """
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1:
        return 1.0
    own = tf.cast(count(data), "float32")
    return tf.math.divide_no_nan(own, context.all_reduce(tf.distribute.ReduceOp.MEAN, own))


def at_least_one(data):
    """Return `data`, or one example of zeros where this replica has none."""
    return data if tf.distribute.get_strategy().num_replicas_in_sync == 1 else zeros_if_empty(data)
