"""What is done with trained networks: evaluation, fine-tuning, distillation, each as its recipe does it."""

import csv
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line, randomise
from safetensors.numpy import load_file

import kzoo
from kzoo import recipes
from kzoo.data import load_source
from kzoo.evaluation import evaluate
from kzoo.layers import BatchNormalization, Preprocessor
from kzoo.training import (
    Crossentropy,
    Distiller,
    Trainer,
    adapt_teacher,
    freeze_backbone,
    make_strategy,
    reset_classifier,
)
from kzoo.training.command_line import parse
from kzoo.training.fine_tuning import classifier_layers


def run(name, *arguments):
    """Run a recipe with the options of a command line, in this process."""
    recipe = recipes.load(name)
    return recipe.main(parse(recipe.config, [str(each) for each in arguments]))


def raw_digits():
    """Return the bundled test images (360, 8, 8, 1), 0..255, and their labels."""
    return (np.stack(part) for part in zip(*load_source("digits").test.dataset().as_numpy_iterator(), strict=True))


def three_classes(path):
    """Write black images of three classes."""
    images, labels = np.zeros((6, 8, 8), "uint8"), np.arange(6) % 3
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)


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
    images, labels = raw_digits()
    scores = network.predict(kzoo.preprocessor("LeNet5")(images), verbose=0)
    predicted = scores.argmax(axis=-1)
    assert metrics == json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["images"] == 360 and metrics["accuracy"] == pytest.approx(np.mean(predicted == labels))
    better = (scores > np.take_along_axis(scores, labels[:, None], axis=-1)).sum(axis=-1)
    assert metrics["top_5_accuracy"] == pytest.approx(np.mean(better < 5))
    with (tmp_path / "report.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == [str(digit) for digit in range(10)]
    assert len(set(predicted)) > 1
    for digit, row in enumerate(rows):
        hits = np.sum((labels == digit) & (predicted == digit))
        assert int(row["count"]) == np.sum(labels == digit)
        assert float(row["recall"]) == pytest.approx(hits / np.sum(labels == digit))
        if not np.any(predicted == digit):
            assert row["precision"] == ""
            continue
        precision = hits / np.sum(predicted == digit)
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


def test_a_run_is_measured_on_the_data_it_was_trained_with(tmp_path):
    """And neither its own metrics.json nor anybody else's is replaced by those of an evaluation."""
    rng = np.random.default_rng(0)
    for split, count in (("train", 8), ("test", 4)):
        for label in ("one", "two"):
            folder = tmp_path / "pictures" / split / label
            folder.mkdir(parents=True)
            for i in range(count):
                picture = tf.constant(rng.integers(0, 256, (28, 28, 1), "uint8"))
                (folder / f"{i}.png").write_bytes(tf.io.encode_png(picture).numpy())
    out = tmp_path / "run"
    trained = run(
        *("lenet5_digits", "--data", f"folder:{tmp_path / 'pictures'}", "--epochs", 1, "--batch-size", 4),
        *("--out", out, "--strategy", "none", "--no-xla", "--seed", 3),
    )
    metrics = run("evaluate", "--run", out, "--out", tmp_path / "evaluation")
    assert metrics["accuracy"] == pytest.approx(trained["val_accuracy"]) and metrics["images"] == 8
    assert metrics["data"] == f"folder:{tmp_path / 'pictures'}"
    assert run("evaluate", "--run", out, "--out", tmp_path / "evaluation") == metrics
    before = (out / "metrics.json").read_bytes()
    with pytest.raises(FileExistsError, match=r"holds 'metrics\.json', which is not of an evaluation"):
        run("evaluate", "--run", out, "--out", out)
    assert (out / "metrics.json").read_bytes() == before and not (out / "report.csv").exists()
    with pytest.raises(ValueError, match=r"classes 0, 1, 2, 3, 4, ... \(10\), but the run knows one, two") as error:
        run("evaluate", "--run", out, "--data", "digits", "--out", tmp_path / "other")
    one_line(error)
    (out / "config.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no config\.json, which names its data") as error:
        run("evaluate", "--run", out, "--out", tmp_path / "evaluation")  # not on the digits instead
    one_line(error)
    run("evaluate", "--run", out, "--data", f"folder:{tmp_path / 'pictures'}", "--out", tmp_path / "evaluation")


@pytest.mark.parametrize("damaged", ["saved_model.pb", "variables/variables.index", "assets.extra/model.json"])
def test_a_damaged_saved_model_is_named(lenet, tmp_path, damaged):
    saved = kzoo.export(lenet[0], tmp_path / "lenet5")
    (saved / damaged).write_bytes(b"junk" * 300)
    with pytest.raises(ValueError) as error:
        run("evaluate", "--saved-model", saved, "--out", tmp_path / "out")
    assert str(saved) in one_line(error) and not (tmp_path / "out").exists()


def test_rows_are_labels_and_columns_predictions():
    scores = np.eye(3, dtype="float32")[[2, 2, 1]]
    seen = evaluate(lambda images: scores, [(None, np.array([0, 2, 1]))], 3)
    np.testing.assert_array_equal(seen.confusion, [[0, 0, 1], [0, 1, 0], [0, 0, 1]])
    assert [row["precision"] for row in seen.report("abc")] == [None, 1.0, 0.5]
    assert [row["recall"] for row in seen.report("abc")] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "options, message",
    [
        ((), "what to evaluate is not clear; give --model and --weights, or --run, or --saved-model"),
        (("--run", "a", "--saved-model", "b"), "what to evaluate is not clear"),
        (("--run", "nowhere"), "run='nowhere' has no config.json, which names its data; give the --out"),
        (("--model", "LeNet5"), "what to evaluate is not clear"),
        (("--saved-model", "nowhere"), "saved_model='nowhere' holds no saved_model.pb"),
        (("--model", "LeNet5", "--weights", "FILE", "--out", "FILE"), "is no folder; give one, which may be new"),
        (("--model", "LeNet5", "--weights", "FILE", "--data", "npz:DATA"), "do not know the 3 classes of the data"),
    ],
)
def test_what_cannot_be_evaluated_writes_nothing(lenet, tmp_path, options, message):
    three_classes(tmp_path / "three.npz")
    options = [each.replace("FILE", str(lenet[1])).replace("DATA", str(tmp_path / "three.npz")) for each in options]
    with pytest.raises((ValueError, OSError)) as error:
        run("evaluate", "--out", tmp_path / "out", *options)
    assert message in one_line(error)
    assert not (tmp_path / "out").exists()


def test_scores_that_are_no_numbers_are_no_accuracy():
    with pytest.raises(ValueError, match="scores are not finite"):
        evaluate(lambda images: np.full((2, 3), np.nan), [(None, np.array([0, 1]))], 3)


# fine-tuning

TWO_STEPS = ("--replicas", 2, "--steps-per-epoch", 2, "--batch-size", 4, "--epochs", 1)


@pytest.fixture(scope="module")
def tuned(lenet, tmp_path_factory):
    """Two phases of two steps each, under two replicas."""
    out = tmp_path_factory.mktemp("tuned")
    options = ("--weights", lenet[1], "--frozen-epochs", 1, "--learning-rate", 1e-3)
    return out, options, run("finetune", *TWO_STEPS, *options, "--out", out)


def weights_of(path):
    return {each.path: each.numpy() for each in kzoo.LeNet5(weights=path).weights}


def test_only_the_classifier_changes_at_first_and_then_all(lenet, tuned):
    before, out = weights_of(lenet[1]), tuned[0]
    frozen, whole = (weights_of(out / phase / "best.weights.h5") for phase in ("frozen", "whole"))
    for path in before:
        head = path.startswith("predictions")
        assert np.array_equal(before[path], frozen[path]) is not head, path
        assert not np.array_equal(frozen[path], whole[path]), path
        if not head:  # it began with what the first phase left
            np.testing.assert_allclose(whole[path], frozen[path], atol=5e-3)
    assert tuned[2].keys() == {"frozen", "whole"}


def test_the_second_phase_goes_on_when_only_it_is_missing(tuned, tmp_path, lenet):
    """As after a kill between the phases: the first is left as it is, the second ends as it would have."""
    out, options, metrics = tuned
    copy = tmp_path / "out"
    shutil.copytree(out / "frozen", copy / "frozen")
    kept = (copy / "frozen" / "history.csv").read_text()
    again = run("finetune", *TWO_STEPS, *options, "--out", copy, "--resume")
    assert (copy / "frozen" / "history.csv").read_text() == kept
    assert again["whole"]["val_loss"] == metrics["whole"]["val_loss"]


def test_nothing_is_made_or_lost_without_weights(tuned, tmp_path):
    def files():
        return sorted(tmp_path.rglob("*"))

    missing = ("--weights", tmp_path / "gone.weights.h5")
    with pytest.raises(FileNotFoundError, match="gone"):
        run("finetune", *TWO_STEPS, *missing, "--out", tmp_path / "new")
    assert files() == []
    shutil.copytree(tuned[0], tmp_path / "old")
    before = files()
    with pytest.raises(FileNotFoundError, match="gone"):
        run("finetune", *TWO_STEPS, *missing, "--out", tmp_path / "old", "--overwrite")
    assert files() == before
    with pytest.raises(FileExistsError, match=r"holds .metrics\.json"):
        run("evaluate", "--model", "LeNet5", "--weights", *missing[1:], "--out", tmp_path / "old" / "whole")


@pytest.mark.slow
def test_two_processes_tune_as_one_does(lenet, tmp_path, on_loopback):
    options = ("--weights", lenet[1], *TWO_STEPS[2:], "--frozen-epochs", 1, "--learning-rate", 1e-3, "--no-xla")
    command = (ROOT / "recipes" / "finetune.py", *options, "--strategy", "multiworker", "--out", "two", "--export", "e")
    on_loopback(*command, cwd=tmp_path)
    ours = json.loads((tmp_path / "two" / "whole" / "metrics.json").read_text())
    alone = run("finetune", *options, "--out", tmp_path / "one")["whole"]
    assert ours["val_loss"] == pytest.approx(alone["val_loss"], rel=1e-5)
    assert [path.name for path in (tmp_path / "e").iterdir()] == ["1"]


def normalized_network():
    """A small network of convolutions and kzoo's BatchNormalization, five classes."""
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, name="conv")(inputs)
    x = keras.layers.ReLU()(BatchNormalization(name="norm")(x))
    x = keras.layers.Dense(5, name="predictions")(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, x)


def one_epoch(network, xla=False):
    rng = np.random.default_rng(0)
    trainer = Trainer(network, xla=xla)
    trainer.compile(keras.optimizers.SGD(0.1), Crossentropy())
    trainer.fit(rng.normal(3, 2, (8, 8, 8, 1)).astype("float32"), rng.integers(0, 5, 8), batch_size=4, verbose=0)
    return {weight.path: weight.numpy() for weight in network.weights}


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
def test_a_frozen_trunk_keeps_its_statistics(xla):
    network = freeze_backbone(normalized_network())
    before = {weight.path: weight.numpy() for weight in network.weights}
    after = one_epoch(network, xla)
    changed = {path for path in before if not np.array_equal(before[path], after[path])}
    assert changed == {"predictions/kernel", "predictions/bias"}
    for layer in network.layers:
        layer.trainable = True
    unfrozen = one_epoch(network, xla)
    assert {path for path in after if not np.array_equal(unfrozen[path], after[path])} == set(before)


def test_a_classifier_of_as_many_classes_is_new_too():
    network = normalized_network()
    before = [weight.numpy() for weight in network.weights]
    after = reset_classifier(network).weights
    changed = {w.path for w, old in zip(after, before, strict=True) if not np.array_equal(w.numpy(), old)}
    assert changed == {"predictions/kernel"}  # the bias is 0 in both


@pytest.mark.parametrize(
    "model, names",
    [("LeNet5", ["predictions"]), ("SqueezeNet1_1", ["conv10"]), ("LeNet5Original", ["rbf"])],
)
def test_classifiers_are_found_behind_what_follows_them(model, names):
    assert [layer.name for layer in classifier_layers(kzoo.build(model))] == names


def test_a_classifier_that_does_not_learn_is_not_left_alone():
    with pytest.raises(ValueError) as error:
        freeze_backbone(kzoo.LeNet5Original())
    assert "has a classifier without weights to train" in one_line(error)


# distillation


def test_distillation_takes_two_steps_and_saves_the_student_alone(lenet, tmp_path):
    run("distill", *TWO_STEPS, "--teacher-weights", lenet[1], "--out", tmp_path, "--model", "LeNet5")
    (path,) = (tmp_path / "checkpoints").iterdir()
    weights = sum(array.ndim > 1 for array in load_file(path).values())
    assert weights == 3 * 5  # the kernels, and two moments of each
    assert (tmp_path / "metrics.json").exists()


def teacher_and_student():
    teacher = normalized_network()
    rng = np.random.default_rng(1)
    for weight in teacher.weights:
        weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    return teacher, normalized_network()


def distilled(kind, replicas, xla):
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(10, 8, 8, 1)).astype("float32"), rng.integers(0, 5, 10)
    with make_strategy(kind, replicas).scope():
        teacher, student = teacher_and_student()
        student.get_layer("norm").trainable = False  # its batch is that of a replica
        trainer = Distiller(student, teacher, temperature=3.0, student_loss_weight=0.25, xla=xla)
        trainer.compile(keras.optimizers.SGD(0.1), Crossentropy())
    before = [weight.numpy() for weight in teacher.weights]
    data = tf.data.Dataset.from_tensor_slices((images, labels)).batch(4)  # the last of two
    history = trainer.fit(data, epochs=2, verbose=0).history
    for weight, old in zip(teacher.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)  # its statistics, too
    return history["loss"], student.get_weights()


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("replicas", [1, 2])
def test_distillation_is_the_same_everywhere(replicas, xla):
    loss, weights = distilled("mirrored", replicas, xla)
    expected_loss, expected = distilled("none", 1, False)
    np.testing.assert_allclose(loss, expected_loss, rtol=1e-5)
    for ours, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_gradient_of_distillation_is_the_papers():
    """Of the logits: hard (p - y) + (1 - hard) T (p_T - q_T), means over the batch (equation 2, times T squared)."""
    teacher, student = teacher_and_student()
    trainer = Distiller(student, teacher, temperature=3.0, student_loss_weight=0.25, xla=False)
    trainer.compile("sgd", Crossentropy())
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(6, 8, 8, 1)).astype("float32"), rng.integers(0, 5, 6)
    theirs = teacher(images, training=False).numpy()
    loss, logits, gradients = trainer.gradients(tf.constant(images), tf.constant(labels), None, 1.0)
    logits = logits.numpy()

    def softmax(x):
        return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

    p, q = softmax(logits / 3), softmax(theirs / 3)
    by_logits = 0.25 * (softmax(logits) - np.eye(5)[labels]) + 0.75 * 3 * (p - q)
    np.testing.assert_allclose(gradients[-1], by_logits.mean(axis=0), atol=1e-6)  # of the last bias
    hard = -np.log(softmax(logits)[np.arange(6), labels]).mean()
    soft = 9 * (q * np.log(q / p)).sum(axis=-1).mean()
    assert float(loss) == pytest.approx(0.25 * hard + 0.75 * soft, rel=1e-5)


def test_a_teacher_sees_what_the_student_sees():
    """Images at the teacher's size, in its order of colours and at its levels, come back from the student's input."""
    student = Preprocessor((8, 8), 3, mean=(10, 20, 30), std=(2, 3, 4), bgr=True)
    own = Preprocessor((12, 6), 1, mean=(5,), std=(7,))
    raw = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype("float32")
    seen = adapt_teacher(lambda images, training: images, student, own)(student.normalize(raw))
    grey = tf.image.rgb_to_grayscale(raw)
    expected = (tf.image.resize(grey, (12, 6), antialias=True) - 5) / 7
    np.testing.assert_allclose(seen, expected, atol=1e-3)


@pytest.mark.parametrize(
    "recipe_name, options, message",
    [
        ("distill", ("--hard", 2), "hard=2.0 does not work; accepted: a number from 0 to 1"),
        ("distill", ("--temperature", 0), "temperature=0.0 does not work; accepted: a number above 0"),
        ("distill", ("--data", "npz:DATA"), "do not know the 3 classes of the data"),
        ("finetune", ("--frozen-epochs", -1), "frozen_epochs=-1 does not work; accepted: a whole number from 0"),
    ],
)
def test_wrong_options_write_nothing(lenet, tmp_path, recipe_name, options, message):
    three_classes(tmp_path / "three.npz")
    options = [str(each).replace("DATA", str(tmp_path / "three.npz")) for each in options]
    weights = "--weights" if recipe_name == "finetune" else "--teacher-weights"
    with pytest.raises(ValueError) as error:
        run(recipe_name, "--batch-size", 2, weights, lenet[1], *options, "--out", tmp_path / "out")
    assert message in one_line(error)
    assert not (tmp_path / "out").exists()
