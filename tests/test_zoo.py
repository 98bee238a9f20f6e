"""Contracts that every image classifier keeps, over the rows of zoo.py."""

import gc
import weakref
from math import prod

import keras
import numpy as np
import pytest
from helpers import difference, inputs_of, kernels, randomise, settle
from zoo import ROWS

import kzoo


def each(rows, fast=lambda row: True):
    """Parametrize a test by rows; those of larger variants are slow, and so are those that are not `fast`."""
    return pytest.mark.parametrize(
        "row",
        [pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.slow or not fast(row) else []) for row in rows],
    )


# One of each way to end a network and to prepare images: of what all builders share, these show as much as all do
FEW = ("LeNet5", "ResNet50", "MobileNetV3Small", "EfficientNetB0", "ConvNeXtTiny")

rows = each(ROWS)
few_rows = each(ROWS, fast=lambda row: row.name in FEW)
# as well those whose layers or outputs are of a kind of their own
special_rows = each(ROWS, fast=lambda row: row.name in (*FEW, "FractalNet20", "GoogLeNet"))
TWINS = [row for row in ROWS if row.keras_twin]
twins = each(TWINS)
few_twins = each(TWINS, fast=lambda row: row.name in FEW)


@pytest.fixture(autouse=True)
def free_models():
    """Free the models of a test at its end: their graphs are circles, and a hundred megabytes each."""
    yield
    gc.collect()


def test_every_variant_has_a_row_and_every_row_a_variant():
    assert sorted(kzoo.list_models(kind="classifier")) == sorted(row.name for row in ROWS)


def count_macs(model):
    """Return the multiply-accumulates of one input, from the shapes in the graph."""
    macs = 0
    for layer in model._flatten_layers(include_self=False):
        for node in layer._inbound_nodes:
            for kernel in kernels(layer):
                macs += prod(kernel.shape) * prod(node.outputs[0].shape[1:-1])
    return macs


@rows
def test_sizes_are_the_references(row):
    """Parameters and multiply-accumulates; and nothing of a model outlives it.

    Building all variants in one process then needs no more memory than the largest.
    """
    model, known = kzoo.build(row.name), kzoo.info(row.name)
    assert model.count_params() == row.total == known.parameters
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == row.trainable
    if row.macs_g is not None:  # else counted otherwise; see its own test
        assert count_macs(model) == known.macs == pytest.approx(row.macs_g * 1e9, rel=1e-2)
    alive = [weakref.ref(each) for each in (model, *model.layers, *model.weights)]
    del model
    gc.collect()
    assert not [each() for each in alive if each() is not None]


@rows
def test_two_builds_share_no_values(row):
    shape = (*row.other_size, kzoo.info(row.name).input_shape[-1])
    first, second = (kzoo.build(row.name, input_shape=shape, classes=4) for _ in range(2))
    drawn = [kernel for model in (first, second) for layer in model.layers for kernel in kernels(layer)]
    sums = [float(keras.ops.sum(keras.ops.abs(kernel))) for kernel in drawn]
    assert len(set(sums)) == len(sums)  # an initialiser that layers share gives equal shapes equal values


@special_rows
def test_classifier(row):
    """Of another number of classes, and of another size; probabilities are the softmax of the logits."""
    shape = (*row.other_size, kzoo.info(row.name).input_shape[-1])
    model, logits = (
        kzoo.build(row.name, classes=7, input_shape=shape, classifier_activation=each) for each in ("softmax", None)
    )
    assert model.name == row.name.lower()
    assert all(output.shape == (None, 7) for output in model.outputs)
    logits.set_weights(randomise(model).get_weights())
    images = inputs_of(row, shape)
    for given, probabilities in zip(*(keras.tree.flatten(each(images)) for each in (logits, model)), strict=True):
        np.testing.assert_allclose(np.sum(probabilities, axis=-1), 1, rtol=1e-5)
        np.testing.assert_allclose(keras.ops.softmax(given), probabilities, rtol=1e-4, atol=1e-7)


@rows
def test_feature_map_of_any_size(row):
    model, variant = kzoo.build(row.name, include_top=False), kzoo.info(row.name)
    assert model.count_params() == row.notop
    assert model.input_shape == (None, None, None, variant.input_shape[-1])
    assert model.output_shape == (None, None, None, row.features[-1])
    assert model(keras.Input(variant.input_shape)).shape == (None, *row.features)
    shape = (*row.other_size, variant.input_shape[-1])
    assert np.isfinite(model(inputs_of(row, shape))).all()


@few_rows
def test_pooling(row):
    if kzoo.info(row.name).finalize_features:
        pytest.skip("something follows the pooling; see its own test")
    features = kzoo.build(row.name, include_top=False)
    images = inputs_of(row, (*row.other_size, features.input_shape[-1]))
    maps = np.asarray(features(images))
    for pooling, reduce in {"avg": np.mean, "max": np.max}.items():
        model = kzoo.build(row.name, include_top=False, pooling=pooling)
        model.set_weights(features.get_weights())
        np.testing.assert_allclose(model(images), reduce(maps, axis=(1, 2)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("channels", [1, pytest.param(3, marks=pytest.mark.slow), 4])
@few_rows
def test_channels(row, channels):
    side = kzoo.info(row.name).min_size
    model = kzoo.build(row.name, include_top=False, input_shape=(side, side, channels))
    assert np.isfinite(model(inputs_of(row, (side, side, channels)))).all()


@few_rows
def test_input_tensor(row):
    shape = (*row.other_size, kzoo.info(row.name).input_shape[-1])
    inputs = keras.Input(shape)
    model = kzoo.build(row.name, input_tensor=keras.layers.Rescaling(2.0)(inputs), name="mine")
    plain = kzoo.build(row.name, input_shape=shape)
    assert model.name == "mine" and model.inputs[0] is inputs
    plain.set_weights(randomise(model).get_weights())
    images = inputs_of(row, shape)
    for ours, theirs in zip(*(keras.tree.flatten(each) for each in (model(images), plain(2 * images))), strict=True):
        assert difference(ours, theirs) < 1e-5


@special_rows
def test_saved_and_loaded(row, tmp_path):
    shape = (*row.other_size, kzoo.info(row.name).input_shape[-1])
    model = randomise(kzoo.build(row.name, input_shape=shape))
    images = inputs_of(row, shape)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(images), again(images))


@few_rows
def test_weights_saved_and_loaded(row, tmp_path):
    shape = (*row.other_size, kzoo.info(row.name).input_shape[-1])
    model = randomise(kzoo.build(row.name, input_shape=shape))
    images = inputs_of(row, shape)
    model.save_weights(tmp_path / "model.weights.h5")
    again = kzoo.build(row.name, input_shape=shape, weights=str(tmp_path / "model.weights.h5"))
    np.testing.assert_array_equal(model(images), again(images))


def tolerance(row):
    """Return ten times what float32's noise was measured as, of the largest output; deep networks have more of it."""
    return 1e-4 if row.slow else 4e-5


def twin(row, shape, **arguments):
    """Return Keras' network with random weights, its statistics those of some images of this shape."""
    model = randomise(getattr(keras.applications, row.keras_twin)(weights=None, **arguments))
    return settle(model, inputs_of(row, shape, seed=1, count=max(2, 100_000 // prod(shape[:2]))))


@twins
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"classifier_activation": None}, id="top", marks=pytest.mark.slow),
        pytest.param({"include_top": False}, id="notop", marks=pytest.mark.slow),
        pytest.param({"include_top": False, "pooling": "avg", "input_shape": "other"}, id="notop-other-size"),
        pytest.param(
            {"classes": 5, "classifier_activation": None, "input_shape": "other"},
            id="top-other-size",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_equal_to_keras_applications(row, arguments):
    if "input_shape" in arguments:
        arguments = {**arguments, "input_shape": (*row.other_size, 3)}
    elif not arguments.get("include_top", True) and row.twin_shape:
        arguments = {**arguments, "input_shape": row.twin_shape}
    model = kzoo.build(row.name, **arguments)
    default = kzoo.info(row.name).input_shape if arguments.get("include_top", True) else (*row.other_size, 3)
    shape = arguments.get("input_shape", default)
    images, reference = inputs_of(row, shape), twin(row, shape, **arguments)
    assert [w.shape for w in model.weights] == [w.shape for w in reference.weights]
    model.set_weights(reference.get_weights())
    expected = reference(images)
    assert difference(model(images), expected) < tolerance(row)
    assert model.output_shape == reference.output_shape
    assert difference(expected[:1], expected[1:]) > 0.01  # what was compared depends on the image


@few_twins
@pytest.mark.parametrize(
    "file, include_top",
    [
        ("model.weights.h5", True),
        pytest.param("model.weights.h5", False, marks=pytest.mark.slow),
        pytest.param("weights.h5", True, marks=pytest.mark.slow),
        ("weights.h5", False),
        pytest.param("whole.h5", True, marks=pytest.mark.slow),
        pytest.param("whole.h5", False, marks=pytest.mark.slow),
    ],
)
def test_reads_files_that_keras_applications_wrote(row, file, include_top, tmp_path):
    shape = (*row.other_size, 3)
    images, reference = inputs_of(row, shape), twin(row, shape, include_top=include_top, input_shape=shape)
    path = tmp_path / file
    if file == "whole.h5":  # architecture, weights and all
        reference.save(path)
    elif file == "weights.h5":  # the layout of Keras 2, in which the published weights are
        import h5py
        from keras.src.legacy.saving import legacy_h5_format

        with h5py.File(path, "w") as group:
            legacy_h5_format.save_weights_to_hdf5_group(group, reference)
    else:
        reference.save_weights(path)
    model = kzoo.build(row.name, include_top=include_top, input_shape=shape, weights=path)
    assert difference(model(images), reference(images)) < tolerance(row)
