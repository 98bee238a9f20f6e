"""Exports of generative models and translators: every format, equal to the model, described."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line, randomise

import kzoo
from kzoo.exporting import describe_export, load, load_functions
from kzoo.exporting.formats import format_module
from kzoo.exporting.serving import Differences, difference
from kzoo.generation import beam_search
from kzoo.generative import DDPM, GAN, CycleGAN, NoiseSchedule
from kzoo.registry import UNIT
from kzoo.tasks.translation import Translator
from kzoo.tokenizers import BytePairTokenizer, CharacterTokenizer

FORMATS = ("savedmodel", "openvino", "onnx", "litert")
LENGTH = 10


def gan(**options):
    shape = {"image_shape": (8, 8, 1)}
    networks = kzoo.GANGenerator(latent_dim=5, units=16, **shape), kzoo.GANDiscriminator(units=8, **shape)
    randomise(networks[0])
    return GAN(*networks, preprocessing=UNIT, **options)


def cyclegan():
    networks = [kzoo.CycleGANGenerator(1, 2, num_residual_blocks=1, kernel_size=3, name=name) for name in ("ab", "ba")]
    networks += [kzoo.PatchGAN70(1, base_filters=2, num_downsampling=1, name=name) for name in ("a", "b")]
    return CycleGAN(*map(randomise, networks), image_shape=(16, 16, 1))


def ddpm():
    network = kzoo.DDPMUNetSmall((8, 8, 1), base_channels=4, channel_multipliers=(1,), attention_resolutions=(8,))
    return DDPM(randomise(network), NoiseSchedule(20, 1e-2, 0.3))


def translator(tokenizer=None):
    tokenizer = tokenizer or CharacterTokenizer("abcdefé")
    keras.utils.set_random_seed(0)
    sizes = {"hidden_dim": 16, "num_heads": 2, "intermediate_dim": 32, "num_layers": 1}
    network = kzoo.TransformerBase(vocabulary_size=len(tokenizer), **sizes)
    network.set_weights([2 * each for each in network.get_weights()])  # its hypotheses are less alike
    return Translator(network, tokenizer, LENGTH, beam_search, batch_size=4, xla=False)


def need(format):
    for package in format_module(format).PACKAGES:
        pytest.importorskip(package)


@pytest.mark.parametrize("format", FORMATS)
def test_a_gan_decodes_in_every_format(format, tmp_path):
    need(format)
    model = gan(ema=0.9)
    path = kzoo.export(model, tmp_path / "gan", format=format, licence="CC0")
    z = np.random.default_rng(1).normal(size=(7, 5)).astype("float32")  # not as many as it was verified on
    images = load_functions(path)["decode"](z=z)["images"]
    expected = np.round(255 * np.clip(model.sampling_generator(z), 0, 1))
    assert images.dtype == np.uint8 and np.ptp(expected) > 100
    np.testing.assert_allclose(images.astype(int), expected.astype(int), atol=1)
    metadata = describe_export(path)
    assert metadata["kind"] == "generator" and metadata["algorithm"] == "GAN" and metadata["licence"] == "CC0"
    assert metadata["variant"]["name"] == "GANGenerator" and metadata["format"] == format
    assert metadata["functions"]["decode"] == {"z": "float32 (None, 5)"}
    assert metadata["differences"]["decode.images"] <= 1
    assert ("sample" in load_functions(path)) == (format == "savedmodel")


@pytest.mark.parametrize("format", FORMATS)
def test_a_cyclegan_translates_in_every_format(format, tmp_path):
    need(format)
    model = cyclegan()
    path = kzoo.export(model, tmp_path / "cyclegan", format=format)
    images = np.random.default_rng(1).integers(0, 256, (3, 16, 16, 1)).astype("uint8")
    functions = load_functions(path)
    for name in ("a_to_b", "b_to_a"):
        fake = functions[name](images=images)["images"]
        assert fake.dtype == np.uint8 and np.ptp(fake) > 10
        expected = model.translate(getattr(model, name), images)
        np.testing.assert_allclose(fake.astype(int), expected.astype(int), atol=1)


@pytest.mark.parametrize("format", FORMATS)
def test_a_diffusion_model_predicts_noise_in_every_format(format, tmp_path):
    need(format)
    model = ddpm()
    path = kzoo.export(model, tmp_path / "ddpm", format=format)
    images = np.random.default_rng(1).normal(size=(3, 8, 8, 1)).astype("float32")
    timesteps = np.array([0, 7, 19], "int32")
    noise = load_functions(path)["predict_noise"](images=images, timesteps=timesteps)["noise"]
    np.testing.assert_allclose(noise, model.ema_network([images, timesteps]), atol=1e-4)
    assert np.std(noise) > 1e-2


@pytest.mark.parametrize("format", FORMATS)
def test_a_translator_searches_in_every_format(format, tmp_path):
    need(format)
    model = translator()
    path = kzoo.export(model, tmp_path / "translator", format=format)
    texts = ["abc", "fedcbaé", "", "b" * 9, "fa"]
    tokens = np.zeros((5, 12), "int32")
    for row, text in zip(tokens, texts, strict=True):
        row[: len(text)] = model.tokenizer.encode(text)
    found = load_functions(path)["translate_tokens"](tokens=tokens)
    expected = model(texts)
    assert [model.tokenizer.decode(row) for row in found["tokens"]] == expected
    assert expected[2] == "" and found["scores"][2] == 0 and len(set(expected)) >= 3
    stored = CharacterTokenizer(**json.loads((path / "assets.extra" / "vocabulary.json").read_text("utf-8")))
    assert stored.characters == model.tokenizer.characters
    metadata = describe_export(path)
    assert metadata["kind"] == "translator" and metadata["max_length"] == LENGTH
    if format == "savedmodel":
        given = np.array(texts, object)
        assert [each.decode() for each in load_functions(path)["translate"](texts=given)["translations"]] == expected


def test_models_in_mixed_precision_are_exported_in_float32(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = gan()
    keras.config.set_dtype_policy("float32")
    path = kzoo.export(model, tmp_path / "gan")
    z = np.random.default_rng(1).normal(size=(4, 5)).astype("float32")
    images = load_functions(path)["decode"](z=z)["images"].astype(int)
    exact = gan()
    exact.generator.set_weights(model.generator.get_weights())
    np.testing.assert_allclose(images, np.round(255 * np.clip(exact.generator(z), 0, 1)).astype(int), atol=1)


def test_byte_pairs_are_tokens_alone(tmp_path):
    tokenizer = BytePairTokenizer.train(["ein Märchen, noch ein Märchen"] * 3, 270)
    path = kzoo.export(translator(tokenizer), tmp_path / "pairs")
    assert set(load_functions(path)) == {"translate_tokens", "serving_default"}


def test_what_differs_is_removed(tmp_path, monkeypatch):
    model = gan()
    spec = model.serving_spec()
    decode = spec.functions["decode"]
    negative = replace(decode, call=lambda z: {"images": 255 - decode.call(z)["images"]})
    wrong = replace(spec, functions={"decode": negative})
    monkeypatch.setattr(model, "serving_spec", lambda: wrong)
    with pytest.raises(ValueError, match=r"decode\.images differs by [\de.+]+, accepted are 1") as error:
        kzoo.export(model, tmp_path / "gan")
    one_line(error)
    assert not list(tmp_path.rglob("*.pb"))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"labels": ["a"]}, "labels is of classifiers; leave it out for a GAN"),
        ({"images": np.zeros((2, 8, 8, 1))}, "images is of classifiers"),
        ({"precision": "bfloat16"}, "precision='bfloat16' does not work for a GAN; accepted: 'float32'"),
        ({"format": "onyx"}, "format='onyx' is unknown"),
    ],
)
def test_arguments_that_are_of_classifiers(arguments, message, tmp_path):
    with pytest.raises(ValueError) as error:
        kzoo.export(gan(), tmp_path / "gan", **arguments)
    assert message in one_line(error)
    assert not list(tmp_path.iterdir())


def test_a_generator_is_no_classifier(tmp_path):
    path = kzoo.export(gan(), tmp_path / "gan")
    with pytest.raises(ValueError, match="is an export of a generator, not of a classifier") as error:
        load(path)
    one_line(error)


def test_differences():
    assert difference(np.array([1, 250], "uint8"), np.array([250, 1], "uint8")) == 249
    assert difference(np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 5]])) == 0.5
    assert difference(np.array([b"a", b"b"]), np.array([b"a", b"c"])) == 0.5
    assert difference(np.zeros(3), np.zeros(4)) == np.inf
    assert not Differences({"f.x": float("nan")}, {"f.x": 1.0}).accepted
    assert Differences({"f.x": 0.0, "f.y": 1.0}, {"f.x": 0.0, "f.y": 1.0}).accepted


def test_empty_batches(tmp_path):
    decode = tf.saved_model.load(kzoo.export(gan(), tmp_path / "gan")).signatures["decode"]
    assert decode(z=np.zeros((0, 5), "float32"))["images"].shape == (0, 8, 8, 1)
