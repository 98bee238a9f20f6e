"""Equal outputs with torchvision and timm, through the files they publish: their names, their layout.

`parity/*.npz` hold what each reference network answered (torch 2, see `source` in the files) when every tensor of it
was drawn by `tensor_from_name` and the input by `images`. Both are rebuilt here with numpy alone.
"""

import json

import keras
import ml_dtypes
import numpy as np
import pytest
from helpers import GOLDEN, difference, one_line, tensor_from_name
from safetensors.numpy import save_file
from zoo import ROWS

import kzoo
from kzoo.layers import Conv2D
from kzoo.weights.torch import load_torch

SLOW = {row.name for row in ROWS if row.slow}


def images(side, count=2):
    """The input batch, NHWC float32: what the reference saw, transposed."""
    return np.random.default_rng(0).standard_normal((count, side, side, 3)).astype("float32")


def case(path):
    marks = [pytest.mark.slow] if path.stem in SLOW else []
    if path.stem not in kzoo.list_models():
        marks = [pytest.mark.skip(reason=f"kzoo has no {path.stem} yet; its golden outputs wait for it")]
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("golden", [case(path) for path in sorted(GOLDEN.glob("*.npz"))])
def test_equal_to_torch(golden, tmp_path):
    with np.load(golden) as file:
        shapes, side, logits = json.loads(str(file["tensors"])), int(file["side"]), file["logits"]
    path = tmp_path / "model.safetensors"
    save_file({name: tensor_from_name(name, shape) for name, shape in shapes.items()}, path)
    model = kzoo.build(golden.stem, weights=path, classifier_activation=None, input_shape=(side, side, 3))
    found = model.predict(images(side), verbose=0)
    path.unlink()  # half a gigabyte of it is VGG
    assert difference(found, logits) < 3e-5  # measured: at most 3e-6
    # biases alone give near-equal logits for any input: what differs between two inputs has passed all layers
    assert difference(found[0] - found[1], logits[0] - logits[1]) < 1e-3  # measured: 1.4e-4, where these are small


def torch_conv(x, kernel, groups=1):
    """Convolve (channels, height, width) as torch defines it: channels first, the filters of a group side by side."""
    outputs, inputs, height, width = kernel.shape
    y = np.zeros((outputs, x.shape[1] - height + 1, x.shape[2] - width + 1))
    for o in range(outputs):
        first = o // (outputs // groups) * inputs
        for i, j in np.ndindex(y.shape[1:]):
            y[o, i, j] = (x[first : first + inputs, i : i + height, j : j + width] * kernel[o]).sum()
    return y


def loaded(layer, tensor, shape, tmp_path):
    """Return what a layer answers to an image, channels first, when it has loaded a tensor as its kernel."""
    image = np.random.default_rng(1).normal(size=shape).astype("float32")
    inputs = keras.Input((*shape[1:], shape[0]))
    model = keras.Model(inputs, layer(inputs))
    save_file({"it.weight": tensor.astype("float32")}, tmp_path / "layer.safetensors")
    load_torch(model, tmp_path / "layer.safetensors", lambda name: "it", include_top=True)
    outputs = np.array(model(image.transpose(1, 2, 0)[None]))[0]
    return image, outputs.transpose(2, 0, 1) if outputs.ndim == 3 else outputs


@pytest.mark.parametrize(
    "layer, shape, groups",
    [
        (lambda: keras.layers.Conv2D(6, (3, 2), use_bias=False), (6, 4, 3, 2), 1),
        (lambda: Conv2D(6, (3, 2), groups=2, use_bias=False), (6, 2, 3, 2), 2),
        (lambda: keras.layers.DepthwiseConv2D((3, 2), use_bias=False), (4, 1, 3, 2), 4),
        (lambda: keras.layers.DepthwiseConv2D((3, 2), depth_multiplier=2, use_bias=False), (8, 1, 3, 2), 4),
        (lambda: keras.layers.Conv2D(6, 1, use_bias=False), (6, 4), 1),
    ],
    ids=["plain", "grouped", "depthwise", "depthwise with a multiplier", "1x1 that torch has as dense"],
)
def test_layout_of_convolutions(layer, shape, groups, tmp_path):
    kernel = np.random.default_rng(0).normal(size=shape)
    image, found = loaded(layer(), kernel, (4, 5, 6), tmp_path)
    wanted = torch_conv(image, kernel.reshape((*shape, 1, 1)[:4]), groups)
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("between", ["nothing", "dropout", "activation"])
def test_dense_after_a_flattened_map_reads_channels_first(between, tmp_path):
    between = {"nothing": [], "dropout": [keras.layers.Dropout(0.5)], "activation": [keras.layers.Activation("tanh")]}[
        between
    ]

    def layer(x):
        for step in (keras.layers.Flatten(), *between, keras.layers.Dense(7, use_bias=False)):
            x = step(x)
        return x

    matrix = np.random.default_rng(0).normal(size=(7, 4 * 5 * 6))
    image, found = loaded(layer, matrix, (4, 5, 6), tmp_path)
    vector = np.tanh(image.ravel()) if "Activation" in str(between) else image.ravel()
    np.testing.assert_allclose(found, matrix @ vector, rtol=2e-5, atol=4e-5)


@pytest.mark.parametrize("shape", [(7, 4), (7, 4, 1, 1)])
def test_dense_that_reads_no_map_keeps_its_order(shape, tmp_path):
    matrix = np.random.default_rng(0).normal(size=shape)
    image, found = loaded(
        lambda x: keras.layers.Dense(7, use_bias=False)(keras.layers.GlobalAveragePooling2D()(x)),
        matrix,
        (4, 5, 6),
        tmp_path,
    )
    np.testing.assert_allclose(found, matrix.reshape(7, 4) @ image.mean(axis=(1, 2)), rtol=2e-5, atol=2e-6)


@pytest.fixture
def small():
    """Arguments of a VGG11 of 32x32 images, and the tensors that it wants of torchvision's."""
    with np.load(GOLDEN / "VGG11.npz") as file:
        shapes = {**json.loads(str(file["tensors"])), "classifier.0.weight": [4096, 512]}
    return {name: np.zeros(shape, "float32") for name, shape in shapes.items()}


def built_from(tensors, tmp_path, **arguments):
    path = tmp_path / "model.safetensors"
    save_file(tensors, path)
    return kzoo.VGG11(input_shape=(32, 32, 3), weights=str(path), **arguments)


def features_only(tensors):
    return {name: value for name, value in tensors.items() if name.startswith("features")}


def test_counters_and_auxiliary_classifiers_are_ignored(small, tmp_path):
    idle = ("features.1.num_batches_tracked", "aux1.fc1.weight", "AuxLogits.fc.bias")
    built_from(features_only(small) | {name: np.zeros(1, "float32") for name in idle}, tmp_path, include_top=False)


def test_network_without_classifier_reads_a_file_with_one(small, tmp_path):
    small["features.0.bias"] += 3
    model = built_from(small, tmp_path, include_top=False)
    np.testing.assert_array_equal(model.get_layer("block1_conv1").bias, np.full(64, 3.0))


@pytest.mark.parametrize(
    "change, arguments, message",
    [
        (
            lambda tensors: tensors.pop("features.3.bias"),
            {"include_top": False},
            "tensor 'features.3.bias' of shape (128,) is missing",
        ),
        (
            lambda tensors: tensors.update({"features.3.bias": np.zeros(7)}),
            {"include_top": False},
            "tensor 'features.3.bias' has shape (7,), the network wants (128,)",
        ),
        (
            lambda tensors: tensors.update({"features.99.bias": np.zeros(7)}),
            {"include_top": False},
            "tensor 'features.99.bias' of shape (7,) is left over, no layer wants it",
        ),
        (
            lambda tensors: tensors.update({"neck.bias": np.zeros(7)}),
            {},
            "tensor 'neck.bias' of shape (7,) is left over, no layer wants it",
        ),
    ],
    ids=["missing", "shape", "left over", "left over beside the classifier"],
)
def test_files_that_do_not_fit(small, change, arguments, message, tmp_path):
    tensors = small if "include_top" not in arguments else features_only(small)
    change(tensors)
    with pytest.raises(ValueError) as error:
        built_from(tensors, tmp_path, **arguments)
    assert one_line(error).endswith(f"model.safetensors' does not fit VGG11: {message}")


@pytest.mark.parametrize("kind, shown", [("int8", "I8"), (ml_dtypes.float8_e4m3fn, "F8_E4M3"), ("complex64", "C64")])
def test_files_of_numbers_that_need_a_scale(small, kind, shown, tmp_path):
    small["features.3.bias"] = small["features.3.bias"].astype(kind)
    with pytest.raises(ValueError) as error:
        built_from(small, tmp_path, classes=1000)
    message = f"tensor 'features.3.bias' is of type {shown}; accepted are F16, BF16, F32, F64"
    assert one_line(error).endswith(f"does not fit VGG11: {message}")


def test_damaged_file(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"not what it says")
    with pytest.raises(ValueError) as error:
        kzoo.VGG11(include_top=False, weights=path)
    assert "does not fit VGG11: not a safetensors file, or a damaged one (" in one_line(error)


def test_bfloat16_files(tmp_path):
    kernel = np.random.default_rng(0).normal(size=(3, 2, 1, 1)).astype(ml_dtypes.bfloat16)
    inputs = keras.Input((4, 4, 2))
    model = keras.Model(inputs, keras.layers.Conv2D(3, 1, use_bias=False)(inputs))
    save_file({"it.weight": kernel}, tmp_path / "layer.safetensors")
    load_torch(model, tmp_path / "layer.safetensors", lambda name: "it", include_top=True)
    found = np.asarray(model.weights[0])
    assert found.dtype == "float32"
    np.testing.assert_array_equal(found, kernel.astype("float32").transpose(2, 3, 1, 0))


def test_networks_without_a_torch_twin_refuse_torch_files(tmp_path):
    path = tmp_path / "model.safetensors"
    path.touch()
    with pytest.raises(ValueError, match=r"not a kind of file kzoo reads for LeNet5; accepted: .weights.h5 or .h5$"):
        kzoo.LeNet5(weights=path)


def test_messages_and_documentation_name_torch_files_where_they_fit():
    with pytest.raises(ValueError, match=r"accepted: None, or the path of a .weights.h5, .h5 or .safetensors file$"):
        kzoo.AlexNetOWT(weights="imagenet")
    assert ".safetensors" in kzoo.AlexNetOWT.__doc__ and ".safetensors" not in kzoo.LeNet5.__doc__
