"""The whole state of a training in one file, so that a run that dies goes on as if it had not."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
import safetensors
from safetensors.numpy import save_file

from kzoo._files import atomic_path

NAME = re.compile(r"\d{5,}-\d{7,}\.safetensors")  # of a checkpoint; other files in the folder are somebody else's


class DivergedError(ArithmeticError):
    """The loss or a weight is no longer a finite number."""


@dataclass(frozen=True)
class Progress:
    """How far a training has come: `step` steps of epoch number `epoch` (from 0) are done.

    Args:
        steps: an epoch; 0 if it is not known.
        data: what the training data are, in words; a run is resumed on the same.
        best: the best value so far of what the run watches, if it watches something.
        history: the values of each measure, one a finished epoch.
        seconds: that it took, in all processes that worked on it one after the other.
        stopped: whether a callback ended it (`model.stop_training`); it is not resumed then.
    """

    epoch: int = 0
    step: int = 0
    steps: int = 0
    data: str = ""
    best: float | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)
    stopped: bool = False


def state(model: keras.Model) -> dict[str, keras.Variable]:
    """Return all that training changes: weights, statistics, seeds, optimizers, their averages, metrics so far.

    They are numbered: names that Keras counts up (`sgd_1`) depend on what else a process has made.
    """
    optimizers = [each for each in vars(model).values() if isinstance(each, keras.optimizers.Optimizer)]
    groups = {
        "weights": model.variables,
        "metrics": model.metrics_variables,
        "optimizers": [variable for optimizer in optimizers for variable in optimizer.variables],
    }
    found = {}  # a variable may be in several groups
    for group, variables in groups.items():
        for i, variable in enumerate(variables):
            found.setdefault(id(variable), (f"{group}/{i:05}", variable))
    return dict(found.values())


def digest(arrays: dict[str, np.ndarray], progress: str) -> str:
    """Return the SHA-256 of the contents of a checkpoint."""
    result = hashlib.sha256(progress.encode())
    for name, array in sorted(arrays.items()):
        result.update(f"{name} {array.dtype} {array.shape}".encode())
        result.update(array.tobytes())
    return result.hexdigest()


class Checkpoints:
    """The checkpoints of a run, of which the last few are kept.

    A file holds the state of a model (see `state`), and in its metadata `Progress` and a digest of both.

    Args:
        folder: where they are; made when the first is saved.
        keep: how many.
        write: whether this process writes. Of several that train together only the chief does; all must call `save`,
            since reading a variable of several machines is something that they do together.
    """

    def __init__(self, folder: Path, keep: int = 2, write: bool = True):
        self.folder, self.keep, self.write = Path(folder), keep, write

    def save(self, model: keras.Model, progress: Progress) -> Path:
        """Write a checkpoint, whole or not at all, then remove those too many.

        Raises:
            DivergedError: a weight is not finite; a checkpoint of that would be of no use.
            OSError: it cannot be written, for instance because the disk is full; the earlier ones are still there.
        """
        variables = state(model)
        arrays = {name: np.asarray(variable) for name, variable in variables.items()}
        for name, array in arrays.items():
            if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
                raise DivergedError(f"{variables[name].path} is not finite")
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
            for old in self.paths()[: -self.keep]:
                old.unlink()
        return path

    def paths(self) -> list[Path]:
        """Return the checkpoints that are there, the last one last."""
        return sorted(path for path in self.folder.glob("*.safetensors") if NAME.fullmatch(path.name))

    def last(self) -> tuple[Path, Progress] | None:
        """Return the last checkpoint that is whole, if any, and how far it had come; warn of damaged ones.

        Raises:
            ValueError: there are checkpoints, all of them damaged.
        """
        paths = self.paths()
        for path in reversed(paths):
            try:
                return path, _read_progress(path)
            except (safetensors.SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
                reason = " ".join(str(error).split())
                warnings.warn(f"{path} is damaged ({reason}); going on with the one before", stacklevel=2)
        if paths:
            raise ValueError(f"{self.folder} has no checkpoint that is whole; begin again with --overwrite")
        return None


def _read_progress(path):
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    text = metadata["progress"]
    if digest(arrays, text) != metadata.get("sha256"):
        raise ValueError("its contents do not match its digest")
    return Progress(**json.loads(text))


def restore(path: Path, model: keras.Model, weights_only: bool = False):
    """Give a model, built and compiled, the state that a checkpoint holds.

    Args:
        weights_only: leave metrics and optimizers, which need not be built then, as they are.

    Raises:
        ValueError: it is of another model or another optimizer; nothing has been changed then.
    """

    def wanted(name):
        return name.startswith("weights/") or not weights_only

    variables = {name: variable for name, variable in state(model).items() if wanted(name)}
    with safetensors.safe_open(path, framework="numpy") as file:
        names = filter(wanted, file.keys())
        found = {name: tuple(file.get_slice(name).get_shape()) for name in names}
        for name, variable in variables.items():
            if found.get(name) != tuple(variable.shape):
                raise ValueError(
                    f"{path} is of another training: it has {found.get(name, 'nothing')} where this one has "
                    f"{variable.path} of shape {tuple(variable.shape)}"
                )
        if len(found) != len(variables):
            raise ValueError(f"{path} is of another training: {len(found)} variables, not {len(variables)}")
        for name, variable in variables.items():
            variable.assign(file.get_tensor(name))
