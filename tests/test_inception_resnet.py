"""What makes the Inception-ResNets themselves."""

from math import prod

import keras
import numpy as np
import pytest
from helpers import randomise

import kzoo
from kzoo.applications.inception_resnet import block8, block8_v1, block17, block17_v1, block35, block35_v1


@pytest.fixture(scope="module")
def v1():
    return kzoo.InceptionResNetV1()


units = pytest.mark.parametrize(
    "unit",
    [block35, block17, block8, block35_v1, block17_v1, block8_v1],
    ids=["35x35 v2", "17x17 v2", "8x8 v2", "35x35 v1", "17x17 v1", "8x8 v1"],
)


@units
def test_a_unit_adds_a_scaled_module_to_its_input(unit):
    """x + scale * f(x): twice the scale moves the input twice as far, and no scale leaves it as it is."""
    inputs = keras.Input((5, 5, 8))
    x = np.random.default_rng(0).normal(size=(1, 5, 5, 8)).astype("float32")
    outputs = {}
    for scale in (0.0, 0.1, 0.2):
        model = randomise(keras.Model(inputs, unit(inputs, scale, "linear", name=f"s{int(10 * scale)}")))
        outputs[scale] = np.array(model(x))
    np.testing.assert_allclose(outputs[0.0], x)
    np.testing.assert_allclose(outputs[0.2] - x, 2 * (outputs[0.1] - x), rtol=2e-5, atol=1e-5)
    assert np.abs(outputs[0.1] - x).max() > 1e-3


@units
def test_a_module_is_joined_by_a_linear_1x1_before_it_is_added(unit):
    inputs = keras.Input((5, 5, 8))
    model = randomise(keras.Model(inputs, unit(inputs, 0.1, "relu", name="unit")))
    skip, update = model.get_layer("unit_add").input
    joined, join = model.get_layer("unit_mixed"), model.get_layer("unit_conv")
    assert skip is inputs and update is model.get_layer("unit_scale").output
    assert join.kernel.shape == (1, 1, joined.output.shape[-1], 8) and join.use_bias  # and no normalisation
    features = keras.Model(inputs, [joined.output, update, model.output])
    x = np.random.default_rng(0).normal(size=(1, 5, 5, 8)).astype("float32")
    maps, added, output = map(np.array, features(x))
    np.testing.assert_allclose(added, 0.1 * (maps @ np.array(join.kernel)[0, 0] + np.array(join.bias)), atol=2e-5)
    assert added.min() < 0  # nothing rectifies it
    np.testing.assert_allclose(output, np.maximum(x + added, 0), atol=1e-5)


@pytest.mark.parametrize(
    "part, trainable",
    [
        ("conv", 928 + 9_280 + 18_560 + 5_280 + 138_624 + 442_880),  # the stem
        ("block35", 5 * 77_440),
        ("mixed_6a", 1_710_080),
        ("block17", 10 * 690_048),
        ("mixed_7a", 3_346_176),
        ("block8", 5 * 1_600_768),
        ("predictions", 1_793_000),
    ],
)
def test_parameters_of_the_parts_of_v1(v1, part, trainable):
    weights = [weight for layer in v1.layers if layer.name.startswith(part) for weight in layer.trainable_weights]
    assert sum(prod(weight.shape) for weight in weights) == trainable


def test_grids_of_v1_are_the_papers(v1):
    names = (*(f"conv{i}_relu" for i in range(1, 7)), "block35_5_out", "mixed_6a", "mixed_7a", "block8_5_out")
    assert [v1.get_layer(name).output.shape[1:] for name in names] == [
        (149, 149, 32),
        (147, 147, 32),
        (147, 147, 64),
        (73, 73, 80),
        (71, 71, 192),
        (35, 35, 256),
        (35, 35, 256),
        (17, 17, 896),
        (8, 8, 1792),
        (8, 8, 1792),
    ]


def test_twenty_units_of_v1_and_their_scales(v1):
    scales = [layer.scale for layer in v1.layers if isinstance(layer, keras.layers.Rescaling)]
    assert scales == [0.17] * 5 + [0.1] * 10 + [0.2] * 5
    outs = [layer for layer in v1.layers if layer.name.startswith("block") and layer.name.endswith("_out")]
    assert len(outs) == 20 and all(layer.activation is keras.activations.relu for layer in outs)
    norms = [layer for layer in v1.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert all(layer.scale and layer.epsilon == 1e-3 for layer in norms)
    assert v1.get_layer("dropout").rate == pytest.approx(0.2)  # the paper keeps 0.8


@pytest.mark.slow
def test_forty_units_of_v2_and_their_scales():
    model = kzoo.InceptionResNetV2()
    scales = [layer.scale for layer in model.layers if isinstance(layer, keras.layers.Rescaling)]
    assert scales == [0.17] * 10 + [0.1] * 20 + [0.2] * 9 + [1.0]
    shapes = [model.get_layer(f"mixed_{name}").output.shape[1:] for name in ("5b", "6a", "7a")]
    assert shapes == [(35, 35, 320), (17, 17, 1088), (8, 8, 2080)]
    up = [layer for layer in model.layers if layer.name.startswith("block") and layer.name.endswith("_conv")]
    linear = [layer for layer in up if layer.use_bias]
    assert len(linear) == 40 and all(layer.kernel_size == (1, 1) for layer in linear)
    assert model.get_layer("block8_10_out").activation is keras.activations.linear
