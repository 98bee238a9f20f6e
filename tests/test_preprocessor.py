"""From raw images to a network's input."""

import json
from dataclasses import replace
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import GOLDEN, difference
from safetensors.numpy import save_file

import kzoo
from kzoo.layers import Preprocessor
from kzoo.registry import CAFFE, RAW, TF, TORCH, Weights, make_builder


def images(*shape):
    return np.random.default_rng(0).integers(0, 256, shape).astype("uint8")


@pytest.mark.parametrize("row, mode", [(CAFFE, "caffe"), (TF, "tf"), (TORCH, "torch")])
def test_levels_are_those_of_keras_applications(row, mode):
    raw = images(2, 8, 8, 3)
    expected = keras.applications.imagenet_utils.preprocess_input(raw.astype("float32"), mode=mode)
    np.testing.assert_allclose(Preprocessor.of(row, (8, 8, 3))(raw), expected, atol=2e-5)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
def test_an_image_of_the_right_size_is_left_as_it_is(dtype):
    raw = images(2, 32, 32, 3).astype(dtype)
    np.testing.assert_array_equal(Preprocessor.of(RAW, (32, 32, 3))(raw), raw)


def test_one_image_and_a_batch_are_the_same():
    layer, raw = kzoo.preprocessor("ResNet50"), images(1, 50, 70, 3)
    np.testing.assert_allclose(layer(raw)[0], layer.normalize(layer.resize(raw[0])), atol=1e-4)


def test_crop_keeps_the_middle_and_the_aspect():
    raw = np.zeros((1, 100, 200, 1), "float32")
    raw[:, 6:94, 56:144] = 255  # 0.875 of the shorter side, rounded: 88 pixels square
    cropped = Preprocessor((64, 64), 1)(raw)
    np.testing.assert_allclose(cropped, 255, atol=1e-3)
    raw[:, 6:94, 55:56] = raw[:, 6:94, 144:145] = 99  # just outside
    np.testing.assert_allclose(Preprocessor((64, 64), 1)(raw), 255, atol=1e-3)


def test_crop_to_an_oblong_input():
    raw = np.zeros((1, 64, 64, 1), "float32")
    raw[:, 16:48, :] = 255
    np.testing.assert_allclose(Preprocessor((32, 64), 1, crop=1.0)(raw[:, :, :]), 255)


def test_digits_are_padded_to_the_input_of_lenet():
    raw = images(2, 28, 28, 1)
    padded = np.array(kzoo.preprocessor("LeNet5").resize(raw))
    assert padded.shape == (2, 32, 32, 1)
    np.testing.assert_array_equal(padded[:, 2:30, 2:30], raw)
    assert padded.sum() == raw.sum()


@pytest.mark.parametrize("shape", [(8, 8), (64, 64), (8, 16), (300, 20), (1, 1)])
def test_other_digits_are_fitted_inside_the_padding(shape):
    raw = np.full((1, *shape, 1), 255, "uint8")
    fitted = np.array(kzoo.preprocessor("LeNet5").resize(raw))[0, :, :, 0]
    rows, columns = np.flatnonzero(fitted.max(axis=1)), np.flatnonzero(fitted.max(axis=0))
    assert rows[-1] - rows[0] + 1 == max(1, round(28 * shape[0] / max(shape)))
    assert columns[-1] - columns[0] + 1 == max(1, round(28 * shape[1] / max(shape)))
    assert 2 <= rows[0] <= 32 - rows[-1] <= rows[0] + 1 and 2 <= columns[0] <= 32 - columns[-1] <= columns[0] + 1


@pytest.mark.parametrize("given, wanted", [(1, 3), (2, 3), (3, 1), (4, 3), (4, 1), (2, 1), (3, 3), (1, 1)])
def test_channels_are_adapted(given, wanted):
    raw = images(1, 8, 8, given)
    adapted = np.array(Preprocessor((8, 8), wanted)(raw))
    assert adapted.shape == (1, 8, 8, wanted)
    if given < 3:
        np.testing.assert_array_equal(adapted, np.repeat(raw[..., :1], wanted, axis=-1))
    elif wanted == 3:
        np.testing.assert_array_equal(adapted, raw[..., :3])
    else:
        luminance = raw[..., :3] @ np.array([0.2989, 0.587, 0.114])
        np.testing.assert_allclose(adapted[..., 0], luminance, atol=2e-4)


def test_extreme_sizes():
    layer = kzoo.preprocessor("ResNet50")
    for shape in ((1, 1, 1, 3), (1, 4000, 3000, 3), (1, 1, 500, 3)):
        assert np.isfinite(layer(images(*shape))).all()


def test_size_unknown_until_run():
    layer = kzoo.preprocessor("ResNet50")
    function = tf.function(layer).get_concrete_function(tf.TensorSpec((None, None, None, 3), tf.uint8))
    assert function.output_shapes == (None, 224, 224, 3)
    raw = images(2, 60, 80, 3)
    assert difference(function(tf.constant(raw)), layer(raw)) < 1e-5


def test_round_trip_in_a_model(tmp_path):
    inputs = keras.Input((None, None, 3), dtype="uint8")
    model = keras.Model(inputs, kzoo.preprocessor("ResNet50")(inputs))
    model.save(tmp_path / "model.keras")
    raw = images(1, 40, 50, 3)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(raw), model(raw))


def test_mixed_precision_does_not_round_pixels():
    keras.config.set_dtype_policy("mixed_bfloat16")
    raw = images(1, 8, 8, 3)
    result = Preprocessor((8, 8), 3)(raw)
    assert result.dtype == tf.float32
    np.testing.assert_array_equal(result, raw)


def torch_file(path):
    """Write a file of SqueezeNet's tensors as torchvision names them."""
    with np.load(GOLDEN / "SqueezeNet1_0.npz") as file:
        shapes = json.loads(str(file["tensors"]))
    save_file({name: np.zeros(shape, "float32") for name, shape in shapes.items()}, path)
    return path


def assert_prepared(model, row):
    raw = images(1, 40, 50, 3)
    expected = Preprocessor.of(row, model.input_shape[1:])(raw)
    np.testing.assert_array_equal(kzoo.preprocessor(model)(raw), expected)


def test_a_model_says_what_its_weights_were_trained_on(tmp_path, monkeypatch):
    monkeypatch.setenv("KZOO_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    path = torch_file(tmp_path / "models" / "squeezenet.safetensors")
    row = Weights(tag="imagenet", url=f"https://nowhere.invalid/{path.name}", hash=None, licence="none")
    own = replace(row, tag="cropped", preprocessing=replace(TF, crop=0.6))
    variant = replace(kzoo.info("SqueezeNet1_0"), preprocessing=CAFFE, torch_preprocessing=TORCH, weights=(row, own))
    build = partial(make_builder(variant), input_shape=(48, 48, 3))

    assert_prepared(untrained := build(), CAFFE)
    assert_prepared(build(weights=path), TORCH)
    assert_prepared(build(weights="imagenet"), TORCH)
    assert_prepared(build(weights="cropped"), own.preprocessing)
    untrained.save_weights(tmp_path / "keras.weights.h5")
    assert_prepared(build(weights=tmp_path / "keras.weights.h5"), CAFFE)


def test_vgg_from_torchvision_is_prepared_as_torchvision_does():
    for name in ("VGG16", "VGG19"):
        assert kzoo.info(name).preprocessing is CAFFE and kzoo.info(name).torch_preprocessing is TORCH


def test_sizes_that_a_model_leaves_open():
    model = kzoo.ResNet18(include_top=False)
    assert kzoo.preprocessor(model)(images(1, 50, 70, 3)).shape == (1, 224, 224, 3)
    assert kzoo.preprocessor(model, (64, 96, 3))(images(1, 50, 70, 3)).shape == (1, 64, 96, 3)


def test_a_model_that_kzoo_did_not_build():
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(1, 1)], name="own")
    with pytest.raises(ValueError, match=r"^own does not say how images are prepared for it \("):
        kzoo.preprocessor(model)
    with pytest.raises(ValueError, match=r"^own takes images of any size, .*; fix input_shape$"):
        kzoo.preprocessor(model, preprocessing=TF)
    assert kzoo.preprocessor(model, (8, 8, 3), TF)(images(1, 50, 70, 3)).shape == (1, 8, 8, 3)


def test_unknown_name():
    with pytest.raises(ValueError, match="there is no model 'ResNet49'"):
        kzoo.preprocessor("ResNet49")
