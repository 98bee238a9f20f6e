"""Uneven batches in a replica context: weights of replicas, and padding of empty ones.

A global batch that does not divide evenly, as the last of an epoch often does not, leaves some replicas with fewer
examples than others, or with none. Keras averages the loss over the examples of a replica and then over replicas, so
that an example weighs more on a replica with fewer. Here all examples weigh the same, as on one device.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


def count_examples(data) -> tf.Tensor:
    """Return the number of examples in this replica's batch."""
    return tf.shape(next(each for each in tf.nest.flatten(data) if each is not None))[0]


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


def pad_if_empty(data):
    """Return nested tensors as they are, or one example of zeros if their first axis, the batch axis, is empty.

    Not every kernel accepts an empty batch: TensorFlow's convolution on a CPU returns the shape of its input.
    """
    empty = count_examples(data) == 0

    def pad(tensor):
        if tensor is None:
            return None
        shape = tf.concat([[1], tf.shape(tensor)[1:]], axis=0)
        result = tf.cond(empty, lambda: tf.zeros(shape, tensor.dtype), lambda: tensor)
        result.set_shape([None, *tensor.shape[1:]])
        return result

    return tf.nest.map_structure(pad, data)
