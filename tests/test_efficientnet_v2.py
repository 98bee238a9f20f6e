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


@pytest.mark.parametrize(
    "channels, mean, deviation",
    [
        (3, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        (1, [0.449], [0.226]),
        (4, [0.485, 0.456, 0.406, 0.485], [0.229, 0.224, 0.225, 0.229]),
    ],
)
def test_pixels_are_standardised(channels, mean, deviation):
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, channels)).astype("float32")
    model = kzoo.EfficientNetV2B0(include_top=False, input_shape=(32, 32, channels))
    seen = keras.Model(model.input, model.get_layer("stem_conv").input)(pixels)
    np.testing.assert_allclose(seen, (pixels / 255 - mean) / deviation, rtol=2e-5, atol=1e-5)
