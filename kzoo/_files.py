"""Files and folders that are either whole or not there."""

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

# Of the machine's name, which tells whose processes this one can know to be alive, and eight letters of tempfile's
TEMPORARY = re.compile(r"\.kzoo-(?P<host>.+)-[a-z0-9_]{8}")
STALE = 24 * 3600  # seconds
# What a library says in an error of its own kind when a file cannot be written
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


@contextmanager
def whole(path: str | os.PathLike, overwrite: bool = True) -> Iterator[Path]:
    """Yield a temporary path to write a file or folder to, and rename it to `path` when all went well.

    Otherwise it is removed, and what stood at `path` before stands there still.

    Args:
        overwrite: whether a folder with anything in it may be replaced; see `put`.

    Raises:
        OSError: it cannot be written, for instance because the disk is full.
    """
    with temporary(path) as new:
        yield new
        put(new, path, overwrite)


@contextmanager
def temporary(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a path to write to, of the same name as `path` and in a hidden folder beside it, which is removed then.

    What a process left there that was killed is removed first: a folder whose lock nobody holds. Locks go with their
    process, and are known to all machines of most file systems. Where they are not, only folders of this machine, or
    a day old, are safe to remove.

    Raises:
        OSError: a file cannot be written, for instance because the disk is full.
    """
    path = Path(path)
    made = [each for each in path.parents if not each.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    folder, lock = _locked_folder(path.parent)
    try:
        new = folder / "new"
        new.mkdir()
        with _one_kind_of_error(path):
            yield new / path.name  # Keras and TensorFlow decide by suffix what they write
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # what was written is in the first of them
            for each in made:
                each.rmdir()


def check_place(path: str | os.PathLike):
    """See whether a file or folder can be written at a path, whose folder need not be there, and leave nothing.

    Raises:
        OSError: it cannot.
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
    with temporary(parent / path.name):
        pass


def put(new: Path, path: str | os.PathLike, overwrite: bool = True):
    """Rename what was written to the path that `temporary` yielded.

    A file replaces a file. A folder takes the place of another one at once where the system can exchange them (Linux,
    on most local file systems), so that one of them is there at any time; elsewhere there is none for a moment. If a
    process is killed in it, the next one that writes beside it puts the old folder back.

    Args:
        overwrite: whether a folder may be replaced that has anything in it.

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
    """Write a Keras model's weights to a `.weights.h5` file, whole or not at all.

    Where the disk becomes full under it, HDF5 ends the process by a segmentation fault: so there is room first.

    Raises:
        OSError: it cannot be written.
    """
    with whole(path) as new:
        # HDF5's own part is a few kB a group, of which a layer has two, and at most as much for a weight
        size = sum(math.prod(each.shape) * each.value.dtype.size for each in model.variables)
        _see_whether_fits(new, size + 8192 * (len(model.variables) + 2 * len(model._flatten_layers()) + 8))
        model.save_weights(new)


def load_weights(model, path: str | os.PathLike):
    """Read what `save_weights` wrote.

    Raises:
        ValueError: it is not there, damaged, or of another network; the message, of one line, names the file.
    """
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError, RuntimeError) as error:  # the last is h5py's, of damaged groups
        raise ValueError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}") from error


def _see_whether_fits(path, size):
    """Raise OSError unless there is room for a file of this size, in bytes."""
    if hasattr(os, "posix_fallocate"):
        with path.open("wb") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                if error.errno in UNWRITABLE:
                    raise
        path.unlink()


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once, and return True; or False where the system cannot."""
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
    """Make a temporary folder with a lock that this process holds."""
    from filelock import FileLock, Timeout

    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".kzoo-{_host()}-"))
        lock = FileLock(folder / "lock", thread_local=False)
        try:
            lock.acquire(blocking=False)
        except (Timeout, FileNotFoundError):
            pass
        except (OSError, NotImplementedError):  # there are no locks here, and nobody removes what has none
            return folder, lock
        if (folder / "lock").exists():
            return folder, lock
        lock.release()  # another process took it for a killed one's before it was locked


def _sweep(parent):
    """Remove temporary folders of processes that are gone."""
    from filelock import FileLock, Timeout

    with os.scandir(parent) as entries:
        names = [entry.name for entry in entries if TEMPORARY.fullmatch(entry.name)]
    for folder in [parent / name for name in names]:
        with suppress(OSError, Timeout, NotImplementedError):
            inside = os.listdir(folder)
            if folder.is_symlink() or (inside and "lock" not in inside) or not _may_be_dead(folder):
                continue
            with FileLock(folder / "lock", thread_local=False).acquire(blocking=False):
                for old in (folder / "old").glob("*"):
                    if not (parent / old.name).exists():
                        old.rename(parent / old.name)
                shutil.rmtree(folder, ignore_errors=True)


def _may_be_dead(folder):
    own = TEMPORARY.fullmatch(folder.name)["host"] == _host()
    return own or time.time() - folder.stat().st_mtime > STALE


def _host():
    return re.sub(r"[^a-zA-Z0-9.]", "_", platform.node())[:64]


@contextmanager
def _one_kind_of_error(path):
    """Raise OSError, in one line, for whatever a library raises when a file cannot be written."""
    try:
        yield
    except Exception as error:
        message = str(error)
        if isinstance(error, OSError) and str(path) in message and "\n" not in message:
            raise
        reasons = [os.strerror(code) for code in UNWRITABLE if os.strerror(code) in message]
        if not reasons:
            raise
        raise OSError(f"{path} could not be written: {reasons[0]}") from error
