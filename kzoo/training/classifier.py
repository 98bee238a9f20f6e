"""What every classifier recipe does, from its configuration to a folder of results."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import tensorflow as tf

from kzoo import registry
from kzoo._files import remove, whole
from kzoo.data import AUGMENTATIONS, Source, batches, load_source, naming_unreadable, steps_per_epoch
from kzoo.exporting import destination, export
from kzoo.layers import Preprocessor
from kzoo.training.callbacks import BestWeights
from kzoo.training.curves import save_curves
from kzoo.training.strategy import is_chief, make_strategy
from kzoo.training.trainer import Trainer


@dataclass(frozen=True)
class ClassifierConfig:
    """The options of a classifier recipe; a recipe gives them its own defaults."""

    model: str
    """name of the network, as in kzoo.list_models()"""
    data: str
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: int
    batch_size: int
    """images a step, over all replicas"""
    learning_rate: float
    """the highest; it falls to zero along a cosine"""
    weight_decay: float = 0.0
    """decoupled, of kernels only"""
    augment: str = "none"
    """what is done to training images: none or handwriting"""
    strategy: Literal["mirrored", "multiworker", "none"] = "mirrored"
    """all devices of this machine, several machines (TF_CONFIG), or no distribution"""
    replicas: int | None = None
    """devices to use; more than one without a GPU splits the CPU"""
    xla: bool = True
    """compile forward and backward with XLA; convolutions on a CPU are faster without"""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    seed: int = 0
    steps_per_epoch: int | None = None
    """stop an epoch (and the validation) after so many steps"""
    export: Path | None = None
    """where to write the SavedModel: <name> or <name>/<version>"""
    overwrite: bool = False
    """replace an export that is there already"""


@dataclass(frozen=True)
class Trained:
    """What a run gives back: the network with its best weights, the class names, and what metrics.json says."""

    network: keras.Model
    labels: tuple[str, ...]
    metrics: dict


def train_classifier(config: ClassifierConfig) -> Trained:
    """Train a classifier, write `config.out` and, where asked to, a SavedModel of the best weights.

    Writes config.json, history.csv, metrics.json, curves.png, best.weights.h5 and tensorboard/. Of several processes
    only the chief writes.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are wrong, or the export is there
            already; nothing has been written then.
    """
    _check(config)
    started = time.monotonic()
    keras.utils.set_random_seed(config.seed)
    strategy = make_strategy(config.strategy, config.replicas)
    source = load_source(config.data, seed=config.seed)
    train, test = _batches(config, source, strategy)
    steps = config.steps_per_epoch or steps_per_epoch(source.train, config.batch_size)
    trainer = _trainer(config, source, strategy, steps)
    _announce(config, source, strategy, trainer, steps)

    if is_chief(strategy):
        config.out.mkdir(parents=True, exist_ok=True)
        _write_json(config.out / "config.json", dataclasses.asdict(config))
    with naming_unreadable(source):
        history = trainer.fit(
            train,
            validation_data=test,
            epochs=config.epochs,
            steps_per_epoch=steps,
            callbacks=_callbacks(config, strategy),
            shuffle=False,  # the dataset has done it
            verbose=(1 if sys.stdout.isatty() else 2) if is_chief(strategy) else 0,
        ).history
    metrics = _summary(history, seconds=time.monotonic() - started, images=config.epochs * steps * config.batch_size)
    if is_chief(strategy):
        trainer.network.load_weights(config.out / "best.weights.h5")
        _write_json(config.out / "metrics.json", metrics)
        save_curves(history, config.out / "curves.png", title=f"{config.model} on {config.data}")
        if config.export:
            print(f"exported   {export(trainer.network, config.export, source.labels, overwrite=config.overwrite)}")
    return Trained(trainer.network, source.labels, metrics)


def _check(config):
    for name, lowest in (("epochs", 1), ("batch_size", 1), ("steps_per_epoch", 1), ("weight_decay", 0)):
        value = getattr(config, name)
        if value is not None and value < lowest:
            raise ValueError(f"{name}={value} does not work; at least {lowest} is needed")
    if not config.learning_rate > 0:
        raise ValueError(f"learning_rate={config.learning_rate} does not work; it must be above 0")
    if config.augment not in AUGMENTATIONS:
        raise ValueError(f"augment={config.augment!r} is unknown; accepted are {', '.join(AUGMENTATIONS)}")
    registry.info(config.model)
    if config.export:  # a run should not end in an error that could have been said at its start
        destination(config.export, config.overwrite)


def _batches(config, source: Source, strategy):
    variant = registry.info(config.model)
    preprocessor = Preprocessor.of(variant.preprocessing, variant.input_shape)
    replicas = strategy.num_replicas_in_sync
    train = batches(
        source.train,
        preprocessor,
        config.batch_size,
        training=True,
        augment=AUGMENTATIONS[config.augment],
        seed=config.seed,
        replicas=replicas,
    )
    test = batches(source.test, preprocessor, config.batch_size, replicas=replicas)
    if config.steps_per_epoch:
        test = test.take(config.steps_per_epoch)
    return train, test


def _trainer(config, source, strategy, steps) -> Trainer:
    """Build the network under the strategy and the precision asked for, and the optimizer with its schedule."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(config.precision)
    try:
        with strategy.scope():
            # logits: the loss is exact then, in every precision; the export adds the softmax
            network = registry.build(config.model, classes=source.classes, classifier_activation=None)
            auxiliaries = network.variant.auxiliaries if len(network.outputs) > 1 else ()
            trainer = Trainer(network, config.xla, auxiliary_weights=[each.weight for each in auxiliaries])
            trainer.compile(
                optimizer=_optimizer(config, network, steps),
                loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            )
    finally:
        keras.config.set_dtype_policy(policy)
    return trainer


def _optimizer(config, network, steps):
    schedule = keras.optimizers.schedules.CosineDecay(config.learning_rate, decay_steps=config.epochs * steps)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=config.weight_decay)
    optimizer.exclude_from_weight_decay(var_list=[w for w in network.trainable_variables if len(w.shape) < 2])
    return keras.optimizers.LossScaleOptimizer(optimizer) if config.precision == "mixed_float16" else optimizer


def _callbacks(config, strategy):
    if not is_chief(strategy):
        return []
    remove(config.out / "tensorboard")  # of an earlier run: its curves would be drawn over these
    return [
        BestWeights(config.out / "best.weights.h5", monitor="val_accuracy"),
        keras.callbacks.CSVLogger(str(config.out / "history.csv")),
        keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False),
        keras.callbacks.TerminateOnNaN(raise_error=True),
    ]


def _announce(config, source, strategy, trainer, steps):
    """Print what is about to be trained, where and how."""
    devices = [device.name for device in tf.config.list_logical_devices()]
    if config.strategy != "none":
        devices = strategy.extended.worker_devices
    rows = {
        "model": f"{config.model}, {trainer.network.count_params():,} parameters",
        "data": source.description,
        "devices": f"{strategy.num_replicas_in_sync} replica(s): {', '.join(d.split('device:')[-1] for d in devices)}",
        "precision": f"{config.precision}, XLA {'on' if config.xla else 'off'}",
        "steps": f"{config.epochs} epochs of {steps} steps of {config.batch_size} images",
        "results": config.out,
    }
    if is_chief(strategy):
        print("\n".join(f"{key:11}{value}" for key, value in rows.items()), flush=True)


def _summary(history, seconds, images):
    """Return the best epoch's measures (whose weights are kept), and the last one's beside them."""
    best = max(range(len(history["val_accuracy"])), key=history["val_accuracy"].__getitem__)
    return {
        "val_accuracy": history["val_accuracy"][best],
        "val_loss": history["val_loss"][best],
        "best_epoch": best + 1,
        "last_val_accuracy": history["val_accuracy"][-1],
        "last_val_loss": history["val_loss"][-1],
        "seconds": round(seconds, 1),
        "images_per_second": round(images / seconds, 1),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }


def _write_json(path: Path, content):
    with whole(path) as new:
        new.write_text(json.dumps(content, indent=2, default=str) + "\n")
