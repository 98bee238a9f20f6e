"""Weight files of torchvision and timm: `.safetensors` with torch's names and layout, loaded without torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keras
import ml_dtypes  # noqa: F401  registers bfloat16 with NumPy
import safetensors
from keras import layers

from kzoo.graph import producer

Naming = Callable[[str], str | None]

FLOATS = ("F16", "BF16", "F32", "F64")  # others, such as the whole numbers of quantised weights, need a scale beside

# Keras' name of a weight -> torch's, where they differ
WEIGHT_NAMES = {
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    # of a separable convolution, which is one layer here and two modules in timm's NASNet and PNASNet
    "depthwise_kernel": "depthwise_conv2d.weight",
    "pointwise_kernel": "pointwise_conv2d.weight",
}

# Tensors that inference does not need: counters of normalizations, and Inception's auxiliary classifiers.
IGNORED_TENSORS = re.compile(r"(^|\.)(num_batches_tracked$|aux\d*\.|AuxLogits\.)")


@dataclass
class Assignment:
    """A weight and its tensor in torch's layout: reshaped to `view`, transposed to `order`, reshaped to the weight.

    Args:
        shape: of the tensor in the file.
    """

    weight: keras.Variable
    shape: tuple[int, ...]
    view: tuple[int, ...]
    order: tuple[int, ...]

    def assign(self, tensor):
        """Assign the tensor to the weight."""
        self.weight.assign(tensor.reshape(self.view).transpose(self.order).reshape(self.weight.shape))


def load_torch(model, path: Path, namings: Naming | tuple[Naming, ...], include_top: bool):
    """Load the tensors of a file into a model; nothing is assigned unless all fit.

    Args:
        namings: maps the name of a layer to the path of its torch module, or to None if there is none; of several, the
            one that matches most tensors of the file is used.
        include_top: whether the model has the classifier. If not, the file may have one, in modules of its own.

    Raises:
        ValueError: the first tensor that is missing, unexpected or of another shape is named.
    """
    with _open(path) as (file, found):
        assignments = _assignments(model, namings, found)
        _check(found, assignments, include_top)
        for name in assignments:
            if (dtype := file.get_slice(name).get_dtype()) not in FLOATS:
                raise ValueError(f"tensor {name!r} is of type {dtype}; accepted are {', '.join(FLOATS)}")
        for name, assignment in assignments.items():
            assignment.assign(file.get_tensor(name))


def shape_differences(model, path: Path, namings: Naming | tuple[Naming, ...]) -> list[tuple[tuple, tuple]]:
    """Return pairs of differing shapes, of a tensor and of the weight it is for, inputs and outputs last.

    Raises:
        ValueError: not a safetensors file, or a damaged one.
    """
    with _open(path) as (_, found):
        assignments = _assignments(model, namings, found)
    pairs = [(found[name], assignment.shape) for name, assignment in assignments.items() if name in found]
    # a dense layer may be a 1x1 convolution in the file, or the other way round: the ones are dropped
    ranks = [min(map(len, pair)) for pair in pairs]
    pairs = [(one[:rank][::-1], other[:rank][::-1]) for (one, other), rank in zip(pairs, ranks, strict=True)]
    return [(file_shape, model_shape) for file_shape, model_shape in pairs if file_shape != model_shape]


@contextmanager
def _open(path: Path):
    """Yield the file and the shapes of its tensors by name."""
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            yield file, {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except safetensors.SafetensorError as error:
        raise ValueError(f"not a safetensors file, or a damaged one ({error})") from None


def _assignments(model, namings, found) -> dict[str, Assignment]:
    """Return the assignments by the names of torch's tensors."""
    candidates = [
        _assignments_by_name(model, naming) for naming in (namings if isinstance(namings, tuple) else (namings,))
    ]
    return max(candidates, key=lambda assignments: len(assignments.keys() & found.keys()))


def _assignments_by_name(model, module_of) -> dict[str, Assignment]:
    assignments = {}
    for layer in model.layers:
        module = module_of(layer.name) if layer.weights else None
        if module is None:
            continue
        for weight in layer.weights:
            assignments[f"{module}.{WEIGHT_NAMES.get(weight.name, weight.name)}"] = Assignment(
                weight, *_layout(layer, weight)
            )
    return assignments


def _layout(layer, weight):
    """Return shape, view and order (see `Assignment`) of a weight's tensor in torch, where channels come first."""
    shape = tuple(weight.shape)
    if len(shape) == 4 and (isinstance(layer, layers.DepthwiseConv2D) or weight.name == "depthwise_kernel"):
        height, width, channels, multiplier = shape
        return (channels * multiplier, 1, height, width), (channels, multiplier, height, width), (2, 3, 0, 1)
    if len(shape) == 4:
        height, width, inputs, outputs = shape
        return (view := (outputs, inputs, height, width)), view, (2, 3, 1, 0)
    if len(shape) == 2 and (flattened := _flattened_shape(layer)):
        # a dense layer on a flattened feature map is a convolution as large as the map: torch flattens channels first
        height, width, channels = flattened
        return shape[::-1], (shape[1], channels, height, width), (2, 3, 1, 0)
    return shape[::-1], shape[::-1], tuple(range(len(shape)))[::-1]


def _flattened_shape(layer) -> tuple[int, int, int] | None:
    """Return (height, width, channels) of the feature map that is flattened before a layer, if one is."""
    layer_before = producer(layer.input)
    while isinstance(layer_before, layers.Dropout | layers.Activation):
        layer_before = producer(layer_before.input)
    if isinstance(layer_before, layers.Flatten) and len(layer_before.input.shape) == 4:
        return tuple(layer_before.input.shape[1:])
    return None


def _check(found, assignments, include_top):
    """Compare the shapes of a file and of a model by name."""
    for name, assignment in assignments.items():
        if name not in found:
            raise ValueError(f"tensor {name!r} of shape {assignment.shape} is missing")
        # a dense layer equals a convolution as large as its input; libraries differ in which they use
        accepted = [
            assignment.shape,
            (*assignment.shape, 1, 1),
            *([assignment.view] if len(assignment.shape) == 2 else []),
        ]
        if found[name] not in accepted and (*found[name], 1, 1) != assignment.shape:
            raise ValueError(f"tensor {name!r} has shape {found[name]}, the network wants {assignment.shape}")
    unexpected = [name for name in found if name not in assignments and not IGNORED_TENSORS.search(name)]
    if not include_top:
        modules = {name.split(".")[0] for name in assignments}
        unexpected = [name for name in unexpected if name.split(".")[0] in modules]
    if unexpected:
        raise ValueError(f"tensor {unexpected[0]!r} of shape {found[unexpected[0]]} is left over, no layer wants it")
