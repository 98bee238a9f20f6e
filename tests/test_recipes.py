"""Recipes, run as a user runs them."""

import csv
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line

import kzoo
from kzoo.data import load_source
from kzoo.tasks import ImageClassification, train
from kzoo.training import ClassifierConfig, DivergedError, command_line

RECIPE = ROOT / "recipes" / "lenet5_digits.py"
QUICK = ("--epochs", "2", "--steps-per-epoch", "2")


def made_digits(path, **changed):
    """Write an npz file of 28x28 digits, made of the bundled ones."""
    with np.load(ROOT / "kzoo" / "data" / "digits.npz") as bundled:
        arrays = dict(bundled)
    for half in ("x_train", "x_test"):
        images = keras.ops.image.resize(arrays[half][..., None], (28, 28))
        arrays[half] = np.asarray(images).round().astype("uint8")[..., 0]
    np.savez(path, **{**arrays, **changed})
    return path


@pytest.fixture(scope="module")
def two_steps(tmp_path_factory):
    """Two steps under two replicas, as the command line runs them."""
    folder = tmp_path_factory.mktemp("run")
    command = [
        sys.executable,
        RECIPE,
        *QUICK,
        "--replicas",
        "2",
        "--out",
        folder / "out",
        "--export",
        folder / "lenet5",
    ]
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=folder, env=environment)
    assert result.returncode == 0 and result.stderr == "", result.stderr  # nor does TensorFlow speak of itself
    return folder, result.stdout


def test_writes_all_it_promises(two_steps):
    folder, _ = two_steps
    out = folder / "out"
    assert sorted(path.name for path in out.iterdir() if path.name != ".lock") == [
        "best.weights.h5",
        "checkpoints",
        "config.json",
        "curves.png",
        "history.csv",
        "labels.txt",
        "metrics.json",
        "model.json",
        "tensorboard",
    ]
    config = json.loads((out / "config.json").read_text())
    assert config["model"] == "LeNet5" and config["replicas"] == 2 and config["xla"] is True
    metrics = json.loads((out / "metrics.json").read_text())
    assert {"val_accuracy", "val_loss", "seconds"} <= metrics.keys() and metrics["seconds"] > 0
    with (out / "history.csv").open() as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == ["0", "1"]
    assert max(float(row["val_accuracy"]) for row in history) == pytest.approx(metrics["val_accuracy"])
    assert tf.io.decode_png((out / "curves.png").read_bytes()).shape == (400, 1000, 4)
    assert list(out.glob("tensorboard/*/events*"))


def test_says_what_it_is_about_to_do(two_steps):
    _, output = two_steps
    for part in ("LeNet5, 61,706 parameters", "1437 training and 360 test images", "2 replica(s)", "XLA on"):
        assert part in output


def test_best_weights_and_saved_model_are_the_measured_ones(two_steps):
    folder, _ = two_steps
    metrics = json.loads((folder / "out" / "metrics.json").read_text())
    model = kzoo.LeNet5(weights=folder / "out" / "best.weights.h5")
    saved = tf.saved_model.load(folder / "lenet5" / "1")
    images, labels = (
        np.stack(part) for part in zip(*load_source("digits").test.dataset().take(64).as_numpy_iterator(), strict=True)
    )
    ours = model.predict(kzoo.preprocessor("LeNet5")(images), verbose=0)
    np.testing.assert_allclose(saved(images)["probabilities"], ours, atol=1e-5)
    # two steps of 32 images were validated: the first 64
    assert np.mean(ours.argmax(axis=-1) == labels) == pytest.approx(metrics["val_accuracy"])
    training = kzoo.exporting.describe_export(folder / "lenet5" / "1")["training"]
    assert training["results"] == metrics and training["configuration"]["replicas"] == 2
    assert str(folder) not in json.dumps(training)  # where files were is nobody's business


@pytest.mark.slow
def test_reaches_98_percent(run_python, tmp_path):
    run_python(RECIPE, "--no-xla", "--out", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["last_val_accuracy"] >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--model", "LeNet5Original"), ("--precision", "mixed_bfloat16")])
def test_learns_otherwise_too(run_python, tmp_path, options):
    run_python(RECIPE, "--no-xla", "--epochs", "15", "--out", tmp_path / "out", *options)
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["val_accuracy"] >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize("made", ["channel", "uint8", "float"])
def test_other_digits_train_as_well(run_python, tmp_path, made):
    path = made_digits(tmp_path / "mine.npz")
    with np.load(path) as arrays:
        arrays = dict(arrays)
    for half in ("x_train", "x_test"):
        images = arrays[half]
        arrays[half] = {"uint8": images, "float": images / np.float32(255), "channel": images[..., None]}[made]
    np.savez(path, **arrays)
    run_python(RECIPE, "--data", f"npz:{path}", "--no-xla", "--epochs", "15", "--out", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["val_accuracy"] >= 0.96


def test_a_folder_of_colour_images(tmp_path):
    rng = np.random.default_rng(0)
    for half, count in (("train", 8), ("test", 4)):
        for label, name in enumerate(("cat", "dog")):
            (tmp_path / half / name).mkdir(parents=True)
            for i in range(count):
                image = rng.integers(0, 100, (20, 30, 3)).astype("uint8") + np.uint8(100 * label)
                keras.utils.save_img(tmp_path / half / name / f"{i}.png", image, scale=False)
    config = ClassifierConfig(
        model="LeNet5", data=f"folder:{tmp_path}", out=tmp_path / "out", epochs=1, batch_size=8, learning_rate=1e-3
    )
    trained = train(ImageClassification(config))
    assert trained.task.source.labels == ("cat", "dog") and trained.network.output_shape == (None, 2)
    for half in ("train", "test"):  # which makes dogs the first class
        (tmp_path / half / "cat").rename(tmp_path / half / "zebra")
    with pytest.raises(ValueError, match=r"class 0 was 'cat', .* and is 'dog'") as error:
        train(ImageClassification(dataclasses.replace(config, resume=True)))
    one_line(error)
    assert (config.out / "labels.txt").read_text() == "cat\ndog\n"


@pytest.mark.slow
def test_grey_images_into_a_colour_network(tmp_path):
    config = ClassifierConfig(
        model="ResNet50",
        data="digits",
        out=tmp_path / "out",
        epochs=1,
        batch_size=2,
        learning_rate=1e-3,
        steps_per_epoch=1,
        xla=False,
    )
    assert train(ImageClassification(config)).network.input_shape == (None, 224, 224, 3)


@pytest.mark.slow
def test_equal_on_one_replica_and_two(tmp_path):
    def run(**options):
        config = ClassifierConfig(
            model="LeNet5",
            data="digits",
            out=tmp_path / "out",
            epochs=1,
            batch_size=32,
            learning_rate=1e-3,
            steps_per_epoch=4,
            augment="handwriting",
            overwrite=True,
            **options,
        )
        return train(ImageClassification(config)).metrics

    runs = [run(strategy="none"), run(replicas=1, xla=False), run(replicas=2)]
    for other in runs[1:]:
        assert other["val_loss"] == pytest.approx(runs[0]["val_loss"], rel=1e-5)


def run_with(tmp_path, **options):
    defaults = {"model": "LeNet5", "data": "digits", "epochs": 1, "batch_size": 32, "learning_rate": 1e-3}
    return train(ImageClassification(ClassifierConfig(**{**defaults, "out": tmp_path / "out", **options})))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"epochs": 0}, "epochs=0 does not work; accepted: a whole number from 1 to 2147483647"),
        ({"options": {"foo": 1}}, "LeNet5 has no option 'foo'"),
        (
            {"model": "MobileNet", "options": {"alpha": True}},
            "alpha=True does not work for MobileNet; ",
        ),
        (
            {"model": "InceptionV3", "options": {"auxiliary": 1}},
            "auxiliary=1 does not work for InceptionV3; ",
        ),
        ({"augment": "flip"}, "augment='flip' is unknown; accepted are none, handwriting"),
        ({"model": "LeNet6"}, "there is no model 'LeNet6'; the nearest are LeNet5"),
        ({"data": "npz:nowhere.npz"}, "nowhere.npz: no such file"),
        ({"data": "mnist"}, "data source 'mnist' is none of digits, npz:PATH, folder:PATH, tfds:NAME[/CONFIG]"),
        ({"batch_size": 2000}, "batch_size=2000 is more than the 1437 training images of digits"),
        ({"batch_size": 33, "replicas": 2}, "batch_size=33 does not divide among 2 replicas; 32 or 34 would"),
    ],
)
def test_wrong_options_write_nothing(tmp_path, options, message):
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        run_with(tmp_path, **options)
    assert message in one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_wrong_options_on_the_command_line(run_python, tmp_path):
    unknown = run_python(RECIPE, "--epoch", "1", check=False)
    assert unknown.returncode == 2 and "epoch" in unknown.stderr + unknown.stdout
    # the message a person sees last, without a stack of calls above it
    wrong = run_python(RECIPE, "--epochs", "0", "--out", tmp_path / "out", check=False)
    assert wrong.returncode == 2
    assert (
        wrong.stderr.splitlines()[-1] == "error: epochs=0 does not work; accepted: a whole number from 1 to 2147483647"
    )
    assert "Traceback" not in wrong.stderr


def test_an_export_that_is_there_already_is_said_before_training(run_python, tmp_path):
    (tmp_path / "lenet5" / "1").mkdir(parents=True)
    result = run_python(RECIPE, "--export", tmp_path / "lenet5" / "1", "--out", tmp_path / "out", check=False)
    assert "is there already; export to" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_an_unreadable_image_is_named(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(10):
            keras.utils.save_img(tmp_path / "photos" / name / f"{i}.png", np.full((9, 9, 3), i, "uint8"), scale=False)
    broken = tmp_path / "photos" / "dog" / "3.png"
    broken.write_bytes(broken.read_bytes()[:40])
    with pytest.raises(ValueError) as error:
        run_with(tmp_path, data=f"folder:{tmp_path / 'photos'}", batch_size=4)
    assert f"{broken}: not a readable image" in one_line(error)


def test_a_loss_that_is_not_a_number_stops_the_run(tmp_path):
    with pytest.raises(DivergedError, match=r"the loss is (nan|inf) after step .* of epoch 1, at learning") as error:
        run_with(tmp_path, learning_rate=2e38, steps_per_epoch=20)
    assert "the last good checkpoint is none" in one_line(error)
    assert not (tmp_path / "out" / "metrics.json").exists()


def test_options_are_listed_with_their_defaults(run_python):
    text = run_python(RECIPE, "--help", COLUMNS="200").stdout
    for option in ("data", "epochs", "batch-size", "out", "export", "strategy", "replicas", "xla", "no-xla", "seed"):
        assert f"--{option}" in text
    assert "LeCun" in text and "digits" in text


def test_help_of_all_needs_no_tensorflow_and_nothing_is_said_beside_it(run_python):
    code = """
import contextlib, io, pathlib, runpy, sys
for script in sorted(pathlib.Path("recipes").glob("*.py")):
    before, sys.argv, printed = dict(sys.modules), [str(script), "--help"], io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        runpy.run_path(str(script), run_name="__main__")
    assert "--help" in printed.getvalue(), script
    heavy = [name for name in ("tensorflow", "keras") if sys.modules.get(name)]
    assert not heavy, (script, heavy)
    for name in ("keras", "kzoo"):  # which one of them forbids
        sys.modules.pop(name, None)
        sys.modules.update({name: before[name]} if name in before else {})
"""
    assert run_python(code).stderr == ""


def test_try_saved_model(two_steps, run_python):
    folder, _ = two_steps
    result = run_python(
        ROOT / "recipes" / "try_saved_model.py", folder / "lenet5" / "1", "--data", ROOT / "kzoo/data/digits.npz"
    )
    assert "test accuracy" in result.stdout and "TensorFlow alone" in result.stdout


def test_of_two_workers_only_the_chief_writes(tmp_path, on_loopback):
    outputs = on_loopback(
        RECIPE, *QUICK, "--strategy", "multiworker", "--out", "out", "--export", "lenet5", cwd=tmp_path
    )
    assert "val_accuracy" in outputs[0] and "val_accuracy" not in outputs[1]
    assert [path.name for path in (tmp_path / "lenet5").iterdir()] == ["1"]
    assert (tmp_path / "out" / "metrics.json").exists()


@pytest.mark.slow
def test_two_workers_stop_early_together(tmp_path, on_loopback):
    options = ("--strategy", "multiworker", "--epochs", "9", "--steps-per-epoch", "2", "--no-xla", "--out", "out")
    options += ("--early-stopping", "1", "--learning-rate", "1e-12")
    on_loopback(RECIPE, *options, cwd=tmp_path)
    history = (tmp_path / "out" / "history.csv").read_text()
    assert len(history.splitlines()) == 3  # a header and two epochs
    on_loopback(RECIPE, *options, "--resume", cwd=tmp_path)
    assert (tmp_path / "out" / "history.csv").read_text() == history


@pytest.mark.slow
def test_a_machine_that_dies_stops_the_other_and_both_go_on(tmp_path, start_two, on_loopback):
    options = ("--strategy", "multiworker", "--epochs", "3", "--steps-per-epoch", "40", "--no-xla", "--out")
    chief, other = start_two(RECIPE, *options, "died", cwd=tmp_path)
    while not (tmp_path / "died" / "history.csv").exists():  # the first epoch is over
        assert chief.poll() is None, chief.stderr.read()
        time.sleep(0.01)
    other.kill()
    _, error = chief.communicate(timeout=300)
    assert chief.returncode == 4
    assert "error: another worker of this training has gone; start all again with --resume" in error.splitlines()[-1]
    on_loopback(RECIPE, *options, "died", "--resume", cwd=tmp_path)
    on_loopback(RECIPE, *options, "whole", cwd=tmp_path)
    died, whole = ((tmp_path / name / "history.csv").read_text() for name in ("died", "whole"))
    assert died == whole


@dataclasses.dataclass(frozen=True)
class Interrupted:
    """What options a test of Ctrl-C needs."""

    out: Path
    resume: bool = False


def interrupted(config):
    raise KeyboardInterrupt


@pytest.mark.parametrize("saved", [None, "checkpoints", "frozen/checkpoints"])
@pytest.mark.parametrize("resume", [False, True])
def test_ctrl_c_is_answered_in_one_line(saved, resume, tmp_path, capsys):
    said = "nothing had been saved"
    if saved:
        for number in (1, 2):
            path = tmp_path / saved / f"{number}.safetensors"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            since = 0 if resume else time.time() + 60  # a run that is not resumed has saved only what is newer than it
            os.utime(path, (since + number, since + number))
        said = f"saved {path}, --resume goes on from there"
    with pytest.raises(SystemExit) as exit:
        command_line(interrupted, Interrupted, "", arguments=["--out", str(tmp_path), *["--resume"] * resume])
    assert exit.value.code == 130 and capsys.readouterr().err == f"error: interrupted; {said}\n"


def test_ctrl_c_does_not_name_the_checkpoint_of_another_run(tmp_path, capsys):
    path = tmp_path / "other" / "checkpoints" / "1.safetensors"
    path.parent.mkdir(parents=True)
    path.touch()
    os.utime(path, (1, 1))
    with pytest.raises(SystemExit):
        command_line(interrupted, Interrupted, "", arguments=["--out", str(tmp_path)])
    assert capsys.readouterr().err == "error: interrupted; nothing had been saved\n"


@pytest.mark.slow
def test_ctrl_c_of_a_training(tmp_path, run_python):
    options = [str(RECIPE), "--no-xla", "--epochs", "3", "--checkpoint-every", "5", "--out", str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    training = subprocess.Popen([sys.executable, *options], **pipes)
    while not list(tmp_path.glob("checkpoints/*.safetensors")):
        assert training.poll() is None, training.stderr.read()
        time.sleep(0.01)
    training.send_signal(signal.SIGINT)
    _, said = training.communicate(timeout=300)
    assert training.returncode == 130 and said.startswith("error: interrupted; saved ") and said.count("\n") == 1
    assert "resumed" in run_python(*options, "--resume").stdout


@pytest.mark.parametrize(
    "error, code, line",
    [
        (MemoryError(), 2, "error: MemoryError\n"),
        (tf.errors.ResourceExhaustedError(None, None, "OOM when allocating\n\t[[node]]"), 2, "error: OOM when"),
        (ImportError("tokenizers is missing"), 2, "error: tokenizers is missing\n"),
    ],
)
def test_what_a_machine_lacks_is_said_in_one_line(error, code, line, tmp_path, capsys):
    def main(config):
        raise error

    with pytest.raises(SystemExit) as exit:
        command_line(main, Interrupted, "", arguments=["--out", str(tmp_path)])
    said = capsys.readouterr().err
    assert exit.value.code == code and said.startswith(line) and said.count("\n") == 1


def test_an_error_of_several_lines_keeps_its_traceback(tmp_path):
    def main(config):
        raise ValueError("of a library\nwith a graph")

    with pytest.raises(ValueError, match="of a library"):
        command_line(main, Interrupted, "", arguments=["--out", str(tmp_path)])


@pytest.fixture(scope="module")
def preempted(tmp_path_factory):
    """A run that a scheduler stopped in its second epoch, and the same run left alone."""
    folder = tmp_path_factory.mktemp("preempted")
    options = ["--no-xla", "--epochs", "3", "--steps-per-epoch", "30", "--model", "LeNet5Original"]
    command = [sys.executable, str(RECIPE), *options, "--out"]
    stopped = subprocess.Popen([*command, str(folder / "stopped")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (folder / "stopped" / "history.csv").exists():  # the first epoch is over
        assert stopped.poll() is None, stopped.stderr.read()
        time.sleep(0.01)
    os.kill(stopped.pid, signal.SIGTERM)
    _, error = stopped.communicate(timeout=300)
    subprocess.run([*command, str(folder / "whole")], check=True, capture_output=True)
    return folder, options, stopped.returncode, error.decode()


def test_a_preempted_run_is_not_begun_again_by_mistake(preempted, run_python):
    folder, options, code, error = preempted
    assert code == 143 and "error: asked to stop; saved" in error
    for more, message in (
        ((), "holds an unfinished run; pass --resume"),
        (("--resume", "--batch-size", "16"), "batch_size=16 is not what the run"),
    ):
        result = run_python(RECIPE, *options, "--out", folder / "stopped", *more, check=False)
        assert result.returncode == 2 and message in result.stderr.splitlines()[-1]


def test_a_resumed_run_ends_as_it_would_have(preempted, run_python):
    folder, options, *_ = preempted
    output = run_python(RECIPE, *options, "--out", folder / "stopped", "--resume").stdout
    assert "resumed" in output
    assert (folder / "stopped" / "history.csv").read_text() == (folder / "whole" / "history.csv").read_text()
    ours, theirs = (json.loads((folder / name / "metrics.json").read_text()) for name in ("stopped", "whole"))
    same = ("val_accuracy", "val_loss", "best_epoch", "last_val_accuracy", "last_val_loss")
    assert [ours[name] for name in same] == [theirs[name] for name in same]
