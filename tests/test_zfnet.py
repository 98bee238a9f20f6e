"""What makes ZFNet itself: the map sizes of its figure 3."""

import keras
import numpy as np
import pytest

import kzoo


def test_maps_have_the_sizes_of_figure_3():
    model = kzoo.ZFNet(include_top=False, input_shape=(224, 224, 3))
    names = ("conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5")
    assert [model.get_layer(name).output.shape[1] for name in names] == [110, 55, 26, 13, 13, 13, 13, 6]
    assert [model.get_layer(name).output.shape[-1] for name in names[::2]] == [96, 256, 384, 256]


def test_contrast_is_normalised_after_the_first_two_pools():
    names = [layer.name for layer in kzoo.ZFNet(include_top=False).layers if "pad" not in layer.name]
    assert names[1:7] == ["conv1", "pool1", "norm1", "conv2", "pool2", "norm2"]


def test_all_convolutions_read_all_maps():
    model = kzoo.ZFNet()
    assert all(layer.groups == 1 for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            assert kernel.std() == pytest.approx(0.01, rel=0.05) and not bias.any()


def test_contrast_is_normalised_with_alexnets_constants():
    """Of each map by the two on either side: x / (2 + 1e-4 * sum of five squares) ** 0.75."""
    model = kzoo.ZFNet(include_top=False, input_shape=(64, 64, 3))
    for i in (1, 2):
        pooled, normalised = (model.get_layer(f"{name}{i}") for name in ("pool", "norm"))
        maps = np.random.default_rng(i).uniform(0, 200, (2, *pooled.output.shape[1:]))
        squares = np.pad(maps**2, [(0, 0)] * 3 + [(2, 2)])
        total = sum(squares[..., j : j + maps.shape[-1]] for j in range(5))
        assert total.max() > 1e5  # so that all constants matter
        found = normalised(maps.astype("float32"))
        np.testing.assert_allclose(found, maps / (2 + 1e-4 * total) ** 0.75, rtol=2e-5)  # measured: 2e-7
