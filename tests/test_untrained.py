"""Networks whose weights nothing has loaded or trained say so when they are used."""

import gc
import warnings

import keras
import numpy as np
import pytest

import kzoo
from kzoo.inference import predict
from kzoo.weights.untrained import is_untrained

IMAGE = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype("uint8")
RANDOM = "the weights of lenet5 are random, and so is what it predicts; none are published, train them"


def fitted(model, _):
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(np.ones((2, 32, 32, 1)), np.array([0, 1]), verbose=0)
    return model


def loaded(model, path):
    kzoo.LeNet5().save_weights(path / "lenet.weights.h5")
    model.load_weights(path / "lenet.weights.h5")
    return model


def built_with(model, path):
    kzoo.LeNet5().save_weights(path / "lenet.weights.h5")
    return kzoo.LeNet5(weights=path / "lenet.weights.h5")


def given(model, _):
    model.set_weights(kzoo.LeNet5().get_weights())
    return model


def saved_and_read(model, path):
    fitted(model, path).save(path / "lenet.keras")
    return keras.models.load_model(path / "lenet.keras")


def used_as_it_was_built(model, path):
    model.predict(np.ones((1, 32, 32, 1)), verbose=0)
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("change", [fitted, loaded, built_with, given, saved_and_read])
def test_whatever_changes_the_weights_is_noticed(change, tmp_path):
    model = kzoo.LeNet5()
    assert is_untrained(model)
    assert not is_untrained(change(model, tmp_path))


def test_use_and_freezing_change_nothing(tmp_path):
    model = used_as_it_was_built(kzoo.LeNet5(), tmp_path)
    model.trainable = False
    assert is_untrained(model)
    assert not is_untrained(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))  # not kzoo's


def test_export_and_predict_warn_once_and_where_they_are_called(tmp_path):
    model = kzoo.LeNet5()
    for use in (lambda: predict([model], [IMAGE]), lambda: kzoo.export(model, tmp_path / "lenet", fold=False)):
        with pytest.warns(UserWarning, match="random") as caught:
            use()
        (warning,) = [each for each in caught if "random" in str(each.message)]
        assert str(warning.message) == RANDOM and warning.filename == __file__


def test_trained_networks_and_their_exports_do_not_warn(tmp_path):
    model = fitted(kzoo.LeNet5(), tmp_path)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*random")
        predict([model], [IMAGE])
        kzoo.export(model, tmp_path / "lenet", fold=False)


def imagenet():
    return kzoo.SqueezeNet1_1(input_shape=(33, 33, 3))


def test_decode_predictions_warns_while_only_random_networks_can_have_made_them(monkeypatch):
    gc.collect()
    import kzoo.weights.untrained as untrained

    monkeypatch.setattr(untrained, "_classifiers", type(untrained._classifiers)())
    predictions = np.full((1, 1000), 1e-3)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*random")
        kzoo.decode_predictions(predictions)  # of a network that kzoo knows nothing of
        small = kzoo.LeNet5()
        kzoo.decode_predictions(predictions)  # not of that network, which has ten classes
    random = imagenet()
    with pytest.warns(UserWarning, match="the weights of squeezenet1_1 are random") as caught:
        kzoo.decode_predictions(predictions)
    (warning,) = [each for each in caught if "random" in str(each.message)]
    assert "\n" not in str(warning.message) and warning.filename == __file__
    trained = imagenet()
    trained.weights[0].assign_add(np.ones(trained.weights[0].shape))
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*random")
        kzoo.decode_predictions(predictions)
    del trained, random, small
