"""What makes SqueezeNet itself: fire modules, late pools that reach over the border, no dense layer."""

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.blocks import ceil_max_pool

# Table 1 of the paper: maps of squeeze 1x1, expand 1x1, expand 3x3
TABLE = {
    "fire2": (16, 64, 64),
    "fire3": (16, 64, 64),
    "fire4": (32, 128, 128),
    "fire5": (32, 128, 128),
    "fire6": (48, 192, 192),
    "fire7": (48, 192, 192),
    "fire8": (64, 256, 256),
    "fire9": (64, 256, 256),
}


@pytest.mark.parametrize("name", ["SqueezeNet1_0", "SqueezeNet1_1"])
def test_table_one(name):
    model = kzoo.build(name, include_top=False)
    for fire, maps in TABLE.items():
        squeeze, narrow, wide = (model.get_layer(f"{fire}_{part}") for part in ("squeeze1x1", "expand1x1", "expand3x3"))
        assert tuple(layer.filters for layer in (squeeze, narrow, wide)) == maps
        assert [layer.kernel_size[0] for layer in (squeeze, narrow, wide)] == [1, 1, 3]
        concat = model.get_layer(f"{fire}_concat")
        assert [tensor._keras_history.operation for tensor in concat.input] == [narrow, wide]


@pytest.mark.parametrize(
    "name, sides",
    [  # the paper's table 1 has 1.0 at 224 as 111, 55, 27, 13; its conv1 is printed with a padding it has not
        ("SqueezeNet1_0", {"conv1": 109, "pool1": 54, "pool4": 27, "pool8": 13}),
        ("SqueezeNet1_1", {"conv1": 111, "pool1": 55, "pool3": 27, "pool5": 13}),
    ],
)
def test_sides_of_the_maps(name, sides):
    model = kzoo.build(name)
    assert {layer: model.get_layer(layer).output.shape[1] for layer in sides} == sides


@pytest.mark.parametrize("side", range(3, 12))
def test_pools_reach_over_the_border(side):
    inputs = keras.Input((side, side, 2))
    pool = keras.Model(inputs, ceil_max_pool(inputs, "pool"))
    x = np.random.default_rng(0).uniform(size=(1, side, side, 2)).astype("float32")
    starts = [2 * i for i in range(-(-(side - 3) // 2) + 1)]  # ceil((side - 3) / 2) + 1 windows
    wanted = [[x[0, i : i + 3, j : j + 3].max(axis=(0, 1)) for j in starts] for i in starts]
    np.testing.assert_array_equal(pool(x)[0], wanted)


def test_classifies_by_convolution_and_average():
    model = kzoo.SqueezeNet1_1(classifier_activation=None)
    assert not any(isinstance(layer, keras.layers.Dense) for layer in model.layers)
    assert [layer.name for layer in model.layers[-4:]] == ["dropout", "conv10", "avg_pool", "predictions"]
    assert (np.array(model(np.random.default_rng(0).normal(size=(1, 224, 224, 3)))) >= 0).all()  # rectified


def test_version_1_1_computes_2_4_times_less():
    assert kzoo.info("SqueezeNet1_0").macs / kzoo.info("SqueezeNet1_1").macs == pytest.approx(2.35, abs=0.05)
