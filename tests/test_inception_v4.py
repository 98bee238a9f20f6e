"""What makes Inception v4 itself."""

import keras
import pytest

import kzoo


@pytest.mark.slow
def test_grids_and_modules_are_the_papers():
    model = kzoo.InceptionV4()
    shapes = [model.get_layer(f"block{i}").output.shape[1:] for i in range(3, 22)]
    assert shapes == [
        (73, 73, 160),
        (71, 71, 192),
        *[(35, 35, 384)] * 5,  # the stem's last join, four modules A
        *[(17, 17, 1024)] * 8,  # reduction A, seven modules B
        *[(8, 8, 1536)] * 4,  # reduction B, three modules C
    ]
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convs) == 149 and not any(conv.use_bias for conv in convs)
    assert max(conv.kernel_size for conv in convs) == (7, 1)
    assert model.get_layer("dropout").rate == pytest.approx(0.2)  # the paper keeps 0.8


@pytest.mark.parametrize(
    "layer, module",
    [
        ("block2_bn", "features.2.bn"),
        ("block3_branch0_1_conv", "features.3.conv.conv"),
        ("block4_branch0_2_conv", "features.4.branch0.1.conv"),
        ("block6_branch0_1_bn", "features.6.branch0.bn"),
        ("block6_branch3_2_bn", "features.6.branch3.1.bn"),
        ("block18_branch0_2_conv", "features.18.branch0.1.conv"),
        ("block19_branch0_1_conv", "features.19.branch0.conv"),
        ("block20_branch1_2_column_1_conv", "features.20.branch1_1b.conv"),
        ("block21_branch2_4_row_1_bn", "features.21.branch2_3a.bn"),
        ("predictions", "last_linear"),
    ],
)
def test_torch_names(layer, module):
    assert kzoo.info("InceptionV4").torch_names(layer) == module
