"""What makes GoogLeNet itself, and what makes InceptionV1 another network."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line

import kzoo
from kzoo.applications.assembly import remove_auxiliary_classifiers
from kzoo.applications.blocks import ceil_max_pool
from kzoo.applications.googlenet import MODULES, average_to_4x4


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
    np.testing.assert_array_equal(ceil_max_pool(x, "pool", size)[0, ..., 0], expected)


@pytest.fixture(scope="module")
def training_graph():
    return kzoo.GoogLeNetAux()


def test_auxiliary_classifiers_are_the_papers(training_graph):
    """Section 5: at 4a and 4d, 5x5 averages 3 apart, 128 maps, 1024 units, 70 % dropped; each loss times 0.3."""
    assert [(each.at, each.weight) for each in kzoo.info("GoogLeNetAux").auxiliaries] == [
        ("inception4a", 0.3),
        ("inception4d", 0.3),
    ]
    assert training_graph.output_names == ["predictions", "aux1_fc2", "aux2_fc2"]
    for name, inputs, weights in (("aux1", 512, 3_188_840), ("aux2", 528, 3_190_888)):
        parts = [layer for layer in training_graph.layers if layer.name.startswith(name)]
        assert sum(layer.count_params() for layer in parts) == weights
        assert training_graph.get_layer(f"{name}_pool").output.shape == (None, 4, 4, inputs)
        assert training_graph.get_layer(f"{name}_dropout").rate == 0.7


def test_predictions_do_without_auxiliary_classifiers(training_graph, model):
    images = np.random.default_rng(0).normal(size=(1, 224, 224, 3))
    main = remove_auxiliary_classifiers(training_graph)
    assert main.count_params() == model.count_params() and main.record is training_graph.record
    np.testing.assert_array_equal(main(images), training_graph(images)[0])
    assert remove_auxiliary_classifiers(model) is model


def test_a_gradient_from_an_auxiliary_classifier_stops_where_it_hangs(training_graph):
    def trained_by(output):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(training_graph(np.ones((1, 224, 224, 3), "float32"))[output] ** 2)
        gradients = tape.gradient(loss, training_graph.trainable_variables)
        pairs = zip(training_graph.trainable_variables, gradients, strict=True)
        return {weight.path.split("_")[0] for weight, gradient in pairs if gradient is not None}

    stem = {"conv1", "conv2", "conv3", "inception3a", "inception3b", "inception4a"}
    assert trained_by(1) == stem | {"aux1"}
    assert trained_by(2) == stem | {"inception4b", "inception4c", "inception4d", "aux2"}


@pytest.mark.parametrize("side, given", [(78, "4x4"), (None, "NonexNone")])
def test_small_images_are_too_small_for_auxiliary_classifiers(side, given):
    with pytest.raises(ValueError, match=f"gives them {given}; give an input_shape of at least 79x79") as error:
        kzoo.GoogLeNetAux(input_shape=(side, side, 3))
    one_line(error)
    assert kzoo.GoogLeNetAux(input_shape=(79, 79, 3)).output_shape == 3 * [(None, 1000)]


def test_torchvisions_auxiliary_pooling():
    """`adaptive_avg_pool2d(x, 4)` of 14x14: from floor(14 i / 4) to ceil(14 (i + 1) / 4)."""
    x = np.random.default_rng(0).normal(size=(1, 14, 14, 2)).astype("float32")
    spans = [(0, 4), (3, 7), (7, 11), (10, 14)]
    expected = [[x[0, a:b, c:d].mean(axis=(0, 1)) for c, d in spans] for a, b in spans]
    np.testing.assert_allclose(average_to_4x4(x, name="pool")[0], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer", ["aux1_conv", "aux2_bn", "aux1_fc1", "aux2_fc2"])
def test_torch_names_of_auxiliary_classifiers(layer):
    head, part = layer.split("_")
    expected = f"{head}.conv.{part}" if part in ("conv", "bn") else f"{head}.{part}"
    assert kzoo.info("InceptionV1Aux").torch_names(layer) == expected


def test_torch_names():
    names = kzoo.info("InceptionV1").torch_names
    assert [
        names(layer) for layer in ("conv1_bn", "inception3a_branch1_1_conv", "inception5b_branch4_2_bn", "predictions")
    ] == ["conv1.bn", "inception3a.branch1.conv", "inception5b.branch4.1.bn", "fc"]
