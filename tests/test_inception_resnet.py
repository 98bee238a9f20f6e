"""What makes Inception-ResNet v2 itself."""

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.inception_resnet import block17

pytestmark = pytest.mark.slow


def test_a_unit_adds_a_scaled_module_to_its_input():
    """x + scale * f(x): twice the scale moves the input twice as far, and no scale leaves it as it is."""
    inputs = keras.Input((5, 5, 8))
    x = np.random.default_rng(0).normal(size=(1, 5, 5, 8)).astype("float32")
    outputs = {}
    for scale in (0.0, 0.1, 0.2):
        keras.utils.set_random_seed(1)
        outputs[scale] = keras.Model(inputs, block17(inputs, scale, "linear", name=f"s{int(10 * scale)}"))(x)
    np.testing.assert_allclose(outputs[0.0], x)
    np.testing.assert_allclose(outputs[0.2] - x, 2 * (outputs[0.1] - x), rtol=1e-4, atol=1e-5)
    assert np.abs(outputs[0.1] - x).max() > 1e-3


def test_forty_units_and_their_scales():
    model = kzoo.InceptionResNetV2()
    scales = [layer.scale for layer in model.layers if isinstance(layer, keras.layers.Rescaling)]
    assert scales == [0.17] * 10 + [0.1] * 20 + [0.2] * 9 + [1.0]
    shapes = [model.get_layer(f"mixed_{name}").output.shape[1:] for name in ("5b", "6a", "7a")]
    assert shapes == [(35, 35, 320), (17, 17, 1088), (8, 8, 2080)]
    up = [layer for layer in model.layers if layer.name.startswith("block") and layer.name.endswith("_conv")]
    linear = [layer for layer in up if layer.use_bias]
    assert len(linear) == 40 and all(layer.kernel_size == (1, 1) for layer in linear)
    assert model.get_layer("block8_10_out").activation is keras.activations.linear
