"""What is done with trained networks: evaluation, fine-tuning, distillation, each as its recipe does it."""

import csv
import importlib.util
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
import tyro
from conftest import ROOT, one_line, randomise

import kzoo
from kzoo.data import load_source
from kzoo.evaluating import evaluate


def recipe(name):
    """Import a recipe as a module."""
    spec = importlib.util.spec_from_file_location(f"recipes_{name}", ROOT / "recipes" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name, *arguments):
    """Run a recipe with the options of a command line, in this process."""
    module = recipe(name)
    return module.main(tyro.cli(module.Config, args=[str(each) for each in arguments]))


def raw_digits():
    """Return the bundled test images (360, 8, 8, 1), 0..255, and their labels."""
    return (np.stack(part) for part in zip(*load_source("digits").test.dataset().as_numpy_iterator(), strict=True))


@pytest.fixture(scope="module")
def lenet(tmp_path_factory):
    """A network that says something of a digit, and the file of its weights."""
    network = randomise(kzoo.LeNet5())
    path = tmp_path_factory.mktemp("lenet") / "lenet.weights.h5"
    network.save_weights(path)
    return network, path


# evaluation


def test_evaluation_equals_counting_by_hand(lenet, tmp_path):
    network, weights = lenet
    metrics = run("evaluate", "--model", "LeNet5", "--weights", weights, "--out", tmp_path, "--batch-size", 7)
    images, truth = raw_digits()
    scores = network.predict(kzoo.preprocessor("LeNet5")(images), verbose=0)
    taken = scores.argmax(axis=-1)
    assert metrics == json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["images"] == 360 and metrics["accuracy"] == pytest.approx(np.mean(taken == truth))
    better = (scores > np.take_along_axis(scores, truth[:, None], axis=-1)).sum(axis=-1)
    assert metrics["top_5_accuracy"] == pytest.approx(np.mean(better < 5))
    with (tmp_path / "report.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == [str(digit) for digit in range(10)]
    assert len(set(taken)) > 1
    for digit, row in enumerate(rows):
        hits = np.sum((truth == digit) & (taken == digit))
        assert int(row["count"]) == np.sum(truth == digit)
        assert float(row["recall"]) == pytest.approx(hits / np.sum(truth == digit))
        if not np.any(taken == digit):
            assert row["precision"] == ""
            continue
        precision = hits / np.sum(taken == digit)
        assert float(row["precision"]) == pytest.approx(precision)
        if hits:
            expected = 2 * precision * float(row["recall"]) / (precision + float(row["recall"]))
            assert float(row["f1"]) == pytest.approx(expected)
    assert tf.io.decode_png((tmp_path / "confusion.png").read_bytes()).shape == (700, 800, 4)


def test_a_saved_model_is_measured_the_same(lenet, tmp_path):
    network, weights = lenet
    saved = kzoo.export(network, tmp_path / "lenet5")
    ours = run("evaluate", "--saved-model", saved, "--out", tmp_path / "a")
    theirs = run("evaluate", "--model", "LeNet5", "--weights", weights, "--out", tmp_path / "b")
    for key in ("images", "accuracy", "top_5_accuracy", "mean_f1"):
        assert ours[key] == pytest.approx(theirs[key])


def test_rows_are_the_truth_and_columns_the_prediction():
    scores = np.eye(3, dtype="float32")[[2, 2, 1]]
    seen = evaluate(lambda images: scores, [(None, np.array([0, 2, 1]))], 3)
    np.testing.assert_array_equal(seen.confusion, [[0, 0, 1], [0, 1, 0], [0, 0, 1]])
    assert [row["precision"] for row in seen.report("abc")] == [None, 1.0, 0.5]
    assert [row["recall"] for row in seen.report("abc")] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "options, message",
    [
        ((), "what to evaluate is not clear; give --model and --weights, or --saved-model"),
        (("--model", "LeNet5"), "what to evaluate is not clear"),
        (("--saved-model", "nowhere"), "saved_model='nowhere' holds no saved_model.pb"),
        (("--model", "LeNet5", "--weights", "FILE", "--data", "npz:DATA"), "do not know the 3 classes of the data"),
    ],
)
def test_what_cannot_be_evaluated_writes_nothing(lenet, tmp_path, options, message):
    np.savez(
        tmp_path / "three.npz",
        **{f"x_{half}": np.zeros((6, 8, 8), "uint8") for half in ("train", "test")},
        **{f"y_{half}": np.arange(6) % 3 for half in ("train", "test")},
    )
    options = [each.replace("FILE", str(lenet[1])).replace("DATA", str(tmp_path / "three.npz")) for each in options]
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        run("evaluate", *options, "--out", tmp_path / "out")
    assert message in one_line(error)
    assert not (tmp_path / "out").exists()


def test_scores_that_are_no_numbers_are_no_accuracy():
    with pytest.raises(ValueError, match="scores are not finite"):
        evaluate(lambda images: np.full((2, 3), np.nan), [(None, np.array([0, 1]))], 3)
