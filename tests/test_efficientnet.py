"""What makes EfficientNet itself."""

import keras
import numpy as np
import pytest
from helpers import difference, randomise

import kzoo
from kzoo.applications.efficientnet import STAGES, scaled, widened

MEAN = np.array([0.485, 0.456, 0.406], "float32")
DEVIATION = np.array([0.229, 0.224, 0.225], "float32")


def test_b0_is_the_table_of_the_paper():
    model = kzoo.EfficientNetB0()
    last = {1: "a", 2: "b", 3: "b", 4: "c", 5: "c", 6: "d", 7: "a"}
    shapes = {stage: model.get_layer(f"block{stage}{unit}_project_bn").output.shape[1:] for stage, unit in last.items()}
    sides, maps = (112, 56, 28, 14, 14, 7, 7), (16, 24, 40, 80, 112, 192, 320)
    assert shapes == {stage: (side, side, n) for stage, (side, n) in enumerate(zip(sides, maps, strict=True), 1)}
    kernels = [model.get_layer(f"block{stage}a_dwconv").kernel_size[0] for stage in last]
    assert kernels == [3, 3, 5, 3, 5, 5, 3]


def test_the_gate_has_a_quarter_of_the_blocks_input():
    model = kzoo.EfficientNetB0()
    assert model.get_layer("block2a_se_reduce").kernel.shape == (1, 1, 96, 4)  # of 16, not of the 96
    assert model.get_layer("block7a_se_expand").kernel.shape == (1, 1, 48, 1152)


def test_widths_are_multiples_of_eight_and_repeats_are_rounded_up():
    b3 = scaled(STAGES, width=1.2, depth=1.4)
    assert [stage.filters for stage in b3] == [24, 32, 48, 96, 136, 232, 384]
    assert [stage.repeats for stage in b3] == [2, 3, 3, 5, 5, 6, 2]
    assert widened(16, 1.2) == 24  # 19.2 would be 16, which is more than a tenth less


def test_blocks_are_dropped_more_often_the_deeper_they_are():
    model = kzoo.EfficientNetB0()
    rates = [layer.rate for layer in model.layers if layer.name.endswith("_drop")]
    assert (
        rates == sorted(rates) and rates[0] == pytest.approx(0.2 * 2 / 16) and rates[-1] == pytest.approx(0.2 * 14 / 16)
    )
    assert len(rates) == 16 - 7  # no block that changes the shape has a way round it
    assert model.get_layer("block2b_drop").noise_shape == (None, 1, 1, 1)  # an image as a whole


def test_odd_sizes_are_rounded_up_as_in_keras_applications():
    shape = (75, 101, 3)
    reference = randomise(keras.applications.EfficientNetB0(weights=None, include_top=False, input_shape=shape))
    model = kzoo.EfficientNetB0(include_top=False)  # of any size
    model.set_weights(reference.get_weights())
    images = np.random.default_rng(0).uniform(0, 255, (2, *shape)).astype("float32")
    assert model(images).shape == (2, 3, 4, 1280)
    assert difference(model(images), reference(images)) < 2e-5


@pytest.mark.parametrize("file", ["weights.h5", "model.weights.h5"])
def test_published_weights_mean_the_deviation_where_they_say_variance(file, tmp_path, monkeypatch):
    """Stand in for the download: the graph Keras builds for "imagenet", with the normalisation of its file."""
    from keras.src.applications import efficientnet
    from keras.src.legacy.saving import legacy_h5_format

    monkeypatch.setattr(efficientnet.file_utils, "get_file", lambda *args, **kwargs: "published")
    monkeypatch.setattr(keras.Model, "load_weights", lambda self, path: None)
    reference = randomise(keras.applications.EfficientNetB0(weights="imagenet", include_top=False))
    monkeypatch.undo()
    assert sum(isinstance(layer, keras.layers.Rescaling) for layer in reference.layers) == 2
    normalization = next(layer for layer in reference.layers if isinstance(layer, keras.layers.Normalization))
    normalization.set_weights([MEAN, DEVIATION, np.array(0)])
    normalization.finalize_state()
    path = tmp_path / file
    if file == "weights.h5":
        import h5py

        with h5py.File(path, "w") as group:
            legacy_h5_format.save_weights_to_hdf5_group(group, reference)
    else:
        reference.save_weights(path)
    model = kzoo.EfficientNetB0(include_top=False, weights=path)
    images = np.random.default_rng(0).uniform(0, 255, (2, 64, 96, 3)).astype("float32")
    assert difference(model(images), reference(images)) < 2e-5
    np.testing.assert_array_equal(model.get_layer("stem_normalization").get_weights()[1], DEVIATION)


class TestNormalization:
    pixels = np.random.default_rng(0).uniform(size=(4, 5, 5, 3)).astype("float32")

    @pytest.mark.parametrize("dtype, tolerance", [("float32", 1e-6), ("mixed_bfloat16", 2e-2)])
    def test_divides_by_the_published_deviation(self, dtype, tolerance):
        layer = kzoo.layers.Normalization(dtype=dtype)
        layer.build(self.pixels.shape)
        layer.set_weights([MEAN, DEVIATION, np.array(0)])
        expected = (self.pixels - MEAN) / DEVIATION
        np.testing.assert_allclose(np.asarray(layer(self.pixels)).astype("float32"), expected, atol=2 * tolerance)

    @pytest.mark.parametrize("variance", [DEVIATION**2, [1, 1, 1], [0.229, 0.224, 0.25]])
    def test_divides_by_the_root_of_every_other_variance(self, variance):
        ours, keras_own = kzoo.layers.Normalization(), keras.layers.Normalization()
        for layer in (ours, keras_own):
            layer.build(self.pixels.shape)
            layer.set_weights([MEAN, np.array(variance, "float32"), np.array(0)])
            layer.finalize_state()
        np.testing.assert_allclose(ours(self.pixels), keras_own(self.pixels), rtol=1e-5, atol=1e-6)

    def test_adapts(self):
        layer = kzoo.layers.Normalization()
        layer.adapt(self.pixels)
        normalized = np.asarray(layer(self.pixels))
        np.testing.assert_allclose(normalized.mean((0, 1, 2)), 0, atol=1e-5)
        np.testing.assert_allclose(normalized.std((0, 1, 2)), 1, atol=1e-5)

    def test_constants_are_not_its_business(self):
        with pytest.raises(ValueError, match=r"use keras\.layers\.Normalization"):
            kzoo.layers.Normalization(mean=[0.5], variance=[0.1])
