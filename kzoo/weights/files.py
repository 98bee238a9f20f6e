"""Weight files by path or by tag; those that Keras wrote are read here.

That is `.weights.h5`, and `.h5` in the layout of Keras 2 (the published ones among them).
"""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import keras

from kzoo.weights.torch import load_torch

SUFFIXES = (".weights.h5", ".h5")
TORCH_SUFFIX = ".safetensors"


def find(variant, weights, include_top: bool) -> Path | None:
    """Return the path of the weights asked for: None, a tag of the variant (downloaded, checked, cached) or a path.

    Raises:
        ValueError: neither a tag of this variant nor a kind of file that can be read.
        FileNotFoundError: no such file.
        OSError: the download failed; the message says what was wanted, from where, and where to put it by hand.
    """
    if weights is None:
        return None
    tags = {row.tag: row for row in variant.weights}
    if weights in tags:
        return _download(tags[weights], include_top)
    path = Path(weights)
    suffixes = SUFFIXES if variant.torch_names is None else (*SUFFIXES, TORCH_SUFFIX)
    either = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
    if path.exists() and not str(path).endswith(suffixes):
        raise ValueError(
            f"weights={str(weights)!r} is not a kind of file kzoo reads for {variant.name}; accepted: {either}"
        )
    if path.exists():
        return path
    accepted = ", ".join(["None", *map(repr, tags), f"or the path of a {either} file"])
    if path.suffix or path.parent != Path("."):
        raise FileNotFoundError(f"weights={str(weights)!r} does not exist; accepted for {variant.name}: {accepted}")
    raise ValueError(f"weights={str(weights)!r} is unknown for {variant.name}; accepted: {accepted}")


def _download(row, include_top) -> Path:
    url, digest = (row.url, row.hash) if include_top else (row.notop_url, row.notop_hash)
    name = url.rsplit("/", 1)[-1]
    cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    try:
        return Path(keras.utils.get_file(name, url, cache_subdir="models", file_hash=digest))
    except Exception as error:
        raise OSError(
            f"weights={row.tag!r}: {url} could not be fetched ({error}); download it elsewhere and pass its path, "
            f"or put it at {cache / 'models' / name}"
        ) from None


def load(model, path: Path, variant, include_top: bool):
    """Load a file into a model of a variant.

    Raises:
        ValueError: the file is of another network, or damaged; the message says what differs first.
    """
    try:
        if path.suffix == TORCH_SUFFIX:
            load_torch(model, path, variant.torch_names, include_top)
        else:
            _check(_shapes(path), [tuple(weight.shape) for weight in model.weights])
            model.load_weights(str(path))
    except (ValueError, OSError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"weights={str(path)!r} does not fit {variant.name}: {reason[:300]}") from None


def _shapes(path: Path) -> list[tuple[int, ...]]:
    """Return the shapes of all tensors in the file, in no particular order."""
    shapes = []
    with h5py.File(path) as file:
        root = file.get("model_weights", file)
        # an optimizer's state beside the weights, in the files of ModelCheckpoint, is not the network's
        groups = [root[key] for key in root if key not in ("optimizer", "optimizer_weights", "top_level_model_weights")]
        for group in groups:
            if isinstance(group, h5py.Group):
                group.visititems(lambda _, item: shapes.append(item.shape) if isinstance(item, h5py.Dataset) else None)
    return shapes


def _check(found, expected):
    """Compare what a file holds with what a model wants, whatever the order."""
    if sorted(found) == sorted(expected):
        return
    if len(found) != len(expected):
        raise ValueError(f"the file holds {len(found)} tensors, the network has {len(expected)}")
    surplus = sorted(set(found) - set(expected)) or sorted(found)
    lacking = sorted(set(expected) - set(found)) or sorted(expected)
    raise ValueError(f"the file holds a tensor of shape {surplus[0]}, where the network has {lacking[0]}")
