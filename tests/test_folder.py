"""The folder of a run: what is there already is somebody's."""

import dataclasses
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import one_line

from kzoo.training import ClassifierConfig
from kzoo.training.folder import check_folder, clear_folder, lock_folder


def config(out, **options):
    defaults = {"model": "LeNet5", "data": "digits", "epochs": 1, "batch_size": 32, "learning_rate": 1e-3}
    return ClassifierConfig(**{**defaults, "out": out, **options})


def write(path, content=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


@pytest.fixture
def run(tmp_path):
    """A finished run, and a person's files in its folders."""
    write(tmp_path / "config.json", json.dumps(dataclasses.asdict(config(tmp_path)), default=str))
    for name in (
        "metrics.json",
        "history.csv",
        "best.weights.h5",
        "checkpoints/00001-0000000.safetensors",
        "checkpoints/00100-0001000.safetensors",
        "tensorboard/train/events.out.tfevents.1.v2",
        "generator.weights.h5",
        "samples/epoch-00001.png",
        "epochs/00001.weights.h5",
    ):
        write(tmp_path / name)
    for name in (
        "notes.txt",
        "checkpoints/mine.safetensors",
        "tensorboard/other/events.out.tfevents.1",
        "samples/holiday.png",
        "copy.weights.h5",
    ):
        write(tmp_path / name, "mine")
    return tmp_path


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_clearing_removes_what_a_run_wrote_and_nothing_else(run):
    clear_folder(run, ["generator.weights.h5"])
    assert files(run) == {
        "notes.txt",
        "checkpoints/mine.safetensors",
        "tensorboard/other/events.out.tfevents.1",
        "samples/holiday.png",
        "copy.weights.h5",
    }
    assert not (run / "epochs").exists() and not (run / "tensorboard" / "train").exists()


def test_a_clearing_that_was_killed_can_be_repeated(run, monkeypatch):
    unlink, removed = Path.unlink, []

    def killed(path):
        if len(removed) == 6:
            raise KeyboardInterrupt
        removed.append(path.name)
        unlink(path)

    write(run / "model.json")
    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        clear_folder(run)
    monkeypatch.undo()
    check_folder(config(run, overwrite=True))
    clear_folder(run)
    assert not {"config.json", "model.json", "epochs/00001.weights.h5"} & files(run)


def test_a_folder_without_a_run_is_not_cleared(tmp_path):
    write(tmp_path / "checkpoints" / "00001-0000000.safetensors")
    clear_folder(tmp_path)
    assert files(tmp_path) == {"checkpoints/00001-0000000.safetensors"}


@contextmanager
def refused(*parts, kind=(FileExistsError, ValueError, NotADirectoryError)):
    with pytest.raises(kind) as error:
        yield
    for part in parts:
        assert str(part) in one_line(error)


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"overwrite": True}])
@pytest.mark.parametrize(
    "name", ["checkpoints/precious", "tensorboard/other", "metrics.json", "best.weights.h5", "generator.weights.h5"]
)
def test_somebody_elses_files_are_never_taken_for_a_run(tmp_path, name, options):
    write(tmp_path / name)
    with refused(tmp_path, repr(Path(name).parts[0]), "choose another --out"):
        check_folder(config(tmp_path, **options), ["generator.weights.h5"])


def test_other_files_are_no_hindrance(tmp_path):
    write(tmp_path / "notes.txt")
    check_folder(config(tmp_path))
    check_folder(config(tmp_path / "new"))


def test_a_run_is_replaced_only_when_asked(run):
    with refused(run, "finished run", "--overwrite", "--resume"):
        check_folder(config(run))
    (run / "metrics.json").unlink()
    with refused(run, "unfinished run", "--overwrite", "--resume"):
        check_folder(config(run))
    check_folder(config(run, overwrite=True))
    check_folder(config(run, resume=True))
    with refused("epochs=2", "was begun with, 1"):
        check_folder(config(run, resume=True, epochs=2))


def test_weights_without_checkpoints_are_not_resumed_over(run):
    for path in (run / "checkpoints").glob("0*"):
        path.unlink()
    for name in ("metrics.json", "history.csv"):
        with refused(run, "without checkpoints", "--overwrite"):
            check_folder(config(run, resume=True))
        (run / name).unlink()
    check_folder(config(run, resume=True))  # as if killed before the first checkpoint


def test_weights_that_only_some_runs_write_are_not_replaced_unasked(run):
    for path in (run / "metrics.json", run / "history.csv", run / "best.weights.h5", *run.glob("checkpoints/0*")):
        path.unlink()
    with refused(run, "--overwrite"):
        check_folder(config(run), ["generator.weights.h5"])
    check_folder(config(run, overwrite=True), ["generator.weights.h5"])


@pytest.mark.parametrize("content", ["[1, 2]", "{}", "{", "\x00", '"text"', '{"seed": 0}', "[" * 100_000])
@pytest.mark.parametrize("options", [{}, {"resume": True}, {"overwrite": True}])
def test_a_damaged_configuration_is_named(run, content, options):
    before = files(run)
    write(run / "config.json", content)
    with refused(run / "config.json", kind=ValueError):
        check_folder(config(run, **options))
    assert files(run) == before


def test_out_is_a_file(tmp_path):
    with refused("out=", "is no folder", kind=NotADirectoryError):
        check_folder(config(write(tmp_path / "file")))


@pytest.mark.parametrize("options", [{"resume": True}, {"overwrite": True}])
@pytest.mark.parametrize(
    "name", ["curves.png", "best.weights.h5", "checkpoints/00001-0000000.safetensors", "generator.weights.h5"]
)
def test_a_folder_in_the_place_of_a_file_is_named_before_anything_is_removed(run, name, options):
    (run / name).unlink(missing_ok=True)
    write(run / name / "mine")
    before = files(run)
    with refused(run / name, "is a folder", kind=IsADirectoryError):
        check_folder(config(run, **options), ["generator.weights.h5"])
    assert files(run) == before


@pytest.mark.parametrize("name", ["checkpoints", "tensorboard", "tensorboard/train"])
def test_a_file_in_the_place_of_a_folder_is_named_before_anything_is_removed(run, name):
    shutil.rmtree(run / name)
    write(run / name)
    with refused(run / name, "is a file", kind=NotADirectoryError):
        check_folder(config(run, overwrite=True))


def test_out_where_nothing_can_be_written(tmp_path):
    write(tmp_path / "file")
    (tmp_path / "link").symlink_to("nowhere")
    for out, why in (
        (tmp_path / "file" / "x", "no folder"),
        (tmp_path / "link", "no folder"),
        (tmp_path / "link" / "x", "no folder"),
        (tmp_path / "a\udcff", "not UTF-8"),
        *([(Path("/proc/x"), "No such file"), (Path("/proc"), "No such file")] if Path("/proc/1").exists() else []),
    ):
        with refused(f"out={str(out)!r}", why, kind=(OSError, ValueError)):
            check_folder(config(out))
    assert {path.name for path in tmp_path.iterdir()} == {"file", "link"}


def test_one_run_a_folder(tmp_path):
    with lock_folder(tmp_path / "out"):
        with refused("another run is writing to", tmp_path / "out"), lock_folder(tmp_path / "out"):
            pass
        with lock_folder(tmp_path / "other"):
            pass
    with lock_folder(tmp_path / "out"):  # free again
        pass


@pytest.mark.parametrize("options", [{"resume": True}, {"overwrite": True}])
def test_a_folder_that_may_not_be_written_is_named_before_anything_is_removed(run, monkeypatch, options):
    denied = run / "checkpoints"
    monkeypatch.setattr(os, "access", lambda path, mode: path != denied)
    before = files(run)
    with pytest.raises(PermissionError, match=r"checkpoints cannot be read and written") as error:
        check_folder(config(run, **options))
    one_line(error)
    assert files(run) == before
