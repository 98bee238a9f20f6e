"""What every recipe does, whatever it trains: its common options, how a run begins, is resumed and is summed up."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import tensorflow as tf

from kzoo._files import remove, whole
from kzoo.exporting import destination
from kzoo.training.run import Run
from kzoo.training.strategy import is_chief


@dataclass(frozen=True, kw_only=True)
class RecipeConfig:
    """The options that all recipes have; `out`, the folder of the results, and `epochs` come with a recipe's own."""

    strategy: Literal["mirrored", "multiworker", "none"] = "mirrored"
    """all devices of this machine, several machines (srun or TF_CONFIG), or no distribution"""
    replicas: int | None = None
    """devices to use; more than one without a GPU splits the CPU"""
    xla: bool = True
    """compile forward and backward with XLA; convolutions on a CPU are faster without"""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    seed: int = 0
    steps_per_epoch: int | None = None
    """stop an epoch (and the validation) after so many steps"""
    checkpoint_every: int | None = None
    """steps between checkpoints, besides that at the end of each epoch"""
    keep_checkpoints: int = 2
    """how many of them stay"""
    resume: bool = False
    """go on from the last checkpoint in `out`, if there is one"""
    export: Path | None = None
    """where to write the SavedModel: <name> or <name>/<version>"""
    overwrite: bool = False
    """replace an export, or an unfinished run, that is there already"""


# Options that a resumed run may have other than before: they do not change what is computed.
FREE = ("out", "strategy", "replicas", "xla", "checkpoint_every", "keep_checkpoints", "resume", "export", "overwrite")


def check_common(config: RecipeConfig, **lows: int):
    """See that the options that all recipes have can be run with, and those of `lows`, each at least so large.

    Raises:
        ValueError: one is too small, or a resumed run was begun otherwise.
        FileExistsError: the export, or an unfinished run, is there already.
    """
    lows = {"epochs": 1, "steps_per_epoch": 1, "checkpoint_every": 1, "keep_checkpoints": 1, **lows}
    for name, lowest in lows.items():
        value = getattr(config, name)
        if value is not None and value < lowest:
            raise ValueError(f"{name}={value} does not work; at least {lowest} is needed")
    _check_resumable(config)
    if config.export:  # a run should not end in an error that could have been said at its start
        destination(config.export, config.overwrite)


def _check_resumable(config):
    """See that a run that `out` holds is not lost, and that what is resumed is the same run."""
    stored = config.out / "config.json"
    if not (stored.exists() and any((config.out / "checkpoints").glob("*"))):
        return
    if not config.resume:
        if not (config.out / "metrics.json").exists() and not config.overwrite:
            raise FileExistsError(
                f"{config.out} holds an unfinished run; pass --resume to go on with it, --overwrite to begin again, "
                "or another --out"
            )
        return
    before, now = json.loads(stored.read_text()), json.loads(json.dumps(dataclasses.asdict(config), default=str))
    for name, value in now.items():
        if name not in FREE and before.get(name) != value:
            raise ValueError(
                f"{name}={value!r} is not what the run in {config.out} was begun with, {before.get(name)!r}; "
                "resume with the same, or choose another --out"
            )


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


def begin(
    config: RecipeConfig,
    strategy: tf.distribute.Strategy,
    steps: int,
    rows: dict[str, str],
    batch: int,
    unit: str,
    monitor: str | None = "val_accuracy",
    old: Sequence[str] = ("metrics.json", "tensorboard"),
) -> Run:
    """Return the run that a configuration asks for, new or resumed; print what it is, and write config.json.

    Args:
        steps: an epoch.
        rows: what is printed of the model and the data.
        batch: how many of `unit`, such as "images", a step takes.
        monitor: name of the measure that decides which weights are best; None to keep none.
        old: what an earlier run may have left in `out`, and a new one removes.
    """
    chief = is_chief(strategy)
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
    )
    if chief:
        _announce(
            config, strategy, run, {**rows, "steps": f"{config.epochs} epochs of {steps} steps of {batch} {unit}"}
        )
        if not run.saved:
            for name in old:
                remove(config.out / name)
        write_json(config.out / "config.json", dataclasses.asdict(config))
    return run


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
    with whole(path) as new:
        new.write_text(json.dumps(content, indent=2, default=str) + "\n")
