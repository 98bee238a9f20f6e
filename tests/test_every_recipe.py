"""The life of a run, by the command that a user types, once for each kind of recipe.

Two replicas and two processes give what one device gives; a run that is killed, wherever, and resumed ends with the
same bits; and one that has finished stays as it is.
"""

import csv
import json
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from helpers import ROOT
from safetensors.numpy import load_file

import kzoo

COMMON = ("--no-xla", "--epochs", 2, "--steps-per-epoch", 3, "--checkpoint-every", 1)
SAMPLES = ("--samples", 10, "--evaluator-epochs", 1)
TRANSFORMER = ("--tokens", 576, "--samples", 1, "--test-pairs", 2, "--options.hidden_dim", 16)
TRANSFORMER += ("--options.num_heads", 2, "--options.intermediate_dim", 32, "--options.num_layers", 1)

# Script, its options, and the folder of the last run below --out
KINDS = {
    "classifier": ("lenet5_digits", (), ""),
    "recurrent": ("rnn_digits", ("--cell", "gru"), "gru"),
    "translator": ("transformer_dates", TRANSFORMER, ""),
    "distillation": ("distill", ("--teacher-weights", "WEIGHTS"), ""),
    "finetuning": ("finetune", ("--weights", "WEIGHTS", "--frozen-epochs", 1), "whole"),
    "gan": ("gan_digits", SAMPLES, ""),
    "dcgan": ("dcgan_digits", (*SAMPLES, "--synchronize", "--batch-size", 16), ""),
    "cyclegan": ("cyclegan_digits", (*SAMPLES, "--base-filters", 4, "--batch-size", 4), ""),
    "ddpm": ("ddpm_digits", (*SAMPLES, "--num-timesteps", 50, "--batch-size", 8), ""),
}
DRAWS = {"gan"}  # each replica draws its own dropout
# How near two replicas come to one device after six steps, ten times what was seen; 1 would be a wrong mean over them.
# Where a normalisation follows, gradients of biases are nothing but noise, of which Adam makes full steps.
NEAR = {"dcgan": (2e-3, 0.5), "cyclegan": (5e-3, 0.5), "ddpm": (5e-3, 0.5), "translator": (1e-3, 1e-2)}
each_kind = pytest.mark.parametrize(
    "kind", [kind if kind == "gan" else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    kzoo.LeNet5().save_weights(path / "lenet5.weights.h5")
    return path


def command(kind, folder, out, *more):
    """Return the arguments of Python for a run of a kind."""
    script, options, _ = KINDS[kind]
    options = [str(folder / "lenet5.weights.h5") if each == "WEIGHTS" else each for each in options]
    return [*map(str, (ROOT / "recipes" / f"{script}.py", *COMMON, *options, "--out", folder / out, *more))]


def run(*arguments, code=0, kill_after=None):
    """Run Python with arguments; `kill_after` is the checkpoint, EPOCH-STEP, after which it is killed."""
    if kill_after:
        arguments, code = (str(ROOT / "tests" / "killed_recipe.py"), *arguments), -9
    environment = {**os.environ, "KILL_AFTER": kill_after or ""}
    result = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment)
    assert result.returncode == code, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def finished(folder):
    """Return a function that gives the folder of a finished run of a kind, on one device or on two."""
    made = {}

    def get(kind, replicas):
        out = f"{kind}-{replicas}"
        if out not in made:
            run(*command(kind, folder, out, "--replicas", str(replicas)))
            made[out] = folder / out / KINDS[kind][2]
        return made[out]

    return get


def weights(out):
    """Return all arrays in the files of weights in a folder, and in its last checkpoint."""
    *_, last = sorted((out / "checkpoints").glob("*.safetensors"))
    found = load_file(last)
    for path in out.glob("*.weights.h5"):
        with h5py.File(path) as file:
            file.visititems(
                lambda name, each, path=path: (
                    found.update({f"{path.name}/{name}": each[()]}) if isinstance(each, h5py.Dataset) else None
                )
            )
    return found


def history(out):
    with (out / "history.csv").open() as file:
        return {name: values for name, *values in zip(*csv.reader(file), strict=True)}


def assert_near(kind, out, expected):
    """Compare what was measured, and how far optimizers' moments are from each other, all of them together."""
    measured, moments = NEAR.get(kind, (2e-5, 2e-5))
    ours, theirs = history(out), history(expected)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        np.testing.assert_allclose(np.float64(values), np.float64(theirs[name]), rtol=measured, err_msg=name)
    ours, theirs = (
        np.concatenate(
            [np.float64(array).ravel() for name, array in sorted(weights(each).items()) if is_moment(name, array)]
        )
        for each in (out, expected)
    )
    assert np.linalg.norm(ours - theirs) <= moments * np.linalg.norm(theirs)


def is_moment(name, array):
    return name.startswith("optimizers/") and array.dtype.kind == "f" and array.ndim > 0


def assert_same(out, expected):
    assert (out / "history.csv").read_text() == (expected / "history.csv").read_text()
    ours, theirs = weights(out), weights(expected)
    assert ours.keys() == theirs.keys() and len(theirs) > 10
    for name, array in theirs.items():
        np.testing.assert_array_equal(ours[name], array, err_msg=name)


@each_kind
def test_two_replicas_equal_one_device(finished, kind):
    two = finished(kind, 2)
    if kind not in DRAWS:
        assert_near(kind, two, finished(kind, 1))


@each_kind
def test_killed_and_resumed_ends_with_the_same_bits(finished, folder, kind):
    """In the middle of an epoch, and again after the last checkpoint but before the results were written."""
    expected, out = finished(kind, 2), f"{kind}-killed"
    arguments = command(kind, folder, out, "--replicas", "2")
    run(*arguments, kill_after="1-2")
    run(*arguments, "--resume", kill_after="2-0")
    run(*arguments, "--resume")
    assert_same(folder / out / KINDS[kind][2], expected)


@each_kind
def test_a_finished_run_stays_as_it_is(finished, folder, kind):
    """Begun again it is refused; resumed it is exported."""
    expected = finished(kind, 2)
    before, metrics = weights(expected), (expected / "metrics.json").read_text()
    arguments = command(kind, folder, f"{kind}-2", "--replicas", "2")
    refused = run(*arguments, code=2)
    assert "holds a finished run; pass --overwrite" in refused.stderr.splitlines()[-1]
    run(*arguments, "--resume", "--export", str(folder / f"export-{kind}"))
    assert list(folder.glob(f"export-{kind}*/1/saved_model.pb"))
    after = weights(expected)
    assert after.keys() == before.keys()
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, err_msg=name)
    assert json.loads(metrics).keys() == json.loads((expected / "metrics.json").read_text()).keys()


@each_kind
def test_two_processes_equal_one_device(finished, folder, start_two, kind):
    """Killed in the second epoch, and resumed."""
    arguments = command(kind, folder, f"{kind}-processes", "--strategy", "multiworker")
    killed = start_two(ROOT / "tests" / "killed_recipe.py", *arguments, KILL_AFTER="1-2")
    assert [process.wait(timeout=300) for process in killed] == [-9, -9]
    for process in start_two(*arguments, "--resume"):
        output, error = process.communicate(timeout=300)
        assert process.returncode == 0, output + error
    out = folder / f"{kind}-processes" / KINDS[kind][2]
    assert (out / "metrics.json").exists()
    if kind not in DRAWS:
        assert_near(kind, out, finished(kind, 1))
