"""Benchmark transfer learning with few labelled images: fine-tuning and distillation.

    python benchmarks/transfer.py

- finetune: LeNet5, trained on digits, is fine-tuned to classify even and odd digits with a few images of each, against
  LeNet5 trained from scratch on the same images for as many steps.
- distill: LeNet5, trained on all digits, is the teacher of an untrained LeNet5 with a few images of each digit, against
  one trained on their labels alone for as many steps.

Figures are accuracies after the last epoch, on all bundled test images. A seed determines the training images and the
initial weights.
"""

import contextlib
import io
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from report import environment, write

from kzoo.data.images import DIGITS
from kzoo.recipes import distill, finetune
from kzoo.recipes.recipe import train_classifier
from kzoo.training import ClassifierConfig


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    seeds: tuple[int, ...] = (0, 1, 2)
    images: int = 5
    """of each digit, for distillation; twice as many of even and of odd ones, for fine-tuning"""
    epochs: int = 40
    """on these images"""
    source_epochs: int = 20
    """of the network that is fine-tuned, or the teacher"""


def main(config: Config) -> list[dict]:
    """Train everything, print a table and write the results as CSV."""
    print(environment())
    print(
        f"{config.images} images a digit, {2 * config.images} of even and odd ones; "
        f"{config.epochs} epochs, seeds {config.seeds}\n"
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for compare in (compare_finetuning, compare_distillation):
            rows += compare(config, Path(folder) / compare.__name__)
    print(f"{'what':12}{'seed':>6}{'scratch':>10}{'transfer':>10}")
    for row in rows:
        print(f"{row['what']:12}{row['seed']:6}{row['from_scratch']:10.2%}{row['transfer']:10.2%}")
    for what in dict.fromkeys(row["what"] for row in rows):
        means = [
            statistics.mean(row[key] for row in rows if row["what"] == what) for key in ("from_scratch", "transfer")
        ]
        print(f"{what:12}{'mean':>6}" + "".join(f"{mean:10.2%}" for mean in means))
    write("transfer", rows)
    return rows


def compare_finetuning(config, folder):
    """Train on digits, then on few even and odd ones, fine-tuned and from scratch."""
    quietly(train_classifier, common(ClassifierConfig, some_digits(folder / "source", digit), config.source_epochs))
    weights = str(folder / "source" / "out" / "best.weights.h5")
    half = config.epochs // 2
    for seed in config.seeds:
        few = some_digits(folder / str(seed), odd, 2 * config.images, seed)
        scratch = quietly(train_classifier, common(ClassifierConfig, few, config.epochs, seed))
        options = {"weights": weights, "frozen_epochs": config.epochs - half, "frozen_learning_rate": 3e-2}
        tuned = quietly(finetune.main, common(finetune.Config, few, half, seed, learning_rate=3e-4, **options))
        yield result("finetune", seed, config, scratch, tuned["whole"])


def compare_distillation(config, folder):
    """Train on all digits, then a student on few of them, with and without the teacher."""
    quietly(train_classifier, common(ClassifierConfig, some_digits(folder / "source", digit), config.source_epochs))
    teacher = str(folder / "source" / "out" / "best.weights.h5")
    for seed in config.seeds:
        few = some_digits(folder / str(seed), digit, config.images, seed)
        scratch = quietly(train_classifier, common(ClassifierConfig, few, config.epochs, seed))
        distilled = quietly(distill.main, common(distill.Config, few, config.epochs, seed, teacher_weights=teacher))
        yield result("distill", seed, config, scratch, distilled)


def digit(labels):
    """Label digits by their class."""
    return labels


def odd(labels):
    """Label digits as even (0) or odd (1)."""
    return labels % 2


def some_digits(folder, kind, images=None, seed=0):
    """Write the bundled images with labels of a kind, so many of each for training, and return the path."""
    with np.load(DIGITS) as bundled:
        arrays = dict(bundled)
    arrays |= {key: kind(arrays[key]) for key in ("y_train", "y_test")}
    order = np.random.default_rng(seed).permutation(len(arrays["y_train"]))
    labels = arrays["y_train"][order]
    selected = np.concatenate([order[labels == each][:images] for each in np.unique(labels)])
    arrays |= {key: arrays[key][selected] for key in ("x_train", "y_train")}
    folder.mkdir(parents=True)
    np.savez(folder / "digits.npz", **arrays)
    return folder / "digits.npz"


def common(kind, path, epochs, seed=0, **options):
    """Return a configuration; all have the same options but for what is compared."""
    few = path.parent.name != "source"
    settings = {"model": "LeNet5", "augment": "handwriting", "learning_rate": 3e-3, "xla": False}
    settings |= {"batch_size": 5 if few else 32, "epochs": epochs, "seed": seed, **options}
    return kind(data=f"npz:{path}", out=path.parent / ("out" if kind is ClassifierConfig else "transfer"), **settings)


def quietly(train, config):
    """Train without printing a line an epoch."""
    with contextlib.redirect_stdout(io.StringIO()):
        return train(config)


def result(what, seed, config, scratch, transferred):
    """Return a row of the table."""
    accuracies = {"from_scratch": scratch["last_val_accuracy"], "transfer": transferred["last_val_accuracy"]}
    return {"what": what, "seed": seed, "images": config.images, "epochs": config.epochs, **accuracies}


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
