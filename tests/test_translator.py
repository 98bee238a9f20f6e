"""Training translators: equal everywhere, resumed as if nothing had been, and only real tokens count."""

import csv
import dataclasses
import io
import json
import os
import re
import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line
from matplotlib.figure import Figure

import kzoo
from kzoo.data.text import TokenBatches
from kzoo.data.text.dates import date_pairs
from kzoo.data.text.sources import load_pairs
from kzoo.models.text.transformer import TransformerConfig, transformer
from kzoo.recipes import transformer_translate
from kzoo.tasks import Translation, train
from kzoo.tasks.translation import Translator, TranslatorConfig, bleu, exact_match
from kzoo.tasks.translation.attention import plot_attention
from kzoo.tasks.translation.callbacks import PrintTranslations
from kzoo.tokenizers import END, START, CharacterTokenizer
from kzoo.training import TokenAccuracy, TokenCrossentropy, Trainer, count_tokens, make_strategy

SMALL = {"hidden_dim": 16, "num_heads": 2, "intermediate_dim": 32, "num_layers": 1, "dropout": 0.1}


def made_pairs(count=23, longest=14):
    """Sources and targets of unequal lengths, so that replicas have unequal numbers of tokens."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, longest, (count, 2))
    return [tuple(rng.integers(4, 20, length).tolist() for length in both) for both in lengths]


def test_an_epoch_has_every_pair_once_in_few_shapes():
    pairs = made_pairs(200)
    batches = TokenBatches(pairs, (8, 16), 64, replicas=2)
    assert batches.shapes == [(8, 8, 8), (4, 13, 14)]
    orders = []
    for epoch in (0, 1):
        found = list(batches.training(1, epoch).take(batches.steps).as_numpy_iterator())
        assert {source.shape + target.shape[1:] for (source, target), _ in found} == set(batches.shapes)
        seen = []
        for (source, target), labels in found:
            assert ((target[:, 0] == START) == (labels[:, 0] != 0)).all()
            for row, target_row, after in zip(source, target, labels, strict=True):
                if target_row[0]:
                    after = after[: np.count_nonzero(after)].tolist()
                    assert after[-1] == END and target_row[1 : np.count_nonzero(target_row)].tolist() == after[:-1]
                    seen.append((row[: np.count_nonzero(row)].tolist(), after[:-1]))
        assert sorted(map(repr, seen)) == sorted(repr(pair) for pair in pairs)
        orders.append(seen)
    assert orders[0] != orders[1]


def test_a_stream_that_starts_later_is_the_rest():
    batches = TokenBatches(made_pairs(60), (8, 16), 64)
    whole = list(batches.training(5).take(2 * batches.steps).as_numpy_iterator())
    for epoch, step in [(0, 3), (1, 0), (1, 2)]:
        passed = epoch * batches.steps + step
        rest = batches.training(5, epoch, step).take(len(whole) - passed).as_numpy_iterator()
        for a, b in zip(whole[passed:], rest, strict=True):
            tf.nest.map_structure(np.testing.assert_array_equal, a, b)


@pytest.mark.parametrize(
    "lengths, tokens, message",
    [
        ((8,), 64, r"lengths=\(8,\) ends below 14, the tokens of the longest text"),
        ((16, 8), 64, "in rising order"),
        ((16,), 15, "tokens=15 does not work; at least 16 make a batch"),
    ],
)
def test_refuses_batches_that_cannot_be(lengths, tokens, message):
    with pytest.raises(ValueError, match=message) as error:
        TokenBatches(made_pairs(), lengths, tokens)
    one_line(error)


@pytest.mark.parametrize("change", [{"lengths": (16.5,)}, {"tokens": float("nan")}, {"replicas": 0}, {"replicas": -1}])
def test_batches_are_of_whole_numbers(change):
    ((name, value),) = change.items()
    with pytest.raises(ValueError, match=rf"{name}={re.escape(repr(value))} .* from 1") as error:
        TokenBatches(made_pairs(), **{"lengths": (16,), "tokens": 64, **change})
    one_line(error)


@pytest.mark.parametrize("hypotheses, references", [([], []), (["a"], []), (["a"], ["a", "b"])])
@pytest.mark.parametrize("metric", [exact_match, bleu])
def test_metrics_compare_as_many_texts(metric, hypotheses, references):
    with pytest.raises(ValueError, match=f"hypotheses has {len(hypotheses)} .* references {len(references)}") as error:
        metric(hypotheses, references)
    one_line(error)


def test_loss_and_accuracy_are_of_tokens_alone():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 3, 5)).astype("float32")
    labels = np.array([[1, 4, 0], [2, 0, 0]], "int32")
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    real = [(0, 0, 1), (0, 1, 4), (1, 0, 2)]
    expected = [-0.9 * np.log(shares[i, j, k]) - 0.1 * np.log(shares[i, j]).mean() for i, j, k in real]
    loss = TokenCrossentropy(0.1)
    np.testing.assert_allclose(loss(labels, logits), np.mean(expected), rtol=1e-5)
    other = logits.copy()
    other[1, 1:] = 100 * rng.normal(size=(2, 5))  # where there is padding
    np.testing.assert_allclose(loss(labels, other), loss(labels, logits), rtol=1e-6)
    accuracy = TokenAccuracy()
    accuracy.update_state(labels, tf.one_hot([[1, 2, 0], [2, 0, 0]], 5))
    np.testing.assert_allclose(accuracy.result(), 2 / 3)
    assert int(count_tokens((None, labels))) == 3


def trained(kind, replicas, xla):
    keras.utils.set_random_seed(0)
    batches = TokenBatches(made_pairs(21), (16,), 64, replicas=2)
    with make_strategy(kind, replicas).scope():
        network = transformer(TransformerConfig(20, **{**SMALL, "dropout": 0.0}))
        trainer = Trainer(network, xla=xla, count=count_tokens)
        trainer.compile(keras.optimizers.Adam(1e-3), TokenCrossentropy(0.1), metrics=[TokenAccuracy()])
    history = trainer.fit(
        batches.training(0), steps_per_epoch=batches.steps, epochs=2, verbose=0, shuffle=False
    ).history
    return history, trainer.network.get_weights()


def test_equal_losses_and_weights_on_one_device_and_two():
    """Of the last batch of an epoch the second replica has nothing but padding."""
    (alone, weights), (together, others) = trained("none", 1, xla=False), trained("mirrored", 2, xla=True)
    for name, values in alone.items():
        np.testing.assert_allclose(together[name], values, rtol=2e-5, err_msg=name)
    for a, b in zip(weights, others, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


@pytest.fixture
def config(tmp_path):
    pairs = date_pairs(3, train=60, test=5)
    for name in ("train", "test"):
        text = "".join(f"{source}\t{target}\n" for source, target in getattr(pairs, name))
        (tmp_path / "dates").mkdir(exist_ok=True)
        (tmp_path / "dates" / f"{name}.tsv").write_text(text)
    with (tmp_path / "dates" / "train.tsv").open("a") as file:
        file.write("no target\n\tempty\n" + "a" * 50 + "\tlong\n")
    return TranslatorConfig(
        data=f"tsv:{tmp_path / 'dates'}",
        out=tmp_path / "out",
        epochs=2,
        tokens=400,
        lengths=(24, 40),
        options=SMALL,
        average_epochs=2,
        xla=False,
        warmup_steps=10,
        num_beams=2,
        replicas=1,
        samples=1,
    )


class Interrupted(Exception):
    pass


def test_a_run_broken_off_and_resumed_ends_as_it_would_have(config, tmp_path, monkeypatch, capsys):
    whole = train(Translation(config, exact_match))
    output = capsys.readouterr().out
    for part in (
        "1 not source TAB target (train.tsv:61); 1 with an empty side (train.tsv:62)" in output,
        "1 longer than 40 tokens (training pair 61)" in output,
        output.count(" -> ") == 2,  # a sample an epoch
    ):
        assert part, output
    written = {path.name for path in config.out.iterdir()}
    assert written >= {
        *("config.json", "vocabulary.json", "history.csv", "metrics.json", "curves.png", "attention.png"),
        *("translations.tsv", "best.weights.h5", "average.weights.h5", "checkpoints"),
    }
    metrics = json.loads((config.out / "metrics.json").read_text())
    assert metrics["exact_match"] == max(metrics["average_exact_match"], metrics["best_exact_match"])
    assert metrics["exact_match"] == whole.metrics["exact_match"] and metrics["weights"] in ("average", "best")

    steps = len(list(csv.reader((config.out / "history.csv").open()))) - 1
    assert steps == 2
    seen = []

    def stop(self, batch, logs=None):
        seen.append(batch)
        if len(seen) == 6:
            raise Interrupted

    again = dataclasses.replace(config, out=tmp_path / "again", checkpoint_every=2)
    with monkeypatch.context() as patched, pytest.raises(Interrupted):
        patched.setattr(PrintTranslations, "on_train_batch_begin", stop)
        train(Translation(again, exact_match))
    assert not (again.out / "metrics.json").exists()
    resumed = train(Translation(dataclasses.replace(again, resume=True), exact_match))
    assert (again.out / "history.csv").read_text() == (config.out / "history.csv").read_text()
    for a, b in zip(resumed.network.get_weights(), whole.network.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_of_epochs_that_are_gone_are_named(config):
    """All, or one of them, of which the average would be another."""
    task = Translation(config, exact_match)
    for gone in (1, 2):
        path = config.out / "epochs" / f"0000{gone}.weights.h5"
        with pytest.raises(FileNotFoundError, match="is to be averaged; put it back") as error:
            task.evaluate(None)
        assert str(path) in one_line(error)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize("average, best, chosen", [(0.2, 0.3, "best"), (0.3, 0.2, "average"), (0.2, 0.2, "average")])
def test_keeps_the_better_weights_and_of_equal_ones_the_average(config, average, best, chosen):
    pairs = load_pairs(config.data, seed=0)
    tokenizer = CharacterTokenizer.train(text for pair in pairs.train for text in pair)
    network = transformer(TransformerConfig(len(tokenizer), **SMALL))
    (config.out / "epochs").mkdir(parents=True)
    for epoch in (1, 2):
        network.save_weights(config.out / "epochs" / f"0000{epoch}.weights.h5")
    kept = {"average": network.get_weights()}
    network.set_weights([2 * weight for weight in kept["average"]])
    network.save_weights(config.out / "best.weights.h5")
    kept["best"] = network.get_weights()
    values = iter([average, best])  # in the order in which they are measured
    config = dataclasses.replace(config, lengths=(24,), test_pairs=1)
    task = Translation(config, lambda ours, theirs: {"exact_match": next(values)})
    task.pairs, task.tokenizer = pairs, tokenizer
    metrics = task.evaluate(Trainer(network))
    assert metrics == {
        "weights": chosen,
        "exact_match": max(average, best),
        "average_exact_match": average,
        "best_exact_match": best,
    }
    for found, expected in zip(task.network.get_weights(), kept[chosen], strict=True):
        np.testing.assert_array_equal(found, expected)


def test_the_picture_of_attention_has_axes_and_a_scale(tmp_path, monkeypatch):
    """One scale for all layers: the same grey is the same weight."""
    figures, write = [], Figure.savefig

    def savefig(figure, *given, **rest):
        figures.append(figure)
        write(figure, *given, **rest)

    monkeypatch.setattr(Figure, "savefig", savefig)
    scores = np.zeros((2, 4, 3, 5))
    scores[0, ..., 1], scores[1, :2, :, 2] = 0.25, 0.8
    plot_attention(tmp_path / "attention.png", list("abcde"), ["x", "y", "<end>"], scores)
    assert (tmp_path / "attention.png").read_bytes().startswith(b"\x89PNG")
    (figure,) = figures
    *panels, scale = figure.axes
    for axes, layer in zip(panels, scores, strict=True):
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("source tokens", "generated tokens")
        assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y", "<end>"]
        (image,) = axes.get_images()
        np.testing.assert_allclose(image.get_array(), layer.mean(axis=0))
        assert image.get_clim() == (0, 0.4)
    assert scale.get_ylabel() == "attention weight" and scale.get_ylim() == (0, 0.4)


def test_a_tokenizer_of_another_model_is_refused():
    model = kzoo.build("TransformerBase", **{**SMALL, "vocabulary_size": 7})
    Translator(model, CharacterTokenizer.train(["abc"]), 4)
    with pytest.raises(ValueError, match=r"tokenizer has 8 tokens, but .* knows 7"):
        Translator(model, CharacterTokenizer.train(["abcd"]), 4)


@pytest.fixture
def finished(tmp_path):
    """What `--translate` needs of a run, with random weights."""
    config = transformer_translate.Config(out=tmp_path, options=SMALL)
    (tmp_path / "config.json").write_text(json.dumps(dataclasses.asdict(config), default=str))
    (tmp_path / "metrics.json").write_text('{"weights": "best"}')
    tokenizer = CharacterTokenizer.train(["abc"])
    tokenizer.save(tmp_path / "vocabulary.json")
    network = kzoo.build(config.model, **{**SMALL, "vocabulary_size": len(tokenizer)})
    network.save_weights(tmp_path / "best.weights.h5")
    return dataclasses.replace(config, translate=True, xla=False, lengths=(4,))


def give_lines(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "ascii", "surrogateescape"))


@pytest.mark.parametrize(("content", "count"), [(b"", 0), (b"\n", 1), ("abc\n\né".encode(), 3)])
def test_each_line_is_translated_to_one(finished, monkeypatch, capsys, content, count):
    give_lines(monkeypatch, content)
    transformer_translate.main(finished)
    assert capsys.readouterr().out.count("\n") == count


def test_standard_input_that_cannot_be_read_is_said(finished, monkeypatch):
    give_lines(monkeypatch, b"abc\xe9\n")
    with pytest.raises(ValueError, match="standard input is not UTF-8"):
        transformer_translate.main(finished)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ValueError, match="standard input is closed"):
        transformer_translate.main(finished)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", "[]"),
        ("config.json", '{"mod'),
        ("metrics.json", '{"wei'),
        ("metrics.json", "[]"),
        ("metrics.json", "{}"),
        ("metrics.json", '{"weights": "worst"}'),
    ],
)
def test_a_damaged_result_is_named_before_it_translates(finished, name, content):
    (finished.out / name).write_text(content)
    with pytest.raises(ValueError, match=rf"{name} is (damaged|not of a run)") as error:
        transformer_translate.main(finished)
    one_line(error)


def test_a_run_of_another_recipe_does_not_translate(finished):
    stored = json.loads((finished.out / "config.json").read_text())
    del stored["lengths"]
    (finished.out / "config.json").write_text(json.dumps(stored))
    with pytest.raises(ValueError, match="run of another recipe"):
        transformer_translate.main(finished)


@pytest.mark.slow
def test_recipe_translates_lines_of_standard_input(config, tmp_path):
    """Trained on a file of pairs, with a vocabulary of byte pairs; BLEU says how it was computed."""
    recipe = [sys.executable, str(ROOT / "recipes" / "transformer_translate.py"), "--out", str(tmp_path / "run")]
    options = (
        f"--data {config.data} --epochs 1 --tokens 256 --lengths 64 --vocabulary-size 300 --samples 0 --no-xla".split()
    )
    options += ["--options.hidden_dim", "16", "--options.num_heads", "2", "--options.intermediate_dim", "32"]
    options += f"--options.num_layers 1 --export {tmp_path / 'sm'}".split()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    early = subprocess.run([*recipe, "--translate"], capture_output=True, text=True, env=environment)
    assert early.returncode == 2 and "\nerror: " in f"\n{early.stderr}" and "train first" in early.stderr
    subprocess.run([*recipe, *options], check=True, env=environment)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert 0 <= metrics["bleu"] <= 100 and "version:" in metrics["signature"]
    assert (tmp_path / "sm" / "1" / "assets.extra" / "vocabulary.json").exists()
    lines = "3 mai 2020\n\n5 March 2021\n"
    given = {"input": lines, "capture_output": True, "text": True, "check": True, "env": environment}
    output = subprocess.run([*recipe, "--translate", "--no-xla"], **given).stdout
    assert len(output.splitlines()) == 3 and output.splitlines()[1] == ""


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_on_two_replicas_under_xla(config, policy):
    two = dataclasses.replace(config, precision=policy, replicas=2, xla=True, epochs=1, options=SMALL, swap=True)
    metrics = train(Translation(two, exact_match)).metrics
    assert np.isfinite(metrics["val_loss"]) and metrics["val_loss"] < 6


@pytest.mark.slow
def test_dates_are_right_in_99_of_100(tmp_path, run_python):
    run_python(ROOT / "recipes" / "transformer_dates.py", "--out", tmp_path / "run")
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["exact_match"] >= 0.99 and metrics["held_out_styles_exact_match"] > 0.8


@pytest.mark.slow
def test_killed_and_resumed_equals_uninterrupted(tmp_path):
    """kill -9 in the middle of an epoch; files of either run are equal."""
    command = [sys.executable, "-c", KILLED, str(ROOT / "recipes" / "transformer_dates.py")]
    options = (
        "--epochs=2",
        "--steps-per-epoch=4",
        "--tokens=512",
        "--no-xla",
        "--checkpoint-every=2",
        "--test-pairs=4",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name, step, code in (("whole", 0, 0), ("killed", 7, -9), ("killed", 0, 0)):
        given = {**environment, "KILL_AT": str(step)}
        resume = ["--resume"] if (tmp_path / name).exists() else []
        result = subprocess.run([*command, *options, "--out", str(tmp_path / name), *resume], env=given)
        assert result.returncode == code
    with (
        h5py.File(tmp_path / "whole" / "average.weights.h5") as whole,
        h5py.File(tmp_path / "killed" / "average.weights.h5") as killed,
    ):
        names = []
        whole.visititems(lambda name, each: names.append(name) if isinstance(each, h5py.Dataset) else None)
        assert len(names) > 20
        for name in names:
            np.testing.assert_array_equal(whole[name], killed[name])


KILLED = """
import os, runpy, signal, sys
from kzoo.tasks.translation.callbacks import KeepEpochs
left = int(os.environ["KILL_AT"])
def begin(self, batch, logs=None):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
KeepEpochs.on_train_batch_begin = begin
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model": "LeNet5"}, "model='LeNet5' is a classifier network"),
        ({"average_epochs": 0}, "average_epochs=0 does not work"),
        ({"factor": 0.0}, "factor=0.0 does not work"),
        ({"data": "csv:pairs"}, "data source 'csv:pairs' is none of"),
        ({"data": "tsv:missing"}, "missing: no such file or folder"),
    ],
)
def test_wrong_options_write_nothing(config, change, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message) as error:
        train(Translation(dataclasses.replace(config, **change), exact_match))
    one_line(error)
    assert not config.out.exists()
