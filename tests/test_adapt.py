"""Weights for another number of input channels or classes, from every kind of file and by tag."""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from helpers import GOLDEN, difference, one_line, randomise, tensor_from_name
from keras.src.legacy.saving import legacy_h5_format
from safetensors.numpy import save_file

import kzoo
from kzoo.registry import Weights, make_builder
from kzoo.weights import files
from kzoo.weights.adapt import NewClassifierWarning

# name, side of the input
NETWORKS = [
    ("ResNet18", 32),
    ("VGG11", 32),
    ("SqueezeNet1_1", 48),  # its head is a convolution
    ("InceptionV3", 75),
    ("EfficientNetB0", 32),
    ("EfficientNetV2B0", 32),
    ("ConvNeXtTiny", 32),  # its stem is a model of its own
    ("NASNetCIFAR", 32),
]
SLOW = {"InceptionV3", "NASNetCIFAR", "EfficientNetV2B0", "ConvNeXtTiny"}
# Their normalisation holds a mean for each colour, no weights: what they make of grey is nearly the same
CONSTANT = {"EfficientNetV2B0", "ConvNeXtTiny"}


def each(names):
    rows = [(name, side) for name, side in NETWORKS if name in names]
    return pytest.mark.parametrize(
        "name, side",
        [pytest.param(*row, id=row[0], marks=[pytest.mark.slow] if row[0] in SLOW else []) for row in rows],
    )


networks = each(dict(NETWORKS))


def images(*shape):
    return np.random.default_rng(1).uniform(-1, 1, shape).astype("float32")


def standardise_alike(model):
    """Let a normalisation inside the network treat all colours alike, so that three equal ones are one."""
    for layer in model.layers:
        if isinstance(layer, kzoo.layers.Normalization):
            layer.adapt_mean.assign([0.1] * 3)
            layer.adapt_variance.assign([0.3] * 3)


def adapted(name, **arguments):
    with pytest.warns(UserWarning, match=f" adapted to {name}: ") as caught:
        model = kzoo.build(name, **arguments)
    assert len([each for each in caught if " adapted to " in str(each.message)]) == 1
    return model


@each(dict(NETWORKS).keys() - CONSTANT)
def test_grey_gives_what_three_equal_channels_gave(name, side, tmp_path):
    reference = randomise(kzoo.build(name, input_shape=(side, side, 3), classes=5))
    standardise_alike(reference)
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    model = adapted(name, input_shape=(side, side, 1), classes=5, weights=path)
    grey = images(2, side, side, 1)
    assert difference(model(grey), reference(np.repeat(grey, 3, axis=-1))) < 1e-5


@each(CONSTANT)
def test_grey_gives_nearly_that_where_each_colour_has_its_mean(name, side, tmp_path):
    reference = kzoo.build(name, input_shape=(side, side, 3), include_top=False, pooling="avg")
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    model = adapted(name, input_shape=(side, side, 1), include_top=False, pooling="avg", weights=path)
    grey = 127.5 + 127.5 * images(4, side, side, 1)
    pairs = zip(model(grey), reference(np.repeat(grey, 3, axis=-1)), strict=True)
    assert min(np.corrcoef(ours, theirs)[0, 1] for ours, theirs in pairs) > 0.99


@networks
def test_six_channels_that_are_three_twice_give_what_three_gave(name, side, tmp_path):
    reference = randomise(kzoo.build(name, input_shape=(side, side, 3), include_top=False))
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    model = adapted(name, input_shape=(side, side, 6), include_top=False, weights=path)
    colour = images(2, side, side, 3)
    assert difference(model(np.tile(colour, 2)), reference(colour)) < 1e-5


@networks
def test_another_number_of_classes_keeps_all_but_the_classifier(name, side, tmp_path):
    reference = randomise(kzoo.build(name, input_shape=(side, side, 3), classes=7))
    reference.save_weights(path := tmp_path / "seven.weights.h5")
    model = adapted(name, input_shape=(side, side, 3), classes=5, weights=path)
    fresh = set()
    for ours, theirs in zip(model.weights, reference.weights, strict=True):
        if ours.shape == theirs.shape:
            np.testing.assert_array_equal(ours, theirs)
        else:
            assert (ours.shape[-1], theirs.shape[-1]) == (5, 7)
            fresh.add(ours.path.split("/")[-2])
    (head,) = fresh
    assert np.std(model.get_layer(head).kernel) > 0
    assert model(images(1, side, side, 3)).shape == (1, 5)


def test_four_channels_begin_again_at_red(tmp_path):
    reference = kzoo.ResNet50(input_shape=(32, 32, 3))
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    model = adapted("ResNet50", input_shape=(32, 32, 4), weights=path)
    theirs, ours = (np.array(each.get_layer("conv1_conv").kernel) for each in (reference, model))
    np.testing.assert_allclose(ours, 0.75 * theirs[:, :, [0, 1, 2, 0]], rtol=1e-6)


@pytest.mark.parametrize("deviation_as_variance", [False, True])
def test_a_normalisation_inside_is_averaged_for_grey(deviation_as_variance, tmp_path):
    reference = kzoo.EfficientNetB0(input_shape=(32, 32, 3), include_top=False)
    layer = reference.get_layer("stem_normalization")
    layer.adapt_mean.assign([0.485, 0.456, 0.406])
    deviation = np.array([0.229, 0.224, 0.225])  # the published file has it where the variance belongs
    layer.adapt_variance.assign(deviation if deviation_as_variance else deviation**2)
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    for channels, mean, expected in ((1, [0.449], [0.226]), (4, [0.485, 0.456, 0.406, 0.485], deviation[[0, 1, 2, 0]])):
        model = adapted("EfficientNetB0", input_shape=(32, 32, channels), include_top=False, weights=path)
        pixels = 255 * images(1, 32, 32, channels)
        seen = keras.Model(model.input, model.get_layer("stem_conv").input)(pixels)
        np.testing.assert_allclose(seen, (pixels / 255 - mean) / expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("file", ["model.weights.h5", "weights.h5", "whole.h5", "model.keras.h5"])
def test_every_file_that_keras_writes(file, tmp_path):
    reference = randomise(keras.applications.MobileNet(weights=None, classes=7, input_shape=(32, 32, 3)))
    path = tmp_path / file
    if file == "weights.h5":  # the layout of the published files
        with h5py.File(path, "w") as group:
            legacy_h5_format.save_weights_to_hdf5_group(group, reference)
    elif file == "model.weights.h5":
        reference.save_weights(path)
    else:
        reference.save(path)
    model = adapted("MobileNet", classes=3, input_shape=(32, 32, 1), weights=path)
    grey = images(2, 32, 32, 1)
    trunks = [keras.Model(each.input, each.layers[-4].output) for each in (model, reference)]
    assert difference(trunks[0](grey), trunks[1](np.repeat(grey, 3, axis=-1))) < 1e-5


def torch_tensors(name, **reshaped):
    """Return the tensors of a torch network, drawn by their names; some may have another shape."""
    with np.load(GOLDEN / f"{name}.npz") as file:
        shapes = json.loads(str(file["tensors"])) | reshaped
    return {each: tensor_from_name(each, shape) for each, shape in shapes.items()}


@pytest.mark.parametrize("name, side", [("ResNet18", 64), ("SqueezeNet1_0", 64)])
def test_files_of_torch(name, side, tmp_path):
    save_file(torch_tensors(name), path := tmp_path / "model.safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reference = kzoo.build(name, input_shape=(side, side, 3), weights=path)
    model = adapted(name, input_shape=(side, side, 1), weights=path)
    grey = images(2, side, side, 1)
    assert difference(model(grey), reference(np.repeat(grey, 3, axis=-1))) < 1e-5
    fewer = adapted(name, input_shape=(side, side, 3), classes=4, weights=path)
    same = [a.shape == b.shape for a, b in zip(fewer.weights, reference.weights, strict=True)]
    assert same[:-2] == [True] * (len(same) - 2) and same[-2:] == [False, False]
    for ours, theirs in zip(fewer.weights[:-2], reference.weights[:-2], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_vgg_by_the_names_and_shapes_of_timm(tmp_path):
    """Its first two dense layers are convolutions there, the first as large as the map: 2x2 for 64x64 images."""
    tensors = torch_tensors("VGG11", **{"classifier.0.weight": [4096, 512 * 2 * 2]})
    save_file(tensors, path := tmp_path / "torchvision.safetensors")
    reference = kzoo.VGG11(input_shape=(64, 64, 3), weights=path)
    dense = {"classifier.0.": "pre_logits.fc1.", "classifier.3.": "pre_logits.fc2.", "classifier.6.": "head.fc."}
    for theirs, timms in dense.items():
        for kind in ("weight", "bias"):
            tensors[timms + kind] = tensors.pop(theirs + kind)
    tensors["pre_logits.fc1.weight"] = tensors["pre_logits.fc1.weight"].reshape(4096, 512, 2, 2)
    tensors["pre_logits.fc2.weight"] = tensors["pre_logits.fc2.weight"].reshape(4096, 4096, 1, 1)
    save_file(tensors, path := tmp_path / "timm.safetensors")
    model = kzoo.VGG11(input_shape=(64, 64, 3), weights=path)
    for ours, theirs in zip(model.weights, reference.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    features = kzoo.VGG11(input_shape=(32, 32, 3), include_top=False, weights=path)
    np.testing.assert_array_equal(features.weights[-1], reference.get_layer("block5_conv2").bias)
    fewer = adapted("VGG11", input_shape=(64, 64, 3), classes=3, weights=path)
    np.testing.assert_array_equal(fewer.get_layer("fc2").kernel, reference.get_layer("fc2").kernel)


def published(name, path, monkeypatch):
    """Return the builder of a variant, as if a file were its published weights, fetched before."""
    monkeypatch.setenv("KZOO_HOME", str(path.parent.parent))
    row = Weights(tag="imagenet", url=f"https://nowhere.invalid/{path.name}", hash=None, licence="none")
    return make_builder(replace(kzoo.info(name), weights=(row,)))


def test_published_weights_adapt_and_the_user_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    save_file(torch_tensors("SqueezeNet1_0"), path := tmp_path / "models" / "squeezenet.safetensors")
    build = published("SqueezeNet1_0", path, monkeypatch)
    with pytest.warns(UserWarning) as caught:
        model = build(weights="imagenet", classes=10, input_shape=(64, 64, 1))
    (warning,) = [each for each in caught if each.category is NewClassifierWarning]
    assert str(warning.message) == (
        f"weights='{path}' adapted to SqueezeNet1_0: 'conv1' summed from 3 to 1 channels, "
        "'conv10' new and untrained, for 10 classes instead of 1000; the rest as in the file"
    )
    assert Path(warning.filename) == Path(__file__)  # the line of the user's, not one of kzoo's
    assert model.output_shape == (None, 10)


def test_on_a_tensor_of_the_users(tmp_path):
    reference = randomise(kzoo.ResNet50(input_shape=(32, 32, 3), include_top=False))
    reference.save_weights(path := tmp_path / "rgb.weights.h5")
    inputs = keras.Input((32, 32, 1))
    doubled = keras.layers.Rescaling(2.0)(inputs)
    model = adapted("ResNet50", input_tensor=doubled, include_top=False, weights=path)
    grey = images(2, 32, 32, 1)
    assert difference(model(grey), reference(np.repeat(2 * grey, 3, axis=-1))) < 1e-5


def test_what_differs_elsewhere_stays_an_error(tmp_path):
    kzoo.VGG11(input_shape=(32, 32, 3), classes=7).save_weights(path := tmp_path / "small.weights.h5")
    with pytest.raises(ValueError) as error:
        kzoo.VGG11(input_shape=(64, 64, 3), classes=5, weights=path)
    assert "does not fit VGG11: the file holds a tensor of shape (512, 4096), where the network has (2048, 4096)" in (
        one_line(error)
    )
    kzoo.LeNet5(input_shape=(32, 32, 2)).save_weights(path := tmp_path / "two.weights.h5")
    with pytest.raises(ValueError, match=r"holds a tensor of shape \(5, 5, 2, 6\), where the network has \(5, 5, 3, 6"):
        kzoo.LeNet5(input_shape=(32, 32, 3), weights=path)  # two channels are no colours


def same_shapes(*names):
    """Return a network of the same layers and shapes, but for what two equal convolutions are called."""
    x = inputs = keras.Input((32, 32, 1))
    for name in names:
        x = keras.layers.Conv2D(4, 3, padding="same", name=name)(x if x is inputs else x[..., :1])
    return keras.Model(inputs, x)


@pytest.mark.parametrize(
    "others, message",
    [(("b", "a"), "holds the layer 'b', where the network has 'a'"), (("x", "y"), "the layer 'x', .* has 'a'")],
)
def test_a_file_of_other_names_is_of_another_network(others, message, tmp_path):
    same_shapes(*others).save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(ValueError, match=message):
        files._load_keras(same_shapes("a", "b"), tmp_path / "other.weights.h5")


@pytest.mark.parametrize("others", [("a", "b"), ("a", "x"), ("net_a", "net_b"), (None, None)])
def test_names_that_say_nothing_may_differ(others, tmp_path):
    other, model = same_shapes(*others), same_shapes("a", "b")
    other.save_weights(tmp_path / "other.weights.h5")
    files._load_keras(model, tmp_path / "other.weights.h5")
    for ours, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
