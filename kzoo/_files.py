"""Atomic writes: files and folders that are either complete or not there."""

from __future__ import annotations

import errno
import math
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kzoo.graph import all_layers

# Name of a temporary folder: host name, which tells whether its process can be known to be alive, and a random suffix
TEMPORARY = re.compile(r"\.kzoo-(?P<host>.+)-[a-z0-9_]{8}")
STALE_SECONDS = 24 * 3600
# Error numbers that libraries wrap in exceptions of their own when a file cannot be written
WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


@contextmanager
def atomic_path(path: str | os.PathLike, overwrite: bool = True) -> Iterator[Path]:
    """Yield a temporary path to write a file or folder to, and rename it to `path` on success.

    On an exception the temporary path is removed, and `path` stays as it was.

    Args:
        overwrite: whether a folder that is not empty may be replaced; see `move_into_place`.

    Raises:
        OSError: it cannot be written, for instance because the disk is full.
    """
    with temporary_path(path) as new:
        yield new
        move_into_place(new, path, overwrite)


@contextmanager
def temporary_path(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a path of the same name as `path` in a hidden folder beside it; the folder is removed afterwards.

    Stale folders of killed processes, whose lock nobody holds, are removed first. A lock ends with its process, and
    most file systems show it to all machines. Where they do not, only folders of this machine, or a day old, are
    removed.

    Raises:
        OSError: a file cannot be written, for instance because the disk is full.
    """
    path = Path(path)
    created = [each for each in path.parents if not each.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path.parent)
    folder, lock = _locked_folder(path.parent)
    try:
        new = folder / "new"
        new.mkdir()
        with _as_os_error(path):
            yield new / path.name  # Keras and TensorFlow decide by suffix what they write
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # not empty: what was written is there
            for each in created:
                each.rmdir()


def check_place(path: str | os.PathLike):
    """Check that a file or folder can be written at a path, whose parents may be missing, and leave nothing behind.

    Raises:
        OSError: the path cannot be written to.
        ValueError: its name is not UTF-8, which TensorFlow's file names are.
    """
    path = Path(path)
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise ValueError("its name is not UTF-8") from None
    parent = next(each for each in path.parents if os.path.lexists(each))
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{parent} is no folder")
    with temporary_path(parent / path.name):
        pass


def move_into_place(new: Path, path: str | os.PathLike, overwrite: bool = True):
    """Rename `new`, written below a `temporary_path`, to `path`.

    A file replaces a file. Two folders are exchanged atomically where the system can (Linux, on most local file
    systems); elsewhere there is a moment without either. If a process is killed in that moment, the next write beside
    it restores the old folder.

    Args:
        overwrite: whether a folder that is not empty may be replaced.

    Raises:
        FileExistsError: it may not.
        OSError: one is a file and the other a folder.
    """
    path = Path(path)
    if not new.is_dir():
        new.replace(path)
        return
    try:
        new.rename(path)  # an empty folder may be there
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if not overwrite:
            raise FileExistsError(f"{path} is there already") from None
        if not _exchange(new, path):
            _replace_in_two_steps(new, path)


def save_weights(model, path: str | os.PathLike):
    """Write a Keras model's weights to a `.weights.h5` file atomically.

    HDF5 crashes the process (segmentation fault) when the disk becomes full: so the space is allocated first.

    Raises:
        OSError: it cannot be written.
    """
    with atomic_path(path) as new:
        # HDF5's own part is a few kB a group, of which a layer has two, and at most as much for a weight
        size = sum(math.prod(each.shape) * each.value.dtype.size for each in model.variables)
        _check_free_space(new, size + 8192 * (len(model.variables) + 2 * len(all_layers(model)) + 8))
        model.save_weights(new)


def load_weights(model, path: str | os.PathLike):
    """Load weights that `save_weights` wrote.

    Raises:
        ValueError: the file is missing, damaged, or of another network; the message, of one line, names it.
    """
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError, RuntimeError) as error:  # the last is h5py's, of damaged groups
        raise ValueError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}") from error


def _check_free_space(path, size):
    """Raise OSError unless there is space for a file of this size, in bytes."""
    if hasattr(os, "posix_fallocate"):
        with path.open("wb") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                if error.errno in WRITE_ERRORS:
                    raise
        path.unlink()


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two paths atomically and return True; return False where the system cannot."""
    import ctypes

    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if renameat2 is None:
        return False
    if renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _replace_in_two_steps(new, path):
    old = new.parent.with_name("old")
    old.mkdir()
    path.rename(old / path.name)
    try:
        new.rename(path)
    except OSError:
        (old / path.name).rename(path)
        raise


def _locked_folder(parent):
    """Make a temporary folder and lock it."""
    from filelock import FileLock, Timeout

    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".kzoo-{_host()}-"))
        lock = FileLock(folder / "lock", thread_local=False)
        try:
            lock.acquire(blocking=False)
        except (Timeout, FileNotFoundError):
            pass
        except (OSError, NotImplementedError):  # no file locks here; a folder without a lock is not removed
            return folder, lock
        if (folder / "lock").exists():
            return folder, lock
        lock.release()  # another process removed it as stale before it was locked


def _remove_stale(parent):
    """Remove temporary folders of processes that have ended."""
    from filelock import FileLock, Timeout

    with os.scandir(parent) as entries:
        names = [entry.name for entry in entries if TEMPORARY.fullmatch(entry.name)]
    for folder in [parent / name for name in names]:
        with suppress(OSError, Timeout, NotImplementedError):
            inside = os.listdir(folder)
            if folder.is_symlink() or (inside and "lock" not in inside) or not _may_be_stale(folder):
                continue
            with FileLock(folder / "lock", thread_local=False).acquire(blocking=False):
                for old in (folder / "old").glob("*"):
                    if not (parent / old.name).exists():
                        old.rename(parent / old.name)
                shutil.rmtree(folder, ignore_errors=True)


def _may_be_stale(folder):
    own = TEMPORARY.fullmatch(folder.name)["host"] == _host()
    return own or time.time() - folder.stat().st_mtime > STALE_SECONDS


def _host():
    return re.sub(r"[^a-zA-Z0-9.]", "_", platform.node())[:64]


@contextmanager
def _as_os_error(path):
    """Raise a one-line OSError for the exceptions that libraries raise when a file cannot be written."""
    try:
        yield
    except Exception as error:
        message = str(error)
        if isinstance(error, OSError) and str(path) in message and "\n" not in message:
            raise
        texts = f"{message} {error.__cause__}"  # what an exporter shortens is whole in its cause
        reasons = [os.strerror(code) for code in WRITE_ERRORS if os.strerror(code) in texts]
        if not reasons:
            raise
        raise OSError(f"{path} could not be written: {reasons[0]}") from error
