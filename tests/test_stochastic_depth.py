"""What makes stochastic depth itself: who survives, for how long, and what the survivors are worth."""

import keras
import numpy as np
import pytest
from helpers import one_line

import kzoo
from kzoo.applications.stochastic_depth import stochastic_depth, survivals
from kzoo.layers import StochasticBranch


def test_a_mini_batch_survives_as_a_whole_and_as_often_as_stated():
    layer = StochasticBranch(0.7, seed=0)
    batch = np.random.default_rng(0).normal(size=(4, 2, 2, 3)).astype("float32")
    survived = 0
    for _ in range(500):
        output = np.asarray(layer(batch, training=True))
        whole = np.array_equal(output, batch)
        assert whole or not output.any()  # neither an image alone, nor scaled
        survived += whole
    assert survived / 500 == pytest.approx(0.7, abs=0.07)


def test_what_is_expected_is_used_at_test():
    batch = np.ones((2, 2, 2, 3), "float32")
    np.testing.assert_allclose(StochasticBranch(0.7)(batch), 0.7 * batch)


@pytest.mark.parametrize("survival", [0, 1.1, -0.5])
def test_what_is_no_probability_is_refused(survival):
    with pytest.raises(ValueError) as error:
        StochasticBranch(survival)
    assert f"survival={survival}" in one_line(error)


def test_survival_falls_evenly_to_the_last_unit():
    np.testing.assert_allclose(survivals(4, 0.5), [0.875, 0.75, 0.625, 0.5])
    inputs = keras.Input((32, 32, 3))
    model = keras.Model(inputs, stochastic_depth(inputs, depth=2, survival=0.4))
    drops = [layer.survival for layer in model.layers if isinstance(layer, StochasticBranch)]
    np.testing.assert_allclose(drops, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])


def test_the_shortcut_takes_means_of_2x2_pixels():
    inputs = keras.Input((32, 32, 3))
    model = keras.Model(inputs, stochastic_depth(inputs, depth=1, survival=0.5))
    ends = [model.get_layer(name).output for name in ("conv2_block1_out", "conv3_block1_0_pad")]
    before, skip = keras.Model(inputs, ends)(np.random.default_rng(0).normal(size=(1, 32, 32, 3)))
    means = np.asarray(before).reshape(1, 16, 2, 16, 2, 16).mean(axis=(2, 4))
    np.testing.assert_allclose(skip[..., :16], means, rtol=1e-5, atol=1e-6)
    assert not np.any(skip[..., 16:])


def test_it_learns_with_branches_dropped():
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.GlobalAveragePooling2D()(stochastic_depth(inputs, depth=1, survival=0.5))
    model = keras.Model(inputs, keras.layers.Dense(2)(x))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(0)
    labels = np.arange(32) % 2
    images = (rng.normal(size=(32, 8, 8, 3)) + labels[:, None, None, None]).astype("float32")
    losses = model.fit(images, labels, batch_size=8, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_the_default_of_the_paper_can_be_changed():
    assert kzoo.info("StochasticDepthResNet110").config["survival"] == 0.5
    assert kzoo.info("StochasticDepthResNet110").options == ("survival",)
