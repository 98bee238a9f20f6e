"""What makes ResNeXt itself: groups of the stated number and size, in the 3x3 alone."""

import keras
import pytest

import kzoo
from kzoo.layers import Conv2D


@pytest.mark.parametrize("name, groups, size", [("ResNeXt50_32x4d", 32, 4)])
def test_groups_are_as_many_and_as_large_as_the_name_says(name, groups, size):
    model = kzoo.build(name)
    for stage in (2, 3, 4, 5):
        middle = model.get_layer(f"conv{stage}_block1_2_conv")
        maps = size * 2 ** (stage - 2)  # a group doubles with each stage, the number of groups stays
        assert middle.groups == groups and middle.filters == groups * maps
        assert middle.kernel.shape == (3, 3, maps, groups * maps)
        assert model.get_layer(f"conv{stage}_block1_3_conv").filters == 64 * 2**stage


def test_only_the_3x3_is_grouped_and_strided():
    model = kzoo.ResNeXt50_32x4d()
    grouped = [layer for layer in model.layers if isinstance(layer, Conv2D)]
    assert len(grouped) == 16 and all(layer.name.endswith("_2_conv") for layer in grouped)
    others = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and layer not in grouped]
    assert {layer.groups for layer in others} == {1}
    assert [layer.name for layer in grouped if layer.strides == (2, 2)] == [
        f"conv{stage}_block1_2_conv" for stage in (3, 4, 5)
    ]
