"""The moving statistics of BatchNormalization, where there is more than one replica or more than one set of weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import keras
import tensorflow as tf


def synchronize(network: keras.Model) -> keras.Model:
    """Let every BatchNormalization of a model normalize by the examples of all replicas, and return the model.

    Training then equals that on one device, unless a batch is so small that a replica is left without an example: it
    adds one of zeros. XLA cannot compile it where there are several replicas.

    Raises:
        ValueError: the model has none.
    """
    for layer in _normalizations(network):
        layer.synchronized = True
    return network


def recompute_statistics(network: keras.Model, images: Iterable):
    """Set the moving statistics to the mean of what batches have, as weights that were averaged need it.

    Izmailov et al., 2018, arXiv:1803.05407, section 3.2. Not under a strategy of several replicas.

    Args:
        images: batches of training images, ready for the network.

    Raises:
        ValueError: the model has no BatchNormalization.
    """
    layers = _normalizations(network)
    momenta = [layer.momentum for layer in layers]
    try:
        for index, batch in enumerate(images):
            for layer in layers:
                layer.momentum = index / (index + 1)  # all batches count the same
            network(batch, training=True)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum


def _normalizations(network):
    found = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    if not found:
        raise ValueError(f"network={network.name!r} has no BatchNormalization")
    return found


def average_statistics(layers: Sequence[keras.layers.Layer], share: tf.Tensor | float):
    """Give every replica the mean of all replicas' moving statistics, each weighing its share of the batch.

    So what is evaluated, saved and resumed from is the same whichever replica, or process, does it.

    Args:
        layers: those that are BatchNormalization and have not seen all replicas' examples anyway are averaged.
        share: as `share_of_batch` returns it.
    """
    context = tf.distribute.get_replica_context()
    variables = [variable for layer in layers if _keeps_own(layer) for variable in layer.non_trainable_variables]
    if not variables or context.num_replicas_in_sync == 1:
        return
    flat = tf.concat([tf.reshape(tf.cast(each.value, "float32"), [-1]) for each in variables], axis=0)
    weighted = tf.math.multiply_no_nan(flat, share)  # statistics of no examples may be anything
    mean = context.all_reduce(tf.distribute.ReduceOp.MEAN, weighted)
    parts = tf.split(mean, [math.prod(each.shape) for each in variables])
    for variable, part in zip(variables, parts, strict=True):
        variable.assign(tf.cast(tf.reshape(part, variable.shape), variable.dtype))


def _keeps_own(layer):
    return isinstance(layer, keras.layers.BatchNormalization) and layer.trainable and not layer.synchronized
