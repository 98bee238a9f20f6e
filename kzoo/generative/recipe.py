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
from kzoo.data import AUGMENTATIONS, Augmentation, Source, load_source, naming_unreadable
from kzoo.exporting import export
from kzoo.generative.algorithm import Algorithm, to_uint8
from kzoo.generative.callbacks import CollapseMonitor, SampleGrid, pixel_deviation
from kzoo.generative.config import GenerativeConfig
from kzoo.generative.datasets import has_labels, image_batches, tfds_images
from kzoo.generative.metrics import FeatureExtractor, compute_metrics, inception_v3, nearest_neighbour_agreement
from kzoo.layers import Preprocessor
from kzoo.training.classifier import train_classifier
from kzoo.training.config import ClassifierConfig
from kzoo.training.curves import draw_curves
from kzoo.training.recipe import begin, check_common, precision, through_data, write_json
from kzoo.training.strategy import make_strategy


class Data(Protocol):
    """The data of a training."""

    description: str
    count: int
    """images an epoch"""
    source: Source | None
    """where the images are read from, to name one that cannot be read"""
    fake_rows: slice | int
    """the rows of `sample_grid` with generated images, which should be as diverse as real ones"""

    def batches(self, algorithm: Algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, repeated indefinitely."""

    def real_images(self, algorithm: Algorithm, max_images: int) -> np.ndarray:
        """Return real images at the networks' size, uint8."""

    def sample_grid(self, algorithm: Algorithm) -> np.ndarray:
        """Return the samples that are shown after each epoch, uint8 (rows, columns, height, width, channels)."""


class Images:
    """The training images of a source, without their labels.

    Args:
        spec: as `kzoo.data.load_source` takes it; or `tfds:NAME` of a dataset without labels, such as celeb_a, whose
            encoded images are held in memory.
        augment: augmentation of the images.
        seed: as of `kzoo.data.load_source`.
    """

    fake_rows = slice(None)

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
        """Return training batches from a step of an epoch on, repeated indefinitely."""
        position = {"start_epoch": epoch, "start_step": step}
        options = {"augment": self.augment, "seed": config.seed, "replicas": replicas, **position}
        return image_batches(self.split, algorithm.preprocessor, config.batch_size, **options)

    def real_images(self, algorithm: Algorithm, max_images: int) -> np.ndarray:
        """Return real images at the networks' size, uint8."""
        return raw_images(self.split.dataset().take(max_images), algorithm.preprocessor)

    def labelled_images(
        self, algorithm: Algorithm, max_images: int, test: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return images of the training or the test split at the networks' size, uint8, and their labels."""
        split = self.source.test if test else self.split
        labels = [int(label) for _, label in split.keys().take(max_images).as_numpy_iterator()]
        return raw_images(split.dataset().take(max_images), algorithm.preprocessor), np.array(labels)

    def sample_grid(self, algorithm: Algorithm) -> np.ndarray:
        """Generate samples, always from the same noise."""
        return algorithm.sample_grid()


def raw_images(data: tf.data.Dataset, preprocessor: Preprocessor) -> np.ndarray:
    """Return the images of a dataset of (image, label) at the networks' size, uint8 (images, h, w, channels)."""
    resized = data.map(lambda image, _: to_uint8(preprocessor, preprocessor.normalize(preprocessor.resize(image))))
    return np.concatenate(list(resized.batch(500).as_numpy_iterator()))


@dataclass(frozen=True)
class GenerativeResult:
    """The result of a run: the trained algorithm with its networks, and the metrics of metrics.json."""

    algorithm: Algorithm
    metrics: dict


def train_generative(
    config: GenerativeConfig,
    open_data: Callable[[], Data],
    make: Callable[[int], Algorithm],
    evaluate: Callable[[GenerativeConfig, Algorithm, Algorithm, Data], dict],
) -> GenerativeResult:
    """Train a generative model, write `config.out` and, where asked to, a SavedModel.

    Writes config.json, history.csv, metrics.json, curves.png, the weights of each network, checkpoints/, samples/ with
    a grid of samples an epoch, and samples.png, an animation of them. Of several processes only the chief writes. A run
    that was broken off, at whatever moment, goes on with `resume`, and ends as it would have.

    Args:
        open_data: loads the training data; called once the strategy has been created.
        make: builds and compiles the algorithm, given the steps an epoch; called in the scope of the strategy, with the
            precision of the configuration.
        evaluate: computes the metrics of the trained algorithm, with an untrained one for comparison.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are wrong, or the export or a
            run that was not to be replaced is there already; nothing has been written then.
        DivergedError: a loss became NaN or infinite.
        PreemptedError: SIGTERM came; the state has been saved.
    """
    check_common(config)
    strategy = make_strategy(config.strategy, config.replicas)
    data = open_data()  # not before: TensorFlow starts with the devices it has then
    steps_of_data = data.count // config.batch_size
    steps = min(config.steps_per_epoch or math.inf, steps_of_data)

    def build(scope) -> Algorithm:
        keras.utils.set_random_seed(config.seed)
        with scope, precision(config.precision):
            return make(steps)

    algorithm = build(strategy.scope())
    training = partial(data.batches, algorithm, config, strategy.num_replicas_in_sync)
    training(0, 0)  # raises if the batch is too large for the data or the replicas
    algorithm.check_batch_size(config.batch_size)
    networks = [layer for layer in algorithm.layers if isinstance(layer, keras.Model)]
    rows = {
        "networks": ", ".join(f"{each.name} of {each.count_params():,} parameters" for each in networks),
        "data": data.description,
    }
    results = [f"{each.name}.weights.h5" for each in networks]
    with begin(config, strategy, steps, rows, config.batch_size, "images", monitor=None, results=results) as run:
        callbacks = []
        if run.chief:
            sample_grid = SampleGrid(config.out, lambda: data.sample_grid(algorithm))
            real_deviation = pixel_deviation(data.real_images(algorithm, 500))
            callbacks = [
                sample_grid,
                CollapseMonitor(run, lambda: sample_grid.images[data.fake_rows], real_deviation),
            ]
        with naming_unreadable(data.source) if data.source else nullcontext():
            history = run.fit(algorithm, through_data(training, steps, steps_of_data), config.epochs, callbacks)
        metrics = {name: values[-1] for name, values in history.items()}
        if run.chief:
            metrics["seconds"] = round(run.progress.seconds, 1)
            metrics |= {"tensorflow": tf.__version__, "keras": keras.__version__}
            if config.samples:
                # without the strategy, whose other processes would have to build the untrained one, too
                metrics |= evaluate(config, algorithm, build(nullcontext()), data)
            _finish(config, algorithm, history, metrics)
            sample_grid.save_animation(config.epochs)
    return GenerativeResult(algorithm, metrics)


def evaluate_samples(config: GenerativeConfig, algorithm: Algorithm, untrained: Algorithm, data: Images) -> dict:
    """Compute metrics of samples and training images (at most as many), and those of an untrained generator."""
    extractor, evaluator_metrics = make_evaluator(config)
    labels = None
    if config.evaluator == "lenet5":  # which was trained on the classes of the data
        real, labels = data.labelled_images(algorithm, config.samples)
    else:
        real = data.real_images(algorithm, config.samples)
    metrics = compute_metrics(extractor, real, algorithm.sample(config.samples, seed=config.seed + 1), labels=labels)
    untrained_metrics = compute_metrics(extractor, real, untrained.sample(config.samples, seed=config.seed + 1))
    metrics["untrained_frechet_distance"] = untrained_metrics["frechet_distance"]
    details = ""
    if labels is not None:
        test, _ = data.labelled_images(algorithm, config.samples, test=True)
        test_agreement = nearest_neighbour_agreement(test, extractor(test)[1], real, labels)
        metrics["nearest_neighbour_agreement_of_test_images"] = round(test_agreement, 4)
        details = (
            f", rarest class {min(metrics['class_distribution']):.1%}; nearest-neighbour agreement "
            f"{metrics['nearest_neighbour_agreement']:.1%} (real test images {test_agreement:.1%}), near-duplicates "
            f"{metrics['near_duplicate_rate']:.1%}"
        )
    print(
        f"evaluated  {config.samples} samples and {len(real)} real images: Fréchet distance "
        f"{metrics['frechet_distance']:.4g} (untrained {untrained_metrics['frechet_distance']:.4g}), Inception Score "
        f"{metrics['inception_score']:.3g}{details}",
        flush=True,
    )
    return {**metrics, **evaluator_metrics}


def make_evaluator(config: GenerativeConfig) -> tuple[FeatureExtractor, dict]:
    """Return the feature extractor of the evaluation, and what metrics.json says of it."""
    if config.evaluator == "inception":
        return inception_v3(), {"evaluator": "InceptionV3, imagenet"}
    print("evaluator", flush=True)
    trained = train_classifier(
        ClassifierConfig(
            model="LeNet5",
            data=config.data,
            out=config.out / "evaluator",
            epochs=config.evaluator_epochs,
            batch_size=32,
            learning_rate=3e-3,
            augment="handwriting",
            strategy="none",
            xla=False,
            seed=config.seed,
            overwrite=True,
        )
    )
    accuracy = trained.metrics["val_accuracy"]
    return FeatureExtractor(trained.network), {"evaluator": "LeNet5", "evaluator_accuracy": accuracy}


def _finish(config, algorithm, history, metrics):
    """Write the weights, curves, metrics and export of the run."""
    for network in algorithm.layers:
        if isinstance(network, keras.Model):
            save_weights(network, config.out / f"{network.name}.weights.h5")
    draw_curves({"loss": history}, config.out / "curves.png", f"{type(algorithm).__name__} on {config.data}")
    write_json(config.out / "metrics.json", metrics)
    if config.export:
        print(f"exported   {export(algorithm, config.export, overwrite=config.overwrite)}")
