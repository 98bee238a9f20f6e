"""Atomic writes of files and folders, also when processes are killed or write at the same time."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from helpers import one_line

import kzoo
from kzoo import _files
from kzoo._files import atomic_path, load_weights, move_into_place, temporary_path

KILLED = """
import os, signal, sys
from pathlib import Path
from kzoo import _files
path, when = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if when == "exchange":
    _files._exchange = die
elif when == "two steps":
    _files._exchange = lambda *_: False
    rename, Path.rename = Path.rename, lambda old, new: rename(old, new) if path.exists() else die()
with _files.atomic_path(path) as new:
    new.mkdir()
    (new / "version").write_text("new")
    if when == "write":
        die()
    if when == "wait":
        print("writing", flush=True)
        sys.stdin.read()
"""


def folder(path, version):
    path.mkdir(parents=True)
    (path / "version").write_text(version)
    return path


def leftovers(path):
    return [each.name for each in path.iterdir() if each.name.startswith(".")]


def write(path, version, overwrite=True):
    with atomic_path(path, overwrite) as new:
        folder(new, version)


@pytest.mark.parametrize("when", ["write", "exchange", "two steps"])
def test_a_killed_writer_leaves_the_old_version_and_the_next_one_cleans_up(when, tmp_path, run_python):
    path = folder(tmp_path / "net" / "1", "old")
    (tmp_path / "killed.py").write_text(KILLED)
    assert run_python(tmp_path / "killed.py", path, when, check=False).returncode == -signal.SIGKILL
    assert len(leftovers(path.parent)) == 1
    write(path.parent / "2", "other")  # beside it
    assert (path / "version").read_text() == "old" and sorted(os.listdir(path.parent)) == ["1", "2"]


def test_exchange_leaves_no_moment_without_a_version(tmp_path):
    path, done, seen = folder(tmp_path / "1", "0"), threading.Event(), set()
    if not _files._exchange(folder(tmp_path / "a", "a"), folder(tmp_path / "b", "b")):
        pytest.skip("this file system cannot exchange folders")

    def watch():
        while not done.is_set():
            seen.add(path.exists())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for i in range(50):
            write(path, str(i))
    finally:
        done.set()
        watcher.join()
    assert seen == {True} and (path / "version").read_text() == "49"


def test_a_system_that_cannot_exchange(tmp_path, monkeypatch):
    path = folder(tmp_path / "1", "old")
    monkeypatch.setattr(_files, "_exchange", lambda *_: False)
    write(path, "new")
    assert (path / "version").read_text() == "new" and os.listdir(tmp_path) == ["1"]


def test_a_living_writer_keeps_its_temporary_folder(tmp_path):
    (tmp_path / "killed.py").write_text(KILLED)
    command = [sys.executable, tmp_path / "killed.py", tmp_path / "net" / "1", "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        before = leftovers(tmp_path / "net")
        write(tmp_path / "net" / "2", "other")
        with temporary_path(tmp_path / "net" / "3"):  # of this process
            write(tmp_path / "net" / "4", "other")
            assert len(leftovers(tmp_path / "net")) == 2
        assert len(before) == 1 and leftovers(tmp_path / "net") == before
        writer.stdin.close()
        assert writer.wait() == 0
    assert (tmp_path / "net" / "1" / "version").read_text() == "new" and leftovers(tmp_path / "net") == []


def test_what_kzoo_did_not_write_stays(tmp_path):
    host = _files._host()
    names = [".1.abcdefgh", ".kzoo", f".kzoo-{host}-abcdefgh", ".kzoo-elsewhere-abcdefgh", f".kzoo-{host}-file1234"]
    for name in names[:3]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").touch()
    (tmp_path / names[4]).touch()
    outside = folder(tmp_path / "outside", "mine")
    (tmp_path / f".kzoo-{host}-symlink1").symlink_to(outside)
    (tmp_path / names[3]).mkdir()  # of another machine, which may be alive where locks are not shared
    (tmp_path / names[3] / "lock").touch()
    before = sorted(os.listdir(tmp_path))
    write(tmp_path / "1", "new")
    assert sorted(os.listdir(tmp_path)) == sorted(["1", *before]) and (outside / "version").exists()
    yesterday = time.time() - _files.STALE_SECONDS - 1
    os.utime(tmp_path / names[3], (yesterday, yesterday))
    write(tmp_path / "2", "new")
    assert not (tmp_path / names[3]).exists()


def test_nobody_is_replaced_unasked(tmp_path):
    path = tmp_path / "1"
    with temporary_path(path) as one, temporary_path(path) as two:
        move_into_place(folder(one, "one"), path, overwrite=False)
        with pytest.raises(FileExistsError) as error:
            move_into_place(folder(two, "two"), path, overwrite=False)
    assert one_line(error) == f"{path} is there already" and (path / "version").read_text() == "one"
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError):
        write(tmp_path / "file", "new")
    with pytest.raises(OSError), atomic_path(path) as new:
        new.write_text("a file")
    assert (tmp_path / "file").read_text() == "mine" and (path / "version").read_text() == "one"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "raised",
    [
        RuntimeError("/tmp/x; No space left on device\nat line 3"),
        OSError(28, "No space left on device", "/somewhere/else"),
        ValueError("Disk quota exceeded"),
    ],
)
def test_a_full_disk_is_one_kind_of_error(raised, tmp_path):
    with pytest.raises(OSError) as error, atomic_path(tmp_path / "1") as new:
        new.mkdir()
        raise raised
    assert one_line(error).startswith(f"{tmp_path / '1'} could not be written: ") and os.listdir(tmp_path) == []
    with pytest.raises(KeyError), atomic_path(tmp_path / "1"):
        raise KeyError("another")


@pytest.mark.parametrize("content", [None, b"", b"junk" * 300])
def test_weights_that_cannot_be_read_are_named(content, tmp_path):
    path = tmp_path / "a.weights.h5"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read") as error:
        load_weights(kzoo.LeNet5(), path)
    assert str(path) in one_line(error)


def test_folders_that_were_made_for_nothing_are_removed(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(KeyError), atomic_path(tmp_path / "mine" / "name" / "deep" / "1"):
        raise KeyError("any")
    assert os.listdir(tmp_path) == ["mine"] and os.listdir(tmp_path / "mine") == []
    with atomic_path(tmp_path / "mine" / "name" / "1") as new:
        new.write_text("kept")
    assert (tmp_path / "mine" / "name" / "1").read_text() == "kept"


def test_weights_that_do_not_fit_are_an_error_and_no_crash(tmp_path, run_python):
    code = f"""
import resource, signal
import keras
from kzoo._files import save_weights
model = keras.Sequential([keras.Input((100,)), keras.layers.Dense(100)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
save_weights(model, {str(tmp_path / "a.weights.h5")!r})
model.load_weights({str(tmp_path / "a.weights.h5")!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    save_weights(model, {str(tmp_path / "b.weights.h5")!r})
except OSError as error:
    print(error)
"""
    result = run_python(code)
    assert result.stdout.splitlines()[-1] == f"{tmp_path / 'b.weights.h5'} could not be written: File too large"
    assert os.listdir(tmp_path) == ["a.weights.h5"]
