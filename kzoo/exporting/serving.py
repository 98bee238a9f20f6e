"""What an export serves, whatever its format: functions, inputs that they are verified on, and metadata.

A task or an algorithm gives a `ServingSpec`, by its method `serving_spec`; a format writes any. Classifiers have one of
their own, `kzoo.exporting.classifier.Classifier`; `FunctionsSpec` is for all that is a few functions of tensors.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import keras
import numpy as np
import tensorflow as tf

from kzoo.registry import ModelRecord

Arrays = Mapping[str, np.ndarray]
LoadedFunctions = Mapping[str, Callable[..., Arrays]]
"""The functions of an export that was loaded: arrays as keyword arguments, to arrays by name."""
SUFFIX = "_output"  # of an output that has the name of an input, in formats with one space of names


class Verification(Protocol):
    """The result of the comparison of an export with its model; `str` says it in words."""

    @property
    def accepted(self) -> bool:
        """Whether the export is near enough."""

    def metadata(self) -> dict[str, Any]:
        """Return the entries of model.json."""


@dataclass(frozen=True)
class Prepared:
    """The functions of a spec in one precision, as the formats write them.

    Args:
        make_module: makes the object that a SavedModel is written of, and its signatures.
        make_functions: makes the functions of the other formats, by name, of tensors without strings; the names of
            inputs and outputs are those of their signature.
        calibration: for int8, sets of inputs of each function.
        details: further metadata, such as the report of `kzoo.fold`.
    """

    make_module: Callable[[], tuple[tf.Module, Mapping[str, Callable]]]
    make_functions: Callable[[], Mapping[str, Any]]
    calibration: Mapping[str, Sequence[Arrays]] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


class ServingSpec(ABC):
    """What an export serves.

    Attributes:
        kind: in model.json, "classifier" for example.
        name: of the model.
        record: what is known of it.
    """

    kind: str
    name: str
    record: ModelRecord
    precisions: ClassVar[Sequence[str]] = ("float32",)

    @abstractmethod
    def prepare(self, precision: str, fold_batch_norm: bool) -> Prepared:
        """Return the functions with networks in a precision, "float32" or "bfloat16"."""

    @abstractmethod
    def verify(self, functions: LoadedFunctions, precision: str, tolerance: float | None) -> Verification:
        """Compare an export with the model, on the examples."""

    @abstractmethod
    def run_example(self, functions: LoadedFunctions):
        """Run an export on an example, for its latency."""

    @abstractmethod
    def metadata(self) -> dict[str, Any]:
        """Return the entries of model.json that belong to the kind."""

    @abstractmethod
    def write_extra(self, folder: Path, format: str, name: str):
        """Write further files beside model.json, such as labels; `name` is that of the export in TensorFlow Serving."""


@dataclass(frozen=True)
class Function:
    """A function that is exported.

    Args:
        call: maps tensors to named tensors.
        inputs: the specs of its inputs, with names.
        reference: what `call` is to be equal to: the model's own, which is run for the verification.
        example: an array for each input.
        tolerances: the largest accepted difference of each output: of numbers, the largest absolute one; of tokens and
            texts, the share of rows that differ.
        portable_inputs: the specs for formats other than SavedModel, such as those of images of one size; empty where
            only a SavedModel can have the function.
        portable_call: `call` for those formats, where that has what they lack, such as conditions.
    """

    call: Callable[..., Mapping[str, tf.Tensor]]
    inputs: Sequence[tf.TensorSpec]
    reference: Callable[..., Mapping[str, tf.Tensor]]
    example: Sequence[np.ndarray]
    tolerances: Mapping[str, float]
    portable_inputs: Sequence[tf.TensorSpec] = ()
    portable_call: Callable[..., Mapping[str, tf.Tensor]] | None = None


@dataclass(frozen=True)
class Differences:
    """The differences between the outputs of an export and of the model.

    Args:
        differences, tolerances: of each output, "function.output", as `Function` has them.
    """

    differences: Mapping[str, float]
    tolerances: Mapping[str, float]

    @property
    def accepted(self) -> bool:
        """Whether all are within their tolerance; NaN is not."""
        return all(value <= self.tolerances[name] for name, value in self.differences.items())

    def metadata(self) -> dict[str, Any]:
        """Return the entries of model.json."""
        return {"differences": dict(self.differences), "tolerances": dict(self.tolerances)}

    def __str__(self):
        worst = max(self.differences, key=lambda name: self.differences[name] / max(self.tolerances[name], 1e-9))
        return f"{worst} differs by {self.differences[worst]:.2g}, accepted are {self.tolerances[worst]:.2g}"


@dataclass(frozen=True)
class FunctionsSpec(ServingSpec):
    """Functions on networks, exported in float32.

    Args:
        kind, name, record: as of any spec; "generator", for example.
        networks: copies, outside of any distribution strategy, of the networks that the functions call.
        functions: by name.
        details: entries of model.json.
        default: name of the function that is "serving_default", too, and what the loaded object does when called.
        trackables: what the functions need besides, such as lookup tables.
        extra: name of a file beside model.json -> what writes it.
    """

    kind: str
    name: str
    record: ModelRecord
    networks: Sequence[keras.Model]
    functions: Mapping[str, Function]
    details: Mapping[str, Any]
    default: str | None = None
    trackables: Sequence[Any] = ()
    extra: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)

    def prepare(self, precision: str, fold_batch_norm: bool) -> Prepared:
        """Return the functions; only float32 is accepted."""
        return Prepared(self._make_module, self._make_functions)

    def _make_module(self):
        module = tf.Module() if self.default is None else _CallableModule(self.functions[self.default].call)
        module.tracked = [[each.value for each in network.variables] for network in self.networks]
        module.trackables = list(self.trackables)
        signatures = {}
        for name, each in self.functions.items():
            compiled = tf.function(each.call, autograph=False)
            setattr(module, name, compiled)
            signatures[name] = compiled.get_concrete_function(*each.inputs)
        if self.default:
            module.__call__.get_concrete_function(*self.functions[self.default].inputs)
            signatures["serving_default"] = signatures[self.default]
        return module, signatures

    def _make_functions(self):
        return {
            name: tf.function(_named_outputs(each), autograph=False).get_concrete_function(*each.portable_inputs)
            for name, each in self.functions.items()
            if each.portable_inputs
        }

    def verify(self, functions: LoadedFunctions, precision: str, tolerance: float | None) -> Differences:
        """Compare the functions that the export has on their examples."""
        differences, tolerances = {}, {}
        for name, found in self.run_example(functions).items():
            each = self.functions[name]
            expected = each.reference(*map(tf.constant, each.example))
            for output, accepted in each.tolerances.items():
                key = f"{name}.{output}"
                differences[key] = difference(np.asarray(found[output]), np.asarray(expected[output]))
                tolerances[key] = accepted if tolerance is None else tolerance
        return Differences(differences, tolerances)

    def run_example(self, functions: LoadedFunctions) -> dict[str, Arrays]:
        """Run the functions that the export has on their examples, and return their outputs."""
        return {
            name: functions[name](**{spec.name: array for spec, array in zip(each.inputs, each.example, strict=True)})
            for name, each in self.functions.items()
            if name in functions
        }

    def metadata(self) -> dict[str, Any]:
        """Return the parameters, the functions with their inputs, and the details."""
        inputs = {
            name: {spec.name: f"{spec.dtype.name} {tuple(spec.shape)}" for spec in each.inputs}
            for name, each in self.functions.items()
        }
        count = sum(network.count_params() for network in self.networks)
        return {"parameters": count, "functions": inputs, **self.details}

    def write_extra(self, folder: Path, format: str, name: str):
        """Write the extra files."""
        for file, write in self.extra.items():
            write(folder / file)


def difference(outputs: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest absolute difference of numbers, or the share of rows of integers or texts that differ."""
    if outputs.shape != expected.shape:
        return float("inf")
    if expected.dtype.kind == "f" or expected.dtype == np.uint8:
        return float(np.abs(outputs.astype("float64") - expected.astype("float64")).max(initial=0.0))
    rows = (outputs != expected).reshape(len(expected), -1)
    return float(rows.any(axis=1).mean()) if len(rows) else 0.0


class _CallableModule(tf.Module):
    """A saved object that is a function itself, too."""

    def __init__(self, function: Callable):
        super().__init__()
        self.function = function

    @tf.function(autograph=False)
    def __call__(self, *inputs):
        return self.function(*inputs)


def signature_of(function: Any) -> tuple[list[str], list[str]]:
    """Return the names of inputs and outputs of a concrete function, in its order."""
    inputs = [
        each.name.partition(":")[0] for each in function.inputs[: len(function.inputs) - len(function.captured_inputs)]
    ]
    outputs = sorted(function.structured_outputs)  # as TensorFlow flattens a dict
    return inputs, [f"{name}{SUFFIX}" if name in inputs else name for name in outputs]


def without_suffix(outputs: Arrays) -> Arrays:
    """Return outputs by the names that the function gives them."""
    return {name.removesuffix(SUFFIX): each for name, each in outputs.items()}


def _named_outputs(function: Function):
    """Return the function with operations at its end that have the names of its outputs, which converters go by."""
    inputs = [each.name for each in function.inputs]

    def named(*tensors):
        outputs = (function.portable_call or function.call)(*tensors)
        return {
            name: tf.identity(each, name=f"{name}{SUFFIX}" if name in inputs else name)
            for name, each in outputs.items()
        }

    return named
