"""What makes EfficientNetV2 itself."""

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.efficientnet import scaled
from kzoo.applications.efficientnet_v2 import B, nearest


@pytest.fixture(scope="module")
def b0():
    return kzoo.EfficientNetV2B0()


def test_early_stages_are_fused_and_have_no_gate(b0):
    names = {layer.name for layer in b0.layers}
    for stage in (1, 2, 3):
        assert not {f"block{stage}a_dwconv", f"block{stage}a_se_reduce"} & names
    for stage in (4, 5, 6):
        assert {f"block{stage}a_dwconv", f"block{stage}a_se_reduce"} <= names
    assert b0.get_layer("block2a_expand_conv").kernel.shape == (3, 3, 16, 64)
    assert b0.get_layer("block2a_project_conv").kernel.shape == (1, 1, 64, 32)


def test_a_block_that_does_not_widen_is_one_convolution(b0):
    assert "block1a_expand_conv" not in {layer.name for layer in b0.layers}
    assert b0.get_layer("block1a_project_conv").kernel.shape == (3, 3, 32, 16)
    assert b0.get_layer("block1a_project_activation").activation is keras.activations.silu


def test_widths_are_the_nearest_multiples_of_eight():
    b3 = scaled(B, 1.2, 1.4, nearest)
    assert [stage.filters for stage in b3] == [16, 40, 56, 112, 136, 232]  # EfficientNet would start with 24
    assert [stage.repeats for stage in b3] == [2, 3, 3, 5, 7, 12]


def test_pixels_are_standardised_where_they_are_colours():
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 3)).astype("float32")
    colour = kzoo.EfficientNetV2B0(include_top=False, input_shape=(32, 32, 3))
    seen = keras.Model(colour.input, colour.get_layer("stem_conv").input)(pixels)
    expected = (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-5)

    grey = kzoo.EfficientNetV2B0(include_top=False, input_shape=(32, 32, 1))
    seen = keras.Model(grey.input, grey.get_layer("stem_conv").input)(pixels[..., :1])
    np.testing.assert_allclose(seen, pixels[..., :1] / 128 - 1, rtol=1e-5, atol=1e-6)
