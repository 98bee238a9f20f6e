"""Files and folders that are either whole or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path beside `path` to write a file or folder to, and rename it to `path` when all went well.

    Otherwise it is removed, and what stood at `path` before stands there still.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        # the same name inside: Keras and TensorFlow decide by suffix what they write
        new, old = Path(folder) / path.name, Path(folder) / f"old-{path.name}"
        yield new
        if path.is_dir():  # a folder cannot be renamed over another
            path.rename(old)
        try:
            new.replace(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise


def remove(path: Path):
    """Delete a file or a folder with all in it, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
