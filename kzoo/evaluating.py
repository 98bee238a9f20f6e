"""How well a classifier does on a test set, as a whole and class by class."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kzoo._extras import require
from kzoo._files import whole

TOP = 5
NAMED, NUMBERED = 40, 20  # up to so many classes a picture has room for their names, and for the counts in its cells


@dataclass(frozen=True)
class Evaluation:
    """What was seen of a classifier.

    Args:
        confusion: (classes, classes), images by their true class (row) and the one they were taken for (column).
        in_top: images whose true class was among the `TOP` likeliest.
    """

    confusion: np.ndarray
    in_top: int

    @property
    def images(self) -> int:
        """Count the images."""
        return int(self.confusion.sum())

    def metrics(self) -> dict[str, float]:
        """Return accuracy, top-5 accuracy, and the mean F1 over the classes that were seen or predicted."""
        scores = [row["f1"] for row in self.report(range(len(self.confusion))) if row["f1"] is not None]
        return {
            "images": self.images,
            "accuracy": int(np.trace(self.confusion)) / self.images,
            f"top_{TOP}_accuracy": self.in_top / self.images,
            "mean_f1": sum(scores) / len(scores),
        }

    def report(self, labels: Sequence) -> list[dict]:
        """Return a row a class: precision, recall and F1, each None where it is 0 / 0, and the count of its images."""
        right = self.confusion.diagonal()
        true, taken = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return [
            {
                "class": label,
                "precision": _ratio(right[i], taken[i]),
                "recall": _ratio(right[i], true[i]),
                "f1": _ratio(2 * right[i], true[i] + taken[i]),
                "count": int(true[i]),
            }
            for i, label in enumerate(labels)
        ]


def evaluate(classify: Callable, batches: Iterable, classes: int) -> Evaluation:
    """Compare what a classifier says of all images with what they are.

    Args:
        classify: maps a batch of images to scores (batch, classes), logits or probabilities. Of equal ones the class
            of the lower number counts as the likelier.
        batches: gives (images, labels), labels (batch,) from 0 to classes - 1.

    Raises:
        ValueError: a score is not a finite number, there are not as many as classes, or there are no images.
    """
    confusion, in_top = np.zeros((classes, classes), "int64"), 0
    for images, labels in batches:
        scores, labels = np.asarray(classify(images), "float32"), np.asarray(labels)
        if scores.shape != (len(labels), classes):
            raise ValueError(f"scores of shape {scores.shape} do not fit {len(labels)} images of {classes} classes")
        if not np.isfinite(scores).all():
            raise ValueError("scores are not finite; the weights, or the levels of the images, are wrong")
        likeliest = np.argsort(-scores, axis=-1, kind="stable")[:, :TOP]
        np.add.at(confusion, (labels, likeliest[:, 0]), 1)
        in_top += int((likeliest == labels[:, None]).sum())
    if not confusion.any():
        raise ValueError("batches are empty; an evaluation needs images")
    return Evaluation(confusion, in_top)


def save_report(rows: list[dict], path: Path):
    """Write the rows of `Evaluation.report` as CSV, a cell empty where there is no number."""
    with whole(path) as new, new.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def save_confusion(confusion: np.ndarray, labels: Sequence[str], path: Path, title: str):
    """Draw a confusion matrix as a PNG: each row in shares of the true class, few classes with counts and names."""
    require("a drawing", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    classes = len(labels)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(8, 7), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: no window system is asked for, and nothing global changes
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
    figure.colorbar(image, label="share of the true class")
    axes.set(xlabel="predicted", ylabel="true", title=title)
    if classes <= NAMED:
        axes.set_xticks(range(classes), labels, rotation=90 if max(map(len, labels)) > 2 else 0)
        axes.set_yticks(range(classes), labels)
    if classes <= NUMBERED:
        for row, column in np.argwhere(confusion):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, int(confusion[row, column]), ha="center", va="center", color=colour)
    with whole(path) as new:
        figure.savefig(new, dpi=100)


def _ratio(part, all_of_it):
    return float(part / all_of_it) if all_of_it else None
