"""What makes AlexNet itself: two towers, normalisation across maps, overlapping pools, and how it starts."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import kzoo


@pytest.fixture
def features():
    return kzoo.AlexNet(include_top=False, input_shape=(227, 227, 3))


def test_parameters_of_each_layer_by_hand():
    counts = {layer.name: layer.count_params() for layer in kzoo.AlexNet().layers if layer.weights}
    assert counts == {
        "conv1": 11 * 11 * 3 * 96 + 96,
        "conv2": 5 * 5 * 48 * 256 + 256,
        "conv3": 3 * 3 * 256 * 384 + 384,
        "conv4": 3 * 3 * 192 * 384 + 384,
        "conv5": 3 * 3 * 192 * 256 + 256,
        "fc1": 9216 * 4096 + 4096,
        "fc2": 4096 * 4096 + 4096,
        "predictions": 4096 * 1000 + 1000,
    }


def test_maps_have_the_papers_sizes(features):
    shapes = {layer.name: tuple(layer.output.shape[1:]) for layer in features.layers}
    paper = {"conv1": (55, 55, 96), "conv2": (27, 27, 256), "conv3": (13, 13, 384), "conv4": (13, 13, 384)}
    paper |= {"conv5": (13, 13, 256), "pool5": (6, 6, 256)}
    assert {name: shapes[name] for name in paper} == paper


@pytest.mark.parametrize("name, mixes", [("conv2", False), ("conv3", True), ("conv4", False), ("conv5", False)])
def test_towers_meet_in_conv3_only(features, name, mixes):
    conv = features.get_layer(name)
    inputs = conv.input.shape[-1]
    x = np.random.default_rng(0).normal(0, 10, size=(1, 5, 5, inputs)).astype("float32")
    before = np.array(conv.convolution_op(tf.constant(x), conv.kernel))  # without the ReLU, which hides what moves
    for tower in (0, 1):
        changed = x.copy()
        changed[..., tower * inputs // 2 : (tower + 1) * inputs // 2] += 1
        moved = (
            np.abs(np.array(conv.convolution_op(tf.constant(changed), conv.kernel)) - before).max(axis=(0, 1, 2)) > 1e-6
        )
        halves = moved[: conv.filters // 2], moved[conv.filters // 2 :]
        assert halves[tower].all()
        assert halves[1 - tower].all() if mixes else not halves[1 - tower].any()


def test_normalisation_is_by_value_the_papers(features):
    for name, maps in (("norm1", 96), ("norm2", 256)):
        layer = features.get_layer(name)
        x = np.full((1, 1, 1, maps), 100, "float32")
        # k = 2, alpha = 1e-4 (not divided by n), n = 5, beta = 0.75: 2 + 1e-4 * 5 * 100^2 = 7
        normalised = np.array(layer(x))[0, 0, 0]
        assert normalised[maps // 2] == pytest.approx(100 / 7**0.75, rel=1e-5)
        assert normalised[0] == pytest.approx(100 / 5**0.75, rel=1e-5)  # three maps at the border


def test_normalisation_stands_between_relu_and_pooling(features):
    names = [layer.name for layer in features.layers[1:]]
    assert names[:6] == ["conv1", "norm1", "pool1", "conv2", "norm2", "pool2"]
    assert names[6:] == ["conv3", "conv4", "conv5", "pool5"]
    assert all(features.get_layer(f"conv{i}").activation.__name__ == "relu" for i in range(1, 6))


def test_pools_overlap(features):
    for name in ("pool1", "pool2", "pool5"):
        pool = features.get_layer(name)
        assert pool.pool_size == (3, 3) and pool.strides == (2, 2)


def test_initial_values_are_section_fives():
    for layer in kzoo.AlexNet().layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            assert kernel.std() == pytest.approx(0.01, rel=0.02) and abs(kernel.mean()) < 1e-3
            assert set(bias) == {1.0 if layer.name in ("conv2", "conv4", "conv5", "fc1", "fc2") else 0.0}


def test_trains_with_and_without_xla():
    for xla in (False, True):
        model = kzoo.AlexNet(include_top=False, input_shape=(67, 67, 3), pooling="avg")
        before = {layer.name: layer.get_weights()[0] for layer in model.layers if layer.weights}
        model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=xla)
        images = np.random.default_rng(0).normal(0, 50, size=(4, 67, 67, 3)).astype("float32")
        model.fit(images, np.ones((4, 256), "float32"), verbose=0)
        assert all((model.get_layer(name).get_weights()[0] != kernel).any() for name, kernel in before.items())


def test_one_weird_trick_has_one_column():
    model = kzoo.AlexNetOWT(include_top=False)
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convs] == [64, 192, 384, 256, 256]
    assert {layer.groups for layer in convs} == {1}
    assert not any(isinstance(layer, kzoo.layers.LocalResponseNormalization) for layer in model.layers)
