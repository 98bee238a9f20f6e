"""What makes NASNet itself."""

from collections import Counter

import keras
import numpy as np
import pytest

import kzoo
from kzoo.applications.nasnet import NASNET_A, OPERATIONS, Cell, Genotype, build_cell, normalise
from kzoo.layers import HalvingPad


def norm(x, name):
    return normalise(x, 0.9, 1e-3, name)


def test_every_state_of_the_papers_cells_is_used():
    for cell in NASNET_A:
        read = {state for block in cell.blocks for _, state in block}
        assert read | set(cell.outputs) == set(range(7)) and len(cell.blocks) == 5
        assert all(state < 2 + i for i, block in enumerate(cell.blocks) for _, state in block)
    assert NASNET_A.normal.stride == 1 and NASNET_A.reduction.stride == 2


def test_operations_of_the_papers_cells():
    """Figure 4, counted: what each cell applies."""
    counts = [Counter(operation for block in cell.blocks for operation, _ in block) for cell in NASNET_A]
    assert counts == [
        {"separable_5x5": 2, "separable_3x3": 3, "average_3x3": 3, "identity": 2},
        {"separable_5x5": 2, "separable_7x7": 2, "separable_3x3": 1, "max_3x3": 2, "average_3x3": 2, "identity": 1},
    ]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("maps", [4, 6])
def test_every_operation_strides_and_widens(operation, stride, maps):
    x = keras.Input((9, 8, maps))
    y = OPERATIONS[operation](x, 4, stride, norm, "it")
    assert y.shape == (None, *((9, 8) if stride == 1 else (5, 4)), 4)


def test_separable_operations_are_applied_twice_and_the_first_strides():
    x = keras.Input((8, 8, 4))
    model = keras.Model(x, OPERATIONS["separable_5x5"](x, 4, 2, norm, "it"))
    strides = [layer.strides for layer in model.layers if isinstance(layer, keras.layers.SeparableConv2D)]
    assert strides == [(2, 2), (1, 1)]
    assert [type(layer).__name__ for layer in model.layers[1:]] == [
        "Activation",
        "SeparableConv2D",
        "BatchNormalization",
    ] * 2


def test_a_block_adds_two_operations_on_the_states_it_names():
    cell = Cell(
        blocks=((("identity", 0), ("max_3x3", 1)), (("average_3x3", 2), ("identity", 2))), outputs=(0, 3), stride=1
    )
    x, previous = keras.Input((6, 6, 4)), keras.Input((6, 6, 4))
    model = keras.Model([x, previous], build_cell(x, previous, cell, 4, norm, "cell"))
    first, second = np.random.default_rng(0).normal(size=(2, 1, 6, 6, 4)).astype("float32")
    state = keras.Model(model.inputs, model.get_layer("cell_input_bn").output)([first, second])
    block = state + keras.layers.MaxPooling2D(3, 1, "same")(second)
    expected = np.concatenate([state, keras.layers.AveragePooling2D(3, 1, "same")(block) + block], axis=-1)
    np.testing.assert_allclose(model([first, second]), expected, rtol=1e-5, atol=1e-6)


def test_a_first_cell_reads_a_stem_of_another_width():
    """Where the stem is wider than the cell, each use of it is projected by itself, as the authors do for CIFAR."""
    x = keras.Input((8, 8, 12))
    model = keras.Model(x, build_cell(x, None, NASNET_A.normal, 4, norm, "cell"))
    assert model.output.shape == (None, 8, 8, 6 * 4)
    convs = [layer.name for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    names = ("input", "right3", "left4", "right4", "state1")
    assert sorted(convs) == sorted(f"cell_{name}_conv" for name in names)


def test_another_genotype_builds_and_trains():
    """What a search would do: write two cells, build, take a step."""
    normal = Cell(blocks=((("convolution_3x3", 0), ("identity", 1)),), outputs=(2,), stride=1)
    reduction = Cell(blocks=((("max_5x5", 0), ("convolution_1x1", 1)),), outputs=(2,), stride=2)
    model = kzoo.NASNetMobile(genotype=Genotype(normal, reduction), classes=3, input_shape=(32, 48, 3))
    assert model.get_layer("relu").output.shape == (None, 1, 2, 176)
    model.compile("sgd", "sparse_categorical_crossentropy")
    images = np.random.default_rng(0).normal(size=(4, 32, 48, 3)).astype("float32")
    assert np.isfinite(model.train_on_batch(images, np.array([0, 1, 2, 0])))


@pytest.mark.parametrize("shape", [(7, 7), (8, 8), (7, 8), (32, 33)])
@pytest.mark.parametrize("size", [3, 5, 7])
def test_halving_pad_puts_windows_where_same_does(shape, size):
    """A convolution after it equals padding="same" with stride 2, whether the size is known when built or not."""
    x = np.random.default_rng(0).normal(size=(2, *shape, 3)).astype("float32")
    same = keras.layers.Conv2D(4, size, 2, "same")
    valid = keras.layers.Conv2D(4, size, 2)
    expected = same(x)
    for given in (shape, (None, None)):
        inputs = keras.Input((*given, 3))
        model = keras.Model(inputs, valid(HalvingPad(size)(inputs)))
        valid.set_weights(same.get_weights())
        np.testing.assert_allclose(model(x), expected, rtol=1e-4, atol=1e-5)
        again = keras.Model.from_config(model.get_config())
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again(x), model(x))
    assert model.layers[1].compute_output_shape((2, *shape, 3)) == HalvingPad(size)(x).shape


@pytest.mark.slow
def test_cells_of_the_large_network():
    """Large (6 @ 4032) looks back past a reduction, Mobile (4 @ 1056) at its input."""
    large, mobile = kzoo.NASNetLarge(), kzoo.NASNetMobile()
    for model, cells, penultimate in ((large, 18, 4032), (mobile, 12, 1056)):
        names = {layer.name.rsplit("_", 1)[0] for layer in model.layers if layer.name.endswith("_concat")}
        names = {name for name in names if not name.endswith("previous")}
        assert names == {f"normal_{i}" for i in range(cells)} | {
            "reduction_stem_1",
            "reduction_stem_2",
            "reduction_1",
            "reduction_2",
        }
        assert model.get_layer("relu").output.shape[-1] == penultimate
    for model, source in ((large, "normal_4_concat"), (mobile, "normal_3_concat")):
        history = model.get_layer(f"normal_{6 if model is large else 4}_previous_relu").input
        assert history is model.get_layer(source).output
