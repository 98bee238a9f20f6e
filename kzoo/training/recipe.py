"""What the recipes of all kinds of models have in common."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path

import keras
import tensorflow as tf

from kzoo._files import whole

# Options that a resumed run may have other than before: they do not change what is computed.
FREE = ("out", "strategy", "replicas", "xla", "checkpoint_every", "keep_checkpoints", "resume", "export", "overwrite")


def check_lowest(config, lows: Mapping[str, float]):
    """See that options that are numbers, where they are given, are not below what works.

    Raises:
        ValueError: one is.
    """
    for name, lowest in lows.items():
        value = getattr(config, name)
        if value is not None and value < lowest:
            raise ValueError(f"{name}={value} does not work; at least {lowest} is needed")


def check_resumable(config):
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


@contextmanager
def precision(policy: str):
    """Make layers of this dtype policy meanwhile."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def describe_devices(strategy: tf.distribute.Strategy) -> str:
    """Return how many replicas a training has, and on what."""
    if strategy is tf.distribute.get_strategy():  # none
        devices = [device.name for device in tf.config.list_logical_devices()]
    else:
        devices = strategy.extended.worker_devices
    return f"{strategy.num_replicas_in_sync} replica(s): {', '.join(each.split('device:')[-1] for each in devices)}"


def write_json(path: Path, content):
    """Write a JSON file, whole or not at all."""
    with whole(path) as new:
        new.write_text(json.dumps(content, indent=2, default=str) + "\n")
