"""From a trained network to one of other classes: a new classifier on a trunk that waits for it."""

from __future__ import annotations

import keras


def classifiers(network: keras.Model) -> list[keras.layers.Layer]:
    """Return the last layers with weights before each output: what tells the classes apart."""
    found, waiting = [], list(network.outputs)
    while waiting:
        operation, node, _ = waiting.pop()._keras_history
        if getattr(operation, "weights", None):
            found.append(operation)
        else:
            waiting += operation._inbound_nodes[node].input_tensors
    return found


def renew_classifier(network: keras.Model) -> keras.Model:
    """Give the classifiers of a network new initial weights, also if it has as many classes as before; return it."""
    for layer in classifiers(network):
        fresh = type(layer).from_config(layer.get_config())
        fresh.build(layer.input.shape)
        layer.set_weights(fresh.get_weights())
    return network


def freeze_trunk(network: keras.Model) -> keras.Model:
    """Keep all but the classifiers as it is in training, and return the network.

    No weight changes, and BatchNormalization normalizes by its moving statistics, which stay too.

    Raises:
        ValueError: nothing would be left to train.
    """
    kept = classifiers(network)
    for layer in network.layers:
        layer.trainable = layer.trainable and layer in kept
    if not network.trainable_variables:
        raise ValueError(f"network={network.name!r} has a classifier without weights to train; do not freeze its trunk")
    return network
