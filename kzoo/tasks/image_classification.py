"""Image classification, from a configuration to a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kzoo import registry
from kzoo._files import load_weights
from kzoo.applications import imagenet
from kzoo.data import AUGMENTATIONS, Split, batches, load_source, report_unreadable_images, steps_per_epoch
from kzoo.exporting.schemas import read_labels, write_run_metadata
from kzoo.layers import TrainingProgress
from kzoo.registry import Preprocessing, record_of
from kzoo.tasks.task import Task
from kzoo.training.batch_statistics import synchronize_batch_norm
from kzoo.training.callbacks import EarlyStopping, ReduceLROnPlateau, ScheduledDropPath
from kzoo.training.config import ClassifierConfig, check_options
from kzoo.training.curves import plot_history
from kzoo.training.initializers import initialize
from kzoo.training.layerwise import layer_decay_multipliers
from kzoo.training.losses import Crossentropy
from kzoo.training.optimizers import make_optimizer
from kzoo.training.run import Run
from kzoo.training.schedules import make_schedule
from kzoo.training.trainer import Trainer


class ImageClassification(Task[ClassifierConfig]):
    """Train a classifier of images.

    Also writes model.json and labels.txt, for `kzoo predict --run`, best.weights.h5 and tensorboard/.

    Args:
        config: its options.
        build: maps the number of classes to a network, whose outputs are logits; by default `build_network`.
        make_trainer: makes the trainer of a network, called as `Trainer` is.
        preprocessing: of raw images, where `build` makes a network that is not of the zoo; `config.model` is then only
            its name.
    """

    def __init__(
        self,
        config: ClassifierConfig,
        build: Callable[[int], keras.Model] | None = None,
        make_trainer: Callable[..., Trainer] = Trainer,
        preprocessing: Preprocessing | None = None,
    ):
        super().__init__(config)
        self.build_network = build or partial(build_network, config)
        self.make_trainer, self.preprocessing = make_trainer, preprocessing

    def check(self) -> None:
        config = self.config
        if config.augment not in AUGMENTATIONS:
            raise ValueError(f"augment={config.augment!r} is unknown; accepted are {', '.join(AUGMENTATIONS)}")
        if self.preprocessing is None:
            registry.classifier(config.model)
            check_options(config.model, config.options)

    def load_data(self, replicas: int) -> None:
        self.source = load_source(self.config.data, seed=self.config.seed)
        if self.config.resume:
            self._check_classes()
        self.replicas = replicas
        self.steps_per_epoch = steps_per_epoch(self.source.train, self.config.batch_size)

    @property
    def batch_size(self) -> int:
        return self.config.batch_size

    def build(self, steps: int) -> Trainer:
        network = self.build_network(self.source.classes)
        if self.config.synchronize:
            synchronize_batch_norm(network)
        self.preprocessor = imagenet.preprocessor(network, preprocessing=self.preprocessing)
        record = record_of(network)
        preprocessing = self.preprocessing or record.preprocessing
        network.record = replace(record, preprocessing=preprocessing, labels=self.source.labels)
        variant, several = record.variant, len(network.outputs) > 1
        auxiliaries = variant.auxiliaries if several and variant and variant.kind == "classifier" else ()
        weights = [each.weight for each in auxiliaries]
        trainer = self.make_trainer(network, xla=self.config.xla, auxiliary_weights=weights)
        self.total_steps = self.config.epochs * steps
        trainer.compile(
            optimizer=make_classifier_optimizer(self.config, network, steps),
            loss=Crossentropy(self.config.label_smoothing),
            metrics=[keras.metrics.MeanMetricWrapper(accuracy, name="accuracy")],
        )
        return trainer

    def train_data(self, epoch: int, step: int) -> tf.data.Dataset:
        augment = AUGMENTATIONS[self.config.augment]
        position = {"seed": self.config.seed, "start_epoch": epoch, "start_step": step}
        return self._batches(self.source.train, training=True, augment=augment, **position)

    def validation_data(self) -> tf.data.Dataset:
        return self._batches(self.source.test).take(self.config.steps_per_epoch or -1)

    def _batches(self, split: Split, **options: Any) -> tf.data.Dataset:
        return batches(split, self.preprocessor, batch_size=self.config.batch_size, replicas=self.replicas, **options)

    def describe(self, model: Any) -> dict[str, str]:
        return {
            "model": f"{self.config.model}, {model.network.count_params():,} parameters",
            "data": self.source.description,
        }

    def write_start(self) -> None:
        write_run_metadata(
            self.config.out, self.config.model, self.config.options, self.preprocessor, self.source.labels
        )

    def _check_classes(self) -> None:
        """Raise ValueError if the run that is resumed knows the classes by other names, or in another order."""
        path, names = self.config.out / "labels.txt", self.source.labels
        try:
            before = read_labels(path, len(names))
        except (OSError, ValueError):  # missing or damaged; it is written again
            return
        for label, (old, new) in enumerate(zip(before, names, strict=True)):
            if old != new:
                raise ValueError(
                    f"the classes have changed since the run was begun: class {label} was {old!r}, as {path} has it, "
                    f"and is {new!r} in data={self.config.data!r}; resume with the same data, or begin again with "
                    "--overwrite"
                )

    def callbacks(self, model: Any, run: Run) -> list[keras.callbacks.Callback]:
        config = self.config
        callbacks: list[keras.callbacks.Callback] = []
        schedule = config.schedule
        if schedule.kind == "plateau":
            callbacks.append(
                ReduceLROnPlateau(run, monitor="val_loss", factor=schedule.factor, patience=schedule.patience)
            )
        if config.early_stopping:
            patience, verbose = config.early_stopping, int(run.chief)
            callbacks.append(EarlyStopping(run, monitor=self.monitor, mode="max", patience=patience, verbose=verbose))
        if any(isinstance(layer, TrainingProgress) for layer in model.network.layers):
            callbacks.append(ScheduledDropPath(self.total_steps))
        if run.chief:
            callbacks.append(keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False))
        return callbacks

    def naming_errors(self) -> AbstractContextManager:
        return report_unreadable_images(self.source)

    def load_best(self, model: Any) -> None:
        load_weights(model.network, self.config.out / "best.weights.h5")

    def plot(self, history: Mapping[str, Sequence[float]], path: Path) -> None:
        plot_history(history, path, title=f"{self.config.model} on {self.config.data}")

    def servable(self, model: Any) -> Any:
        return model.network


def build_network(config: ClassifierConfig, classes: int, **arguments: Any) -> keras.Model:
    """Build the network of a configuration; `arguments` are more of `kzoo.build`, such as weights."""
    # logits, for a loss that is numerically stable in every precision; the export adds the softmax
    network = registry.build(config.model, classes=classes, classifier_activation=None, **config.options, **arguments)
    if config.initializer is None or arguments.get("weights"):
        return network
    return initialize(network, config.initializer)


def make_classifier_optimizer(config: ClassifierConfig, network: keras.Model, steps: int) -> keras.optimizers.Optimizer:
    """Make the optimizer of a configuration, with its learning rate schedule, for so many steps an epoch."""
    optimizer = config.optimizer
    hyperparameters = {
        name: getattr(optimizer, name) for name in ("momentum", "epsilon") if getattr(optimizer, name) is not None
    }
    multipliers = layer_decay_multipliers(network, optimizer.layer_decay) if optimizer.layer_decay != 1 else None
    return make_optimizer(
        optimizer.kind,
        make_schedule(config.schedule, config.learning_rate, config.epochs, steps),
        weight_decay=optimizer.weight_decay,
        decay_bias_and_norm=optimizer.decay_bias_and_norm,
        learning_rate_multipliers=multipliers,
        global_clipnorm=optimizer.clip_norm,
        ema=optimizer.ema,
        accumulation_steps=optimizer.accumulation_steps,
        loss_scale=config.precision == "mixed_float16",
        **hyperparameters,
        **({"nesterov": True} if optimizer.nesterov else {}),
    )


def accuracy(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return for each example whether the top-1 class is the label, or the mode of a distribution (batch, classes)."""
    is_distribution = len(labels.shape) == len(logits.shape) and labels.shape[-1] == logits.shape[-1]
    targets = keras.ops.argmax(labels, axis=-1) if is_distribution else keras.ops.reshape(labels, (-1,))
    return keras.ops.cast(
        keras.ops.equal(keras.ops.cast(targets, "int64"), keras.ops.argmax(logits, axis=-1)), "float32"
    )
