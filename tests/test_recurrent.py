"""Recurrent networks: their size, that padding is not read, and the recipe that compares them."""

import csv
from pathlib import Path

import keras
import numpy as np
import pytest
from helpers import ROOT, one_line

from kzoo.models.text.recurrent import classifier, language_model, tagger, tokens, vectors
from kzoo.recipes import rnn_digits

GATES = {"rnn": 1, "lstm": 4, "gru": 3}


@pytest.mark.parametrize("cell", GATES)
def test_has_the_weights_of_its_gates(cell):
    model = classifier(vectors(5), classes=3, cell=cell, units=(7, 6), bidirectional=True)

    def layer(inputs, units):
        biases = 2 if cell == "gru" else 1  # as the fused kernel wants it
        return 2 * GATES[cell] * (inputs * units + units * units + biases * units)

    assert model.count_params() == layer(5, 7) + layer(14, 6) + 12 * 3 + 3
    assert model.output_shape == (None, 3)


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_padding_is_not_read(cell, bidirectional):
    rng = np.random.default_rng(0)
    text = rng.integers(1, 9, (2, 5))
    padded = np.pad(text, ((0, 0), (0, 3)))
    other = dict(cell=cell, units=(6, 6), bidirectional=bidirectional)
    model = classifier(tokens(9, 4), 3, **other)
    np.testing.assert_allclose(model(padded), model(text), atol=1e-6)
    assert np.abs(model(np.where(padded == 0, 8, padded)) - model(text)).max() > 1e-4
    model = tagger(tokens(9, 4), 3, **other)
    np.testing.assert_allclose(model(padded)[:, :5], model(text), atol=1e-6)
    model = classifier(vectors(4, mask_value=0.0), 3, **other)
    x = rng.normal(size=(2, 5, 4)).astype("float32")
    np.testing.assert_allclose(model(np.pad(x, ((0, 0), (0, 3), (0, 0)))), model(x), atol=1e-6)


def test_reads_from_both_ends_where_asked_to():
    text = np.random.default_rng(0).integers(1, 9, (1, 6))
    changed = np.where(np.arange(6) == 5, 9 - text, text)
    for bidirectional in (False, True):
        model = tagger(tokens(9, 4), 3, units=(6,), bidirectional=bidirectional)
        assert (np.abs(model(changed) - model(text))[0, 0].max() > 1e-4) == bidirectional


def test_a_language_model_sees_nothing_to_come():
    model = language_model(9, units=(6, 6))
    text = np.random.default_rng(0).integers(1, 9, (2, 6))
    changed = np.where(np.arange(6) == 3, 9 - text, text)
    difference = np.abs(model(changed) - model(text)).max(axis=(0, 2))
    assert model.output_shape == (None, None, 9) and (difference[:3] < 1e-6).all() and (difference[3:] > 1e-4).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_fused_kernel_of_a_gpu_stays_usable(cell):
    """What cuDNN can compute, as Keras asks before it lets it."""
    layer = classifier(tokens(9, 4), 3, cell=cell, dropout=0.5).get_layer(f"{cell}_1")
    assert layer.use_cudnn == "auto" and layer.cell.recurrent_dropout == 0 and layer.cell.use_bias
    assert layer.activation is keras.activations.tanh and layer.recurrent_activation is keras.activations.sigmoid
    assert not layer.unroll and getattr(layer.cell, "reset_after", True)


@pytest.mark.parametrize(
    "change, message",
    [({"cell": "lstn"}, "cell='lstn'"), ({"units": ()}, r"units=\(\)"), ({"dropout": 1}, "dropout=1")],
)
def test_refuses_what_does_not_work(change, message):
    with pytest.raises(ValueError, match=message) as error:
        classifier(vectors(3), 2, **change)
    one_line(error)


@pytest.mark.parametrize(
    "options",
    [
        {"bidirectional": True},
        {"options": {"alpha": 1}},
        {"cell": "gru", "initializer": "he"},
        {"export": Path(".")},
        {"export": Path("/")},
        {"export": Path("..")},
    ],
)
def test_recipe_ignores_no_option(options):
    with pytest.raises(ValueError, match="does not work") as error:
        rnn_digits.Config(**options)
    assert one_line(error).startswith(next(name for name in options if name != "cell"))


def test_recipe_looks_at_all_folders_before_the_first_training(tmp_path):
    (tmp_path / "gru").mkdir()
    (tmp_path / "gru" / "metrics.json").touch()
    with pytest.raises(FileExistsError, match="gru holds 'metrics"):
        rnn_digits.main(rnn_digits.Config(out=tmp_path, epochs=1, steps_per_epoch=1, strategy="none"))
    assert [path.name for path in tmp_path.iterdir()] == ["gru"]


def test_recipe_trains_and_exports_one(tmp_path, run_python):
    options = ("--cell", "gru", "--bidirectional", "--epochs", 1, "--steps-per-epoch", 2, "--batch-size", 8)
    places = ("--out", tmp_path / "out", "--export", tmp_path / "sm")
    output = run_python(ROOT / "recipes" / "rnn_digits.py", *options, *places).stdout
    assert "gru_bidirectional" in output.splitlines()[-1]
    assert (tmp_path / "out" / "gru_bidirectional" / "curves.png").exists()
    assert (tmp_path / "sm_gru_bidirectional" / "1" / "saved_model.pb").exists()


@pytest.mark.slow
def test_recipe_reaches_95_percent(tmp_path, run_python):
    output = run_python(ROOT / "recipes" / "rnn_digits.py", "--out", tmp_path).stdout
    table = {row[0]: row[1] for row in csv.reader(output.splitlines()[-4:], delimiter=" ", skipinitialspace=True)}
    assert set(table) == {"rnn", "lstm", "gru", "lstm_bidirectional"}
    assert all(float(share.rstrip("%")) >= 95 for name, share in table.items() if name != "rnn")
