"""MobileNets of other widths and kinds: counts, equality with keras.applications, the choice of weights."""

from math import prod

import keras
import numpy as np
import pytest
from conftest import difference, one_line, randomise
from test_zoo import image_batch, kernels

import kzoo

WIDTHS = [  # parameters: all, trainable, without the classifier; 10^9 MACs at 224x224
    ("MobileNet", {"alpha": 0.25}, 475_544, 470_072, 218_544, 0.0410303),
    ("MobileNet", {"alpha": 0.5}, 1_342_536, 1_331_592, 829_536, 0.149497),
    ("MobileNet", {"alpha": 0.75}, 2_601_976, 2_585_560, 1_832_976, 0.3254),
    ("MobileNet", {"alpha": 1.0}, 4_253_864, 4_231_976, 3_228_864, 0.56874),
]


def count(weights):
    return sum(prod(weight.shape) for weight in weights)


@pytest.mark.parametrize("name, options, total, trainable, notop, macs_g", WIDTHS)
def test_counts(name, options, total, trainable, notop, macs_g):
    model = kzoo.build(name, **options)
    assert (model.count_params(), count(model.trainable_weights)) == (total, trainable)
    assert kzoo.build(name, **options, include_top=False).count_params() == notop
    macs = sum(
        prod(kernel.shape) * prod(layer.output.shape[1:-1]) for layer in model.layers for kernel in kernels(layer)
    )
    assert macs == pytest.approx(macs_g * 1e9, rel=1e-4)


@pytest.mark.parametrize(
    "name, options",
    [
        ("MobileNet", {"alpha": 0.5}),
        ("MobileNet", {"alpha": 0.25, "depth_multiplier": 2, "dropout": 0.2}),
    ],
)
@pytest.mark.parametrize("size", [(75, 107), (128, 128)])
@pytest.mark.parametrize("include_top", [True, False])
def test_equal_to_keras_applications(name, options, size, include_top):
    """Odd sizes too: there the padding of strided convolutions differs from that of even ones."""
    arguments = {**options, "input_shape": (*size, 3), "include_top": include_top}
    reference = randomise(getattr(keras.applications, name)(weights=None, **arguments))
    model = kzoo.build(name, **arguments)
    assert [w.shape for w in model.weights] == [w.shape for w in reference.weights]
    model.set_weights(reference.get_weights())
    images = image_batch((*size, 3))
    assert difference(model(images), reference(images)) < 1e-4


@pytest.mark.parametrize("name", ["MobileNet"])
def test_layers_are_named_as_in_keras_applications(name):
    def named(model):
        return [layer.name for layer in model.layers if layer.weights]

    reference = getattr(keras.applications, name)(weights=None, input_shape=(224, 224, 3))
    assert named(kzoo.build(name)) == named(reference)


def test_dropout_is_in_the_classifier_only():
    dropped = kzoo.MobileNet(alpha=0.25, dropout=0.9, input_shape=(32, 32, 3), classifier_activation=None)
    kept = kzoo.MobileNet(alpha=0.25, dropout=0.0, input_shape=(32, 32, 3), classifier_activation=None)
    kept.set_weights(dropped.get_weights())
    images = image_batch((32, 32, 3))
    np.testing.assert_array_equal(dropped(images), kept(images))
    assert dropped.get_layer("dropout").rate == 0.9
    assert "dropout" in {layer.name for layer in dropped.layers} - {
        layer.name for layer in kzoo.MobileNet(include_top=False).layers
    }


def wanted(monkeypatch, name, **arguments):
    """Return the URL that a builder asks for, and its hash; nothing is downloaded."""
    asked = []

    def get_file(_, url, cache_subdir, file_hash):
        asked.extend([url.removeprefix("https://storage.googleapis.com/tensorflow/keras-applications/"), file_hash])
        raise RuntimeError("no network")

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    with pytest.raises(OSError, match="no network"):
        kzoo.build(name, weights="imagenet", **arguments)
    return asked


@pytest.mark.parametrize(
    "name, arguments, file",
    [
        ("MobileNet", {}, "mobilenet/mobilenet_1_0_224_tf.h5"),
        ("MobileNet", {"alpha": 0.25}, "mobilenet/mobilenet_2_5_224_tf.h5"),
        ("MobileNet", {"alpha": 0.5, "dropout": 0.5}, "mobilenet/mobilenet_5_0_224_tf.h5"),
        ("MobileNet", {"input_shape": (160, 160, 3)}, "mobilenet/mobilenet_1_0_160_tf.h5"),
        ("MobileNet", {"input_shape": (160, 192, 3)}, "mobilenet/mobilenet_1_0_224_tf.h5"),
        ("MobileNet", {"alpha": 0.75, "include_top": False}, "mobilenet/mobilenet_7_5_224_tf_no_top.h5"),
    ],
)
def test_published_weights_fit_the_options_and_the_size(name, arguments, file, monkeypatch):
    assert wanted(monkeypatch, name, **arguments)[0] == file


@pytest.mark.parametrize(
    "name, options, message",
    [
        (
            "MobileNet",
            {"alpha": 0.6},
            "alpha=0.6, depth_multiplier=1 contradicts weights='imagenet', published for alpha=1.0, "
            "depth_multiplier=1 or alpha=0.75, depth_multiplier=1 or alpha=0.5",
        ),
        ("MobileNet", {"depth_multiplier": 2}, "alpha=1.0, depth_multiplier=2 contradicts weights='imagenet'"),
    ],
)
@pytest.mark.parametrize("include_top", [True, False])
def test_options_without_published_weights(name, options, message, include_top):
    with pytest.raises(ValueError) as error:
        kzoo.build(name, weights="imagenet", include_top=include_top, **options)
    assert message in one_line(error)


def test_published_weights_are_listed_by_width():
    assert "'imagenet' alpha=0.25 depth_multiplier=1, top-1 51.582 %" in str(kzoo.info("MobileNet"))
