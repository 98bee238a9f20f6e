"""Trainings that are killed, that diverge, that meet a full disk: nothing is lost, and all is said."""

import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from helpers import ROOT, one_line
from safetensors.numpy import load_file

from kzoo.training import Checkpoints, Progress, Run, restore

SCRIPT = ROOT / "tests" / "killed.py"


def start(*arguments):
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)


def last(out):
    """Return the state at the end, and what was measured."""
    path, progress = Checkpoints(out / "checkpoints").latest()
    return load_file(path), progress


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    out = tmp_path_factory.mktemp("uninterrupted")
    result = start(out)
    assert result.returncode == 0, result.stderr
    return out, result


def same(out, expected):
    (ours, progress), (theirs, expected_progress) = last(out), last(expected)
    assert progress == expected_progress
    for name, value in theirs.items():
        np.testing.assert_array_equal(ours[name], value)
    assert (out / "history.csv").read_text() == (expected / "history.csv").read_text()


def test_writes_what_it_promises(uninterrupted):
    out, result = uninterrupted
    assert sorted(path.name for path in out.iterdir()) == ["best.weights.h5", "checkpoints", "history.csv"]
    assert [path.name for path in Checkpoints(out / "checkpoints").paths()] == [
        "00003-0000004.safetensors",
        "00004-0000000.safetensors",
    ]
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["epoch", f"{i}/4"] for i in (1, 2, 3, 4)]
    assert "images/s" in lines[0] and lines[-1].endswith("0:00:00 left")


@pytest.mark.parametrize(
    "steps", [pytest.param((1,), marks=pytest.mark.slow), (2, 3, 9), pytest.param((20,), marks=pytest.mark.slow)]
)
def test_killed_and_resumed_equals_uninterrupted(uninterrupted, tmp_path, steps):
    """kill -9 while a step begins: before the first checkpoint, twice, in the middle of epochs, in the last step."""
    for step in steps:
        assert start(tmp_path, "--kill-at", step).returncode == -9
    assert start(tmp_path).returncode == 0
    same(tmp_path, uninterrupted[0])


@pytest.mark.parametrize(
    "options",
    [pytest.param(each, marks=pytest.mark.slow) for each in (("--replicas", 2, "--xla"), ("--strategy", "none"))],
)
def test_so_it_does_under_every_strategy(tmp_path, options):
    assert start(tmp_path / "whole", *options).returncode == 0
    assert start(tmp_path / "killed", *options, "--kill-at", 8).returncode == -9
    assert start(tmp_path / "killed", *options).returncode == 0
    same(tmp_path / "killed", tmp_path / "whole")


@pytest.mark.parametrize("step, saved", [(8, (1, 3)), pytest.param(5, (1, 0), marks=pytest.mark.slow)])
def test_sigterm_saves_at_once(uninterrupted, tmp_path, step, saved):
    """In the last step of an epoch, what is saved is the end of the epoch."""
    result = start(tmp_path, "--kill-at", step, "--how", "SIGTERM")
    assert "PreemptedError: asked to stop; saved" in result.stderr
    assert (last(tmp_path)[1].epoch, last(tmp_path)[1].step) == saved
    assert start(tmp_path).returncode == 0
    same(tmp_path, uninterrupted[0])


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def flip(path):
    """Change one bit of the last array: the file can still be read."""
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [pytest.param(cut, marks=pytest.mark.slow), flip])
def test_a_damaged_checkpoint_is_refused_by_name_and_the_one_before_taken(uninterrupted, tmp_path, damage):
    start(tmp_path, "--kill-at", 10)
    *_, newest = Checkpoints(tmp_path / "checkpoints").paths()
    damage(newest)
    result = start(tmp_path)
    assert f"{newest} is damaged" in result.stderr and "going on with the one before" in result.stderr
    same(tmp_path, uninterrupted[0])


def checkpoint(folder, **progress):
    """Write a checkpoint of a tiny network, and return its folder and the network."""
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    network.compile("sgd", "mse")
    network.optimizer.build(network.trainable_variables)
    checkpoints = Checkpoints(folder / "checkpoints")
    checkpoints.save(network, Progress(**progress))
    return checkpoints, network


def test_a_checkpoint_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    checkpoints, _ = checkpoint(tmp_path, epoch=1, steps_per_epoch=5)

    def denied(path, *arguments):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(PermissionError, match="safetensors"):
        checkpoints.latest()


def test_missing_best_weights_are_noticed_before_the_training_goes_on(tmp_path):
    checkpoint(tmp_path, epoch=1, steps_per_epoch=5, best=0.5)
    with pytest.raises(FileNotFoundError, match=r"best\.weights\.h5: no such file.*--overwrite") as error:
        Run(tmp_path, 5, monitor="val_accuracy", resume=True)
    one_line(error)
    (tmp_path / "best.weights.h5").touch()
    assert Run(tmp_path, 5, monitor="val_accuracy", resume=True).progress.best == 0.5


@pytest.mark.parametrize("text", ['"epoch": "1"', '"step": 99', '"best": "high"', '"epoch": 0'])
def test_altered_progress_is_noticed(tmp_path, text):
    """In the header of a file all of whose arrays are right."""
    checkpoints, _ = checkpoint(tmp_path, epoch=1, step=2, steps_per_epoch=5, best=0.5)
    (path,) = checkpoints.paths()
    header, size = path.read_bytes(), int.from_bytes(path.read_bytes()[:8], "little")
    name = text.split(":")[0]
    altered = re.sub(
        rf"{re.escape(name.replace(chr(34), chr(92) + chr(34)))}: [^,]*".encode(),
        text.replace('"', '\\"').encode(),
        header[8 : 8 + size],
    )
    assert altered != header[8 : 8 + size]
    path.write_bytes(len(altered).to_bytes(8, "little") + altered + header[8 + size :])
    with (
        pytest.warns(UserWarning, match="is damaged"),
        pytest.raises(ValueError, match="no intact checkpoint") as error,
    ):
        checkpoints.latest()
    assert str(tmp_path) in one_line(error)


@pytest.mark.parametrize("steps, data", [(4, "10 images"), (5, "8 images")])
def test_other_data_are_noticed(tmp_path, steps, data):
    """Data that shrank; before, this hung."""
    checkpoint(tmp_path, step=4, steps_per_epoch=5, data="10 images")
    with pytest.raises(ValueError, match="the data have changed since") as error:
        Run(tmp_path, steps, resume=True, data=data)
    assert "5 steps an epoch on 10 images" in one_line(error) and f"{steps} on {data}" in one_line(error)
    assert Run(tmp_path, 5, resume=True, data="10 images").progress.step == 4


def test_checkpoints_are_not_replaced_unasked(tmp_path):
    checkpoints, _ = checkpoint(tmp_path)
    with pytest.raises(FileExistsError, match="checkpoints of an earlier run"):
        Run(tmp_path, 5)
    assert len(checkpoints.paths()) == 1


def test_other_files_beside_checkpoints_stay(tmp_path):
    checkpoints, network = checkpoint(tmp_path)
    (checkpoints.folder / "0-mine.safetensors").write_text("mine")
    for epoch in (1, 2, 3):
        checkpoints.save(network, Progress(epoch=epoch))
    assert sorted(path.name for path in checkpoints.folder.iterdir()) == [
        "0-mine.safetensors",
        "00002-0000000.safetensors",
        "00003-0000000.safetensors",
    ]


def test_a_loss_that_is_not_finite_stops_it(tmp_path):
    result = start(tmp_path, "--learning-rate", "1e20")
    message = result.stderr.splitlines()[-1]
    assert result.returncode == 1 and "DivergedError" in message
    for part in ("after step", "of epoch 1, at learning rate", "the last good checkpoint is"):
        assert part in message
    for path in Checkpoints(tmp_path / "checkpoints").paths():
        assert all(np.isfinite(array).all() for array in load_file(path).values())


def test_a_full_disk_is_an_error_and_no_broken_file(uninterrupted, tmp_path):
    """All files but checkpoints are smaller; what an earlier run wrote can still be gone on from."""
    start(tmp_path, "--kill-at", 4)
    whole = Checkpoints(tmp_path / "checkpoints").paths()
    result = start(tmp_path, "--largest-file", min(path.stat().st_size for path in whole) - 1)
    assert "could not be written" in result.stderr.splitlines()[-1]
    assert sorted((tmp_path / "checkpoints").iterdir()) == whole
    assert start(tmp_path).returncode == 0
    same(tmp_path, uninterrupted[0])


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    checkpoints, _ = checkpoint(tmp_path, epoch=1)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    other.compile("sgd", "mse")
    other.optimizer.build(other.trainable_variables)
    before = other.get_weights()
    with pytest.raises(ValueError, match="of another training") as error:
        restore(checkpoints.paths()[0], other)
    assert "(4, 2)" in one_line(error) and "(4, 3)" in one_line(error)
    np.testing.assert_array_equal(before[0], other.get_weights()[0])
