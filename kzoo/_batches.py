"""Batches of any structure, which may be empty."""

from __future__ import annotations

import tensorflow as tf


def count_examples(data) -> tf.Tensor:
    """Return the number of examples in this replica's batch."""
    return tf.shape(next(each for each in tf.nest.flatten(data) if each is not None))[0]


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
