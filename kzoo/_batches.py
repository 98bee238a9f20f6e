"""Batches of any structure, which may be empty."""

from __future__ import annotations

import tensorflow as tf


def count_examples(data) -> tf.Tensor:
    """Return how many examples of the batch this replica has."""
    return tf.shape(next(each for each in tf.nest.flatten(data) if each is not None))[0]


def zeros_if_empty(data):
    """Return `data`, tensors whose first axis is that of the examples, or one example of zeros where they have none.

    Not every kernel takes an empty batch: TensorFlow's convolution on a CPU gives it back with the shape it came in.
    """
    empty = count_examples(data) == 0

    def filled(tensor):
        if tensor is None:
            return None
        one = tf.concat([[1], tf.shape(tensor)[1:]], axis=0)
        result = tf.cond(empty, lambda: tf.zeros(one, tensor.dtype), lambda: tensor)
        result.set_shape([None, *tensor.shape[1:]])
        return result

    return tf.nest.map_structure(filled, data)
