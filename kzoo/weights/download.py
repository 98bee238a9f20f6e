"""Published weight files: fetched once, checked, kept; whole or not there, whoever starts at once or is killed.

Keras' own `get_file` is not: it writes to the final name, so that a second process overwrites what the first is writing
and a killed one leaves half a file, which without a published hash is taken for the whole from then on.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import urllib.request
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

from kzoo._files import atomic_path
from kzoo.registry import HUB

HUB_FILE = "model.safetensors"
SHA256 = re.compile("[0-9a-f]{64}")
PATIENCE = 30  # seconds without a byte


def fetch(row, include_top: bool) -> Path:
    """Return the file of a `Weights` row, downloaded unless it is there.

    Files that Keras publishes are kept in the folder `models` of `KZOO_HOME`, by default of Keras' own cache; those of
    the Hugging Face hub in the folder `hub` of `KZOO_HOME`, by default where huggingface_hub keeps all its files. Any
    file that somebody put into `models` is used.

    Raises:
        OSError: it is not there, and could not be fetched; one line says what was wanted, from where, and where to put
            it by hand.
    """
    home = os.environ.get("KZOO_HOME") or os.environ.get("KERAS_HOME") or "~/.keras"
    models = Path(home).expanduser() / "models"
    if row.url.startswith(HUB):
        import huggingface_hub

        repository = row.url.removeprefix(HUB)
        path, digest = models / f"{repository.split('/')[-1]}.safetensors", row.hash
        url = huggingface_hub.hf_hub_url(repository, HUB_FILE)
    else:
        url, digest = (row.url, row.hash) if include_top else (row.notop_url, row.notop_hash)
        path = models / url.rsplit("/", 1)[-1]
    if _is_sound(path, digest):
        return path
    try:
        return _from_hub(repository) if row.url.startswith(HUB) else _from_url(url, digest, path)
    except Exception as error:  # the hub's client has errors of its own beside OSError
        reason = " ".join(str(error).split())[:300]
        stale = digest and path.exists()
        left = f", and {path} is not the published file: its {_algorithm(digest)} is another" if stale else ""
        raise OSError(
            f"weights={row.tag!r}: {url} could not be fetched ({reason}){left}; "
            f"download it elsewhere and put it at {path}, or pass its path as weights"
        ) from None


def _from_url(url: str, digest: str | None, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        if _is_sound(path, digest):  # another process was faster
            return path
        with atomic_path(path) as new:
            _download(url, new)
            if not _is_sound(new, digest):
                found = _hash(new, _algorithm(digest))
                raise OSError(f"what came has the {_algorithm(digest)} {found}, published is {digest}")
    return path


def _download(url: str, path: Path):
    """Write what a URL gives to a file, with a progress bar on terminals, as huggingface_hub has it."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as response, path.open("wb") as file:
        size = int(response.headers.get("Content-Length") or 0)
        with tqdm.wrapattr(file, "write", total=size or None, desc=path.name, disable=None) as counted:
            shutil.copyfileobj(response, counted)
    if size and path.stat().st_size != size:
        raise OSError(f"only {path.stat().st_size} of {size} bytes came")


def _from_hub(repository: str) -> Path:
    """Fetch the file of a repository by huggingface_hub, which knows nothing of a half-written one under its name.

    Over HTTP it compares sizes only; the SHA-256 that the hub states is the name of the file in its cache.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache

    home = os.environ.get("KZOO_HOME")
    where = {"cache_dir": Path(home).expanduser() / "hub" if home else None}
    path, stated = try_to_load_from_cache(repository, HUB_FILE, **where), None
    if not isinstance(path, str):
        # asked first because it fails at once without a network; the download would try for half a minute
        stated = get_hf_file_metadata(hf_hub_url(repository, HUB_FILE)).etag
        path = hf_hub_download(repository, HUB_FILE, **where)
    if os.path.islink(path):
        stated = os.path.basename(os.readlink(path))
    found = _hash(path, "SHA-256")
    if SHA256.fullmatch(stated or "") and found != stated:
        for each in {os.path.realpath(path), path}:
            os.remove(each)
        raise OSError(f"what came has the SHA-256 {found}, the hub states {stated}")
    return Path(path)


def _is_sound(path: Path, digest: str | None) -> bool:
    """Tell whether a file is there, and the published one as far as a hash was published."""
    return path.is_file() and (digest is None or _hash(path, _algorithm(digest)) == digest)


def _algorithm(digest: str) -> str:
    return "SHA-256" if SHA256.fullmatch(digest) else "MD5"


def _hash(path: str | Path, algorithm: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm.replace("-", "").lower()).hexdigest()
