"""Weight files by path or by tag; those that Keras wrote are read here.

That is `.weights.h5`, and `.h5` in the layout of Keras 2 (the published ones among them).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import h5py

from kzoo.registry import Preprocessing
from kzoo.weights.adapt import Size, size_of, transfer
from kzoo.weights.download import fetch
from kzoo.weights.torch import differing as torch_differing
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
        return fetch(tags[weights], include_top)
    path = Path(weights)
    suffixes = SUFFIXES if variant.torch_names is None else (*SUFFIXES, TORCH_SUFFIX)
    either = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
    if path.exists() and not (path.is_file() and str(path).endswith(suffixes)):
        raise ValueError(
            f"weights={str(weights)!r} is not a kind of file kzoo reads for {variant.name}; accepted: {either}"
        )
    if path.exists():
        return path
    accepted = ", ".join(["None", *map(repr, tags), f"or the path of a {either} file"])
    if path.suffix or path.parent != Path("."):
        raise FileNotFoundError(f"weights={str(weights)!r} does not exist; accepted for {variant.name}: {accepted}")
    raise ValueError(f"weights={str(weights)!r} is unknown for {variant.name}; accepted: {accepted}")


def load(model, path: Path, variant, include_top: bool, input_shape: tuple, classes: int, rebuild: Callable):
    """Load a file into a model of a variant; if it is of another number of input channels or classes, adapt it.

    Args:
        input_shape, classes: of the network in the model.
        rebuild: makes the same model for another `input_shape` and `classes`, to read the file before it is adapted.

    Raises:
        ValueError: the file is of another network, or damaged; the message says what differs first.
    """
    if path.suffix == TORCH_SUFFIX:
        differing = partial(torch_differing, namings=variant.torch_names)
        read = partial(load_torch, namings=variant.torch_names, include_top=include_top)
    else:
        differing, read = _differing, _load_keras
    *sides, channels = input_shape
    size = Size(channels, classes if include_top else None)
    try:
        theirs = size_of(differing(model, path), size)
        if theirs == size:
            read(model, path)
            return
        source = rebuild(input_shape=(*sides, theirs.channels), classes=theirs.classes)
        read(source, path)
        changed = transfer(source, model)
    except Exception as error:  # of whichever library reads it: damaged files make h5py raise errors of many kinds
        reason = " ".join(str(error).split())
        raise ValueError(f"weights={str(path)!r} does not fit {variant.name}: {reason[:300]}") from None
    changes = ", ".join(f"{layer!r} {change}" for layer, change in changed.items())
    # four frames up is whoever called the builder
    warnings.warn(f"weights={str(path)!r} adapted to {variant.name}: {changes}; the rest as in the file", stacklevel=4)


def preprocessing(variant, weights, path: Path) -> Preprocessing:
    """Return how the images were prepared that the weights in a file were trained on, as far as it can be known."""
    row = next((row for row in variant.weights if row.tag == weights), None)
    if row and row.preprocessing:
        return row.preprocessing
    if path.suffix == TORCH_SUFFIX and variant.torch_preprocessing:
        return variant.torch_preprocessing
    return variant.preprocessing


def _load_keras(model, path: Path):
    _check(_shapes(path), _shapes_of(model))
    model.load_weights(str(path))


def _differing(model, path: Path) -> list[tuple[tuple, tuple]]:
    """Pair the shapes that only the file holds with those that only the model wants: files of Keras 2 tell no more."""
    found, wanted = Counter(_shapes(path)), Counter(_shapes_of(model))
    return list(product(found - wanted, wanted - found)) if found.total() == wanted.total() else []


def _shapes_of(model) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in model.weights]


def _shapes(path: Path) -> list[tuple[int, ...]]:
    """Return the shapes of all tensors in the file, in no particular order."""
    shapes = []

    def add(name, item):
        if isinstance(item, h5py.Dataset):
            if item.dtype.kind not in "fiu":  # NumPy would convert texts, and complex numbers by half
                raise ValueError(f"tensor {name!r} is of type {item.dtype}; accepted are real numbers")
            shapes.append(item.shape)

    with h5py.File(path) as file:
        root = file["model_weights"] if isinstance(file.get("model_weights"), h5py.Group) else file
        # an optimizer's state beside the weights, in the files of ModelCheckpoint, is not the network's
        groups = [root[key] for key in root if key not in ("optimizer", "optimizer_weights", "top_level_model_weights")]
        for group in groups:
            if isinstance(group, h5py.Group):
                group.visititems(add)
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
