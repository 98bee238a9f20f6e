"""Depthwise and separable convolutions equal Keras', and are differentiated in float32 where bfloat16 is slow."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference

from kzoo.layers import DepthwiseConv2D, SeparableConv2D

SLOW = [{"kernel_size": 5}, {"kernel_size": 3, "strides": 2}, {"kernel_size": 7, "strides": 2, "padding": "same"}]
FAST = [{"kernel_size": 3, "padding": "same"}, {"kernel_size": 5, "use_bias": True}]
MAKERS = {DepthwiseConv2D: {"depth_multiplier": 2}, SeparableConv2D: {"filters": 6}}


def images():
    return tf.constant(np.random.default_rng(0).normal(size=(2, 11, 9, 4)).astype("float32"))


def pair(maker, dtype, arguments):
    """Return networks of a layer of kzoo's and of Keras', with the same random weights."""
    arguments = {"use_bias": False, "dtype": dtype, **MAKERS[maker], **arguments}
    ours, theirs = (
        keras.Sequential([keras.Input((11, 9, 4)), each(**arguments)])
        for each in (maker, getattr(keras.layers, maker.__name__))
    )
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def trained(network, xla=False):
    """Return the output and the gradients of a step, and of what type the graph's gradients of convolutions are."""

    @tf.function(jit_compile=xla)
    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = network(x, training=True)
            loss = tf.reduce_sum(tf.cast(y, tf.float32) ** 2)
        return y, tape.gradient(loss, [x, *(weight.value for weight in network.trainable_variables)])

    operations = step.get_concrete_function(images()).graph.get_operations()
    types = {op.get_attr("T") for op in operations if op.type.startswith("DepthwiseConv2dNativeBackprop")}
    return *step(images()), types


@pytest.mark.parametrize("arguments", SLOW + FAST, ids=str)
@pytest.mark.parametrize("maker", MAKERS)
def test_equal_to_keras_in_float32(maker, arguments):
    ours, theirs = pair(maker, "float32", arguments)
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    (y, gradients, types), (wanted, wanted_gradients, _) = (trained(each) for each in (ours, theirs))
    assert types == {tf.float32}
    np.testing.assert_array_equal(y, wanted)
    for gradient, want in zip(gradients, wanted_gradients, strict=True):
        np.testing.assert_array_equal(gradient, want)


@pytest.mark.parametrize("arguments, types", [(each, {tf.float32}) for each in SLOW] + [(FAST[0], {tf.bfloat16})])
@pytest.mark.parametrize("maker", MAKERS)
def test_bfloat16_is_differentiated_as_is_fastest(maker, arguments, types):
    ours, theirs = pair(maker, "mixed_bfloat16", arguments)
    exact, _ = pair(maker, "float32", arguments)
    exact.set_weights(ours.get_weights())
    y, gradients, found = trained(ours)
    assert found == types
    np.testing.assert_array_equal(y, theirs(images()))
    _, wanted, _ = trained(exact)
    for gradient, want in zip(gradients, wanted, strict=True):
        assert difference(tf.cast(gradient, tf.float32), want) < 0.03


@pytest.mark.parametrize("maker", MAKERS)
def test_xla_and_inference_are_left_to_keras(maker):
    ours, theirs = pair(maker, "mixed_bfloat16", SLOW[0])
    *_, types = trained(ours, xla=True)
    assert types == {tf.bfloat16}
    served = tf.function(lambda x: ours(x, training=False)).get_concrete_function(images())
    assert "IdentityN" not in {operation.type for operation in served.graph.get_operations()}
    np.testing.assert_array_equal(served(images()), theirs(images()))


def test_saved_and_loaded(tmp_path):
    inputs = keras.Input((11, 9, 4))
    model = keras.Model(inputs, SeparableConv2D(3, 3)(DepthwiseConv2D(5, strides=2, padding="same")(inputs)))
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(images()), model(images()))
