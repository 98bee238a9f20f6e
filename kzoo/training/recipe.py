"""What every recipe does, whatever it trains: its common options, how a run begins, is resumed and is summed up."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import keras
import tensorflow as tf

from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo.exporting import resolve_export_path
from kzoo.training.config import RecipeConfig
from kzoo.training.folder import check_folder, clear_folder, lock_folder
from kzoo.training.run import Run
from kzoo.training.strategy import is_chief


def check_common(config: RecipeConfig):
    """See that what is there already is neither lost nor in the way.

    Raises:
        ValueError: a resumed run was begun otherwise.
        FileExistsError: the export, or a run that was not to be replaced, is there already.
        ImportError: a package that trainings need is missing.
    """
    require("a training", "train", "matplotlib", "tensorboard")
    check_folder(config)
    if config.export:  # a run should not end in an error that could have been said at its start
        resolve_export_path(config.export, config.overwrite)


def through_data(give: Callable, steps: int, whole: int) -> Callable:
    """Return what gives batches from a step of a run's epoch on, out of what does so by epochs of all data.

    Args:
        give: called with an epoch and a step of `whole` steps each.
        steps: of the run's epochs, which may be shorter.
    """
    return lambda epoch, step: give(*divmod(epoch * steps + step, whole))


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Let the layers made meanwhile compute in a precision."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def begin(
    config: RecipeConfig,
    strategy: tf.distribute.Strategy,
    steps: int,
    rows: dict[str, str],
    batch: int,
    unit: str,
    monitor: str | None = "val_accuracy",
    results: Sequence[str] = (),
) -> Iterator[Run]:
    """Give the run that a configuration asks for, new or resumed, whose folder no other run writes to meanwhile.

    Prints what the run is, and writes config.json.

    Args:
        steps: an epoch.
        rows: what is printed of the model and the data; "data" is what a resumed run must still have.
        batch: how many of `unit`, such as "images", a step takes.
        monitor: name of the measure that decides which weights are best; None to keep none.
        results: what this kind of run writes besides `folder.RESULTS`, as patterns below `out`.

    Raises:
        FileExistsError: another run is writing there, or has written what was not to be replaced.
        ValueError: what is to be resumed is of another run, or damaged.
    """
    chief = is_chief(strategy)
    with lock_folder(config.out) if chief else nullcontext():
        if chief:
            check_folder(config)  # again: only now can no other run change it
            if not config.resume:
                clear_folder(config.out, results)
        run = Run(
            config.out,
            steps,
            monitor=monitor,
            every=config.checkpoint_every,
            keep=config.keep_checkpoints,
            resume=config.resume,
            chief=chief,
            images=batch,
            unit=unit,
            data=rows["data"],
        )
        if chief:
            size = f"{config.epochs} epochs of {steps} steps of {batch} {unit}"
            _announce(config, strategy, run, {**rows, "steps": size})
            write_json(config.out / "config.json", dataclasses.asdict(config))
        yield run


def _announce(config, strategy, run, rows):
    """Print what is about to be trained, where and how."""
    devices = [device.name for device in tf.config.list_logical_devices()]
    if config.strategy != "none":
        devices = strategy.extended.worker_devices
    rows = {
        **rows,
        "devices": f"{strategy.num_replicas_in_sync} replica(s): {', '.join(d.split('device:')[-1] for d in devices)}",
        "precision": f"{config.precision}, XLA {'on' if config.xla else 'off'}",
        "results": config.out,
        **({"resumed": run.saved} if run.saved else {}),
    }
    print("\n".join(f"{key:11}{value}" for key, value in rows.items()), flush=True)


def summary(history: dict[str, list[float]], run: Run) -> dict:
    """Return the best epoch's measures (whose weights are kept), and the last one's beside them."""
    best = max(range(len(history["val_accuracy"])), key=history["val_accuracy"].__getitem__)
    seconds = run.progress.seconds
    return {
        "val_accuracy": history["val_accuracy"][best],
        "val_loss": history["val_loss"][best],
        "best_epoch": best + 1,
        "last_val_accuracy": history["val_accuracy"][-1],
        "last_val_loss": history["val_loss"][-1],
        "seconds": round(seconds, 1),
        f"{run.unit}_per_second": round(len(history["loss"]) * run.steps * run.images / seconds, 1),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }


def write_json(path: Path, content):
    """Write what JSON can hold, the rest as text, whole or not at all."""
    with atomic_path(path) as new:
        new.write_text(json.dumps(content, indent=2, default=str) + "\n")
