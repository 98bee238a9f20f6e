"""What belongs to ImageNet's classifiers: class names, `preprocess_input`, `decode_predictions`."""

import hashlib
import importlib
import json
import pkgutil

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from helpers import one_line
from keras.src.applications import imagenet_utils

import kzoo
from kzoo.applications import imagenet

KERAS_MODULES = [module.name for module in pkgutil.iter_modules(keras.applications.__path__)]
# variants whose file holds others too, for which its preprocess_input is
OTHERWISE = {
    "AlexNetOWT",
    "InceptionV1",
    "InceptionV1Aux",
    "SEInception",
    "VGG11",
    "VGG11BN",
    "VGG13",
    "VGG13BN",
    "VGG16BN",
    "VGG19BN",
}
IMAGENET = [name for name in kzoo.list_models(kind="classifier") if kzoo.info(name).classes == 1000]


def module_of(name):
    return importlib.import_module(getattr(kzoo.applications, name).__module__)


def images(*shape):
    return np.random.default_rng(0).integers(0, 256, shape).astype("uint8")


def class_index():
    """Return the names as the file that Keras publishes has them."""
    return {str(i): pair for i, pair in enumerate(zip(imagenet.wordnet_ids(), imagenet.class_names(), strict=True))}


def test_class_names_are_the_file_that_keras_publishes():
    assert hashlib.md5(json.dumps(class_index()).encode()).hexdigest() == "c2c37ea517e94d9795004a39431a14cb"
    assert imagenet.class_names()[:2] == ("tench", "goldfish") and imagenet.class_names()[999] == "toilet_tissue"


def test_wordnet_ids_are_in_the_order_of_the_datasets_labels():
    folder = tfds.core.tfds_path("datasets/imagenet2012")
    assert imagenet.wordnet_ids() == tuple((folder / "labels.txt").read_text().split())


def test_class_names_are_the_labels_of_an_export():
    assert len(imagenet.class_names()) == 1000 and all(isinstance(name, str) for name in imagenet.class_names())


@pytest.mark.parametrize("name", [name for name in KERAS_MODULES if name != "imagenet_utils"])
@pytest.mark.parametrize("shape", [(2, 5, 7, 3), (5, 7, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64"])
def test_preprocess_input_is_that_of_keras_applications(name, shape, dtype):
    theirs = getattr(keras.applications, name).preprocess_input
    ours = getattr(kzoo.applications, name).preprocess_input
    raw = images(*shape).astype(dtype)
    expected = np.asarray(theirs(raw.astype("float32")))
    array, tensor = ours(raw), ours(tf.constant(raw), data_format="channels_last")
    assert isinstance(array, np.ndarray) and array.dtype == np.float32 and tensor.dtype == tf.float32
    np.testing.assert_allclose(array, expected, atol=2e-5)
    np.testing.assert_allclose(tensor, expected, atol=2e-5)
    np.testing.assert_array_equal(raw, images(*shape))  # Keras' writes over it


@pytest.mark.parametrize("name", ["resnet", "densenet", "efficientnet", "mobilenet"])
def test_preprocess_input_in_a_graph(name, tmp_path):
    preprocess_input = getattr(kzoo.applications, name).preprocess_input
    inputs = keras.Input((None, None, 3), dtype="uint8")
    model = keras.Model(inputs, preprocess_input(inputs))
    model.save(tmp_path / "model.keras")
    raw = images(2, 5, 7, 3)
    again = keras.models.load_model(tmp_path / "model.keras")
    for each in (model, again, tf.function(preprocess_input)):
        np.testing.assert_allclose(each(raw), preprocess_input(raw), atol=1e-5)


def test_preprocess_input_never_gives_back_what_it_was_given():
    raw = images(5, 7, 3).astype("float32")
    for name in IMAGENET:
        assert not np.shares_memory(module_of(name).preprocess_input(raw), raw), name


@pytest.mark.parametrize("name", IMAGENET)
def test_every_family_has_the_functions_of_keras_applications(name):
    module, raw = module_of(name), images(1, 5, 7, 3)
    same = np.array_equal(module.preprocess_input(raw), kzoo.preprocess_input(name, raw))
    assert same == (name not in OTHERWISE)
    assert module.decode_predictions is kzoo.decode_predictions


@pytest.mark.parametrize("name", ["ResNet50", "VGG11BN", "LeNet5Original", "ResNet20CIFAR"])
def test_preprocess_input_of_a_variant_is_what_its_preprocessor_does(name):
    size = kzoo.info(name).input_shape
    raw = images(2, *size)
    np.testing.assert_allclose(kzoo.preprocess_input(name, raw), kzoo.preprocessor(name)(raw), rtol=1e-6)


def test_preprocess_input_refuses_channels_first(monkeypatch):
    with pytest.raises(ValueError) as error:
        kzoo.applications.resnet.preprocess_input(images(3, 5, 7), data_format="channels_first")
    assert one_line(error) == "data_format='channels_first' does not work; accepted is 'channels_last'"
    monkeypatch.setattr(keras.config, "image_data_format", lambda: "channels_first")
    with pytest.raises(ValueError, match="data_format='channels_first'"):
        kzoo.preprocess_input("ResNet50", images(3, 5, 7))


def test_preprocess_input_of_no_model():
    with pytest.raises(ValueError, match="there is no model 'ResNet49'"):
        kzoo.preprocess_input("ResNet49", images(5, 7, 3))


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
def test_preprocess_input_by_mode(mode):
    raw = images(2, 5, 7, 3).astype("float32")
    expected = keras.applications.imagenet_utils.preprocess_input(raw.copy(), mode=mode)
    np.testing.assert_allclose(kzoo.applications.imagenet_utils.preprocess_input(raw, mode=mode), expected, atol=2e-5)


def test_preprocess_input_by_an_unknown_mode():
    with pytest.raises(ValueError) as error:
        kzoo.applications.imagenet_utils.preprocess_input(images(5, 7, 3), mode="torchvision")
    assert one_line(error) == "mode='torchvision' is unknown; accepted are 'caffe', 'tf', 'torch'"


@pytest.mark.parametrize("kind", [np.asarray, tf.constant])
@pytest.mark.parametrize("top", [1, 5, 1000])
def test_decode_predictions_is_that_of_keras_applications(monkeypatch, kind, top):
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", class_index())
    predictions = np.random.default_rng(0).dirichlet(np.ones(1000), 3).astype("float32")
    predictions[1, 10:20] = 0.5  # likely alike
    ours = kzoo.decode_predictions(kind(predictions), top=top)
    assert ours == keras.applications.resnet.decode_predictions(kind(predictions), top=top)
    assert len(ours) == 3 and len(ours[0]) == top
    assert ours[0][0] == (*class_index()[str(predictions[0].argmax())], predictions[0].max())


@pytest.mark.parametrize("shape", [(1000,), (2, 10), (2, 3, 1000), ()])
def test_decode_predictions_of_another_shape(shape):
    with pytest.raises(ValueError) as error:
        kzoo.decode_predictions(np.zeros(shape))
    assert one_line(error) == f"preds has the shape {shape}; accepted is that of ImageNet's classes, (images, 1000)"


@pytest.mark.parametrize("top", [0, 2.5, "5", None, True])
def test_decode_predictions_of_no_class(top):
    with pytest.raises(ValueError) as error:
        kzoo.decode_predictions(np.zeros((1, 1000)), top=top)
    assert one_line(error).startswith(f"top={top!r} does not work; accepted: a whole number from 1")


@pytest.mark.parametrize("preds", [np.full((1, 1000), np.nan), np.full((1, 1000), "0.1"), np.full((1, 1000), 1j)])
def test_decode_predictions_of_what_is_no_number(preds):
    with pytest.raises(ValueError, match="preds has what is no finite number"):
        kzoo.decode_predictions(preds)


@pytest.mark.parametrize("x", ["cat.png", None, 3.0, np.full((2, 2, 3), "1")])
def test_preprocess_input_of_what_is_no_image(x):
    with pytest.raises(ValueError, match=r"x is .* of shape .*; accepted are numbers") as error:
        kzoo.preprocess_input("ResNet50", x)
    one_line(error)


@pytest.mark.parametrize("name", KERAS_MODULES)
def test_what_is_imported_from_keras_applications_can_be_imported_from_here(name):
    theirs = getattr(keras.applications, name)
    ours = importlib.import_module(f"kzoo.applications.{name}")
    assert getattr(kzoo.applications, name) is ours
    missing = [each for each in dir(theirs) if not each.startswith("_") and not hasattr(ours, each)]
    assert not missing


def test_what_keras_applications_has_is_here():
    missing = [each for each in dir(keras.applications) if not each.startswith("_")]
    assert not [each for each in missing if not hasattr(kzoo.applications, each)]
