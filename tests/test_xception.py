"""Xception: what the paper says of its modules."""

import keras
import pytest

import kzoo


@pytest.fixture(scope="module")
def model():
    return kzoo.build("Xception", input_shape=(71, 71, 3))


def test_36_convolutions_in_14_modules(model):
    """All modules but the first and the last have a residual connection (section 4)."""
    convolutions = [
        layer
        for layer in model.layers
        if isinstance(layer, (keras.layers.Conv2D, keras.layers.SeparableConv2D)) and "skip" not in layer.name
    ]
    assert len(convolutions) == 36
    assert len({layer.name.split("_")[0] for layer in convolutions}) == 14
    assert sum(isinstance(layer, keras.layers.Add) for layer in model.layers) == 12


def test_nothing_is_activated_within_a_separable_convolution(model):
    """Section 4.7: what comes between its halves is neither activated nor normalised."""
    separable = [layer for layer in model.layers if isinstance(layer, keras.layers.SeparableConv2D)]
    assert len(separable) == 34
    for layer in separable:
        assert layer.activation is keras.activations.linear
        (node,) = layer._outbound_nodes
        assert isinstance(node.operation, keras.layers.BatchNormalization)


def test_layers_are_named_as_in_keras_applications(model):
    """All that have a name there: the strided 1x1 convolutions have not."""
    reference = keras.applications.Xception(weights=None, input_shape=(71, 71, 3))
    ours = [layer.name for layer in model.layers if layer.weights and "skip" not in layer.name]
    assert ours == [layer.name for layer in reference.layers if layer.weights and layer.name in ours]
    assert len([layer for layer in reference.layers if layer.weights]) == len(ours) + 2 * 4
