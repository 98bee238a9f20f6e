"""Checkpoints: the complete training state in one file, so that a killed run resumes exactly."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
import safetensors
import tensorflow as tf
from safetensors.numpy import save_file

from kzoo._files import atomic_path

FILE_NAME = re.compile(r"\d{5,}-\d{7,}\.safetensors")  # other files in the folder are not touched


class DivergedError(ArithmeticError):
    """The loss or a weight is NaN or infinite."""


@dataclass(frozen=True)
class Progress:
    """The position of a training: `step` steps of epoch number `epoch` (from 0) are done.

    Args:
        steps_per_epoch: 0 if unknown.
        data: description of the training data; a run is resumed on the same.
        best: the best value so far of the monitored metric, if there is one.
        history: metric -> its values, one for each finished epoch.
        seconds: training time, over all processes of the run.
        stopped: whether a callback ended the training (`model.stop_training`); it is not continued then.
    """

    epoch: int = 0
    step: int = 0
    steps_per_epoch: int = 0
    data: str = ""
    best: float | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)
    stopped: bool = False


def training_state(model: keras.Model) -> dict[str, keras.Variable]:
    """Return all variables that training changes: weights, statistics, seeds, optimizers, weight averages, metrics.

    They are numbered: Keras' names have a counter (`sgd_1`), which depends on what else the process has created.
    """
    optimizers = [each for each in vars(model).values() if isinstance(each, keras.optimizers.Optimizer)]
    groups = {
        "weights": model.variables,
        "metrics": model.metrics_variables,
        "optimizers": [variable for optimizer in optimizers for variable in optimizer.variables],
    }
    unique: dict[int, tuple[str, keras.Variable]] = {}  # a variable may be in several groups
    for group, variables in groups.items():
        for i, variable in enumerate(variables):
            unique.setdefault(id(variable), (f"{group}/{i:05}", variable))
    return dict(unique.values())


def parts(variable: keras.Variable) -> Sequence[tf.Variable]:
    """Return what each replica of this machine holds of a variable that is their sum, such as a metric's; else nothing.

    Their sum, divided among them, would round differently from what they had.
    """
    value = variable.value
    if getattr(value, "synchronization", None) != tf.VariableSynchronization.ON_READ or not hasattr(value, "values"):
        return ()
    of_all = len(value.values) == value.distribute_strategy.num_replicas_in_sync
    return value.values if of_all else ()


def digest(arrays: dict[str, np.ndarray], progress: str) -> str:
    """Return the SHA-256 of the content of a checkpoint."""
    result = hashlib.sha256(progress.encode())
    for name, array in sorted(arrays.items()):
        result.update(f"{name} {array.dtype} {array.shape}".encode())
        result.update(array.tobytes())
    return result.hexdigest()


class Checkpoints:
    """The checkpoints of a run, of which the latest are kept.

    A file has the state of a model (see `training_state`; `replicas/` has the local parts of sums), and in its metadata
    `Progress` and a digest of both.

    Args:
        folder: of the files; created by the first `save`.
        max_to_keep: number of files.
        write: whether this process writes files. Of several workers only the chief does; all must call `save`, since
            reading a variable may synchronize the workers.
    """

    def __init__(self, folder: Path, max_to_keep: int = 2, write: bool = True):
        self.folder, self.max_to_keep, self.write = Path(folder), max_to_keep, write

    def save(self, model: keras.Model, progress: Progress) -> Path:
        """Write a checkpoint atomically, then remove the oldest ones.

        Raises:
            DivergedError: a weight is not finite; nothing is written.
            OSError: it cannot be written, for instance because the disk is full; earlier checkpoints are not removed.
        """
        variables = training_state(model)
        arrays = {name: np.asarray(variable) for name, variable in variables.items()}
        for name, array in arrays.items():
            if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
                raise DivergedError(f"{variables[name].path} is not finite")
        for name, variable in variables.items():
            if local := parts(variable):
                arrays[f"replicas/{name}"] = np.stack([np.asarray(part) for part in local])
        path = self.folder / f"{progress.epoch:05}-{progress.step:07}.safetensors"
        if self.write:
            text = json.dumps(asdict(progress))
            metadata = {"progress": text, "sha256": digest(arrays, text)}
            with atomic_path(path) as new:
                try:
                    save_file(arrays, new, metadata=metadata)
                except safetensors.SafetensorError as error:
                    raise OSError(
                        f"{path} could not be written ({error}); the earlier checkpoints are intact"
                    ) from None
            for old in self.paths()[: -self.max_to_keep]:
                old.unlink()
        return path

    def paths(self) -> list[Path]:
        """Return the paths of the checkpoints, the latest one last."""
        return sorted(path for path in self.folder.glob("*.safetensors") if FILE_NAME.fullmatch(path.name))

    def latest(self) -> tuple[Path, Progress] | None:
        """Return the latest intact checkpoint, if there is one, and its progress; warn of damaged ones.

        Raises:
            PermissionError: one may not be read.
            ValueError: all checkpoints are damaged.
        """
        paths = self.paths()
        for path in reversed(paths):
            try:
                return path, _read_progress(path)
            except PermissionError:  # it may be whole
                raise
            except (safetensors.SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
                reason = " ".join(str(error).split())
                warnings.warn(f"{path} is damaged ({reason}); going on with the one before", stacklevel=2)
        if paths:
            raise ValueError(f"{self.folder} has no intact checkpoint; begin again with --overwrite")
        return None


def _read_progress(path):
    with path.open("rb"):  # an OSError that says why it cannot be read; safetensors calls all of them missing
        pass
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    text = metadata["progress"]
    if digest(arrays, text) != metadata.get("sha256"):
        raise ValueError("its contents do not match its digest")
    return Progress(**json.loads(text))


def restore(path: Path, model: keras.Model, weights_only: bool = False):
    """Restore the state of a model, built and compiled, from a checkpoint.

    Args:
        weights_only: do not restore metrics and optimizers, which need not be built then.

    Raises:
        ValueError: the checkpoint is of another model or another optimizer; nothing is restored then.
    """

    def is_restored(name):
        return name.startswith("weights/") or not (weights_only or name.startswith("replicas/"))

    variables = {name: variable for name, variable in training_state(model).items() if is_restored(name)}
    with safetensors.safe_open(path, framework="numpy") as file:
        names = filter(is_restored, file.keys())
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in names}
        for name, variable in variables.items():
            if shapes.get(name) != tuple(variable.shape):
                raise ValueError(
                    f"{path} is of another training: it has {shapes.get(name, 'nothing')} where this one has "
                    f"{variable.path} of shape {tuple(variable.shape)}"
                )
        if len(shapes) != len(variables):
            raise ValueError(f"{path} is of another training: {len(shapes)} variables, not {len(variables)}")
        for name, variable in variables.items():
            variable.assign(file.get_tensor(name))
            stored, local = f"replicas/{name}", parts(variable)
            if stored in file.keys() and len(local) == file.get_slice(stored).get_shape()[0]:  # noqa: SIM118
                for part, value in zip(local, file.get_tensor(stored), strict=True):
                    part.assign(value)
