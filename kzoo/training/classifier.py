"""Training of classifiers from a configuration: what all classifier recipes share."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras

from kzoo import registry
from kzoo.applications import imagenet
from kzoo.data import AUGMENTATIONS, Source, batches, load_source, report_unreadable_images, steps_per_epoch
from kzoo.exporting import export
from kzoo.exporting.schemas import write_run_metadata
from kzoo.layers import TrainingProgress
from kzoo.registry import Preprocessing
from kzoo.training.batch_statistics import synchronize_batch_norm
from kzoo.training.callbacks import EarlyStopping, ReduceLROnPlateau, ScheduledDropPath
from kzoo.training.config import ClassifierConfig, check_options
from kzoo.training.curves import plot_history
from kzoo.training.initializers import initialize
from kzoo.training.layerwise import layer_decay_multipliers
from kzoo.training.losses import Crossentropy
from kzoo.training.optimizers import make_optimizer
from kzoo.training.recipe import across_epochs, check_run, open_run, precision, summarize, write_json
from kzoo.training.schedules import WarmUp
from kzoo.training.strategy import make_strategy
from kzoo.training.trainer import Trainer


@dataclass(frozen=True)
class TrainedClassifier:
    """The result of a run: the network with its best weights, class names, and the metrics of metrics.json."""

    network: keras.Model
    labels: tuple[str, ...]
    metrics: dict


def train_classifier(
    config: ClassifierConfig,
    build: Callable[[int], keras.Model] | None = None,
    make_trainer: Callable[..., Trainer] = Trainer,
    preprocessing: Preprocessing | None = None,
) -> TrainedClassifier:
    """Train a classifier; write results to `config.out` and, with `config.export`, a SavedModel of the best weights.

    Writes config.json, model.json and labels.txt (for `kzoo predict --run`), history.csv, metrics.json, curves.png,
    best.weights.h5, checkpoints/ and tensorboard/. Of several workers only the chief writes. With `resume` an
    interrupted run continues, with the same result as one that was not interrupted.

    Args:
        build: maps the number of classes to a network, whose outputs are logits; by default `build_network`.
        make_trainer: makes the trainer of a network, called as `Trainer` is. Both are called in the scope of the
            strategy, with the dtype policy of the configuration.
        preprocessing: of raw images, where `build` makes a network that is not of the zoo; `config.model` is then only
            its name.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are invalid, or the export or a
            run exists already and is not to be replaced; nothing has been written then.
        DivergedError: the loss became NaN or infinite.
        PreemptedError: the process was asked to stop (SIGTERM); the state has been saved.
    """
    check_config(config, registered=preprocessing is None)
    keras.utils.set_random_seed(config.seed)
    strategy = make_strategy(config.strategy, config.replicas)
    source = load_source(config.data, seed=config.seed)
    with strategy.scope(), precision(config.precision):
        trainer = _build_trainer(config, (build or partial(build_network, config))(source.classes), make_trainer)
    preprocessor = imagenet.preprocessor(trainer.network, preprocessing=preprocessing)
    training, test, steps = _batches(config, source, strategy, preprocessor)
    with strategy.scope(), precision(config.precision):
        _compile_trainer(config, trainer, steps)
    details = {
        "model": f"{config.model}, {trainer.network.count_params():,} parameters",
        "data": source.description,
    }
    with open_run(config, strategy, steps, details, config.batch_size, "images") as run:
        if run.chief:
            write_run_metadata(config.out, config.model, config.options, preprocessor, source.labels)
        callbacks = _callbacks(config, trainer, steps, run)
        with report_unreadable_images(source):
            history = run.fit(trainer, training, config.epochs, callbacks, validation_data=test)
        metrics = summarize(history, run)
        if run.chief:
            _write_results(config, trainer.network, source, history, metrics, preprocessing)
    return TrainedClassifier(trainer.network, source.labels, metrics)


def _write_results(config, network, source, history, metrics, preprocessing):
    """Load the best weights into the network, and write the results of the run."""
    network.load_weights(config.out / "best.weights.h5")
    write_json(config.out / "metrics.json", metrics)
    plot_history(history, config.out / "curves.png", title=f"{config.model} on {config.data}")
    if config.export:
        options = {**dataclasses.asdict(config), "out": None, "export": None}  # paths of this machine are not published
        training = json.loads(json.dumps({"configuration": options, "results": metrics}, default=str))
        path = export(network, config.export, source.labels, preprocessing, config.overwrite, training=training)
        print(f"exported   {path}")


def build_network(config: ClassifierConfig, classes: int, **arguments) -> keras.Model:
    """Build the network of a configuration; `arguments` are more of `kzoo.build`, such as weights."""
    # logits, for a loss that is numerically stable in every precision; the export adds the softmax
    network = registry.build(config.model, classes=classes, classifier_activation=None, **config.options, **arguments)
    if config.initializer is None or arguments.get("weights"):
        return network
    return initialize(network, config.initializer)


def check_config(config: ClassifierConfig, registered: bool = True):
    """Check a configuration, as far as that is possible before the data are read.

    Args:
        registered: whether the network is one of the zoo.

    Raises:
        ValueError, FileExistsError: as `train_classifier` does.
    """
    check_run(config)
    if config.augment not in AUGMENTATIONS:
        raise ValueError(f"augment={config.augment!r} is unknown; accepted are {', '.join(AUGMENTATIONS)}")
    if registered:
        registry.classifier(config.model)
        check_options(config.model, config.options)


def _batches(config, source: Source, strategy, preprocessor):
    """Return a function that maps (epoch, step) to training batches, test batches, and the steps of an epoch."""
    replicas = strategy.num_replicas_in_sync
    make_batches = partial(batches, preprocessor=preprocessor, batch_size=config.batch_size, replicas=replicas)

    def training(epoch, step):
        position = {"seed": config.seed, "start_epoch": epoch, "start_step": step}
        return make_batches(source.train, training=True, augment=AUGMENTATIONS[config.augment], **position)

    make_batches(source.train, training=True)  # raises if the batch is too large for the data or the replicas
    steps_per_pass = steps_per_epoch(source.train, config.batch_size)
    steps = min(config.steps_per_epoch or math.inf, steps_per_pass)
    test = make_batches(source.test).take(config.steps_per_epoch or -1)
    return across_epochs(training, steps, steps_per_pass), test, steps


def _build_trainer(config, network, make_trainer) -> Trainer:
    if config.synchronize:
        synchronize_batch_norm(network)
    auxiliaries = network.variant.auxiliaries if len(network.outputs) > 1 else ()
    return make_trainer(network, xla=config.xla, auxiliary_weights=[each.weight for each in auxiliaries])


def _compile_trainer(config, trainer, steps):
    """Compile the trainer with optimizer, loss and metric."""
    trainer.compile(
        optimizer=_optimizer(config, trainer.network, steps),
        loss=Crossentropy(config.label_smoothing),
        metrics=[keras.metrics.MeanMetricWrapper(accuracy, name="accuracy")],
    )


def _optimizer(config, network, steps):
    hyperparameters = {
        name: getattr(config, name) for name in ("momentum", "epsilon") if getattr(config, name) is not None
    }
    multipliers = layer_decay_multipliers(network, config.layer_decay) if config.layer_decay != 1 else None
    return make_optimizer(
        config.optimizer,
        _learning_rate(config, steps),
        weight_decay=config.weight_decay,
        decay_vectors=config.decay_vectors,
        learning_rate_multipliers=multipliers,
        global_clipnorm=config.clip_norm,
        ema=config.ema,
        accumulate=config.accumulate,
        loss_scale=config.precision == "mixed_float16",
        **hyperparameters,
        **({"nesterov": True} if config.nesterov else {}),
    )


def _learning_rate(config, steps):
    """Return the learning rate schedule, or the initial value where a callback reduces it."""
    schedules = keras.optimizers.schedules
    initial, warmup_steps = config.learning_rate, round(config.warmup_epochs * steps)
    decay_steps = max(1, config.epochs * steps - warmup_steps)
    if config.schedule == "cosine":
        learning_rate = schedules.CosineDecay(initial, decay_steps)
    elif config.schedule == "polynomial":
        learning_rate = schedules.PolynomialDecay(initial, decay_steps, end_learning_rate=0.0, power=config.power)
    elif config.schedule == "step":
        values = [initial * config.decay**i for i in range(len(config.decay_at) + 1)]
        boundaries = [round(epoch * steps) - warmup_steps for epoch in config.decay_at]
        learning_rate = schedules.PiecewiseConstantDecay(boundaries, values)
    elif config.schedule == "exponential":
        learning_rate = schedules.ExponentialDecay(initial, config.decay_every * steps, config.decay, staircase=True)
    else:
        learning_rate = initial
    return WarmUp(learning_rate, warmup_steps) if warmup_steps else learning_rate


def accuracy(labels, logits):
    """Return for each example whether the top-1 class is the label, or the mode of a distribution (batch, classes)."""
    is_distribution = len(labels.shape) == len(logits.shape) and labels.shape[-1] == logits.shape[-1]
    targets = keras.ops.argmax(labels, axis=-1) if is_distribution else keras.ops.reshape(labels, (-1,))
    return keras.ops.cast(
        keras.ops.equal(keras.ops.cast(targets, "int64"), keras.ops.argmax(logits, axis=-1)), "float32"
    )


def _callbacks(config, trainer, steps, run):
    callbacks = []
    if config.schedule == "plateau":
        patience = round(config.decay_every)
        callbacks.append(ReduceLROnPlateau(run, monitor="val_loss", factor=config.decay, patience=patience))
    if config.early_stopping:
        patience, verbose = config.early_stopping, int(run.chief)
        callbacks.append(EarlyStopping(run, monitor=run.monitor, mode="max", patience=patience, verbose=verbose))
    if any(isinstance(layer, TrainingProgress) for layer in trainer.network.layers):
        callbacks.append(ScheduledDropPath(config.epochs * steps))
    if run.chief:
        callbacks.append(keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False))
    return callbacks
