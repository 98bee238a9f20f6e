"""What makes Inception v3 itself."""

from math import prod

import keras
import pytest

import kzoo


@pytest.fixture(scope="module")
def model():
    return kzoo.InceptionV3()


def test_grids_are_the_papers(model):
    sides = [model.get_layer(f"{name}_relu").output.shape[1] for name in ("conv1", "conv2", "conv3", "conv4", "conv5")]
    assert sides == [149, 147, 147, 73, 71]
    shapes = [model.get_layer(f"mixed{i}").output.shape[1:] for i in range(11)]
    widths = [256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048]
    assert shapes == [(side, side, width) for side, width in zip([35] * 3 + [17] * 5 + [8] * 3, widths, strict=True)]


def test_large_kernels_are_factorised(model):
    """At 17x17 there are only rows and columns of 7; a single 5x5 remains in each 35x35 module as published."""
    kernels = [
        (layer.name.split("_")[0], layer.kernel_size)
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert {kernel for name, kernel in kernels if name in ("mixed4", "mixed5", "mixed6", "mixed7")} == {
        (1, 1),
        (1, 7),
        (7, 1),
    }
    assert [name for name, kernel in kernels if kernel == (5, 5)] == ["mixed0", "mixed1", "mixed2"]


def test_what_halves_the_grid_convolves_beside_pooling(model):
    for name in ("mixed3", "mixed8"):
        strides = [layer.strides for layer in model.layers if layer.name.startswith(name) and hasattr(layer, "strides")]
        assert strides.count((2, 2)) == 3 and model.get_layer(f"{name}_branch_pool_1").strides == (2, 2)


def test_normalisation_has_no_scale(model):
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(norms) == 94 and not any(layer.scale for layer in norms)
    assert {layer.epsilon for layer in norms} == {1e-3}


def test_auxiliary_classifier():
    """torchvision counts 27,161,264 trainable weights with it; 17,216 + 128 + 768 are scales, which ours has not."""
    model = kzoo.InceptionV3(auxiliary=True)
    assert model.output_names == ["predictions", "aux_predictions"]
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == 27_161_264 - 17_216 - 128 - 768
    assert model.get_layer("aux_pool").input.shape == (None, 17, 17, 768)
    assert model.get_layer("aux_conv2_relu").output.shape == (None, 1, 1, 768)
    assert kzoo.InceptionV3(auxiliary=True, include_top=False).count_params() == 21_802_784
