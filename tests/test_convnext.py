"""What makes ConvNeXt itself, and the layers it brought."""

import keras
import numpy as np
import pytest
from helpers import difference, randomise

import kzoo
from kzoo.applications.convnext import convnext, head


def small():
    """One block a stage, three in the third, and narrow."""
    inputs = keras.Input((64, 64, 3))
    features = convnext(inputs, depths=(1, 1, 3, 1), widths=(8, 16, 24, 32), drop_path=0.5)
    return keras.Model(inputs, head(features, 10, "softmax"))


def test_a_block_has_one_normalisation_and_one_activation():
    names = [layer.name for layer in small().layers if layer.name.startswith("stage_2_block_0_")]
    parts = ("depthwise_conv", "layernorm", "pointwise_conv_1", "gelu", "pointwise_conv_2")
    rest = ("layer_scale", "stochastic_depth", "add")
    assert names == [f"stage_2_block_0_{part}" for part in (*parts, *rest)]


def test_downsampling_is_normalised_before():
    first, second = small().get_layer("downsampling_block_0").layers
    assert isinstance(first, keras.layers.LayerNormalization) and second.kernel.shape == (2, 2, 8, 16)
    first, second = small().get_layer("stem").layers
    assert first.kernel.shape == (4, 4, 3, 8) and isinstance(second, keras.layers.LayerNormalization)


def test_gelu_is_exact():
    gelu = small().get_layer("stage_0_block_0_gelu")
    assert float(gelu(np.array([1.0], "float32"))[0]) == pytest.approx(0.8413447, abs=1e-6)  # tanh: 0.8411920


def test_blocks_are_dropped_more_often_the_deeper_they_are():
    rates = [layer.drop_path_rate for layer in small().layers if isinstance(layer, kzoo.layers.StochasticDepth)]
    np.testing.assert_allclose(rates, [0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_it_starts_as_nearly_the_identity():
    model = small()
    before = model.get_layer("stage_1_block_0_add").output
    after = keras.Model(model.input, [model.get_layer("downsampling_block_0").output, before])
    images = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype("float32")
    inputs, outputs = after(images)
    assert difference(inputs, outputs) < 1e-4


@pytest.mark.parametrize("pooling, axes", [("avg", np.mean), ("max", np.max)])
def test_without_the_classifier_the_last_normalisation_follows_the_pooling(pooling, axes):
    model = randomise(kzoo.ConvNeXtTiny(include_top=False, pooling=pooling, input_shape=(64, 64, 3)))
    features = keras.Model(model.input, model.get_layer("stage_3_block_2_add").output)
    images = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype("float32")
    pooled = axes(features(images), axis=(1, 2))
    expected = model.get_layer("final_layernorm")(pooled)
    assert difference(model(images), expected) < 1e-5
    assert model.layers[-1].name == "final_layernorm"


def test_it_trains_and_is_saved(tmp_path):
    model = randomise(small())  # as it starts, the branches are too faint to change in one step
    model.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
    images = np.random.default_rng(0).uniform(0, 255, (4, 64, 64, 3)).astype("float32")
    layer = model.get_layer("stage_0_block_0_depthwise_conv")
    before = layer.get_weights()[0]
    model.fit(images, np.arange(4), verbose=0)
    assert np.abs(before - layer.get_weights()[0]).max() > 0
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(images), again(images))


class TestConv2D:
    @pytest.mark.parametrize("padding, strides", [("same", 1), ("valid", 2)])
    def test_depthwise_equals_keras(self, padding, strides):
        arguments = {"groups": 6, "padding": padding, "strides": strides}
        ours, keras_own = kzoo.layers.Conv2D(6, 5, **arguments), keras.layers.Conv2D(6, 5, **arguments)
        x = np.random.default_rng(0).normal(size=(2, 12, 9, 6)).astype("float32")
        for layer in (ours, keras_own):
            layer.build(x.shape)
        ours.set_weights(keras_own.get_weights())
        np.testing.assert_allclose(ours(x), keras_own(x), rtol=1e-5, atol=1e-5)
        assert ours.compute_output_shape(x.shape) == ours(x).shape

    def test_other_groups_are_keras_business(self):
        x = np.ones((1, 4, 4, 4), "float32")
        assert kzoo.layers.Conv2D(8, 3, groups=4)(x).shape == (1, 2, 2, 8)
        assert kzoo.layers.Conv2D(4, 3)(x).shape == (1, 2, 2, 4)


class TestLayerScale:
    def test_multiplies_each_channel(self):
        layer = kzoo.layers.LayerScale(0.5)
        np.testing.assert_allclose(layer(np.ones((1, 2, 2, 3), "float32")), 0.5)
        layer.gamma.assign([1, 2, 3])
        np.testing.assert_allclose(layer(np.ones((1, 1, 1, 3), "float32")), [[[[1, 2, 3]]]])

    def test_round_trip(self):
        layer = kzoo.layers.LayerScale(1e-6, name="scale")
        again = keras.layers.deserialize(keras.layers.serialize(layer))
        assert type(again) is kzoo.layers.LayerScale and again.get_config() == layer.get_config()


class TestStochasticDepth:
    ones = np.ones((1000, 2, 2, 3), "float32")

    def test_drops_whole_images_and_keeps_the_mean(self):
        result = np.asarray(kzoo.layers.StochasticDepth(0.25, seed=1)(self.ones, training=True))
        assert set(np.unique(result)) == {0, np.float32(1 / 0.75)}
        assert (result.min(axis=(1, 2, 3)) == result.max(axis=(1, 2, 3))).all()
        assert (result[:, 0, 0, 0] == 0).mean() == pytest.approx(0.25, abs=0.05)

    def test_does_nothing_at_inference_or_without_a_rate(self):
        np.testing.assert_array_equal(kzoo.layers.StochasticDepth(0.9)(self.ones), self.ones)
        np.testing.assert_array_equal(kzoo.layers.StochasticDepth(0)(self.ones, training=True), self.ones)

    @pytest.mark.parametrize("rate", [-0.1, 1, 2])
    def test_what_is_no_share(self, rate):
        with pytest.raises(ValueError, match=r"accepted: from 0 to less than 1"):
            kzoo.layers.StochasticDepth(rate)

    def test_round_trip(self):
        layer = kzoo.layers.StochasticDepth(0.3, seed=7, name="drop")
        again = keras.layers.deserialize(keras.layers.serialize(layer))
        assert type(again) is kzoo.layers.StochasticDepth and again.get_config() == layer.get_config()
