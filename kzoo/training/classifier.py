"""What every classifier recipe does, from its configuration to a folder of results."""

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
from kzoo.training.callbacks import EarlyStopping, Plateau, ScheduledDropPath
from kzoo.training.config import ClassifierConfig, check_options
from kzoo.training.curves import save_curves
from kzoo.training.initializing import initialize
from kzoo.training.layerwise import layer_rates
from kzoo.training.losses import Crossentropy
from kzoo.training.optimizers import make_optimizer
from kzoo.training.recipe import begin, check_common, precision, summary, through_data, write_json
from kzoo.training.schedules import WarmUp
from kzoo.training.statistics import synchronize
from kzoo.training.strategy import make_strategy
from kzoo.training.trainer import Trainer


@dataclass(frozen=True)
class Trained:
    """What a run gives back: the network with its best weights, the class names, and what metrics.json says."""

    network: keras.Model
    labels: tuple[str, ...]
    metrics: dict


def train_classifier(
    config: ClassifierConfig,
    build: Callable[[int], keras.Model] | None = None,
    make_trainer: Callable[..., Trainer] = Trainer,
    preprocessing: Preprocessing | None = None,
) -> Trained:
    """Train a classifier, write `config.out` and, where asked to, a SavedModel of the best weights.

    Writes config.json, model.json and labels.txt (for `kzoo predict --run`), history.csv, metrics.json, curves.png,
    best.weights.h5, checkpoints/ and tensorboard/. Of several processes only the chief writes. A run that was broken
    off, at whatever moment, goes on with `resume`, and ends as it would have.

    Args:
        build: makes the network of so many classes, with logits as outputs; by default `untrained`.
        make_trainer: makes the trainer of a network, called as `Trainer` is. Both are called under the strategy and
            the precision that are asked for.
        preprocessing: where `build` makes a network that is not of the zoo, how raw images become its input;
            `config.model` is then merely its name.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are wrong, or the export or a
            run that was not to be replaced is there already; nothing has been written then.
        DivergedError: the loss became NaN or infinite.
        PreemptedError: SIGTERM came; the state has been saved.
    """
    check(config, registered=preprocessing is None)
    keras.utils.set_random_seed(config.seed)
    strategy = make_strategy(config.strategy, config.replicas)
    source = load_source(config.data, seed=config.seed)
    with strategy.scope(), precision(config.precision):
        trainer = _trainer(config, (build or partial(untrained, config))(source.classes), make_trainer)
    preprocessor = imagenet.preprocessor(trainer.network, preprocessing=preprocessing)
    training, test, steps = _batches(config, source, strategy, preprocessor)
    with strategy.scope(), precision(config.precision):
        _compile(config, trainer, steps)
    rows = {
        "model": f"{config.model}, {trainer.network.count_params():,} parameters",
        "data": source.description,
    }
    with begin(config, strategy, steps, rows, config.batch_size, "images") as run:
        if run.chief:
            write_run_metadata(config.out, config.model, config.options, preprocessor, source.labels)
        callbacks = _callbacks(config, trainer, steps, run)
        with report_unreadable_images(source):
            history = run.fit(trainer, training, config.epochs, callbacks, validation_data=test)
        metrics = summary(history, run)
        if run.chief:
            _finish(config, trainer.network, source, history, metrics, preprocessing)
    return Trained(trainer.network, source.labels, metrics)


def _finish(config, network, source, history, metrics, preprocessing):
    """Give the network its best weights, and write what came of the run."""
    network.load_weights(config.out / "best.weights.h5")
    write_json(config.out / "metrics.json", metrics)
    save_curves(history, config.out / "curves.png", title=f"{config.model} on {config.data}")
    if config.export:
        options = {**dataclasses.asdict(config), "out": None, "export": None}  # where files were is nobody's business
        training = json.loads(json.dumps({"configuration": options, "results": metrics}, default=str))
        path = export(network, config.export, source.labels, preprocessing, config.overwrite, training=training)
        print(f"exported   {path}")


def untrained(config: ClassifierConfig, classes: int, **arguments) -> keras.Model:
    """Build the network that a configuration names; `arguments` are more of `kzoo.build`'s, such as weights."""
    # logits: the loss is exact then, in every precision; the export adds the softmax
    network = registry.build(config.model, classes=classes, classifier_activation=None, **config.options, **arguments)
    if config.initializer is None or arguments.get("weights"):
        return network
    return initialize(network, config.initializer)


def check(config: ClassifierConfig, registered: bool = True):
    """See that a configuration can be run, as far as that can be told before the data are read.

    Args:
        registered: whether the network is one of the zoo.

    Raises:
        ValueError, FileExistsError: as `train_classifier` does.
    """
    check_common(config)
    if config.augment not in AUGMENTATIONS:
        raise ValueError(f"augment={config.augment!r} is unknown; accepted are {', '.join(AUGMENTATIONS)}")
    if registered:
        registry.classifier(config.model)
        check_options(config.model, config.options)


def _batches(config, source: Source, strategy, preprocessor):
    """Return a function that gives training batches from a step of an epoch on, test batches, and steps an epoch."""
    replicas = strategy.num_replicas_in_sync
    common = partial(batches, preprocessor=preprocessor, batch_size=config.batch_size, replicas=replicas)

    def training(epoch, step):
        start = {"seed": config.seed, "start_epoch": epoch, "start_step": step}
        return common(source.train, training=True, augment=AUGMENTATIONS[config.augment], **start)

    common(source.train, training=True)  # raises if the batch is too large for the data or the replicas
    whole = steps_per_epoch(source.train, config.batch_size)
    steps = min(config.steps_per_epoch or math.inf, whole)
    test = common(source.test).take(config.steps_per_epoch or -1)
    return through_data(training, steps, whole), test, steps


def _trainer(config, network, make_trainer) -> Trainer:
    if config.synchronize:
        synchronize(network)
    auxiliaries = network.variant.auxiliaries if len(network.outputs) > 1 else ()
    return make_trainer(network, xla=config.xla, auxiliary_weights=[each.weight for each in auxiliaries])


def _compile(config, trainer, steps):
    """Give the trainer its loss, its measure, and the optimizer with its schedule."""
    trainer.compile(
        optimizer=_optimizer(config, trainer.network, steps),
        loss=Crossentropy(config.label_smoothing),
        metrics=[keras.metrics.MeanMetricWrapper(accuracy, name="accuracy")],
    )


def _optimizer(config, network, steps):
    settings = {name: getattr(config, name) for name in ("momentum", "epsilon") if getattr(config, name) is not None}
    return make_optimizer(
        config.optimizer,
        _learning_rate(config, steps),
        weight_decay=config.weight_decay,
        decay_vectors=config.decay_vectors,
        rates=layer_rates(network, config.layer_decay) if config.layer_decay != 1 else None,
        global_clipnorm=config.clip_norm,
        ema=config.ema,
        accumulate=config.accumulate,
        loss_scale=config.precision == "mixed_float16",
        **settings,
        **({"nesterov": True} if config.nesterov else {}),
    )


def _learning_rate(config, steps):
    """Return the schedule of the learning rate, or its first value where a callback lowers it."""
    schedules = keras.optimizers.schedules
    first, warmup = config.learning_rate, round(config.warmup_epochs * steps)
    rest = max(1, config.epochs * steps - warmup)
    if config.schedule == "cosine":
        rate = schedules.CosineDecay(first, rest)
    elif config.schedule == "polynomial":
        rate = schedules.PolynomialDecay(first, rest, end_learning_rate=0.0, power=config.power)
    elif config.schedule == "step":
        values = [first * config.decay**i for i in range(len(config.decay_at) + 1)]
        rate = schedules.PiecewiseConstantDecay([round(epoch * steps) - warmup for epoch in config.decay_at], values)
    elif config.schedule == "exponential":
        rate = schedules.ExponentialDecay(first, config.decay_every * steps, config.decay, staircase=True)
    else:
        rate = first
    return WarmUp(rate, warmup) if warmup else rate


def accuracy(truth, logits):
    """Tell of each example whether the likeliest class is the true one, or the chief of mixed ones (batch, classes)."""
    mixed = len(truth.shape) == len(logits.shape) and truth.shape[-1] == logits.shape[-1]
    true = keras.ops.argmax(truth, axis=-1) if mixed else keras.ops.reshape(truth, (-1,))
    return keras.ops.cast(keras.ops.equal(keras.ops.cast(true, "int64"), keras.ops.argmax(logits, axis=-1)), "float32")


def _callbacks(config, trainer, steps, run):
    callbacks = []
    if config.schedule == "plateau":
        patience = round(config.decay_every)
        callbacks.append(Plateau(run, monitor="val_loss", factor=config.decay, patience=patience))
    if config.early_stopping:
        patience, told = config.early_stopping, int(run.chief)
        callbacks.append(EarlyStopping(run, monitor=run.monitor, mode="max", patience=patience, verbose=told))
    if any(isinstance(layer, TrainingProgress) for layer in trainer.network.layers):
        callbacks.append(ScheduledDropPath(config.epochs * steps))
    if run.chief:
        callbacks.append(keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False))
    return callbacks
