"""MobileNets of other widths and kinds: counts, equality with keras.applications, the choice of weights."""

from math import prod

import keras
import numpy as np
import pytest
from helpers import difference, image_batch, inputs_of, kernels, one_line, randomise, settle

import kzoo
from kzoo.weights import download

slow = pytest.mark.slow
# Options; parameters: all, trainable, without the classifier; 10^9 MACs at 224x224.
WIDTHS = [
    ("MobileNet", {"alpha": 0.25}, 475_544, 470_072, 218_544, 0.0410303),
    ("MobileNetV2", {"alpha": 0.35}, 1_691_208, 1_677_128, 410_208, 0.0592858),
    ("MobileNetV3Small", {"alpha": 0.75}, 2_051_552, 2_041_872, 583_160, 0.0433993),
]
LARGER_WIDTHS = [
    ("MobileNet", {"alpha": 0.5}, 1_342_536, 1_331_592, 829_536, 0.149497),
    ("MobileNet", {"alpha": 0.75}, 2_601_976, 2_585_560, 1_832_976, 0.3254),
    ("MobileNet", {"alpha": 1.0}, 4_253_864, 4_231_976, 3_228_864, 0.56874),
    ("MobileNetV2", {"alpha": 0.5}, 1_987_224, 1_968_680, 706_224, 0.0971318),
    ("MobileNetV2", {"alpha": 0.75}, 2_663_064, 2_636_424, 1_382_064, 0.20907),
    ("MobileNetV2", {"alpha": 1.3}, 5_431_048, 5_386_792, 3_766_048, 0.509375),
    ("MobileNetV2", {"alpha": 1.4}, 6_156_712, 6_108_776, 4_363_712, 0.582196),
    ("MobileNetV3Small", {"minimalistic": True}, 2_056_848, 2_044_736, 441_000, 0.0522884),
    ("MobileNetV3Large", {"alpha": 0.75}, 4_012_616, 3_993_528, 1_808_736, 0.154561),
    ("MobileNetV3Large", {"minimalistic": True}, 3_948_688, 3_924_288, 1_437_608, 0.209137),
]


def count(weights):
    return sum(prod(weight.shape) for weight in weights)


@pytest.mark.parametrize(
    "name, options, total, trainable, notop, macs_g",
    [*WIDTHS, *(pytest.param(*row, marks=slow) for row in LARGER_WIDTHS)],
)
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
        ("MobileNetV2", {"alpha": 1.4}),
        ("MobileNetV3Small", {"minimalistic": True, "dropout_rate": 0.0}),
        pytest.param("MobileNetV3Large", {"alpha": 1.25}, marks=slow),
    ],
)
@pytest.mark.parametrize("size", [(75, 107), pytest.param((128, 128), marks=slow)])
@pytest.mark.parametrize("include_top", [True, False])
def test_equal_to_keras_applications(name, options, size, include_top):
    """Odd sizes too: there the padding of strided convolutions differs from that of even ones."""
    arguments = {**options, "input_shape": (*size, 3), "include_top": include_top, "classifier_activation": None}
    reference = randomise(getattr(keras.applications, name)(weights=None, **arguments))
    images, others = (inputs_of(kzoo.info(name), (*size, 3), seed=i, count=count) for i, count in ((0, 2), (1, 12)))
    settle(reference, others)  # or a class has a probability of 1 whatever the image
    model = kzoo.build(name, **arguments)
    assert [w.shape for w in model.weights] == [w.shape for w in reference.weights]
    model.set_weights(reference.get_weights())
    expected = reference(images)
    assert difference(model(images), expected) < 4e-5  # measured: at most 4e-6
    assert difference(expected[:1], expected[1:]) > 0.01


@pytest.mark.parametrize(
    "name", ["MobileNet", "MobileNetV2", "MobileNetV3Small", pytest.param("MobileNetV3Large", marks=slow)]
)
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


def test_hashes_are_those_of_keras_applications(monkeypatch):
    from keras.src.applications.mobilenet_v3 import WEIGHTS_HASHES

    for name in ("Small", "Large"):
        for options in ({}, {"alpha": 0.75}, {"minimalistic": True}):
            for top in (True, False):
                url, digest = wanted(monkeypatch, f"MobileNetV3{name}", include_top=top, **options)
                key = url.removeprefix("mobilenet_v3/weights_mobilenet_v3_").removesuffix(".h5")
                assert WEIGHTS_HASHES[key.removesuffix("_no_top_v2")][0 if top else 1] == digest


def test_bottlenecks_are_linear():
    """Nothing is activated after a projection: section 3.2 of MobileNetV2, section 2 of MobileNetV3."""
    for model in (kzoo.MobileNetV2(alpha=0.35), kzoo.MobileNetV3Small()):
        projections = [layer for layer in model.layers if layer.name.lower().endswith("project_bn")]
        followers = [node.operation for layer in projections for node in layer._outbound_nodes]
        assert len(projections) >= 11
        assert not [layer for layer in followers if isinstance(layer, (keras.layers.ReLU, keras.layers.Activation))]


def test_narrower_networks_keep_their_last_layer():
    for alpha, channels in [(0.35, 1280), (1.0, 1280), (1.3, 1664), (1.4, 1792)]:
        assert kzoo.MobileNetV2(alpha=alpha, include_top=False).output_shape[-1] == channels


def test_strides_reach_the_same_size_whether_or_not_it_is_known():
    for name in ("MobileNetV2", "MobileNetV3Small"):
        known = randomise(kzoo.build(name, include_top=False, input_shape=(75, 107, 3)))
        unknown = kzoo.build(name, include_top=False)
        unknown.set_weights(known.get_weights())
        images = image_batch((75, 107, 3))
        np.testing.assert_allclose(known(images), unknown(images), rtol=1e-4, atol=1e-5)


def test_images_are_scaled_in_the_graph_of_the_third():
    assert kzoo.info("MobileNetV3Small").preprocessing.name == "raw"
    scaling = kzoo.MobileNetV3Small().get_layer("rescaling")
    np.testing.assert_allclose(scaling(np.array([[0.0, 127.5, 255.0]])), [[-1, 0, 1]], atol=1e-6)


def wanted(monkeypatch, name, **arguments):
    """Return the URL that a builder asks for, and its hash; nothing is downloaded."""
    asked = []

    def from_url(url, digest, path):
        asked.extend([url.removeprefix("https://storage.googleapis.com/tensorflow/keras-applications/"), digest])
        raise RuntimeError("no network")

    monkeypatch.setattr(download, "_download_from_url", from_url)
    monkeypatch.setenv("KZOO_HOME", "nothing is here")
    with pytest.raises(OSError, match="no network"):
        kzoo.build(name, weights="imagenet", **arguments)
    return asked


V2 = "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels"
V3 = "mobilenet_v3/weights_mobilenet_v3"


@pytest.mark.parametrize(
    "name, arguments, file",
    [
        ("MobileNet", {}, "mobilenet/mobilenet_1_0_224_tf.h5"),
        ("MobileNet", {"alpha": 0.25}, "mobilenet/mobilenet_2_5_224_tf.h5"),
        ("MobileNet", {"alpha": 0.5, "dropout": 0.5}, "mobilenet/mobilenet_5_0_224_tf.h5"),
        ("MobileNet", {"input_shape": (160, 160, 3)}, "mobilenet/mobilenet_1_0_160_tf.h5"),
        ("MobileNet", {"input_shape": (160, 192, 3)}, "mobilenet/mobilenet_1_0_224_tf.h5"),
        ("MobileNet", {"alpha": 0.75, "include_top": False}, "mobilenet/mobilenet_7_5_224_tf_no_top.h5"),
        ("MobileNetV2", {"alpha": 1}, f"{V2}_1.0_224.h5"),
        ("MobileNetV2", {"alpha": 0.35, "input_shape": (96, 96, 3)}, f"{V2}_0.35_96.h5"),
        ("MobileNetV2", {"alpha": 1.4, "include_top": False}, f"{V2}_1.4_224_no_top.h5"),
        ("MobileNetV3Small", {}, f"{V3}_small_224_1.0_float.h5"),
        ("MobileNetV3Small", {"minimalistic": True}, f"{V3}_small_minimalistic_224_1.0_float.h5"),
        ("MobileNetV3Large", {"alpha": 0.75, "include_top": False}, f"{V3}_large_224_0.75_float_no_top_v2.h5"),
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
        (
            "MobileNetV2",
            {"alpha": 0.6},
            "published for alpha=1.0 or alpha=0.35 or alpha=0.5 or alpha=0.75 or alpha=1.3",
        ),
        (
            "MobileNetV3Small",
            {"alpha": 0.75, "minimalistic": True},
            "alpha=0.75, minimalistic=True contradicts weights='imagenet', published for alpha=1.0, minimalistic=False "
            "or alpha=0.75, minimalistic=False or alpha=1.0, minimalistic=True",
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
