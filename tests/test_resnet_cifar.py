"""What makes CIFAR's ResNets themselves: shortcuts without weights, depth, and what a pre-activated unit shares."""

import keras
import numpy as np
import pytest
from helpers import difference, one_line, randomise

import kzoo
from kzoo.applications.resnet_cifar import pad_shortcut, preact_resnet_cifar
from kzoo.layers import PadChannels


def convolutions(model):
    return [layer.name for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]


def test_the_shortcut_subsamples_and_appends_zeros():
    inputs = keras.Input((6, 7, 2))
    shortcut = keras.Model(inputs, pad_shortcut(inputs, 5, 2, name="0"))
    image = np.random.default_rng(0).normal(size=(2, 6, 7, 2)).astype("float32")
    output = shortcut(image).numpy()
    assert not shortcut.weights and output.shape == (2, 3, 4, 5)
    np.testing.assert_array_equal(output[..., :2], image[:, ::2, ::2])
    np.testing.assert_array_equal(output[..., 2:], 0)


def test_padding_refuses_to_drop_maps():
    with pytest.raises(ValueError) as error:
        PadChannels(2)(np.ones((1, 4, 4, 3), "float32"))
    assert "filters=2" in one_line(error)


def test_a_block_whose_branch_is_silent_passes_its_input_on():
    model = randomise(kzoo.ResNet20CIFAR())
    for statistic in (model.get_layer("conv3_block1_2_bn").gamma, model.get_layer("conv3_block1_2_bn").beta):
        statistic.assign(np.zeros(statistic.shape))
    ends = [model.get_layer(f"conv{name}_out").output for name in ("2_block3", "3_block1")]
    before, after = keras.Model(model.input, ends)(np.random.default_rng(0).normal(size=(1, 32, 32, 3)))
    np.testing.assert_array_equal(after[..., :16], before[:, ::2, ::2])
    assert not np.any(after[..., 16:])


@pytest.mark.parametrize("name, depth", [("ResNet20CIFAR", 20), ("ResNet56CIFAR", 56)])
def test_layers_with_weights_are_as_many_as_the_name_says(name, depth):
    model = kzoo.build(name)
    assert len(convolutions(model)) + 1 == depth  # and the classifier


def test_only_the_classifier_has_a_bias():
    model = kzoo.ResNet20CIFAR()
    assert [layer.name for layer in model.layers if getattr(layer, "use_bias", False)] == ["predictions"]


def test_cifar_images_are_standardised_by_channel():
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("uint8")
    expected = (images - np.array([125.3, 123.0, 113.9])) / np.array([63.0, 62.1, 66.7])
    np.testing.assert_allclose(kzoo.preprocessor("ResNet20CIFAR")(images), expected, rtol=2e-5, atol=2e-6)


def test_a_preactivated_unit_that_widens_shares_its_activation():
    inputs = keras.Input((32, 32, 3))
    model = keras.Model(inputs, preact_resnet_cifar(inputs, depth=2))
    add = model.get_layer("conv3_block1_out")
    projection = add.input[0]._keras_history.operation
    assert projection.name == "conv3_block1_0_conv"
    assert projection.input is model.get_layer("conv3_block1_1_conv").input  # what BN and ReLU made
    identity = model.get_layer("conv3_block2_out").input[0]._keras_history.operation
    assert identity is add  # neither BN nor ReLU between additions
    assert model.layers[-1].name == "post_relu"
    assert [model.get_layer(f"conv3_block1_{part}_conv").strides[0] for part in (1, 2, 3, 0)] == [2, 1, 1, 2]


def test_wide_units_drop_between_their_convolutions():
    model = kzoo.WideResNet16_8(dropout=0.3)
    drops = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert len(drops) == 6 and {layer.rate for layer in drops} == {0.3}
    for layer in drops:
        name = layer.name.removesuffix("_dropout")
        assert layer.input is model.get_layer(f"{name}_1_relu").output
        assert model.get_layer(f"{name}_2_conv").input is layer.output


def test_wide_networks_drop_nothing_unless_asked():
    plain, dropping = randomise(kzoo.WideResNet16_8()), kzoo.WideResNet16_8(dropout=0.3)
    assert not [layer for layer in plain.layers if isinstance(layer, keras.layers.Dropout)]
    dropping.set_weights(plain.get_weights())
    images = np.random.default_rng(0).normal(size=(1, 32, 32, 3)).astype("float32")
    assert difference(dropping(images), plain(images)) < 1e-6


def test_wide_names_are_depth_and_width():
    model = kzoo.WideResNet16_8()
    assert len(convolutions(model)) == 16  # 6n + 4: the projections count, the classifier does not
    assert [model.get_layer(f"conv{stage}_block1_1_conv").filters for stage in (2, 3, 4)] == [128, 256, 512]
