"""What makes squeeze-and-excitation networks themselves: how maps are scaled, where, and the names in weight files."""

import keras
import numpy as np
import pytest
from helpers import randomise

import kzoo
from kzoo.applications.inception_v2 import MODULES
from kzoo.applications.senet import ceil_stem, deep_names, deep_stem, excite, legacy_names, project3x3, torch_names


def test_maps_are_scaled_by_two_layers_of_their_means():
    inputs = keras.Input((5, 6, 32))
    block = randomise(keras.Model(inputs, excite(inputs, "se")))
    image = np.random.default_rng(0).normal(size=(2, 5, 6, 32)).astype("float32")
    first, first_bias, second, second_bias = (np.squeeze(weight) for weight in block.get_weights())
    assert first.shape == (32, 2) and second.shape == (2, 32)  # 16 times fewer in between, both with biases
    hidden = np.maximum(image.mean(axis=(1, 2)) @ first + first_bias, 0)
    scale = 1 / (1 + np.exp(-(hidden @ second + second_bias)))
    np.testing.assert_allclose(block(image), image * scale[:, None, None], rtol=2e-5, atol=2e-6)


def test_a_branch_is_excited_before_it_is_added():
    model = kzoo.SEResNet18()
    add = model.get_layer("conv3_block1_add")
    assert [tensor._keras_history.operation.name for tensor in add.input] == [
        "conv3_block1_0_bn",
        "conv3_block1_se_scale",
    ]
    scaled, _ = model.get_layer("conv3_block1_se_scale").input
    assert scaled._keras_history.operation.name == "conv3_block1_2_bn"


def test_maps_between_are_a_sixteenth_and_not_rounded():
    model = kzoo.SEResNet18()
    assert [model.get_layer(f"conv{stage}_block1_se_fc1").filters for stage in (2, 3, 4, 5)] == [4, 8, 16, 32]


@pytest.fixture(scope="module")
def inception():
    return kzoo.SEInception()


@pytest.mark.slow
def test_an_inception_module_is_excited_before_the_next_one_reads_it(inception):
    def readers(layer):
        return {node.operation.name for node in inception.get_layer(layer)._outbound_nodes}

    assert len(MODULES) == 10
    for module, following in zip(MODULES, [*list(MODULES)[1:], "avg_pool"], strict=True):
        assert readers(module) == {f"{module}_se_squeeze", f"{module}_se_scale"}  # of the maps not yet scaled
        names = readers(f"{module}_se_scale")
        assert len(names) == len(MODULES.get(following, [following])) and all(n.startswith(following) for n in names)


def test_maps_between_are_a_sixteenth_of_an_inception_module_rounded_down(inception):
    between = [inception.get_layer(f"{module}_se_fc1") for module in MODULES]
    maps = [inception.get_layer(module).output.shape[-1] for module in MODULES]
    assert maps == [256, 320, 576, 576, 576, 608, 608, 1056, 1024, 1024]
    assert [layer.filters for layer in between] == [16, 20, 36, 36, 36, 38, 38, 66, 64, 64]
    excitation = [layer for layer in inception.layers if "_se_" in layer.name]
    assert sum(layer.count_params() for layer in excitation) == 646_398  # both layers with biases


@pytest.mark.parametrize(
    "names, layer, module",
    [
        (torch_names, "conv2_block1_se_fc1", "layer1.0.se.fc1"),
        (torch_names, "conv5_block3_3_bn", "layer4.2.bn3"),
        (torch_names, "conv1_conv", "conv1"),
        (legacy_names, "conv1_conv", "layer0.conv1"),
        (legacy_names, "conv1_bn", "layer0.bn1"),
        (legacy_names, "conv3_block2_1_conv", "layer2.1.conv1"),
        (legacy_names, "conv3_block2_se_fc2", "layer2.1.se_module.fc2"),
        (legacy_names, "predictions", "last_linear"),
        (deep_names, "conv1_1_conv", "conv1.0"),
        (deep_names, "conv1_2_bn", "conv1.4"),
        (deep_names, "conv1_3_conv", "conv1.6"),
        (deep_names, "conv1_3_bn", "bn1"),
        (deep_names, "conv2_block1_0_bn", "layer1.0.downsample.1"),
        (deep_names, "predictions", "fc"),
    ],
)
def test_torch_names(names, layer, module):
    assert names(layer) == module


@pytest.mark.parametrize("side, pooled", [(224, 56), (225, 56), (226, 56), (229, 57)])
def test_the_legacy_stem_pools_as_caffe_does(side, pooled):
    # rounded up: ceil((n - 3) / 2) + 1 windows over the n pixels that the convolution leaves
    inputs = keras.Input((side, side, 3))
    left = (side - 1) // 2 + 1
    assert ceil_stem(inputs).shape[1] == pooled == -((3 - left) // 2) + 1


def test_senet154_projects_with_3x3_only_where_it_strides():
    inputs = keras.Input((16, 16, 8))
    kernels = {stride: keras.Model(inputs, project3x3(inputs, 4, stride, "0")).layers for stride in (1, 2)}
    sizes = {stride: [each.kernel_size for each in made if hasattr(each, "kernel")] for stride, made in kernels.items()}
    assert sizes == {1: [(1, 1)], 2: [(3, 3)]}


def test_senet154_begins_with_three_3x3():
    inputs = keras.Input((64, 64, 3))
    stem = keras.Model(inputs, deep_stem(inputs))
    convolutions = [layer for layer in stem.layers if hasattr(layer, "kernel")]
    assert [layer.kernel.shape for layer in convolutions] == [(3, 3, 3, 64), (3, 3, 64, 64), (3, 3, 64, 128)]
    assert stem.output_shape == (None, 16, 16, 128)
