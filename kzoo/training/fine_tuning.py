"""Fine-tuning: reset the classifier of a trained network, freeze its backbone."""

from __future__ import annotations

import keras


def classifier_layers(network: keras.Model) -> list[keras.layers.Layer]:
    """Return the classifier layers: the last layer with weights before each output."""
    layers, tensors = [], list(network.outputs)
    while tensors:
        operation, node, _ = tensors.pop()._keras_history
        if getattr(operation, "weights", None):
            layers.append(operation)
        else:
            tensors += operation._inbound_nodes[node].input_tensors
    return layers


def reset_classifier(network: keras.Model) -> keras.Model:
    """Initialize the classifiers of a network again, also if the number of classes is unchanged, and return it."""
    for layer in classifier_layers(network):
        initialized = type(layer).from_config(layer.get_config())
        initialized.build(layer.input.shape)
        layer.set_weights(initialized.get_weights())
    return network


def freeze_backbone(network: keras.Model) -> keras.Model:
    """Freeze all layers but the classifiers, and return the network.

    Weights do not change in training, and BatchNormalization uses its moving statistics, which do not change either.

    Raises:
        ValueError: no trainable weight would be left.
    """
    classifiers = classifier_layers(network)
    for layer in network.layers:
        layer.trainable = layer.trainable and layer in classifiers
    if not network.trainable_variables:
        raise ValueError(
            f"network={network.name!r} has a classifier without weights to train; do not freeze its backbone"
        )
    return network
