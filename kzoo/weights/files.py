"""Weight files by path or tag; Keras' own formats are loaded here.

These are `.weights.h5`, and `.h5` in the layout of Keras 2 (as most published files).
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import h5py

from kzoo.compat import snake_case
from kzoo.registry import Preprocessing
from kzoo.weights.adapt import NewClassifierWarning, Size, adapt_weights, infer_size
from kzoo.weights.download import fetch
from kzoo.weights.torch import load_torch
from kzoo.weights.torch import shape_differences as torch_shape_differences

SUFFIXES = (".weights.h5", ".h5")
TORCH_SUFFIX = ".safetensors"


def locate_weights(variant, weights, include_top: bool) -> Path | None:
    """Return the path of the weights: None, a tag of the variant (downloaded, verified, cached) or a path.

    Raises:
        ValueError: neither a tag of this variant nor a file of a supported format.
        FileNotFoundError: the file does not exist.
        OSError: the download failed; the message has the URL, and the path to put the file at by hand.
    """
    if weights is None:
        return None
    tags = {row.tag: row for row in variant.weights}
    if weights in tags:
        return fetch(tags[weights], include_top)
    path = Path(weights)
    suffixes = SUFFIXES if variant.torch_names is None else (*SUFFIXES, TORCH_SUFFIX)
    formats = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
    if path.exists() and not (path.is_file() and str(path).endswith(suffixes)):
        raise ValueError(
            f"weights={str(weights)!r} is not a kind of file kzoo reads for {variant.name}; accepted: {formats}"
        )
    if path.exists():
        return path
    accepted = ", ".join(["None", *map(repr, tags), f"or the path of a {formats} file"])
    if path.suffix or path.parent != Path("."):
        raise FileNotFoundError(f"weights={str(weights)!r} does not exist; accepted for {variant.name}: {accepted}")
    raise ValueError(f"weights={str(weights)!r} is unknown for {variant.name}; accepted: {accepted}")


def load_pretrained_weights(
    model, path: Path, variant, include_top: bool, input_shape: tuple, classes: int, rebuild: Callable
):
    """Load weights into a model of a variant; adapt them if their input channels or number of classes differ.

    Args:
        input_shape, classes: of the network in the model.
        rebuild: builds the same model for another `input_shape` and `classes`, to load the file before it is adapted.

    Raises:
        ValueError: the file is of another network, or damaged; the message has the first difference.
    """
    shape_differences: Callable[..., list]
    read: Callable[..., None]
    if path.suffix == TORCH_SUFFIX:
        shape_differences = partial(torch_shape_differences, namings=variant.torch_names)
        read = partial(load_torch, namings=variant.torch_names, include_top=include_top)
    else:
        shape_differences, read = _shape_differences, _load_keras
    *sides, channels = input_shape
    size = Size(channels, classes if include_top else None)
    try:
        source_size = infer_size(shape_differences(model, path), size)
        if source_size == size:
            read(model, path)
            return
        source = rebuild(input_shape=(*sides, source_size.channels), classes=source_size.classes)
        read(source, path)
        changes = adapt_weights(source, model)
    except Exception as error:  # each library has its own, and h5py raises many kinds for damaged files
        reason = " ".join(str(error).split())
        raise ValueError(f"weights={str(path)!r} does not fit {variant.name}: {reason[:300]}") from None
    listed = ", ".join(f"{layer!r} {change}" for layer, change in changes.items())
    kind = UserWarning if source_size.classes == size.classes else NewClassifierWarning
    text = f"weights={str(path)!r} adapted to {variant.name}: {listed}; the rest as in the file"
    warnings.warn(text, kind, stacklevel=4)  # four frames up is the caller of the builder


def weights_preprocessing(variant, weights, path: Path) -> Preprocessing | None:
    """Return the preprocessing of the images that the weights in a file were trained on, if it is not the variant's."""
    row = next((row for row in variant.weights if row.tag == weights), None)
    if row and row.preprocessing:
        return row.preprocessing
    return variant.torch_preprocessing if path.suffix == TORCH_SUFFIX else None


def _load_keras(model, path: Path):
    _check(_file_shapes(path), _model_shapes(model))
    _check_names(path, model)
    model.load_weights(str(path))


def _shape_differences(model, path: Path) -> list[tuple[tuple, tuple]]:
    """Pair the shapes that only the file has with those that only the model has: files of Keras 2 allow no better."""
    found, wanted = Counter(_file_shapes(path)), Counter(_model_shapes(model))
    return list(product(found - wanted, wanted - found)) if found.total() == wanted.total() else []


def _model_shapes(model) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in model.weights]


def _file_shapes(path: Path) -> list[tuple[int, ...]]:
    """Return the shapes of all tensors in the file, in no particular order."""
    shapes = []

    def add(name, item):
        if isinstance(item, h5py.Dataset):
            if item.dtype.kind not in "fiu":  # NumPy would convert texts, and complex numbers by half
                raise ValueError(f"tensor {name!r} is of type {item.dtype}; accepted are real numbers")
            shapes.append(item.shape)

    with h5py.File(path) as file:
        root = file["model_weights"] if isinstance(file.get("model_weights"), h5py.Group) else file
        # files of ModelCheckpoint also have the state of the optimizer
        groups = [root[key] for key in root if key not in ("optimizer", "optimizer_weights", "top_level_model_weights")]
        for group in groups:
            if isinstance(group, h5py.Group):
                group.visititems(add)
    return shapes


def _check(found, expected):
    """Compare the shapes of a file and of a model, in any order."""
    if sorted(found) == sorted(expected):
        return
    if len(found) != len(expected):
        raise ValueError(f"the file holds {len(found)} tensors, the network has {len(expected)}")
    surplus = sorted(set(found) - set(expected)) or sorted(found)
    lacking = sorted(set(expected) - set(found)) or sorted(expected)
    raise ValueError(f"the file holds a tensor of shape {surplus[0]}, where the network has {lacking[0]}")


def _check_names(path: Path, model):
    """Compare the names of layers in a `.weights.h5` file, which numbers the layers of each class, with a model's.

    Keras does not. Names may differ, as some of keras.applications do, but not all of them, and no layer may be where
    another one of the model would be. Automatic names, which differ from build to build, are not compared.

    Raises:
        ValueError: the file is of another network.
    """
    counts: Counter[str] = Counter()
    names = {}
    for layer in model.layers:
        kind = snake_case(type(layer).__name__)
        names[f"{kind}_{counts[kind]}" if counts[kind] else kind] = layer.name
        counts[kind] += 1
    found = {key: name for key, name in _file_names(path).items() if key in names}
    others = {key: name for key, name in found.items() if name != names[key]}
    misplaced = [key for key, name in others.items() if name in names.values()]
    if not misplaced and len(others) == len(found):  # ConvNeXt's are prefixed with the name of the model
        misplaced = [key for key, name in others.items() if not name.endswith(f"_{names[key]}")]
    if misplaced:
        key = misplaced[0]
        raise ValueError(f"the file holds the layer {others[key]!r}, where the network has {names[key]!r}")


def _file_names(path: Path) -> dict[str, str]:
    """Return the names of the layers with weights in a `.weights.h5` file, but automatic ones, by their numbers."""
    with h5py.File(path) as file:
        groups = file.get("layers")
        groups = groups if isinstance(groups, h5py.Group) else {}
        variables = {key: group.get("vars") for key, group in groups.items() if isinstance(group, h5py.Group)}
        names = {
            key: str(each.attrs["name"])
            for key, each in variables.items()
            if isinstance(each, h5py.Group) and len(each) and "name" in each.attrs
        }
    return {
        key: name for key, name in names.items() if not re.fullmatch(rf"{re.sub('_[0-9]+$', '', key)}(_[0-9]+)?", name)
    }
