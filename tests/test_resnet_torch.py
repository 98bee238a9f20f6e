"""What makes the ResNets of torchvision themselves: strides, padding, widths, and the names in its weight files."""

import keras
import pytest

import kzoo
from kzoo.applications.resnet_torch import torch_names


@pytest.fixture(scope="module")
def basic():
    return kzoo.ResNet18()


@pytest.fixture(scope="module")
def wide():
    return kzoo.WideResNet50_2()


@pytest.mark.parametrize(
    "layer, module",
    [
        ("conv1_conv", "conv1"),
        ("conv1_bn", "bn1"),
        ("conv2_block1_1_conv", "layer1.0.conv1"),
        ("conv2_block2_2_bn", "layer1.1.bn2"),
        ("conv5_block10_3_conv", "layer4.9.conv3"),
        ("conv3_block1_0_conv", "layer2.0.downsample.0"),
        ("conv3_block1_0_bn", "layer2.0.downsample.1"),
        ("predictions", "fc"),
    ],
)
def test_torch_names(layer, module):
    assert torch_names(layer) == module


def test_torch_names_are_all_different(wide):
    weighted = [layer.name for layer in wide.layers if layer.weights]
    assert len({torch_names(name) for name in weighted}) == len(weighted) == 107


def test_only_the_classifier_has_a_bias(basic, wide):
    for model in (basic, wide):
        assert [layer.name for layer in model.layers if getattr(layer, "use_bias", False)] == ["predictions"]


def test_a_bottleneck_strides_its_3x3_after_a_zero_on_every_side(wide):
    strides = [wide.get_layer(f"conv3_block1_{part}_conv").strides for part in (1, 2, 3, 0)]
    assert strides == [(1, 1), (2, 2), (1, 1), (2, 2)]
    assert wide.get_layer("conv3_block1_2_pad").padding == ((1, 1), (1, 1))


def test_only_inner_maps_are_wider(wide):
    widths = [
        [wide.get_layer(f"conv{stage}_block1_{part}_conv").filters for part in (1, 2, 3)] for stage in range(2, 6)
    ]
    assert widths == [[128, 128, 256], [256, 256, 512], [512, 512, 1024], [1024, 1024, 2048]]


def test_shortcuts_are_projected_only_where_shapes_differ(basic, wide):
    def projections(model):
        return [layer.name[:12] for layer in model.layers if layer.name.endswith("_0_conv")]

    assert projections(basic) == [f"conv{stage}_block1" for stage in (3, 4, 5)]  # the first stage keeps 64 maps
    assert projections(wide) == [f"conv{stage}_block1" for stage in (2, 3, 4, 5)]


def test_epsilon_is_torchs(basic):
    assert {layer.epsilon for layer in basic.layers if isinstance(layer, keras.layers.BatchNormalization)} == {1e-5}
