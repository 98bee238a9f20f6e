"""Image generation: GANs, CycleGAN and diffusion models, from a configuration to a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Generic, TypeVar

import keras
import numpy as np
import tensorflow as tf

from kzoo import registry
from kzoo._files import save_weights
from kzoo.data import report_unreadable_images
from kzoo.data.images import Domains, TrainingImages, UnlabelledImages
from kzoo.generative.algorithm import Algorithm
from kzoo.generative.callbacks import CollapseMonitor, SampleGrid, pixel_deviation
from kzoo.generative.config import GenerativeConfig
from kzoo.generative.cyclegan import CycleGAN
from kzoo.generative.metrics import FeatureExtractor, compute_metrics, inception_v3, nearest_neighbour_agreement
from kzoo.tasks.image_classification import ImageClassification
from kzoo.tasks.task import Task, check, train
from kzoo.training.config import ClassifierConfig
from kzoo.training.curves import plot_curves
from kzoo.training.folder import read_config
from kzoo.training.recipe import precision
from kzoo.training.run import Run
from kzoo.weights import locate_weights

Model = TypeVar("Model", bound=Algorithm)
Data = TypeVar("Data", bound=TrainingImages)


class ImageGeneration(Task[GenerativeConfig], Generic[Model, Data]):
    """Train a generative model of images.

    Also writes the weights of each network, samples/ with a grid of samples an epoch, and samples.png, an animation of
    them.

    Args:
        config: its options.
        open_data: loads the training data.
        make: builds and compiles the algorithm, given the steps an epoch.
        evaluate: computes the metrics of the trained algorithm, with an untrained one for comparison.
    """

    monitor = None

    def __init__(
        self,
        config: GenerativeConfig,
        open_data: Callable[[], Data],
        make: Callable[[int], Model],
        evaluate: Callable[[GenerativeConfig, Model, Model, Data], dict],
    ):
        super().__init__(config)
        self.open_data, self.make, self.compute_metrics = open_data, make, evaluate

    def load_data(self, replicas: int) -> None:
        self.data, self.replicas = self.open_data(), replicas
        if self.compute_metrics is evaluate_samples and self.config.samples:
            check_evaluator(self.config, self.data)
        self.steps_per_epoch = self.data.count // self.config.batch_size

    @property
    def batch_size(self) -> int:
        return self.config.batch_size

    def build(self, steps: int) -> Algorithm:
        keras.utils.set_random_seed(self.config.seed)
        self.steps, self.algorithm = steps, self.make(steps)
        self.algorithm.check_batch_size(self.config.batch_size)
        self.results = [f"{each.name}.weights.h5" for each in networks(self.algorithm)]
        return self.algorithm

    def train_data(self, epoch: int, step: int) -> tf.data.Dataset:
        config, position = self.config, {"replicas": self.replicas, "epoch": epoch, "step": step}
        return self.data.batches(self.algorithm.preprocessor, config.batch_size, seed=config.seed, **position)

    def describe(self, model: Any) -> dict[str, str]:
        sizes = (f"{each.name} of {each.count_params():,} parameters" for each in networks(model))
        return {"networks": ", ".join(sizes), "data": self.data.description}

    def callbacks(self, model: Any, run: Run) -> list[keras.callbacks.Callback]:
        if not run.chief:
            return []
        self.sample_grid = grid = SampleGrid(self.config.out, lambda: model.sample_grid(self.data))
        real = pixel_deviation(self.data.real_images(model.preprocessor, 500))
        return [grid, CollapseMonitor(run, lambda: grid.images[model.fake_rows], real)]

    def naming_errors(self) -> AbstractContextManager:
        return report_unreadable_images(self.data.splits)

    def evaluate(self, model: Any) -> dict:
        for network in networks(model):
            save_weights(network, self.config.out / f"{network.name}.weights.h5")
        self.sample_grid.save_animation(self.config.epochs)
        if not self.config.samples:
            return {}
        # without the strategy, whose other processes would have to build the untrained one, too
        keras.utils.set_random_seed(self.config.seed)
        with precision(self.config.precision):
            untrained = self.make(self.steps)
        return self.compute_metrics(self.config, model, untrained, self.data)

    def plot(self, history: Mapping[str, Sequence[float]], path: Path) -> None:
        plot_curves({"loss": history}, path, f"{type(self.algorithm).__name__} on {self.config.data}")

    def servable(self, model: Any) -> Any:
        return model


def networks(algorithm: Algorithm) -> list[keras.Model]:
    """Return the networks of an algorithm."""
    return [layer for layer in algorithm.layers if isinstance(layer, keras.Model)]


def evaluate_samples(
    config: GenerativeConfig, algorithm: Algorithm, untrained: Algorithm, data: UnlabelledImages
) -> dict:
    """Compute metrics of samples and training images (at most as many), and those of an untrained generator."""
    extractor, evaluator_metrics = make_evaluator(config, data)
    labels = None
    if config.evaluator == "lenet5":  # which was trained on the classes of the data
        real, labels = data.labelled_images(algorithm.preprocessor, config.samples)
    else:
        real = data.real_images(algorithm.preprocessor, config.samples)
    metrics = compute_metrics(extractor, real, algorithm.sample(config.samples, seed=config.seed + 1), labels=labels)
    untrained_metrics = compute_metrics(extractor, real, untrained.sample(config.samples, seed=config.seed + 1))
    metrics["untrained_frechet_distance"] = untrained_metrics["frechet_distance"]
    details = ""
    if labels is not None:
        test, _ = data.labelled_images(algorithm.preprocessor, config.samples, test=True)
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


def check_evaluator(config: GenerativeConfig, data: TrainingImages) -> None:
    """Check that there will be an evaluator: the training before it may take days.

    Raises:
        ValueError: the data have no labels to train LeNet-5 with.
        OSError: LeNet-5's folder cannot be written to or is somebody's, or Inception v3 cannot be downloaded.
    """
    if config.evaluator == "inception":
        locate_weights(registry.info("InceptionV3"), "imagenet", include_top=True)
    elif data.source is None:
        raise ValueError(
            f"evaluator='lenet5' does not work with data={config.data!r}, which have no labels; "
            "accepted: evaluator='inception', or samples=0 for no evaluation"
        )
    else:
        task = lenet5_task(config, data)
        if not config.overwrite and read_config(config.out) is None and read_config(task.config.out) is not None:
            raise FileExistsError(
                f"{task.config.out} holds a run, which that of LeNet-5 would replace; pass --overwrite for that, or "
                "choose another --out"
            )
        check(task)


def make_evaluator(config: GenerativeConfig, data: UnlabelledImages) -> tuple[FeatureExtractor, dict]:
    """Return the feature extractor of the evaluation, and what metrics.json says of it."""
    if config.evaluator == "inception":
        return inception_v3(), {"evaluator": "InceptionV3, imagenet"}
    print("evaluator", flush=True)
    trained = train(lenet5_task(config, data))
    accuracy = trained.metrics["val_accuracy"]
    return FeatureExtractor(trained.network), {"evaluator": "LeNet5", "evaluator_accuracy": accuracy}


def lenet5_task(config: GenerativeConfig, data: TrainingImages) -> ImageClassification:
    """Return the training of the LeNet-5 that evaluates."""
    classifier = ClassifierConfig(
        model="LeNet5",
        data=config.data,
        out=config.out / "evaluator",
        epochs=config.evaluator_epochs,
        batch_size=min(32, data.count),
        learning_rate=3e-3,
        augment="handwriting",
        strategy="none",
        xla=False,
        seed=config.seed,
        overwrite=True,
    )
    return ImageClassification(classifier)


def evaluate_pairs(config: GenerativeConfig, algorithm: CycleGAN, untrained: CycleGAN, data: Domains) -> dict:
    """Compute the mean absolute error between translated test images and their true pairs, as a share of 255.

    "identity_error" is that of the images as they are, without translation.
    """
    if not data.paired:
        return {}
    a, b = data.test_images(algorithm.preprocessor, config.samples)
    metrics = {"test_pairs": len(a), "identity_error": round(_mean_absolute_error(a, b), 4)}
    for name, images, pairs in (("a_to_b", a, b), ("b_to_a", b, a)):
        fake = algorithm.translate(getattr(algorithm, name), images)
        metrics[f"{name}_error"] = round(_mean_absolute_error(fake, pairs), 4)
    print(
        f"evaluated  {len(a)} test pairs: error {metrics['a_to_b_error']:.4g} and {metrics['b_to_a_error']:.4g}, "
        f"{metrics['identity_error']:.4g} without translation",
        flush=True,
    )
    return metrics


def _mean_absolute_error(images: np.ndarray, pairs: np.ndarray) -> float:
    return float(np.abs(images.astype("float32") - pairs.astype("float32")).mean() / 255)
