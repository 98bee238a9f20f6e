"""An exponential moving average of a network's weights, as a network of its own: what images are made with."""

from __future__ import annotations

import keras
import tensorflow as tf


def make_average(network: keras.Model) -> keras.Model:
    """Return a network for the average, not trained, that begins with the network's weights."""
    average = type(network).from_config({**network.get_config(), "name": f"{network.name}_average"})
    average.set_weights(network.get_weights())
    average.trainable = False
    return average


def update_average(average: keras.Model, network: keras.Model, momentum: float | tf.Tensor):
    """Move the average a step towards the network's weights and moving statistics.

    Call it where the statistics are the same on all replicas: after the `train_step` (see `ReplicaModel`).
    """
    for mean, weight in zip(average.variables, network.variables, strict=True):
        if mean.dtype == "float32":  # not the seed of dropout
            mean.assign(momentum * mean + (1 - momentum) * weight)
