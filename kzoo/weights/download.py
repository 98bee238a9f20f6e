"""Download of published weight files: cached, verified, atomic, and safe with several processes.

Keras' own `get_file` is not atomic: it writes to the final name, so that a second process overwrites what the first is
writing, and a killed one leaves half a file, which without a published hash is used from then on.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

from kzoo._files import atomic_path
from kzoo.registry import HUB

HUB_FILE = "model.safetensors"
SHA256 = re.compile("[0-9a-f]{64}")
TIMEOUT = 30  # seconds without data


def fetch(row, include_top: bool) -> Path:
    """Return the path of the file of a `Weights` row, which is downloaded if it is not cached.

    Files that Keras publishes are cached in the folder `models` of `KZOO_HOME`, by default in Keras' own cache; those
    of the Hugging Face hub in the folder `hub` of `KZOO_HOME`, by default in the cache of huggingface_hub. A file that
    was put into `models` by hand is used.

    Raises:
        OSError: it is not cached, and the download failed; the message, of one line, has the URL, and the path to put
            the file at by hand.
    """
    home = os.environ.get("KZOO_HOME") or os.environ.get("KERAS_HOME") or "~/.keras"
    models = Path(os.path.expanduser(home)) / "models"
    if row.url.startswith(HUB):
        import huggingface_hub

        repository = row.url.removeprefix(HUB)
        path, digest = models / f"{repository.split('/')[-1]}.safetensors", row.hash
        url = huggingface_hub.hf_hub_url(repository, HUB_FILE)
    else:
        url, digest = (row.url, row.hash) if include_top else (row.notop_url, row.notop_hash)
        path = models / url.rsplit("/", 1)[-1]
    if _is_valid(path, digest):
        return path
    try:
        return _download_from_hub(repository) if row.url.startswith(HUB) else _download_from_url(url, digest, path)
    except Exception as error:  # huggingface_hub has exceptions of its own
        reason = " ".join(str(error).split())[:300]
        stale = digest and path.exists()
        left = f", and {path} is not the published file: its {_algorithm(digest)} is another" if stale else ""
        raise OSError(
            f"weights={row.tag!r}: {url} could not be fetched ({reason}){left}; "
            f"download it elsewhere and put it at {path}, or pass its path as weights"
        ) from None


def fetch_repository(repository: str, patterns: Sequence[str]) -> Path:
    """Return the folder of a repository of the Hugging Face hub, whose files are downloaded if they are not cached.

    They are cached where `fetch` caches those of the hub.

    Args:
        repository: "owner/name".
        patterns: of the names of the files that are wanted.

    Raises:
        OSError: the download failed; the message, of one line, has the URL.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    from kzoo.weights.hub import checkpoint_files

    download = partial(snapshot_download, repository, cache_dir=_hub_cache(), allow_patterns=list(patterns))
    with suppress(LocalEntryNotFoundError, FileNotFoundError):  # the latter of a download that was broken off
        folder = Path(download(local_files_only=True))
        checkpoint_files(folder)
        return folder
    try:
        HfApi().repo_info(repository)  # fails at once without a network; the download would try for half a minute
        return Path(download())
    except Exception as error:  # huggingface_hub has exceptions of its own
        reason = " ".join(str(error).split())[:300]
        raise OSError(
            f"source={HUB + repository!r} could not be fetched ({reason}); download its files elsewhere, and pass "
            "their folder"
        ) from None


def _hub_cache() -> Path | None:
    home = os.environ.get("KZOO_HOME")
    return Path(os.path.expanduser(home)) / "hub" if home else None


def _download_from_url(url: str, digest: str | None, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        if _is_valid(path, digest):  # another process has downloaded it
            return path
        with atomic_path(path) as new:
            _download(url, new)
            if not _is_valid(new, digest):
                actual = _hash(new, _algorithm(digest))
                raise OSError(f"what came has the {_algorithm(digest)} {actual}, published is {digest}")
    return path


def _download(url: str, path: Path):
    """Download a URL to a file, with a progress bar on terminals, as huggingface_hub has it."""
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response, path.open("wb") as file:
        size = int(response.headers.get("Content-Length") or 0)
        with tqdm.wrapattr(file, "write", total=size or None, desc=path.name, disable=None) as counted:
            shutil.copyfileobj(response, counted)
    if size and path.stat().st_size != size:
        raise OSError(f"only {path.stat().st_size} of {size} bytes came")


def _download_from_hub(repository: str) -> Path:
    """Download the file of a repository by huggingface_hub, which is atomic.

    Over HTTP it verifies sizes only; the SHA-256 that the hub states is the name of the file in its cache.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache

    cache = _hub_cache()
    path, expected = try_to_load_from_cache(repository, HUB_FILE, cache_dir=cache), None
    if not isinstance(path, str):
        # first, because it fails at once without a network; the download would try for half a minute
        expected = get_hf_file_metadata(hf_hub_url(repository, HUB_FILE)).etag
        path = hf_hub_download(repository, HUB_FILE, cache_dir=cache)
    if os.path.islink(path):
        expected = os.path.basename(os.readlink(path))
    actual = _hash(path, "SHA-256")
    if SHA256.fullmatch(expected or "") and actual != expected:
        for each in {os.path.realpath(path), path}:
            os.remove(each)
        raise OSError(f"what came has the SHA-256 {actual}, the hub states {expected}")
    return Path(path)


def _is_valid(path: Path, digest: str | None) -> bool:
    """Return whether a file exists and has the published hash, if there is one."""
    return path.is_file() and (digest is None or _hash(path, _algorithm(digest)) == digest)


def _algorithm(digest: str | None) -> str:
    return "SHA-256" if SHA256.fullmatch(digest or "") else "MD5"


def _hash(path: str | Path, algorithm: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm.replace("-", "").lower()).hexdigest()
