"""Conv2D equals keras.layers.Conv2D(groups=...), and trains wherever TensorFlow runs."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference

from kzoo.layers import Conv2D

ARGUMENTS = [
    {},
    {"strides": 2, "padding": "same"},
    {"padding": "same", "use_bias": False, "activation": "relu"},
    {"dilation_rate": 2},
]


def images(channels=12):
    return np.random.default_rng(0).normal(size=(2, 11, 9, channels)).astype("float32")


def pair(groups=4, **arguments):
    ours = Conv2D(8, 3, groups=groups, bias_initializer="random_normal", **arguments)
    theirs = keras.layers.Conv2D(8, 3, groups=groups, **arguments)
    for layer in (ours, theirs):
        layer.build((None, 11, 9, 12))
    theirs.set_weights(ours.get_weights())
    return ours, theirs


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
@pytest.mark.parametrize("xla", [False, True])
def test_equal_to_keras(arguments, xla):
    ours, theirs = pair(**arguments)
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]
    assert difference(tf.function(ours, jit_compile=xla)(images()), theirs(images())) < 1e-5
    assert ours.compute_output_shape((2, 11, 9, 12)) == theirs(images()).shape


def gradients(convolve, weights, x, xla=False):
    @tf.function(jit_compile=xla)
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(convolve(x) ** 2)
        return tape.gradient(loss, [x, *weights])

    return run(tf.constant(x))


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
@pytest.mark.parametrize("xla", [False, True])
def test_gradients_are_those_of_separate_convolutions(arguments, xla):
    layer, _ = pair(**arguments)

    def separate(x):
        same = {key: value for key, value in arguments.items() if key not in ("use_bias", "activation")}
        y = [
            keras.ops.conv(part, kernel, **{"padding": "valid", **same})
            for part, kernel in zip(tf.split(x, 4, -1), tf.split(layer.kernel, 4, -1), strict=True)
        ]
        y = tf.concat(y, -1) + (layer.bias if layer.use_bias else 0)
        return layer.activation(y)

    weights = layer.trainable_variables
    wanted = gradients(separate, [w.value for w in weights], images())
    for found, want in zip(gradients(layer, [w.value for w in weights], images(), xla), wanted, strict=True):
        assert difference(found, want) < 1e-5


def test_trains_without_onednn(run_python):
    """As on machines that TensorFlow has no oneDNN for, where its own grouped convolution has no gradient."""
    run_python(
        """if True:
        import keras, numpy as np
        from kzoo.layers import Conv2D
        model = keras.Sequential([keras.Input((8, 8, 4)), Conv2D(6, 3, groups=2), keras.layers.Flatten()])
        model.compile("sgd", "mse", jit_compile=False)
        before = model.layers[0].get_weights()[0]
        model.fit(np.ones((4, 8, 8, 4)), np.ones((4, 216)), verbose=0)
        assert (model.layers[0].get_weights()[0] != before).all()
        """,
        TF_ENABLE_ONEDNN_OPTS="0",
    )


def test_bfloat16():
    layer = Conv2D(8, 3, groups=4, dtype="mixed_bfloat16")
    assert layer(images()).dtype == tf.bfloat16
    assert [w.dtype for w in layer.weights] == ["float32", "float32"]


def test_saved_and_served(tmp_path):
    inputs = keras.Input((None, None, 12))
    model = keras.Model(inputs, Conv2D(8, 3, groups=4)(inputs))
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(images()), model(images()))
    model.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(tmp_path / "served")
    assert difference(served.serve(images()), model(images())) < 1e-6


def test_groups_that_do_not_divide():
    with pytest.raises(ValueError, match="divisible"):
        Conv2D(8, 3, groups=5)(images())
