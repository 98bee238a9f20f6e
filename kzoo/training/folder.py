"""The folder of a run: locked while a run writes to it; only files of runs are removed from it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from kzoo._files import check_place

# Results that are not replaced unasked, as patterns below the folder of a run
VALUABLE_RESULTS = ("metrics.json", "history.csv", "best.weights.h5", "checkpoints/[0-9]*-[0-9]*.safetensors")
# All results of all kinds of runs
RESULTS = (
    *VALUABLE_RESULTS,
    "config.json",
    "model.json",
    "labels.txt",
    "curves.png",
    "tensorboard/train/events.out.tfevents.*",
    "tensorboard/validation/events.out.tfevents.*",
    "samples.png",
    "samples/epoch-[0-9]*.png",
    "vocabulary.json",
    "average.weights.h5",
    "epochs/[0-9]*.weights.h5",
    "translations.tsv",
    "attention.png",
)
# Options that may change when a run is resumed: they do not change what is computed
CHANGEABLE_OPTIONS = (
    "out",
    "strategy",
    "replicas",
    "xla",
    "checkpoint_every",
    "keep_checkpoints",
    "resume",
    "export",
    "overwrite",
)


def check_folder(config, results: Sequence[str] = ()):
    """Check that a run can write to `config.out`: it replaces nothing unasked, and resumes the same run only.

    Args:
        results: files that this kind of run writes besides `RESULTS`, as patterns below the folder.

    Raises:
        FileExistsError: there is a run that is not to be replaced, or one without checkpoints to resume, or files that
            are not of a run.
        NotADirectoryError: `out` is a file.
        OSError: nothing can be written there, or something else has the name of a file or folder of a run.
        ValueError: the run that is resumed was started with other options, or its config.json is damaged.
    """
    out = config.out
    check_out(out)
    stored = read_config(out)
    if stored is None:
        for name in {pattern.split("/")[0]: None for pattern in (*RESULTS, *results)}:
            if any(out.glob(name)):
                raise FileExistsError(f"{out} holds {name!r}, which is not of a run of kzoo; choose another --out")
        return
    _check_kinds(out, (*RESULTS, *results))
    paths = _matches(out, (*VALUABLE_RESULTS, *results))
    if config.resume:
        _check_same_options(config, stored)
        names = {path.name for path in paths}
        # without either of these it was killed before its first checkpoint, and starts again
        if names & {"metrics.json", "history.csv"} and not any(name.endswith(".safetensors") for name in names):
            raise FileExistsError(
                f"{out} holds a run without checkpoints, so there is nothing to resume; pass --overwrite instead to "
                "replace it, or another --out"
            )
    elif paths and not config.overwrite:
        if (out / "metrics.json").exists():
            raise FileExistsError(
                f"{out} holds a finished run; pass --overwrite to replace it, --resume to write its results again, or "
                "another --out"
            )
        raise FileExistsError(
            f"{out} holds an unfinished run; pass --resume to go on with it, --overwrite to begin again, or another "
            "--out"
        )


def check_out(out: Path):
    """Check that results can be written to a folder, which may be new.

    Raises:
        OSError, ValueError: they cannot; the message names `out`.
    """
    if os.path.lexists(out) and not out.is_dir():
        raise NotADirectoryError(f"out={str(out)!r} is no folder; give one, which may be new")
    try:
        check_place(out / "config.json")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise type(error)(f"out={str(out)!r}: nothing can be written there ({reason}); choose another --out") from None


def _check_kinds(out, patterns):
    """Check that no folder is where a run writes a file, and that its folders are folders that it can write into."""
    for pattern in patterns:
        for path in out.glob(pattern):
            if path.is_dir():
                raise IsADirectoryError(f"{path} is a folder, but a run writes a file there; choose another --out")
        for parent in (out / pattern).parents:
            if out in parent.parents and parent.exists() and not parent.is_dir():
                raise NotADirectoryError(
                    f"{parent} is a file, but a run writes into a folder there; choose another --out"
                )
            if out in parent.parents and parent.exists() and not os.access(parent, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(f"{parent} cannot be read and written; change its mode, or choose another --out")


def read_config(out: Path) -> dict | None:
    """Return the options of the run in a folder; None if there is no config.json.

    Raises:
        ValueError: config.json is damaged, or not of a run.
    """
    path = out / "config.json"
    if not path.is_file():
        return None
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error}); choose another folder") from None
    if not isinstance(stored, dict) or not {"seed", *CHANGEABLE_OPTIONS} <= stored.keys():
        raise ValueError(f"{path} is not of a run of kzoo; choose another folder")
    return stored


def _check_same_options(config, stored):
    current = json.loads(json.dumps(dataclasses.asdict(config), default=str))
    for name, value in current.items():
        if name not in CHANGEABLE_OPTIONS and stored.get(name) != value:
            raise ValueError(
                f"{name}={value!r} is not what the run in {config.out} was begun with, {stored.get(name)!r}; "
                "resume with the same, or choose another --out"
            )


@contextmanager
def lock_folder(out: Path) -> Iterator[None]:
    """Lock a folder, which is created if necessary; the lock ends with its process.

    Raises:
        FileExistsError: another run is writing to it.
    """
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise FileExistsError(f"another run is writing to {out}; wait for it, or choose another --out") from None
    try:
        yield
    finally:
        lock.release()


def clear_folder(out: Path, results: Sequence[str] = ()):
    """Remove the results of a run from a folder, and nothing else.

    Args:
        results: files that this kind of run writes besides `RESULTS`, as patterns below the folder.
    """
    if read_config(out) is None:
        return
    paths = _matches(out, (*RESULTS, *results))
    for path in sorted(paths, key=lambda path: path == out / "config.json"):  # last: it says whose the others are
        path.unlink()
    for folder in sorted({parent for path in paths for parent in path.parents}, reverse=True):
        if out in folder.parents:
            with suppress(OSError):  # not empty
                folder.rmdir()


def _matches(out, patterns):
    return [path for pattern in patterns for path in out.glob(pattern) if path.is_file()]
