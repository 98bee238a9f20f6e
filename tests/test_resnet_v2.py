"""What makes ResNet v2 itself: what is before, beside and after the addition, and where the stride is."""

import keras
import pytest

import kzoo


@pytest.fixture(scope="module")
def model():
    return kzoo.ResNet50V2()


def test_pooling_comes_before_any_normalisation(model):
    names = [layer.name for layer in model.layers]
    assert names[1:6] == ["conv1_pad", "conv1_conv", "pool1_pad", "pool1_pool", "conv2_block1_preact_bn"]


def test_nothing_follows_an_addition_but_the_last(model):
    additions = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    followers = [{node.operation.name for node in addition._outbound_nodes} for addition in additions]
    assert len(additions) == 16
    assert all(any(name.endswith("_preact_bn") for name in each) for each in followers[:-1])
    assert followers[-1] == {"post_bn"}


@pytest.mark.parametrize(
    "unit, source", [("conv3_block1", "conv3_block1_0_conv"), ("conv3_block2", "conv3_block1_out")]
)
def test_only_projections_start_from_the_activated_input(model, unit, source):
    skip = model.get_layer(f"{unit}_out").input[0]._keras_history.operation
    assert skip.name == source
    if source.endswith("_conv"):
        assert skip.input._keras_history.operation.name == f"{unit}_preact_relu"


def test_the_last_unit_of_a_stage_halves_the_map(model):
    sides = {
        f"conv{stage}_block{unit}": model.get_layer(f"conv{stage}_block{unit}_out").output.shape[1]
        for stage, depth in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)
        for unit in (1, depth)
    }
    assert list(sides.values()) == [56, 28, 28, 14, 14, 7, 7, 7]


def test_biases_are_where_no_normalisation_follows(model):
    biased = {layer.name for layer in model.layers if getattr(layer, "use_bias", False)}
    ends = {
        f"conv{stage}_block{unit}_3_conv"
        for stage, depth in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)
        for unit in range(1, depth + 1)
    }
    assert biased == ends | {f"conv{stage}_block1_0_conv" for stage in (2, 3, 4, 5)} | {"conv1_conv", "predictions"}
