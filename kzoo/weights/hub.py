"""Checkpoints of language models in the layout of the Hugging Face hub: reading and writing without torch.

A table of rows (module in the checkpoint, layer of the model, kind) says which tensor is which weight. The kinds are
layouts of a module's tensors: "dense" (a torch linear layer, whose kernel is transposed), "interleaved" (the same, of
queries or keys whose rotary pairs are neighbours), "conv1d" (transformers' layer of that name, whose kernel is not),
"embedding", "norm", "rms" and "bias".
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import ml_dtypes  # noqa: F401  registers bfloat16 with NumPy
import numpy as np
import safetensors
from safetensors.numpy import save_file

from kzoo._files import atomic_path
from kzoo.weights.adapt import NewClassifierWarning
from kzoo.weights.torch import FLOATS

Row = tuple[str, str, str]

FILE, INDEX = "model.safetensors", "model.safetensors.index.json"
# Kind -> weight of the layer -> tensor of the module
TENSORS = {
    "dense": {"kernel": "weight", "bias": "bias"},
    "interleaved": {"kernel": "weight"},
    "conv1d": {"kernel": "weight", "bias": "bias"},
    "embedding": {"embeddings": "weight"},
    "norm": {"gamma": "weight", "beta": "bias"},
    "rms": {"scale": "weight"},
    "bias": {"bias": "bias"},
}
TRANSPOSED = ("dense", "interleaved")
# What checkpoints hold besides weights: masks, positions and rotary frequencies that are computed here
BUFFERS = re.compile(r"(^|\.)(attn\.(masked_)?bias|position_ids|token_type_ids|rotary_emb\.inv_freq|rope\.freqs)$")
# Of torch's oldest models
OLD_NAMES = {"gamma": "weight", "beta": "bias"}


@dataclass(frozen=True)
class Place:
    """A weight of a model, and the layout of its tensor in a checkpoint."""

    variable: keras.Variable
    kind: str

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the tensor."""
        shape = tuple(self.variable.shape)
        return shape[::-1] if self.kind in TRANSPOSED else shape

    def from_checkpoint(self, tensor: np.ndarray, head_dim: int) -> np.ndarray:
        """Return the value of the weight."""
        if self.kind == "interleaved":
            width = tensor.shape[1]
            tensor = tensor.reshape(-1, head_dim // 2, 2, width).swapaxes(1, 2).reshape(-1, width)
        return tensor.T if self.kind in TRANSPOSED else tensor

    def to_checkpoint(self) -> np.ndarray:
        """Return the tensor."""
        value = np.asarray(self.variable)
        return np.ascontiguousarray(value.T if self.kind in TRANSPOSED else value)


def places(model: keras.Model, rows: Iterable[Row]) -> dict[str, Place]:
    """Return the places of a model's weights by the names of their tensors, without a prefix.

    Raises:
        ValueError: a weight has no row.
    """
    variables = {variable.path: variable for variable in model.weights if "seed_generator" not in variable.path}
    found: dict[str, Place] = {}
    named = set()
    for module, layer, kind in rows:
        pattern = re.compile(re.escape(layer).replace(r"\{\}", r"(\d+)") + r"/(\w+)")
        for path, variable in variables.items():
            match = pattern.fullmatch(path)
            if match and (tensor := TENSORS[kind].get(match.groups()[-1])):
                found[f"{module.format(*match.groups()[:-1])}.{tensor}"] = Place(variable, kind)
                named.add(path)
    if missing := [path for path in variables if path not in named]:
        raise ValueError(f"the checkpoint layout has no name for the weight {missing[0]!r}")
    return found


def load_checkpoint(
    model: keras.Model,
    folder: Path,
    tables: Sequence[Sequence[Row]],
    prefix: str,
    heads: tuple[str, ...],
    tied: Mapping[str, str],
    head_dim: int = 0,
) -> list[str]:
    """Load the tensors of a folder into a model; of heads that it lacks the weights stay as they are.

    Args:
        tables: rows; of several tables the one that fits the file best is used.
        prefix: of the tensors that are not of a head, which files may have or not.
        heads: modules that a checkpoint may lack, or have for nothing.
        tied: tensors that a file may repeat.
        head_dim: features of a head, for "interleaved".

    Returns:
        The names of tensors that the folder lacks, all of heads.

    Raises:
        ValueError: a tensor is missing, of another shape, or no weight of the network; or a file is damaged.
        FileNotFoundError: a file is missing.
    """
    with ExitStack() as stack:
        files = {name: stack.enter_context(_open(folder / name)) for name in checkpoint_files(folder)}
        tensors = {}
        for file, content in files.items():
            for name in content.keys():  # noqa: SIM118  it is no dict
                if not BUFFERS.search(name):
                    tensors[_plain(name, prefix)] = (content, name, file)
        rows = max(tables, key=lambda rows: len(places_known(rows, tensors)))
        wanted = places(model, rows)
        known = places_known(rows, tensors)
        _check(folder, tensors, wanted, known, heads, tied)
        missing = [name for name in wanted if name not in tensors]
        for name, place in wanted.items():
            if name in tensors:
                content, stored, _ = tensors[name]
                place.variable.assign(place.from_checkpoint(content.get_tensor(stored), head_dim))
    return missing


def checkpoint_files(folder: Path) -> list[str]:
    """Return the names of the files of a checkpoint: one, or the shards that its index lists.

    Raises:
        FileNotFoundError: there is none, or a shard is missing.
        ValueError: the index is damaged.
    """
    index = folder / INDEX
    if not index.is_file():
        if (folder / FILE).is_file():
            return [FILE]
        torch = next((each.name for pattern in ("*.bin", "*.pth") for each in folder.glob(pattern)), None)
        hint = f"; {torch} is torch's own format: convert it to safetensors" if torch else ""
        raise FileNotFoundError(f"{folder} has neither {FILE} nor {INDEX}{hint}")
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{index} is damaged: {type(error).__name__}: {error}") from None
    if outside := [name for name in names if Path(name).name != name]:
        raise ValueError(f"{index} names {outside[0]!r}, which is no file of its folder")
    if missing := [name for name in names if not (folder / name).is_file()]:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}, which {INDEX} lists")
    return names


def places_known(rows: Iterable[Row], names: Iterable[str]) -> set[str]:
    """Return those of some tensors that a table has a row for, whether a model has them or not."""
    patterns = [
        re.escape(f"{module}.{tensor}").replace(r"\{\}", r"\d+")
        for module, _, kind in rows
        for tensor in TENSORS[kind].values()
    ]
    known = re.compile("|".join(f"(?:{each})" for each in patterns))
    return {name for name in names if known.fullmatch(name)}


def _check(folder, tensors, wanted, known, heads, tied):
    """Compare the tensors of a checkpoint with those that a model wants."""
    for name, place in wanted.items():
        if name not in tensors:
            continue
        content, stored, file = tensors[name]
        part = content.get_slice(stored)
        if part.get_dtype() not in FLOATS:
            raise ValueError(
                f"{folder / file}: tensor {stored!r} is of type {part.get_dtype()}; accepted are {', '.join(FLOATS)}"
            )
        if tuple(part.get_shape()) != place.shape:
            raise ValueError(
                f"{folder / file}: tensor {stored!r} has shape {tuple(part.get_shape())}, the network wants "
                f"{place.shape}; config.json, or what was changed of it, is of another network"
            )
    if lacking := [name for name in wanted if name not in tensors and not is_head(name, heads)]:
        raise ValueError(f"{folder}: tensor {lacking[0]!r} of shape {wanted[lacking[0]].shape} is missing")
    for name, (content, stored, file) in tensors.items():
        if name in wanted:
            continue
        if name in tied:
            other = tied[name]
            if other in tensors and not np.array_equal(
                content.get_tensor(stored), tensors[other][0].get_tensor(tensors[other][1])
            ):
                raise ValueError(f"{folder / file}: {stored!r} differs from {other!r}, to which config.json ties it")
        elif name not in known or not is_head(name, heads):
            raise ValueError(f"{folder / file}: tensor {stored!r} is left over, no layer wants it")


def is_head(name: str, heads: tuple[str, ...]) -> bool:
    """Return whether a tensor is of one of some modules."""
    return f"{name}.".startswith(tuple(f"{head}." for head in heads))


def _plain(name, prefix):
    """Return the name of a tensor without the prefix, in today's spelling."""
    *modules, last = name.removeprefix(prefix).split(".")
    return ".".join([*modules, OLD_NAMES.get(last, last)])


def _open(path: Path) -> Any:
    try:
        return safetensors.safe_open(path, framework="numpy")
    except safetensors.SafetensorError as error:
        raise ValueError(f"{path} is not a safetensors file, or a damaged one ({error})") from None


def save_checkpoint(model: keras.Model, path: Path, rows: Sequence[Row], prefix: str, heads: tuple[str, ...]):
    """Write the weights of a model to a file, with the names and in the layout of a checkpoint.

    Args:
        prefix: of the tensors that are not of `heads`.
    """
    tensors = {
        name if is_head(name, heads) else f"{prefix}{name}": place.to_checkpoint()
        for name, place in places(model, rows).items()
    }
    with atomic_path(path) as new:
        save_file(tensors, new, metadata={"format": "pt"})


def remove_shards(folder: Path):
    """Remove the shards of an earlier checkpoint, and their index, which would be read instead of the file."""
    if not (folder / INDEX).is_file():
        return
    with suppress(ValueError, FileNotFoundError):  # damaged, or without some of them
        for name in checkpoint_files(folder):
            (folder / name).unlink()
    (folder / INDEX).unlink()


def warn_new_weights(folder: Path, missing: Sequence[str]):
    """Warn of weights that a checkpoint lacks, and that were therefore drawn at random."""
    if missing:
        warnings.warn(
            f"{folder} has no {', '.join(missing)}: this head was not trained", NewClassifierWarning, stacklevel=3
        )
