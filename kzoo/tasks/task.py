"""A task says what is trained; `train` is the one function that trains it.

A new kind of task is a subclass of `Task` in a module of its own: data, model, loss and metrics, callbacks, and what is
written at the end. Strategies, precision, checkpoints, resuming, the best weights, curves and the export are here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import keras
import tensorflow as tf

from kzoo.exporting import export
from kzoo.training.config import RecipeConfig
from kzoo.training.recipe import across_epochs, check_run, open_run, precision, write_json
from kzoo.training.run import Run
from kzoo.training.strategy import make_strategy

Config = TypeVar("Config", bound=RecipeConfig)


@dataclass(frozen=True)
class Result:
    """The result of a training.

    Args:
        task: with its data, and with what it has made for them, such as a tokenizer.
        model: that was trained, its networks with the weights that are kept.
        metrics: what metrics.json says.
    """

    task: Task[Any]
    model: Any
    metrics: dict

    @property
    def network(self) -> keras.Model:
        """The network that was trained, of a model that trains a single one."""
        return self.model.network


class Task(Generic[Config]):
    """What is trained. Methods are called in the order in which they stand here.

    Args:
        config: the options of the run and of the task.
    """

    unit: ClassVar[str] = "images"
    """what `batch_size` counts"""
    monitor: ClassVar[str | None] = "val_accuracy"
    """the metric whose best epoch has the weights that are kept; None for the last epoch"""
    results: Sequence[str] = ()
    """files that it writes besides those of every run, as patterns below `config.out`"""

    def __init__(self, config: Config):
        self.config = config

    def check(self) -> None:
        """Check the configuration, as far as that is possible before the data are read.

        Raises:
            ValueError: an option is invalid.
            ImportError: a package is missing.
        """

    def load_data(self, replicas: int) -> None:
        """Load the data, and set `steps_per_epoch`, the batches in one pass over the training data."""
        raise NotImplementedError

    steps_per_epoch: int

    def build(self, steps: int) -> keras.Model:
        """Build and compile the model that is trained, a `ReplicaModel`; in the scope of strategy and dtype policy.

        Args:
            steps: of an epoch of the run.
        """
        raise NotImplementedError

    def train_data(self, epoch: int, step: int) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, without end.

        Raises:
            ValueError: a batch is too large for the data or the replicas.
        """
        raise NotImplementedError

    def validation_data(self) -> tf.data.Dataset | None:
        """Return the validation batches."""

    def describe(self, model: Any) -> dict[str, str]:
        """Return details that are printed first; "data" must be the same in a resumed run."""
        raise NotImplementedError

    @property
    def batch_size(self) -> int:
        """Global batch size, of all replicas, in `unit`."""
        raise NotImplementedError

    def write_start(self) -> None:
        """Write to `config.out` what is known before training; of several workers only the chief does."""

    def callbacks(self, model: Any, run: Run) -> list[keras.callbacks.Callback]:
        """Return the callbacks of a run; those that write, for the chief alone (`run.chief`)."""
        return []

    def naming_errors(self) -> AbstractContextManager:
        """Return a context that says which example of the data cannot be read."""
        return nullcontext()

    def load_best(self, model: Any) -> None:
        """Load the weights that are kept into the model; the chief does."""

    def evaluate(self, model: Any) -> dict:
        """Return further metrics of the trained model, and write what belongs to them; the chief does."""
        return {}

    def plot(self, history: Mapping[str, Sequence[float]], path: Path) -> None:
        """Plot the training curves."""

    def servable(self, model: Any) -> Any:
        """Return what is exported of the trained model, as `kzoo.export` takes it."""
        raise NotImplementedError


def check(task: Task[Any]) -> None:
    """Check a task, as far as that is possible before the data are read.

    Raises:
        ValueError: the configuration is invalid, or the run that is resumed was started with other options.
        FileExistsError: the export or a run exists already, and is not to be replaced.
        ImportError: a package is missing.
    """
    check_run(task.config)
    task.check()


def train(task: Task[Any]) -> Result:
    """Train a task; write results to `config.out` and, with `config.export`, an export.

    Writes config.json, history.csv, metrics.json, curves.png, checkpoints/ and tensorboard/, and the files of the task.
    Of several workers only the chief writes. With `resume` an interrupted run continues, with the same result as one
    that was not interrupted.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are invalid, or the export or a
            run exists already and is not to be replaced; nothing has been written then.
        DivergedError: a loss became NaN or infinite.
        PreemptedError: the process was asked to stop (SIGTERM); the state has been saved.
    """
    config: RecipeConfig = task.config
    check(task)
    keras.utils.set_random_seed(config.seed)
    strategy = make_strategy(config.strategy, config.replicas)
    task.load_data(strategy.num_replicas_in_sync)  # not before: TensorFlow starts with the devices it has then
    steps = min(config.steps_per_epoch or task.steps_per_epoch, task.steps_per_epoch)
    with strategy.scope(), precision(config.precision):
        model = task.build(steps)
    task.train_data(0, 0)  # raises if a batch is too large for the data or the replicas
    data = across_epochs(task.train_data, steps, task.steps_per_epoch)
    details = task.describe(model)
    with open_run(config, strategy, steps, details, task.batch_size, task.unit, task.monitor, task.results) as run:
        if run.chief:
            task.write_start()
        with task.naming_errors():
            callbacks = task.callbacks(model, run)
            history = run.fit(model, data, config.epochs, callbacks, validation_data=task.validation_data())
        metrics = summarize(history, run)
        if run.chief:
            task.load_best(model)
            with task.naming_errors():
                metrics |= task.evaluate(model)
            write_json(config.out / "metrics.json", metrics)
            task.plot(history, config.out / "curves.png")
            if config.export:
                training = training_metadata(config, metrics)
                path = export(task.servable(model), config.export, overwrite=config.overwrite, training=training)
                print(f"exported   {path}")
    return Result(task, model, metrics)


def training_metadata(config: RecipeConfig, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return options and results of a run as JSON: without paths of this machine, None for what is not finite."""
    training = {"configuration": {**asdict(config), "out": None, "export": None}, "results": metrics}
    return json.loads(json.dumps(training, default=str), parse_constant=lambda name: None)


def summarize(history: Mapping[str, Sequence[float]], run: Run) -> dict:
    """Return the metrics of the best epoch, whose weights are kept, and of the last one.

    Without a `monitor` they are those of the last epoch alone.
    """
    seconds = run.progress.seconds
    if run.monitor is None:
        metrics = {name: values[-1] for name, values in history.items()}
    else:
        best = max(range(len(history[run.monitor])), key=history[run.monitor].__getitem__)
        validation = [name for name in history if name.startswith("val_")]
        metrics = {name: history[name][best] for name in validation}
        metrics |= {"best_epoch": best + 1, **{f"last_{name}": history[name][-1] for name in validation}}
    return {
        **metrics,
        "seconds": round(seconds, 1),
        f"{run.unit}_per_second": round(
            len(next(iter(history.values()))) * run.steps_per_epoch * run.batch_size / seconds, 1
        ),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
