"""Fine-tuning: reset the classifier of a trained network, freeze its backbone."""

from __future__ import annotations

import keras

from kzoo.graph import producer, walk_back


def classifier_layers(network: keras.Model) -> list[keras.layers.Layer]:
    """Return the classifier layers: the last layer with weights before each output."""
    layers = map(producer, walk_back(network.outputs, stop=_has_weights))
    return [layer for layer in layers if _has_weights(layer)]


def _has_weights(operation):
    return bool(getattr(operation, "weights", None))


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
