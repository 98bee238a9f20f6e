"""BatchNormalization folded into the layers before it: equal outputs, and nothing folded that must not be."""

import keras
import numpy as np
import pytest
from helpers import difference, one_line, randomise, settle, small_input
from keras import layers

import kzoo
from kzoo.layers import Conv2D

# Smallest of the families with normalisations, fast enough to run always
FAST = ("ResNet18", "ResNet20CIFAR", "MobileNet", "MobileNetV3Small", "EfficientNetB0", "VGG11BN", "DenseNet40_12")
# Families that normalise sums, joins and poolings: the others lose all their normalisations
PRE_ACTIVATED = ("densenet", "densenet_cifar", "nasnet", "pnasnet", "resnet_v2", "wide_resnet_cifar")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in FAST else pytest.mark.slow)
        for name in kzoo.list_models(kind="classifier")
    ],
)
def test_every_network_says_the_same(name):
    variant = kzoo.info(name)
    shape = small_input(variant)
    model = kzoo.build(name, input_shape=shape, classes=10, classifier_activation=None)
    images = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    settle(randomise(model), images)
    folded = kzoo.fold(model)
    outputs = keras.tree.flatten(model(images))
    assert difference(folded(images), outputs) < 1e-4
    assert difference(outputs[0][:1], outputs[0][1:]) > 1e-3  # the images matter
    normalisations = {each.name for each in model.layers if isinstance(each, layers.BatchNormalization)}
    assert {*folded.folding.folded, *folded.folding.kept} == normalisations
    assert len(folded.layers) == len(model.layers) - len(folded.folding.folded)
    family = getattr(kzoo.applications, name).__module__.rsplit(".", 1)[-1]
    assert not folded.folding.kept or family in PRE_ACTIVATED or name.startswith("PreAct")
    assert folded.record == model.record and folded.count_params() <= model.count_params()


def small(*stack, shape=(8, 8, 4)):
    """Build a model of layers in a row, its weights away from 0 and 1."""
    inputs = x = keras.Input(shape)
    for layer in stack:
        x = layer(x)
    return randomise(keras.Model(inputs, x))


def gap(model, folded):
    images = np.random.default_rng(0).normal(size=(3, *model.input_shape[1:])).astype("float32")
    return difference(folded(images), model(images))


@pytest.mark.parametrize(
    "layer, shape",
    [
        (layers.Conv2D(6, 3, padding="same"), (8, 8, 4)),
        (layers.Conv2D(6, 3, use_bias=False, groups=2), (8, 8, 4)),
        (Conv2D(6, 3, groups=2), (8, 8, 4)),
        (layers.DepthwiseConv2D(3, depth_multiplier=2), (8, 8, 4)),
        (layers.SeparableConv2D(6, 3, depth_multiplier=2, use_bias=False), (8, 8, 4)),
        (layers.Conv2DTranspose(6, 3, strides=2), (8, 8, 4)),
        (layers.Conv1D(6, 3), (8, 4)),
        (layers.Conv3D(6, 3), (4, 4, 4, 2)),
        (layers.Dense(6), (5,)),
        (layers.Dense(6, use_bias=False), (8, 8, 4)),
    ],
)
def test_layers_that_take_a_normalisation_over(layer, shape):
    model = small(layer, layers.BatchNormalization(), layers.ReLU(), shape=shape)
    folded = kzoo.fold(model)
    assert gap(model, folded) < 1e-5
    assert not [each for each in folded.layers if isinstance(each, layers.BatchNormalization)]


def test_two_in_a_row_and_past_dropout():
    bare = layers.BatchNormalization(center=False, scale=False)
    model = small(layers.Conv2D(6, 3), layers.BatchNormalization(name="a"), layers.Dropout(0.5), bare)
    folded = kzoo.fold(model)
    assert gap(model, folded) < 1e-5 and len(folded.folding.folded) == 2
    assert model.count_params() == 4 * 9 * 6 + 6 + 4 * 6 + 2 * 6  # as it was


def test_past_zero_padding_only_if_zeros_stay_zeros():
    stack = layers.Conv2D(6, 3, name="conv"), layers.ZeroPadding2D(2, name="pad"), layers.BatchNormalization(name="bn")
    model = small(*stack)
    assert kzoo.fold(model).folding.kept == {"bn": "it would move the zeros of 'pad'"}
    normalisation = model.get_layer("bn")
    normalisation.beta.assign(np.zeros(6))
    normalisation.moving_mean.assign(np.zeros(6))
    folded = kzoo.fold(model)
    assert folded.folding.folded == {"bn": "conv"} and gap(model, folded) < 1e-5


def test_padding_before_the_convolution_does_not_matter():
    model = small(layers.ZeroPadding2D(1), layers.Conv2D(6, 3), layers.BatchNormalization())
    folded = kzoo.fold(model)
    assert not folded.folding.kept and gap(model, folded) < 1e-5


def test_what_must_stay():
    inputs = keras.Input((8, 8, 4))
    a = layers.Conv2D(4, 3, padding="same", name="read_twice")(inputs)
    b = layers.BatchNormalization(name="beside_a_branch")(a)
    c = layers.Conv2D(4, 3, padding="same", activation="relu", name="active")(layers.Add(name="sum")([a, b]))
    d = layers.BatchNormalization(name="after_relu")(c)
    e = layers.BatchNormalization(axis=1, name="of_rows")(layers.Conv2D(4, 1, name="rows")(d))
    shared = layers.BatchNormalization(name="shared")
    f = layers.Add()([shared(layers.Conv2D(4, 1)(e)), shared(layers.Conv2D(4, 1)(e))])
    g = layers.Conv2D(4, 1, name="output")(f)
    h = layers.BatchNormalization(name="after_output")(g)
    i = layers.BatchNormalization(name="of_batch")(layers.Conv2D(4, 1)(h), training=True)
    model = randomise(keras.Model(inputs, [g, i, layers.BatchNormalization(name="of_sum")(f)]))
    folded = kzoo.fold(model)
    assert folded.folding.folded == {}
    assert folded.folding.kept == {
        "beside_a_branch": "something else reads 'read_twice' too",
        "after_relu": "'active' has an activation",
        "of_rows": "it normalises along axis 1",
        "shared": "it is used more than once",
        "after_output": "something else reads 'output' too",
        "of_batch": "it normalises by the batch",
        "of_sum": f"something else reads {f._keras_history.operation.name!r} too",
    }
    assert gap(model, folded) < 1e-5
    assert str(folded.folding).startswith("0 of 7 BatchNormalizations folded\n  beside_a_branch stays: something")


def test_sequential_models_and_a_branch_outside_the_model():
    model = keras.Sequential([keras.Input((8, 8, 4)), layers.Conv2D(6, 3), layers.BatchNormalization()])
    elsewhere = keras.Model(model.inputs, layers.ReLU()(model.layers[0].output))  # another model's business
    folded = kzoo.fold(randomise(model))
    assert not folded.folding.kept and gap(model, folded) < 1e-5 and elsewhere is not None


def test_wrong_models():
    for model in ("lenet5", keras.Sequential([layers.Dense(2)])):
        with pytest.raises(ValueError) as error:
            kzoo.fold(model)
        assert "accepted is a functional keras.Model" in one_line(error)
