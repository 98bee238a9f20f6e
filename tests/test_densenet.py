"""DenseNet: what the paper says of its layers, blocks and transitions."""

from math import prod

import keras
import numpy as np
import pytest
from helpers import difference, image_batch, randomise

import kzoo

CONVOLUTIONS = keras.layers.Conv2D, keras.layers.Dense


@pytest.mark.parametrize("name, depth", [("DenseNet121", 121), ("DenseNet40_12", 40), ("DenseNetBC100_12", 100)])
def test_the_depth_in_the_name_counts_convolutions_and_the_classifier(name, depth):
    assert sum(isinstance(layer, CONVOLUTIONS) for layer in kzoo.build(name).layers) == depth


@pytest.mark.parametrize(
    "name, layer, growth, stem, blocks",
    [
        ("DenseNet121", "0_bn", 32, 64, {2: 6, 3: 12, 4: 24, 5: 16}),
        ("DenseNet40_12", "1_bn", 12, 16, {2: 12, 3: 12, 4: 12}),
        ("DenseNetBC100_12", "1_bn", 12, 24, {2: 16, 3: 16, 4: 16}),
    ],
)
def test_each_layer_reads_all_maps_before_it(name, layer, growth, stem, blocks):
    """Layer l of a block has k0 + k (l - 1) input maps (section 3); BC halves them between blocks."""
    model = kzoo.build(name)
    entering = stem
    for block, depth in blocks.items():
        for number in range(1, depth + 1):
            reads = model.get_layer(f"conv{block}_block{number}_{layer}").input.shape[-1]
            assert reads == entering + growth * (number - 1)
        if block != max(blocks):
            leaving = entering + growth * depth
            entering = leaving if name == "DenseNet40_12" else leaving // 2
            assert model.get_layer(f"pool{block}_conv").output.shape[-1] == entering
    assert model.get_layer("bn").output.shape[-1] == entering + growth * depth


def test_convolutions_come_last():
    """Batch normalisation, ReLU, convolution: in this order, for every convolution but the first."""
    model = kzoo.DenseNetBC100_12()
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.name != "conv1_conv":
            activation = layer._inbound_nodes[0].parent_nodes[0].operation
            normalization = activation._inbound_nodes[0].parent_nodes[0].operation
            assert isinstance(activation, keras.layers.Activation) and activation.name.endswith("_relu")
            assert isinstance(normalization, keras.layers.BatchNormalization)


@pytest.mark.parametrize(
    "name, trainable",
    [
        ("DenseNet40_12", 1_060_132),
        ("DenseNetBC100_12", 800_032),
        pytest.param("DenseNet100_12", 7_084_852, marks=pytest.mark.slow),
        pytest.param("DenseNet100_24", 27_457_972, marks=pytest.mark.slow),
        pytest.param("DenseNetBC250_24", 15_480_556, marks=pytest.mark.slow),
        pytest.param("DenseNetBC190_40", 25_821_620, marks=pytest.mark.slow),
    ],
)
def test_counts_with_a_hundred_classes(name, trainable):
    model = kzoo.build(name, classes=100)
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == trainable


def test_dropout_follows_each_convolution_but_the_first():
    plain, dropped = randomise(kzoo.DenseNet40_12()), kzoo.DenseNet40_12(dropout=0.2)
    rates = [layer.rate for layer in dropped.layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == 38 * [0.2]
    dropped.set_weights(plain.get_weights())
    images = image_batch((32, 32, 3))
    np.testing.assert_array_equal(plain(images), dropped(images))
    assert difference(dropped(images, training=True), dropped(images)) > 1e-3


def test_layers_are_named_as_in_keras_applications():
    ours, theirs = (
        [layer.name for layer in build(weights=None).layers if layer.weights]
        for build in (kzoo.DenseNet121, keras.applications.DenseNet121)
    )
    assert ours == theirs


@pytest.mark.parametrize("name", ["DenseNet121", "DenseNet161"])
def test_each_layer_has_a_module_in_torchvision(name):
    variant = kzoo.info(name)
    modules = {variant.torch_names(layer.name) for layer in kzoo.build(name).layers if layer.weights}
    expected = {"features.conv0", "features.norm0", "features.norm5", "classifier"}
    expected |= {f"features.transition{i}.{part}" for i in (1, 2, 3) for part in ("norm", "conv")}
    expected |= {
        f"features.denseblock{block}.denselayer{number}.{part}"
        for block, depth in enumerate(variant.config["depths"], start=1)
        for number in range(1, depth + 1)
        for part in ("norm1", "conv1", "norm2", "conv2")
    }
    assert modules == expected
    assert variant.torch_names("conv3_block12_1_bn") == "features.denseblock2.denselayer12.norm2"
    assert variant.torch_names("pool2_conv") == "features.transition1.conv"


def test_images_are_normalised_as_for_cifar_and_not_cropped():
    images = np.full((1, 32, 32, 3), (125.3, 123.0, 113.9), "float32")
    assert np.abs(kzoo.applications.preprocessor("DenseNet40_12")(images)).max() < 1e-5
