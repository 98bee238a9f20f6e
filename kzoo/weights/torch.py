"""Weight files of torchvision and timm: `.safetensors` with torch's names and layout, read without torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keras
import ml_dtypes  # noqa: F401  with it, NumPy knows bfloat16
import safetensors
from keras import layers

Naming = Callable[[str], str | None]

FLOATS = ("F16", "BF16", "F32", "F64")  # others, such as the whole numbers of quantised weights, need a scale beside

# Keras' name of a weight -> torch's, where they differ
KINDS = {
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    # of a separable convolution, which is one layer here and two modules in timm's NASNet and PNASNet
    "depthwise_kernel": "depthwise_conv2d.weight",
    "pointwise_kernel": "pointwise_conv2d.weight",
}

# What no prediction needs: the counters of normalisations, and Inception's auxiliary classifiers.
IDLE = re.compile(r"(^|\.)(num_batches_tracked$|aux\d*\.|AuxLogits\.)")


@dataclass
class Target:
    """A weight to be set from a tensor of torch's: reshaped to `view`, transposed to `order`, reshaped to the weight.

    Args:
        shape: what the tensor must have in the file.
    """

    weight: keras.Variable
    shape: tuple[int, ...]
    view: tuple[int, ...]
    order: tuple[int, ...]

    def assign(self, tensor):
        """Set the weight."""
        self.weight.assign(tensor.reshape(self.view).transpose(self.order).reshape(self.weight.shape))


def load_torch(model, path: Path, namings: Naming | tuple[Naming, ...], include_top: bool):
    """Give a model the tensors of a file; nothing is assigned unless all fit.

    Args:
        namings: maps the name of a layer to the path of its torch module, or to None if it has none there; of several,
            the one that names most tensors of the file is taken.
        include_top: whether the model has the classifier. If not, the file may hold one, in modules of its own.

    Raises:
        ValueError: names the first tensor that is missing, has another shape, or is left over.
    """
    with _opened(path) as (file, found):
        targets = _targets(model, namings, found)
        _check(found, targets, include_top)
        for name in targets:
            if (kind := file.get_slice(name).get_dtype()) not in FLOATS:
                raise ValueError(f"tensor {name!r} is of type {kind}; accepted are {', '.join(FLOATS)}")
        for name, target in targets.items():
            target.assign(file.get_tensor(name))


def differing(model, path: Path, namings: Naming | tuple[Naming, ...]) -> list[tuple[tuple, tuple]]:
    """Return, where the two differ, the shape of a tensor and that of the weight it is for, inputs and outputs last.

    Raises:
        ValueError: no safetensors file, or a damaged one.
    """
    with _opened(path) as (_, found):
        targets = _targets(model, namings, found)
    both = [(found[name], target.shape) for name, target in targets.items() if name in found]
    # a dense layer may be a 1x1 convolution in the file, or the other way round: the ones are left out
    both = [[shape[: min(map(len, pair))][::-1] for shape in pair] for pair in both]
    return [(theirs, ours) for theirs, ours in both if theirs != ours]


@contextmanager
def _opened(path: Path):
    """Yield the file and the shapes of its tensors by name."""
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            yield file, {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except safetensors.SafetensorError as error:
        raise ValueError(f"not a safetensors file, or a damaged one ({error})") from None


def _targets(model, namings, found) -> dict[str, Target]:
    """Return, by the names of torch's tensors, what they are to set."""
    candidates = [_named(model, naming) for naming in (namings if isinstance(namings, tuple) else (namings,))]
    return max(candidates, key=lambda targets: len(targets.keys() & found.keys()))


def _named(model, module_of) -> dict[str, Target]:
    targets = {}
    for layer in model.layers:
        module = module_of(layer.name) if layer.weights else None
        if module is None:
            continue
        for weight in layer.weights:
            targets[f"{module}.{KINDS.get(weight.name, weight.name)}"] = Target(weight, *_layout(layer, weight))
    return targets


def _layout(layer, weight):
    """Return shape, view and order (see `Target`) of a weight's tensor in torch, where channels come first."""
    shape = tuple(weight.shape)
    if len(shape) == 4 and (isinstance(layer, layers.DepthwiseConv2D) or weight.name == "depthwise_kernel"):
        height, width, channels, multiplier = shape
        return (channels * multiplier, 1, height, width), (channels, multiplier, height, width), (2, 3, 0, 1)
    if len(shape) == 4:
        height, width, inputs, outputs = shape
        return (view := (outputs, inputs, height, width)), view, (2, 3, 1, 0)
    if len(shape) == 2 and (flattened := _flattened_map(layer)):
        # a dense layer on a flattened map is a convolution as large as the map: torch flattens its channels first
        height, width, channels = flattened
        return shape[::-1], (shape[1], channels, height, width), (2, 3, 1, 0)
    return shape[::-1], shape[::-1], tuple(range(len(shape)))[::-1]


def _flattened_map(layer) -> tuple[int, int, int] | None:
    """Return (height, width, channels) of the map that a layer reads flattened, if it does."""
    before = layer.input._keras_history.operation
    while isinstance(before, layers.Dropout | layers.Activation):
        before = before.input._keras_history.operation
    if isinstance(before, layers.Flatten) and len(before.input.shape) == 4:
        return tuple(before.input.shape[1:])
    return None


def _check(found, targets, include_top):
    """Compare the shapes by name that a file holds with those that a model wants."""
    for name, target in targets.items():
        if name not in found:
            raise ValueError(f"tensor {name!r} of shape {target.shape} is missing")
        # a dense layer and a convolution as large as the map it reads are the same numbers; libraries differ in which
        same = [target.shape, (*target.shape, 1, 1), *([target.view] if len(target.shape) == 2 else [])]
        if found[name] not in same and (*found[name], 1, 1) != target.shape:
            raise ValueError(f"tensor {name!r} has shape {found[name]}, the network wants {target.shape}")
    left_over = [name for name in found if name not in targets and not IDLE.search(name)]
    if not include_top:
        modules = {name.split(".")[0] for name in targets}
        left_over = [name for name in left_over if name.split(".")[0] in modules]
    if left_over:
        raise ValueError(f"tensor {left_over[0]!r} of shape {found[left_over[0]]} is left over, no layer wants it")
