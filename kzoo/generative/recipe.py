"""What every recipe of a generative model does, from its configuration to a folder of results."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import keras
import numpy as np
import tensorflow as tf

from kzoo._files import save_weights
from kzoo.data import AUGMENTATIONS, Augmentation, Source, load_source, report_unreadable_images
from kzoo.exporting import export
from kzoo.generative import metrics as measures
from kzoo.generative.algorithm import Algorithm, to_bytes
from kzoo.generative.config import GenerativeConfig
from kzoo.generative.pictures import Pictures
from kzoo.generative.unlabelled import has_labels, image_batches, tfds_images
from kzoo.generative.watching import Watch, deviation
from kzoo.layers import Preprocessor
from kzoo.training.classifier import train_classifier
from kzoo.training.config import ClassifierConfig
from kzoo.training.curves import plot_curves
from kzoo.training.recipe import across_epochs, check_run, open_run, precision, write_json
from kzoo.training.strategy import make_strategy


class Data(Protocol):
    """What a model is trained on."""

    description: str
    count: int
    """images an epoch"""
    source: Source | None
    """where it is read from, to name an image that cannot be read"""
    made: slice | int
    """which rows of a picture show images that should differ as real ones do"""

    def batches(self, algorithm: Algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Give training batches from a step of an epoch on, without end."""

    def images(self, algorithm: Algorithm, most: int) -> np.ndarray:
        """Give real images as the networks see them, uint8."""

    def picture(self, algorithm: Algorithm) -> np.ndarray:
        """Make what a person looks at after each epoch, uint8 (rows, columns, height, width, channels)."""


class Images:
    """The training images of a source, without their labels.

    Args:
        spec: as `kzoo.data.load_source` takes it; or `tfds:NAME` of a dataset without labels, such as celeb_a, whose
            encoded images are held in memory.
        augment: what is done to them.
    """

    made = slice(None)

    def __init__(self, spec: str, augment: Augmentation = AUGMENTATIONS["none"], seed: int = 0):
        kind, _, name = spec.partition(":")
        self.source: Source | None = None
        if kind == "tfds" and not has_labels(name):
            self.split = tfds_images(spec, name, ["train"])[0]
        else:
            self.source = load_source(spec, seed=seed)
            self.split = self.source.train
        self.augment, self.count = augment, self.split.count
        self.description = f"{self.count} training images of {spec}"

    def batches(self, algorithm: Algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Give training batches from a step of an epoch on, without end."""
        place = {"start_epoch": epoch, "start_step": step}
        options = {"augment": self.augment, "seed": config.seed, "replicas": replicas, **place}
        return image_batches(self.split, algorithm.preprocessor, config.batch_size, **options)

    def images(self, algorithm: Algorithm, most: int) -> np.ndarray:
        """Give real images as the networks see them, uint8."""
        return raw_images(self.split.dataset().take(most), algorithm.preprocessor)

    def labelled(self, algorithm: Algorithm, most: int, test: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Give images of the training or the test split as the networks see them, uint8, and their labels."""
        split = self.source.test if test else self.split
        labels = [int(label) for _, label in split.keys().take(most).as_numpy_iterator()]
        return raw_images(split.dataset().take(most), algorithm.preprocessor), np.array(labels)

    def picture(self, algorithm: Algorithm) -> np.ndarray:
        """Make samples, always from the same noise."""
        return algorithm.picture()


def raw_images(data: tf.data.Dataset, preprocessor: Preprocessor) -> np.ndarray:
    """Give images of a dataset of (image, label) in the size that networks take, uint8 (images, h, w, channels)."""
    resized = data.map(lambda image, _: to_bytes(preprocessor, preprocessor.normalize(preprocessor.resize(image))))
    return np.concatenate(list(resized.batch(500).as_numpy_iterator()))


@dataclass(frozen=True)
class Generated:
    """What a run gives back: the trained algorithm with its networks, and what metrics.json says."""

    algorithm: Algorithm
    metrics: dict


def train_generative(
    config: GenerativeConfig,
    open_data: Callable[[], Data],
    make: Callable[[int], Algorithm],
    measure: Callable[[GenerativeConfig, Algorithm, Algorithm, Data], dict],
) -> Generated:
    """Train a generative model, write `config.out` and, where asked to, a SavedModel.

    Writes config.json, history.csv, metrics.json, curves.png, the weights of each network, checkpoints/, samples/ with
    a picture an epoch, and samples.png, which is animated. Of several processes only the chief writes. A run that was
    broken off, at whatever moment, goes on with `resume`, and ends as it would have.

    Args:
        open_data: opens what it is trained on; called once the strategy has been made.
        make: makes the algorithm, compiled, for so many steps an epoch; called under the strategy and the precision
            that are asked for.
        measure: tells how good the trained algorithm is beside an untrained one.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are wrong, or the export or a
            run that was not to be replaced is there already; nothing has been written then.
        DivergedError: a loss became NaN or infinite.
        PreemptedError: SIGTERM came; the state has been saved.
    """
    check_run(config)
    strategy = make_strategy(config.strategy, config.replicas)
    data = open_data()  # not before: TensorFlow starts with the devices it has then
    whole_epoch = data.count // config.batch_size
    steps = min(config.steps_per_epoch or math.inf, whole_epoch)

    def build(scope) -> Algorithm:
        keras.utils.set_random_seed(config.seed)
        with scope, precision(config.precision):
            return make(steps)

    algorithm = build(strategy.scope())
    training = partial(data.batches, algorithm, config, strategy.num_replicas_in_sync)
    training(0, 0)  # raises if the batch is too large for the data or the replicas
    algorithm.check(config.batch_size)
    networks = [layer for layer in algorithm.layers if isinstance(layer, keras.Model)]
    rows = {
        "networks": ", ".join(f"{each.name} of {each.count_params():,} parameters" for each in networks),
        "data": data.description,
    }
    results = [f"{each.name}.weights.h5" for each in networks]
    with open_run(config, strategy, steps, rows, config.batch_size, "images", monitor=None, results=results) as run:
        callbacks = []
        if run.chief:
            pictures = Pictures(config.out, lambda: data.picture(algorithm))
            watch = Watch(run, lambda: pictures.images[data.made], deviation(data.images(algorithm, 500)))
            callbacks = [pictures, watch]
        with report_unreadable_images(data.source) if data.source else nullcontext():
            history = run.fit(algorithm, across_epochs(training, steps, whole_epoch), config.epochs, callbacks)
        metrics = {name: values[-1] for name, values in history.items()}
        if run.chief:
            metrics["seconds"] = round(run.progress.seconds, 1)
            metrics |= {"tensorflow": tf.__version__, "keras": keras.__version__}
            if config.samples:
                # the untrained one is of this process alone: under the strategy the others would have to make it, too
                metrics |= measure(config, algorithm, build(nullcontext()), data)
            _finish(config, algorithm, history, metrics)
            pictures.animate(config.epochs)
    return Generated(algorithm, metrics)


def measure_samples(config: GenerativeConfig, algorithm: Algorithm, untrained: Algorithm, data: Images) -> dict:
    """Measure samples beside the training images (at most as many), and those of an untrained generator."""
    judge, known = make_judge(config)
    labels = None
    if config.judge == "lenet5":  # whose classes are those of the data
        real, labels = data.labelled(algorithm, config.samples)
    else:
        real = data.images(algorithm, config.samples)
    result = measures.measure(judge, real, algorithm.samples(config.samples, seed=config.seed + 1), labels=labels)
    before = measures.measure(judge, real, untrained.samples(config.samples, seed=config.seed + 1))
    result["untrained_frechet_distance"] = before["frechet_distance"]
    said = ""
    if labels is not None:
        tests, _ = data.labelled(algorithm, config.samples, test=True)
        of_tests = measures.nearest_neighbour_agreement(tests, judge(tests)[1], real, labels)
        result["nearest_neighbour_agreement_of_test_images"] = round(of_tests, 4)
        said = (
            f", least class {min(result['coverage']):.1%} of them; nearest neighbours agree on "
            f"{result['nearest_neighbour_agreement']:.1%} (real test images {of_tests:.1%}), near copies "
            f"{result['near_copies']:.1%}"
        )
    print(
        f"measured   {config.samples} samples beside {len(real)} images: Fréchet distance "
        f"{result['frechet_distance']:.4g} (untrained {before['frechet_distance']:.4g}), Inception Score "
        f"{result['inception_score']:.3g}{said}",
        flush=True,
    )
    return {**result, **known}


def make_judge(config: GenerativeConfig) -> tuple[measures.Judge, dict]:
    """Return what looks at the samples, and what is known of it."""
    if config.judge == "inception":
        return measures.inception(), {"judge": "InceptionV3, imagenet"}
    print("judge", flush=True)
    trained = train_classifier(
        ClassifierConfig(
            model="LeNet5",
            data=config.data,
            out=config.out / "judge",
            epochs=config.judge_epochs,
            batch_size=32,
            learning_rate=3e-3,
            augment="handwriting",
            strategy="none",
            xla=False,
            seed=config.seed,
            overwrite=True,
        )
    )
    return measures.Judge(trained.network), {"judge": "LeNet5", "judge_accuracy": trained.metrics["val_accuracy"]}


def _finish(config, algorithm, history, metrics):
    """Write what came of the run."""
    for network in algorithm.layers:
        if isinstance(network, keras.Model):
            save_weights(network, config.out / f"{network.name}.weights.h5")
    plot_curves({"loss": history}, config.out / "curves.png", f"{type(algorithm).__name__} on {config.data}")
    write_json(config.out / "metrics.json", metrics)
    if config.export:
        print(f"exported   {export(algorithm, config.export, overwrite=config.overwrite)}")
