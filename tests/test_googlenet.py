"""What makes GoogLeNet itself, and what makes InceptionV1 another network."""

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.googlenet import MODULES, halve


@pytest.fixture(scope="module")
def model():
    return kzoo.GoogLeNet()


def test_shapes_are_those_of_table_one(model):
    shapes = {name: model.get_layer(name).output.shape[1:] for name in ("pool1", "pool2", "pool3", "pool4", *MODULES)}
    assert shapes == {
        "pool1": (56, 56, 64),
        "pool2": (28, 28, 192),
        "inception3a": (28, 28, 256),
        "inception3b": (28, 28, 480),
        "pool3": (14, 14, 480),
        "inception4a": (14, 14, 512),
        "inception4b": (14, 14, 512),
        "inception4c": (14, 14, 512),
        "inception4d": (14, 14, 528),
        "inception4e": (14, 14, 832),
        "pool4": (7, 7, 832),
        "inception5a": (7, 7, 832),
        "inception5b": (7, 7, 1024),
    }


def test_the_papers_layers(model):
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convs) == 57 and all(conv.use_bias for conv in convs)
    assert sum(conv.kernel_size == (5, 5) for conv in convs) == len(MODULES)
    kinds = {type(layer).__name__ for layer in model.layers}
    assert "BatchNormalization" not in kinds and "LocalResponseNormalization" in kinds
    norm = model.get_layer("norm1")
    assert (norm.size, norm.bias, norm.beta) == (5, 1.0, 0.75) and norm.alpha == pytest.approx(2e-5)
    assert model.get_layer("dropout").rate == 0.4


def test_inception_v1_has_no_5x5():
    convs = [layer for layer in kzoo.InceptionV1().layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convs) == 57 and not any(conv.use_bias for conv in convs)
    assert {conv.kernel_size for conv in convs} == {(7, 7), (3, 3), (1, 1)}


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("side", [5, 6, 7, 8])
def test_pooling_rounds_up(side, size):
    """Every window that starts inside the image counts, as in Caffe and with torch's ceil_mode."""
    x = np.random.default_rng(0).uniform(size=(1, side, side, 1)).astype("float32")
    starts = range(0, -(-(side - size) // 2) * 2 + 1, 2)
    expected = [[x[0, i : i + size, j : j + size].max() for j in starts] for i in starts]
    np.testing.assert_array_equal(halve(x, size, name="pool")[0, ..., 0], expected)


def test_torch_names():
    names = kzoo.info("InceptionV1").torch_names
    assert [
        names(layer) for layer in ("conv1_bn", "inception3a_branch1_1_conv", "inception5b_branch4_2_bn", "predictions")
    ] == ["conv1.bn", "inception3a.branch1.conv", "inception5b.branch4.1.bn", "fc"]
