"""What all recipes share: checks of options, opening and resuming a run, its summary."""

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


def check_run(config: RecipeConfig):
    """Check that a run, and its export, can be written without replacing existing ones unasked.

    Raises:
        ValueError: the run that is resumed was started with other options.
        FileExistsError: the export or a run exists already, and is not to be replaced.
        ImportError: a package that training needs is missing.
    """
    require("a training", "train", "matplotlib", "tensorboard")
    check_folder(config)
    if config.export:  # fails at the start of a run instead of at its end
        resolve_export_path(config.export, config.overwrite)


def across_epochs(make_batches: Callable, steps_per_epoch: int, steps_per_pass: int) -> Callable:
    """Return a function that maps (epoch, step) of a run to batches, where its epochs may be shorter than the data.

    Args:
        make_batches: maps (epoch, step) to batches, in epochs of `steps_per_pass` steps: all data.
        steps_per_epoch: of the run.
    """
    return lambda epoch, step: make_batches(*divmod(epoch * steps_per_epoch + step, steps_per_pass))


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Set the dtype policy of the layers that are created in this context."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def open_run(
    config: RecipeConfig,
    strategy: tf.distribute.Strategy,
    steps_per_epoch: int,
    details: dict[str, str],
    batch_size: int,
    unit: str,
    monitor: str | None = "val_accuracy",
    results: Sequence[str] = (),
) -> Iterator[Run]:
    """Yield the run of a configuration, new or resumed, with its folder locked.

    Prints a summary, and writes config.json.

    Args:
        steps_per_epoch: training steps.
        details: of model and data, which are printed; "data" must be the same in a resumed run.
        batch_size: of a step, in `unit`.
        unit: of the batch size, such as "images".
        monitor: name of the metric that decides which weights are best; None to keep none.
        results: files that this kind of run writes besides `folder.RESULTS`, as patterns below `out`.

    Raises:
        FileExistsError: another run is writing there, or there is a run that is not to be replaced.
        ValueError: the run that is to be resumed is another one, or damaged.
    """
    chief = is_chief(strategy)
    if chief:
        check_folder(config, results)  # again, now that all results are known
    with lock_folder(config.out) if chief else nullcontext():
        if chief:
            check_folder(config, results)  # again: another run may have begun there
            if not config.resume:
                clear_folder(config.out, results)
        run = Run(
            config.out,
            steps_per_epoch,
            monitor=monitor,
            checkpoint_every=config.checkpoint_every,
            keep_checkpoints=config.keep_checkpoints,
            resume=config.resume,
            chief=chief,
            batch_size=batch_size,
            unit=unit,
            data=details["data"],
        )
        if chief:
            size = f"{config.epochs} epochs of {steps_per_epoch} steps of {batch_size} {unit}"
            _print_summary(config, strategy, run, {**details, "steps": size})
            write_json(config.out / "config.json", dataclasses.asdict(config))
        yield run


def _print_summary(config, strategy, run, details):
    """Print model, data, devices and precision of a run."""
    devices = [device.name for device in tf.config.list_logical_devices()]
    if config.strategy != "none":
        devices = strategy.extended.worker_devices
    details = {
        **details,
        "devices": f"{strategy.num_replicas_in_sync} replica(s): {', '.join(d.split('device:')[-1] for d in devices)}",
        "precision": f"{config.precision}, XLA {'on' if config.xla else 'off'}",
        "results": config.out,
        **({"resumed": run.latest_checkpoint} if run.latest_checkpoint else {}),
    }
    print("\n".join(f"{key:11}{value}" for key, value in details.items()), flush=True)


def write_json(path: Path, content):
    """Write JSON atomically; what JSON has no type for is written as a string."""
    with atomic_path(path) as new:
        new.write_text(json.dumps(content, indent=2, default=str) + "\n")
