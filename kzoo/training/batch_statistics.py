"""Statistics of BatchNormalization over several replicas, and for averaged weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import keras
import tensorflow as tf

from kzoo.graph import all_layers


def synchronize_batch_norm(network: keras.Model) -> keras.Model:
    """Synchronize the batch statistics of every BatchNormalization over the replicas, and return the model.

    Training then equals that on one device, unless a batch is so small that a replica has no example: it adds one of
    zeros. XLA cannot compile it with several replicas.

    Raises:
        ValueError: the model has no BatchNormalization.
    """
    for layer in _batch_normalizations(network):
        layer.synchronized = True
    return network


def recompute_statistics(network: keras.Model, images: Iterable):
    """Set the moving statistics to the mean over batches, as averaged weights need it.

    Stochastic weight averaging: Izmailov et al., 2018, arXiv:1803.05407, section 3.2. Not under a strategy of several
    replicas.

    Args:
        images: batches of training images, preprocessed.

    Raises:
        ValueError: the model has no BatchNormalization.
    """
    layers = _batch_normalizations(network)
    momenta = [layer.momentum for layer in layers]
    try:
        for index, batch in enumerate(images):
            for layer in layers:
                layer.momentum = index / (index + 1)  # all batches weigh the same
            network(batch, training=True)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum


def _batch_normalizations(network):
    layers = [layer for layer in all_layers(network) if isinstance(layer, keras.layers.BatchNormalization)]
    if not layers:
        raise ValueError(f"network={network.name!r} has no BatchNormalization")
    return layers


def average_statistics(layers: Sequence[keras.layers.Layer], weight: tf.Tensor | float):
    """Average the moving statistics over the replicas, weighted by their number of examples.

    So all replicas, and all processes, evaluate, save and resume with the same statistics.

    Args:
        layers: of which each BatchNormalization that is not synchronized is averaged.
        weight: as `replica_weight` returns it.
    """
    context = tf.distribute.get_replica_context()
    variables = [
        variable for layer in layers if _has_local_statistics(layer) for variable in layer.non_trainable_variables
    ]
    if not variables or context.num_replicas_in_sync == 1:
        return
    values = tf.concat([tf.reshape(tf.cast(each.value, "float32"), [-1]) for each in variables], axis=0)
    weighted = tf.math.multiply_no_nan(values, weight)  # those of an empty batch may be NaN
    mean = context.all_reduce(tf.distribute.ReduceOp.MEAN, weighted)
    parts = tf.split(mean, [math.prod(each.shape) for each in variables])
    for variable, part in zip(variables, parts, strict=True):
        variable.assign(tf.cast(tf.reshape(part, variable.shape), variable.dtype))


def _has_local_statistics(layer):
    return isinstance(layer, keras.layers.BatchNormalization) and layer.trainable and not layer.synchronized
