"""An exponential moving average (EMA) of a network's weights, as a network of its own, for sampling."""

from __future__ import annotations

import keras
import tensorflow as tf


def make_ema_network(network: keras.Model) -> keras.Model:
    """Return a network for the EMA, not trainable, that begins with the network's weights."""
    ema_network = type(network).from_config({**network.get_config(), "name": f"{network.name}_ema"})
    ema_network.set_weights(network.get_weights())
    ema_network.trainable = False
    return ema_network


def update_ema(ema_network: keras.Model, network: keras.Model, momentum: float | tf.Tensor):
    """Update the EMA with the network's weights and moving statistics.

    Call it where the statistics are the same on all replicas: after the `train_step` (see `ReplicaModel`).
    """
    for mean, weight in zip(ema_network.variables, network.variables, strict=True):
        if mean.dtype == "float32":  # not the seed of dropout
            mean.assign(momentum * mean + (1 - momentum) * weight)
