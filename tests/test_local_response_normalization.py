"""Local response normalisation is the formula of section 3.3 of the AlexNet paper."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kzoo.layers import LocalResponseNormalization


def formula(a, n, k, alpha, beta):
    """b_i = a_i / (k + alpha * sum of a_j^2, j from i - n/2 to i + n/2) ^ beta."""
    maps = a.shape[-1]
    sums = [(a[..., max(0, i - n // 2) : min(maps - 1, i + n // 2) + 1] ** 2).sum(-1) for i in range(maps)]
    return a / (k + alpha * np.stack(sums, -1)) ** beta


def images():
    return np.random.default_rng(0).normal(0, 50, (2, 3, 4, 9)).astype("float32")  # large: alpha is small


def test_defaults_are_the_papers():
    wanted = formula(images().astype("float64"), n=5, k=2, alpha=1e-4, beta=0.75)
    np.testing.assert_allclose(LocalResponseNormalization()(images()), wanted, rtol=1e-5)


@pytest.mark.parametrize("xla", [False, True])
def test_other_constants(xla):
    layer = LocalResponseNormalization(size=3, bias=1.0, alpha=0.01, beta=0.5)
    wanted = formula(images().astype("float64"), n=3, k=1, alpha=0.01, beta=0.5)
    np.testing.assert_allclose(tf.function(layer, jit_compile=xla)(images()), wanted, rtol=1e-5)


def test_value_by_hand():
    # five maps of 100: the middle one sees all, 2 + 1e-4 * 5 * 10,000 = 7; the outer ones three, 2 + 3 = 5
    b = LocalResponseNormalization()(np.full((1, 1, 1, 5), 100.0, "float32"))[0, 0, 0]
    np.testing.assert_allclose(b, [100 / n**0.75 for n in (5, 6, 7, 6, 5)], rtol=1e-6)


def test_bfloat16():
    assert LocalResponseNormalization(dtype="mixed_bfloat16")(images()).dtype == tf.bfloat16


@pytest.mark.parametrize("xla", [False, True])
def test_differentiable(xla):
    layer, x = LocalResponseNormalization(), tf.constant(images())

    @tf.function(jit_compile=xla)
    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(layer(x))
        return tape.gradient(y, x)

    step = np.zeros(x.shape, "float32")
    step[0, 1, 2, 3] = 1.0
    f = [formula((images() + sign * step).astype("float64"), 5, 2, 1e-4, 0.75).sum() for sign in (1, -1)]
    assert float(gradient(x)[0, 1, 2, 3]) == pytest.approx((f[0] - f[1]) / 2, rel=1e-3)


def test_config():
    layer = LocalResponseNormalization(size=3, bias=1.0, alpha=0.01, beta=0.5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(layer(images()), again(images()))


def test_even_size_is_refused():
    with pytest.raises(ValueError, match="size=4 does not work; accepted: a whole number from 1 that is odd"):
        LocalResponseNormalization(size=4)
