"""The Transformer: its size, what each position may see, and that it goes through a file."""

import keras
import numpy as np
import pytest
from helpers import one_line

import kzoo
from kzoo.models.text.transformer import TransformerConfig, transformer

TINY = TransformerConfig(vocabulary_size=20, hidden_dim=16, num_heads=4, intermediate_dim=32, num_layers=2, dropout=0.0)


@pytest.fixture(scope="module", params=[False, True], ids=["post-norm", "pre-norm"])
def model(request):
    keras.utils.set_random_seed(0)
    return transformer(TransformerConfig(**{**vars(TINY), "normalize_first": request.param}))


def tokens(batch, length, seed):
    return np.random.default_rng(seed).integers(3, 20, (batch, length)).astype("int32")


@pytest.mark.parametrize(
    "name, parameters",
    [("TransformerBase", 63_045_632), pytest.param("TransformerBig", 214_171_648, marks=pytest.mark.slow)],
)
def test_has_the_size_of_the_authors(name, parameters):
    model = kzoo.build(name)
    assert model.count_params() == parameters == kzoo.info(name).parameters
    assert name in kzoo.list_models(kind="sequence")
    assert [layer.name for layer in model.layers if layer.name.startswith("decoder")][-1] == "decoder_6"


def test_counts_what_pre_norm_adds():
    small = dict(vocabulary_size=20, hidden_dim=16, num_heads=4, intermediate_dim=32, num_layers=2)
    after = kzoo.TransformerBase(**small).count_params()
    assert kzoo.TransformerBase(**small, normalize_first=True).count_params() == after + 2 * 2 * 16
    attention, feedforward = 4 * 16 * 16, 16 * 32 + 32 + 32 * 16 + 16
    assert after == 20 * 16 + 2 * (attention + feedforward + 2 * 32) + 2 * (2 * attention + feedforward + 3 * 32)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"num_heads": 3}, "num_heads=3 does not divide hidden_dim=512"),
        ({"num_layers": 0}, "num_layers=0"),
        ({"dropout": 1.0}, "dropout=1.0"),
    ],
)
def test_refuses_what_does_not_work(change, message):
    with pytest.raises(ValueError, match=message) as error:
        kzoo.TransformerBase(**change)
    one_line(error)


def test_no_position_sees_a_later_one(model):
    source, target = tokens(2, 7, 0), tokens(2, 6, 1)
    before = model.predict([source, target], verbose=0)
    for position in range(1, 6):
        changed = target.copy()
        changed[:, position] = 3 + (changed[:, position] - 2) % 17
        after = model.predict([source, changed], verbose=0)
        np.testing.assert_allclose(after[:, :position], before[:, :position], atol=1e-6)
        assert np.abs(after[:, position:] - before[:, position:]).max(axis=(0, 2)).min() > 1e-3


def test_padding_changes_nothing(model):
    """Of a source of any length beside a target of any other, in a batch with longer ones."""
    source, target = tokens(1, 5, 0), tokens(1, 3, 1)
    alone = model.predict([source, target], verbose=0)
    sources = np.concatenate([np.pad(source, ((0, 0), (0, 4))), tokens(1, 9, 2)])
    targets = np.concatenate([np.pad(target, ((0, 0), (0, 3))), tokens(1, 6, 3)])
    together = model.predict([sources, targets], verbose=0)
    np.testing.assert_allclose(together[:1, :3], alone, atol=1e-5)
    shorter = model.predict([source[:, :4], target], verbose=0)
    assert np.abs(shorter - alone).max() > 1e-3  # and what is no padding is seen


def test_the_source_is_seen_in_both_directions_and_in_order(model):
    source, target = tokens(1, 6, 0), tokens(1, 3, 1)
    before = model.predict([source, target], verbose=0)
    for changed in (source[:, ::-1], np.where(np.arange(6) == 5, 19, source), np.where(np.arange(6) == 0, 19, source)):
        assert np.abs(model.predict([changed, target], verbose=0) - before)[:, 0].max() > 1e-3


def test_one_table_embeds_and_projects(model):
    layer = model.get_layer("embedding")
    vectors = layer(np.array([[3, 4]]))
    np.testing.assert_allclose(vectors[0, 0], np.asarray(layer.embeddings)[3] * 4, rtol=1e-6)  # sqrt(16)
    table = np.asarray(layer.embeddings)
    np.testing.assert_allclose(layer(vectors / 4, reverse=True)[0], table[3:5] @ table.T, atol=1e-5)
    assert sum(weight.shape[0] == 20 for weight in model.weights) == 1


def test_position_encodings_are_the_papers():
    encodings = np.asarray(kzoo.layers.SinePositionEncoding()(np.zeros((1, 50, 8), "float32")))[0]
    for position, i in [(0, 0), (3, 1), (49, 3)]:
        angle = position / 10000 ** (2 * i / 8)
        np.testing.assert_allclose(encodings[position, 2 * i : 2 * i + 2], [np.sin(angle), np.cos(angle)], atol=1e-5)
    later = kzoo.layers.SinePositionEncoding()(np.zeros((1, 1, 8), "float32"), start_index=49)
    np.testing.assert_allclose(later[0, 0], encodings[49], atol=1e-6)


def test_dropout_is_for_training_only():
    model = kzoo.TransformerBase(**{**vars(TINY), "dropout": 0.5})
    source, target = tokens(2, 5, 0), tokens(2, 4, 1)

    def call(training):
        return np.asarray(model([source, target], training=training))

    assert np.abs(call(True) - call(True)).max() > 0.1
    np.testing.assert_array_equal(call(False), call(False))
    for layer in ("encoder_1", "decoder_2"):
        assert {dropout.rate for dropout in model.get_layer(layer).dropouts} == {0.5}


def test_goes_through_a_file(model, tmp_path):
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    inputs = [tokens(2, 5, 0), tokens(2, 4, 1)]
    np.testing.assert_allclose(again.predict(inputs, verbose=0), model.predict(inputs, verbose=0), atol=1e-6)
    model.save_weights(tmp_path / "model.weights.h5")
    copy = keras.models.clone_model(model)
    copy.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_allclose(copy.predict(inputs, verbose=0), model.predict(inputs, verbose=0), atol=1e-6)
