"""What makes NASNet itself."""

from collections import Counter
from math import prod

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference, one_line, randomise

import kzoo
from kzoo.applications.nasnet import NASNET_A, OPERATIONS, Cell, Genotype, batch_norm, build_cell, nasnet_cifar
from kzoo.layers import DropPathAdd, HalvingPad, TrainingProgress


def norm(x, name):
    return batch_norm(x, 0.9, 1e-3, name)


def test_every_state_of_the_papers_cells_is_used():
    for cell in (NASNET_A.normal, NASNET_A.reduction):
        read = {state for block in cell.blocks for _, state in block}
        assert read | set(cell.outputs) == set(range(7)) and len(cell.blocks) == 5
        assert all(state < 2 + i for i, block in enumerate(cell.blocks) for _, state in block)
    assert NASNET_A.normal.stride == 1 and NASNET_A.reduction.stride == 2


def test_operations_of_the_papers_cells():
    """Figure 4, counted: what each cell applies."""
    cells = (NASNET_A.normal, NASNET_A.reduction)
    counts = [Counter(operation for block in cell.blocks for operation, _ in block) for cell in cells]
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


def test_published_weights_are_of_the_papers_cells_with_any_drop_path(tmp_path, monkeypatch):
    monkeypatch.setattr("kzoo.weights.locate_weights", lambda variant, weights, include_top: None)  # nothing is fetched
    assert kzoo.NASNetMobile(weights="imagenet", drop_path=0.3).get_layer("progress")
    with pytest.raises(ValueError) as error:
        kzoo.NASNetMobile(weights="imagenet", genotype=Genotype(NASNET_A.normal, NASNET_A.normal, "mine"))
    expected = "genotype=mine contradicts weights='imagenet', published for genotype=NASNet-A"
    assert one_line(error) == expected


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


# ---- scheduled drop-path

SMALL = Genotype(
    normal=Cell(
        blocks=((("separable_3x3", 0), ("identity", 1)), (("identity", 2), ("max_3x3", 2))), outputs=(3,), stride=1
    ),
    reduction=Cell(blocks=((("identity", 0), ("average_3x3", 1)),), outputs=(2,), stride=2),
)


def small(drop_path):
    return kzoo.NASNetCIFAR(genotype=SMALL, drop_path=drop_path)


def factors(layer, progress, training=True):
    """Return, for each of two branches, what it is multiplied with in each image before it is added."""
    branches = [tf.ones((2000, 2, 3, 2)) * channel for channel in ((1.0, 0.0), (0.0, 1.0))]
    outputs = np.asarray(layer(branches, tf.constant(progress), training=training))
    assert (outputs == outputs[:, :1, :1]).all()  # an image is dropped as a whole
    return outputs[:, 0, 0].T


@pytest.mark.parametrize("progress", [0.25, 1.0])
def test_a_branch_is_dropped_for_each_image_by_itself(progress):
    keep = 1 - 0.6 * progress
    both = factors(DropPathAdd(0.6, (True, True), seed=0), progress)
    for each in both:
        np.testing.assert_allclose(each[each > 0], 1 / keep, rtol=1e-5)
        assert (each > 0).mean() == pytest.approx(keep, abs=0.05)
    assert abs(np.corrcoef(both)[0, 1]) < 0.1


def test_a_branch_that_may_not_be_dropped_is_not():
    first, second = factors(DropPathAdd(0.6, (True, False), seed=0), 1.0)
    np.testing.assert_array_equal(second, 1)
    assert (first == 0).mean() == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("progress, training", [(0.0, True), (1.0, False)])
def test_nothing_is_dropped_at_the_beginning_and_in_inference(progress, training):
    np.testing.assert_array_equal(factors(DropPathAdd(0.6, (True, True)), progress, training), 1)


def test_drop_path_grows_from_cell_to_cell_and_spares_identities():
    """As TF-slim's: cell i of n, counted from 1 over all of them, drops i / n as often as the last."""
    model = small(0.4)
    cells = [f"normal_{i}" for i in range(18)]
    cells[6:6], cells[13:13] = ["reduction_1"], ["reduction_2"]
    assert len(cells) == 20
    expected = {}
    for i, cell in enumerate(cells, start=1):
        blocks = [[True, False], [False, True]] if cell.startswith("normal") else [[False, True]]
        expected |= {f"{cell}_add{block}": (0.4 * i / 20, dropped) for block, dropped in enumerate(blocks, start=1)}
    found = {layer.name: layer for layer in model.layers if isinstance(layer, DropPathAdd)}
    assert {name: layer.dropped for name, layer in found.items()} == {name: each[1] for name, each in expected.items()}
    for name, layer in found.items():
        assert layer.rate == pytest.approx(expected[name][0])


@pytest.mark.parametrize("build, cells", [(kzoo.NASNetMobile, 12 + 4), (kzoo.PNASNet5Large, 10 + 4)])
def test_cells_of_the_stem_count_too(build, cells):
    model = build(include_top=False, genotype=SMALL, drop_path=0.3)
    rates = {layer.rate for layer in model.layers if isinstance(layer, DropPathAdd)}
    np.testing.assert_allclose(sorted(rates), 0.3 * np.arange(1, cells + 1) / cells)
    assert min(rates) == model.get_layer("reduction_stem_1_add1").rate


def test_the_network_without_drop_path_knows_nothing_of_it():
    kinds = {type(layer) for layer in small(0.0).layers}
    assert keras.layers.Add in kinds and not kinds & {DropPathAdd, TrainingProgress}


def test_weights_are_in_the_same_order_with_and_without(tmp_path):
    """What is trained with drop-path is loaded without it, by a file that tells layers by their order."""

    def network(drop_path):
        inputs = keras.Input((8, 8, 3))
        return keras.Model(inputs, nasnet_cifar(inputs, (2, 1), 4, 4, NASNET_A, drop_path))

    with_it, without = randomise(network(0.4)), network(0.0)
    assert [weight.path for weight in with_it.weights] == [weight.path for weight in without.weights]
    assert any(isinstance(layer, DropPathAdd) for layer in with_it.layers)
    with_it.save_weights(tmp_path / "it.weights.h5")
    without.load_weights(tmp_path / "it.weights.h5")
    images = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    assert difference(without(images), with_it(images)) < 1e-6


def test_drop_path_is_kept_in_a_config_and_a_file(tmp_path):
    model = randomise(small(0.4))
    model.save(tmp_path / "model.keras")
    images = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype("float32")
    for again in (keras.Model.from_config(model.get_config()), keras.models.load_model(tmp_path / "model.keras")):
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again(images), model(images))
        configs = [
            [layer.get_config() for layer in each.layers if isinstance(layer, DropPathAdd)] for each in (model, again)
        ]
        assert configs[0] == configs[1] and configs[0]
        assert difference(again(images, training=True), again(images, training=True)) > 1e-3


def test_a_network_with_drop_path_is_exported(tmp_path):
    """And needs nothing there of what drops."""
    model = randomise(small(0.4))
    served = tf.saved_model.load(str(kzoo.export(model, tmp_path / "it")))
    photos = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")
    expected = model(kzoo.preprocessor("NASNetCIFAR")(photos))
    np.testing.assert_allclose(served(tf.constant(photos))["probabilities"], expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: small(1.0), "drop_path=1.0 does not work for NASNetCIFAR; accepted: a number from 0 to below 1"),
        (lambda: DropPathAdd(-0.1, (True, True)), "rate=-0.1 is not a probability of this layer; accepted: from 0"),
    ],
)
def test_what_is_no_probability_is_refused(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert message in one_line(error)


def test_auxiliary_classifier():
    """Before the second reduction, on 16x16 maps; with it the network has 4,978,036 trainable weights (TF-slim's)."""
    model = kzoo.NASNetCIFAR(auxiliary=True)
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == 4_978_036
    assert model.output_names == ["predictions", "aux_predictions"]
    assert model.get_layer("aux_pool").output.shape == (None, 4, 4, 384)
    assert [each.weight for each in kzoo.info("NASNetCIFAR").auxiliaries] == [0.4]
    with pytest.raises(ValueError, match="give input_shape in full, or auxiliary=False"):
        kzoo.NASNetCIFAR(auxiliary=True, input_shape=(None, None, 3))
    with pytest.raises(ValueError, match="cells give it 4x4; give a larger input_shape, or auxiliary=False") as error:
        kzoo.NASNetCIFAR(auxiliary=True, input_shape=(8, 8, 3))
    one_line(error)


def test_initial_values_are_tf_slims():
    """Of all kernels, the classifiers' too: variance 2 / outputs, where a depthwise one has its area as outputs."""
    model = kzoo.NASNetCIFAR(auxiliary=True)
    seen = set()
    for layer in model.layers:
        for weight in layer.trainable_weights:
            if weight.name.endswith("kernel") and prod(weight.shape) > 4000:
                kernel = np.asarray(weight)
                variance = 2 / (prod(kernel.shape[:-2]) * kernel.shape[-1])
                np.testing.assert_allclose(kernel.var(), variance, rtol=0.15)
                # a normal distribution cut off at two deviations has 0.87963 of its deviation left
                assert np.abs(kernel).max() < 1.001 * 2 * variance**0.5 / 0.87963
                seen.add((type(layer).__name__, weight.name))
    assert seen == {
        *(("Conv2D", "kernel"), ("Dense", "kernel")),
        *(("SeparableConv2D", "depthwise_kernel"), ("SeparableConv2D", "pointwise_kernel")),
    }
