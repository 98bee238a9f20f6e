"""What makes LeNet-5 itself."""

from math import prod

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.lenet import C3_TABLE, digit_pictures


@pytest.fixture
def original():
    return kzoo.LeNet5Original()


def test_each_layer_has_the_papers_parameters(original):
    counts = {layer.name: layer.count_params() for layer in original.layers if layer.weights}
    assert counts == {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48_120, "f6": 10_164, "rbf": 840}
    assert sum(prod(w.shape) for w in original.trainable_weights) == 60_000


def test_each_layer_has_the_papers_connections(original):
    units = {layer.name: prod(layer.output.shape[1:-1]) for layer in original.layers if layer.weights}
    weights = {layer.name: layer.count_params() for layer in original.layers if layer.weights}
    # every weight and bias is used once a position; a subsampling unit has four inputs and a bias
    connections = {name: weights[name] * units[name] for name in ("c1", "c3", "c5", "f6")}
    connections |= {name: 5 * weights[name] // 2 * units[name] for name in ("s2", "s4")}
    paper = {"c1": 122_304, "s2": 5_880, "c3": 151_600, "s4": 2_000, "c5": 48_120, "f6": 10_164}
    assert connections == paper
    assert sum(paper.values()) == kzoo.info("LeNet5Original").macs
    assert sum(paper.values()) + 840 == 340_908


def test_table_one():
    assert sum(map(len, C3_TABLE)) == 60
    # the columns of table I that are easily mistaken: the pairs of pairs
    assert C3_TABLE[12:15] == ((0, 1, 3, 4), (1, 2, 4, 5), (2, 3, 5, 0))
    assert C3_TABLE[5] == (5, 0, 1) and C3_TABLE[11] == (5, 0, 1, 2) and C3_TABLE[15] == (0, 1, 2, 3, 4, 5)


def test_c3_reads_the_maps_of_the_table_and_no_others(original):
    c3 = original.get_layer("c3")
    x = np.random.default_rng(0).normal(size=(1, 14, 14, 6)).astype("float32")
    before = np.array(c3(x))
    for read in range(6):
        changed = x.copy()
        changed[..., read] += 1
        moved = np.abs(np.array(c3(changed)) - before).max(axis=(0, 1, 2)) > 1e-6
        assert [bool(m) for m in moved] == [read in row for row in C3_TABLE]


def test_table_convolution_equals_a_masked_dense_one(original):
    c3 = original.get_layer("c3")
    flat, dense, position = np.array(c3.kernel), np.zeros((5, 5, 6, 16), "float32"), 0
    for output, row in enumerate(C3_TABLE):
        for read in row:
            dense[:, :, read, output] = flat[:, :, position]
            position += 1
    x = np.random.default_rng(0).normal(size=(2, 14, 14, 6)).astype("float32")
    expected = keras.ops.conv(x, dense) + c3.bias
    np.testing.assert_allclose(c3(x), expected, atol=1e-5)


def test_subsampling_adds_four_scales_and_shifts():
    layer = kzoo.layers.Subsampling()
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    layer.build(x.shape)
    layer.set_weights([np.array([0.5], "float32"), np.array([3.0], "float32")])
    np.testing.assert_allclose(
        np.array(layer(x))[0, :, :, 0], [[0.5 * 10 + 3, 0.5 * 18 + 3], [0.5 * 42 + 3, 0.5 * 50 + 3]]
    )


def test_squashing_maps_one_to_one():
    np.testing.assert_allclose(
        kzoo.layers.ScaledTanh()(np.array([-1.0, 0.0, 1.0, 100.0])), [-1, 0, 1, 1.7159], atol=3e-5
    )


def test_rbf_gives_squared_distances_and_a_picture_is_its_own_class(original):
    pictures = np.array(digit_pictures(), "float32")
    assert pictures.shape == (10, 84) and set(np.unique(pictures)) == {-1, 1}
    distances = np.array(original.get_layer("rbf")(pictures))
    assert (np.diag(distances) == 0).all()
    assert distances[3, 8] == ((pictures[3] - pictures[8]) ** 2).sum()
    apart = distances[~np.eye(10, dtype=bool)]
    assert apart.min() >= 4 * 4  # every two differ in four pixels at least
    logits = keras.Model(original.get_layer("avg_pool").output, original.output)(pictures)
    assert (np.argmax(logits, axis=-1) == np.arange(10)).all()


def test_rbf_centres_are_not_trained(original):
    assert original.get_layer("rbf").trainable_weights == []


def test_initial_weights_are_within_the_papers_bounds(original):
    for name, fan_in in (("c1", 25), ("c5", 400), ("f6", 120)):
        kernel = np.abs(original.get_layer(name).kernel)
        assert 0.9 * 2.4 / fan_in < kernel.max() <= 2.4 / fan_in
    c3 = np.abs(np.array(original.get_layer("c3").kernel))
    for weights, fan_in in ((c3[..., :18], 75), (c3[..., 18:54], 100), (c3[..., 54:], 150)):
        assert 0.9 * 2.4 / fan_in < weights.max() <= 2.4 / fan_in


def test_input_levels_are_the_papers():
    preprocessor = kzoo.preprocessor("LeNet5Original")
    black_ink_on_white = np.array([0.0, 255.0]).reshape(1, 1, 2, 1)
    np.testing.assert_allclose(np.array(preprocessor.normalize(black_ink_on_white)).ravel(), [-0.1, 1.175], rtol=1e-6)


def test_eleven_classes_have_no_picture():
    with pytest.raises(ValueError, match="accepted: a whole number from 1 to 10"):
        kzoo.LeNet5Original(classes=11)
