"""What Keras tests of its own applications (keras/src/applications/applications_test.py), asked of kzoo's.

Each network is reached as a user of Keras does who has put kzoo in the place of keras: by Keras' module, and its
functions for the way in and out.
"""

import gc
import importlib
import inspect

import keras
import numpy as np
import pytest
from helpers import difference, randomise
from keras.src.applications import imagenet_utils
from zoo import ROWS

import kzoo
from kzoo.applications import imagenet

TWINS = {row.keras_twin: row for row in ROWS if row.keras_twin}
HEAVY = {"VGG16"}  # with its classifier
LONG = {"InceptionResNetV2", "NASNetMobile"}  # to build


def module_of(name):
    """Return the name of the module that Keras has a network in."""
    return getattr(keras.applications, name).__module__.rsplit(".", 1)[-1]


def smallest():
    """Return the smallest network of each module of Keras."""
    by_size = sorted(TWINS, key=lambda name: TWINS[name].total, reverse=True)  # the last of a module stays
    return set({module_of(name): name for name in by_size}.values()) - {"VGG19"}  # a module of its own


def networks(heavy=frozenset()):
    """Parametrize a test by all networks of Keras, of which the smallest of a family are not slow.

    Args:
        heavy: those that are slow nevertheless.
    """
    quick = smallest() - heavy - LONG
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=[] if name in quick else [pytest.mark.slow]) for name in TWINS]
    )


@pytest.fixture(autouse=True)
def free_models():
    """Free the models of a test at its end, as in test_zoo.py."""
    yield
    gc.collect()


def application(name):
    """Return kzoo's network, from where Keras has it, and how many maps it ends in."""
    return getattr(functions(name), name), TWINS[name].features[-1]


def keras_application(name):
    """Return Keras' builder of a network."""
    return getattr(keras.applications, name)


def functions(name, package="kzoo"):
    """Return the module with preprocess_input and decode_predictions for a network."""
    return importlib.import_module(f"{package}.applications.{module_of(name)}")


def test_no_network_of_keras_is_missing():
    theirs = {name for name in dir(keras.applications) if name[0].isupper()}
    assert theirs == TWINS.keys()


@networks()
@pytest.mark.parametrize("channels", [1, 4])
def test_features_of_images_of_any_size_and_other_channels(name, channels):
    app, maps = application(name)
    model = app(weights=None, include_top=False, input_shape=(None, None, channels))
    assert model.outputs[0].shape == (None, None, None, maps)


@networks()
def test_features_of_a_size_of_ones_own(name):
    app, maps = application(name)
    model = app(weights=None, include_top=False, input_shape=(123, 123, 3))
    assert model.outputs[0].shape[-1] == maps and None not in model.outputs[0].shape[1:]


@networks()
def test_features_of_a_tensor_of_ones_own(name):
    app, maps = application(name)
    inputs = keras.Input((200, 200, 4), name="custom_input")
    model = app(weights=None, include_top=False, input_tensor=keras.layers.Conv2D(3, 2, strides=2)(inputs))
    assert model.outputs[0].shape[-1] == maps
    assert model.inputs[0] is inputs


@networks()
@pytest.mark.slow  # as are features of any size, in other words
@pytest.mark.parametrize("pooling", ["avg", "max"])
def test_pooled_features(name, pooling):
    app, maps = application(name)
    assert app(weights=None, include_top=False, pooling=pooling).outputs[0].shape == (None, maps)


@networks(smallest() - {"MobileNetV3Small", "ResNet50"})  # outputs are compared in test_zoo.py, too
def test_with_a_classifier(name, tmp_path, monkeypatch):
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", dict(enumerate_classes()))
    theirs = randomise(getattr(keras.applications, name)(weights=None))
    theirs.save_weights(tmp_path / "twin.weights.h5")
    app, _ = application(name)
    model = app(weights=tmp_path / "twin.weights.h5")
    assert model.layers[-1].activation.__name__ == "softmax"

    image = np.random.default_rng(0).integers(0, 256, (1, *model.input_shape[1:])).astype("float32")
    results = []
    for network, module in ((theirs, functions(name, "keras")), (model, functions(name))):
        results += module.decode_predictions(np.asarray(network(module.preprocess_input(image.copy()))))
    expected, result = results
    np.testing.assert_allclose([score for *_, score in result], [score for *_, score in expected], rtol=1e-3, atol=1e-7)
    likely = [pair for *pair, score in expected if score > 1e-5]  # of the others, the order is by chance
    assert [pair for *pair, score in result][: len(likely)] == likely

    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model))
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in model.weights]


def enumerate_classes():
    pairs = zip(imagenet.wordnet_ids(), imagenet.class_names(), strict=True)
    return ((str(number), list(pair)) for number, pair in enumerate(pairs))


@pytest.mark.slow  # as is test_zoo.py's, which always runs
@networks(HEAVY)
def test_another_number_of_classes(name):
    app, _ = application(name)
    assert app(weights=None, classes=11).output_shape == (None, 11)


@pytest.mark.network
@networks(HEAVY)
def test_an_elephant_is_recognised(name):
    url = "https://storage.googleapis.com/tensorflow/keras-applications/tests/elephant.jpg"
    app, _ = application(name)
    model = app(weights="imagenet")
    picture = keras.utils.load_img(keras.utils.get_file("elephant.jpg", url), target_size=model.input_shape[1:3])
    module = functions(name)
    predictions = model.predict(module.preprocess_input(keras.utils.img_to_array(picture)[None]), verbose=0)
    assert "African_elephant" in [label for _, label, _ in module.decode_predictions(predictions, top=3)[0]]


@pytest.mark.parametrize("name", TWINS)
def test_arguments_by_position_and_defaults_are_those_of_keras(name):
    theirs = inspect.signature(getattr(keras.applications, name)).parameters
    ours = inspect.signature(application(name)[0]).parameters
    by_position = [each.name for each in ours.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert by_position == list(theirs)
    assert [each.kind for each in theirs.values()] == len(theirs) * [inspect.Parameter.POSITIONAL_OR_KEYWORD]
    for argument in set(theirs) - {"name"}:  # which Keras only gives the model
        assert ours[argument].default == theirs[argument].default, argument
    assert theirs["weights"].default == "imagenet" and kzoo.info(name).find_weights("imagenet")
    assert inspect.signature(getattr(kzoo, name)).parameters["weights"].default is None


def test_networks_that_keras_lacks_are_called_alike():
    for name in kzoo.list_models(kind="classifier"):
        builder = getattr(kzoo.applications, name)
        published = kzoo.info(name).find_weights("imagenet") is not None
        assert inspect.signature(builder).parameters["weights"].default == ("imagenet" if published else None), name
        assert published or "Default None" in builder.__doc__
        if published:
            assert "Default 'imagenet': as in keras.applications" in builder.__doc__
    assert kzoo.applications.LeNet5().count_params() == 61_706


def test_a_call_by_position_means_the_same():
    theirs = keras.applications.MobileNet((64, 32, 3), 0.5, 1, 0.1, True, None, None, None, 7, None, "mine")
    ours = kzoo.applications.MobileNet((64, 32, 3), 0.5, 1, 0.1, True, None, None, None, 7, None, "mine")
    assert ours.name == theirs.name and ours.input_shape == theirs.input_shape
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]


def test_imagenet_weights_are_fetched_unless_asked_otherwise(monkeypatch):
    asked = []

    def fetch(row, include_top):
        asked.append((row.tag, row.url, include_top))
        raise OSError("offline")

    monkeypatch.setattr("kzoo.weights.files.fetch", fetch)
    with pytest.raises(OSError, match="offline"):
        kzoo.applications.ResNet50()
    with pytest.raises(OSError, match="offline"):
        kzoo.applications.vgg16.VGG16(include_top=False)
    assert [(tag, include_top) for tag, _, include_top in asked] == [("imagenet", True), ("imagenet", False)]
    assert "resnet50" in asked[0][1] and "vgg16" in asked[1][1]


PREPARING = [name for name in TWINS if "include_preprocessing" in kzoo.info(name).options]


def test_all_that_prepare_images_can_be_told_not_to():
    theirs = {
        name for name in TWINS if "include_preprocessing" in inspect.signature(keras_application(name)).parameters
    }
    assert theirs == set(PREPARING)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == "MobileNetV3Small" else [pytest.mark.slow]) for name in PREPARING],
)
def test_without_preprocessing_weights_and_outputs_are_those_of_keras(name, tmp_path):
    arguments = {"include_preprocessing": False, "weights": None, "input_shape": (64, 64, 3), "classes": 7}
    theirs = randomise(keras_application(name)(**arguments))
    theirs.save_weights(tmp_path / "twin.weights.h5")
    model = application(name)[0](**{**arguments, "weights": tmp_path / "twin.weights.h5"})
    assert [weight.shape for weight in model.weights] == [weight.shape for weight in theirs.weights]
    raw = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype("float32")
    images = kzoo.applications.imagenet.PreprocessInput(model.record.preprocessing)(raw)
    assert np.abs(images).max() < 3 and difference(model(images), theirs(images)) < 2e-5

    inside = application(name)[0](weights=tmp_path / "twin.weights.h5", input_shape=(64, 64, 3), classes=7)
    assert difference(model(images), inside(raw)) < 1e-4  # what the model says of its images is what the network does
    assert kzoo.preprocessor(model).std == kzoo.preprocessor(name, preprocessing=model.record.preprocessing).std
