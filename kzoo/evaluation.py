"""Evaluation of a classifier on a test set: accuracy, top-5, a report by class, a confusion matrix."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo._printing import printable

TOP_K = 5
MAX_NAMED_CLASSES = 40  # a plot has room for the names of so many
MAX_NUMBERED_CLASSES = 20  # and for the counts of so many
MAX_LOW_RESOLUTION_CLASSES = 250  # more need a higher resolution


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation.

    Args:
        confusion: confusion matrix (classes, classes), counts by label (row) and predicted class (column).
        top_k_hits: images whose label is among the `TOP_K` predictions.
    """

    confusion: np.ndarray
    top_k_hits: int

    @property
    def images(self) -> int:
        """The number of images."""
        return int(self.confusion.sum())

    def metrics(self) -> dict[str, float]:
        """Return accuracy, top-5 accuracy, and the mean F1 over classes that are labels or predictions of an image."""
        scores = [row["f1"] for row in self.report(range(len(self.confusion))) if row["f1"] is not None]
        return {
            "images": self.images,
            "accuracy": int(np.trace(self.confusion)) / self.images,
            f"top_{TOP_K}_accuracy": self.top_k_hits / self.images,
            "mean_f1": sum(scores) / len(scores),
        }

    def report(self, labels: Sequence) -> list[dict]:
        """Return a row for each class: precision, recall and F1, None where 0 / 0, and the number of its images."""
        true_positives = self.confusion.diagonal()
        support, predicted = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return [
            {
                "class": label,
                "precision": _ratio(true_positives[i], predicted[i]),
                "recall": _ratio(true_positives[i], support[i]),
                "f1": _ratio(2 * true_positives[i], support[i] + predicted[i]),
                "count": int(support[i]),
            }
            for i, label in enumerate(labels)
        ]


def evaluate(classify: Callable, batches: Iterable, classes: int) -> Evaluation:
    """Evaluate a classifier on batches of images and labels.

    Args:
        classify: maps a batch of images to scores (batch, classes), logits or probabilities. Ties are broken by the
            lower class number.
        batches: of (images, labels), labels (batch,) from 0 to classes - 1.

    Raises:
        ValueError: scores are not finite, or of another shape, or there are no images.
    """
    confusion, top_k_hits = np.zeros((classes, classes), "int64"), 0
    for images, labels in batches:
        scores, labels = np.asarray(classify(images), "float32"), np.asarray(labels)
        if scores.shape != (len(labels), classes):
            raise ValueError(f"scores of shape {scores.shape} do not fit {len(labels)} images of {classes} classes")
        if not np.isfinite(scores).all():
            raise ValueError("scores are not finite; the weights, or the levels of the images, are wrong")
        top_k = np.argsort(-scores, axis=-1, kind="stable")[:, :TOP_K]
        np.add.at(confusion, (labels, top_k[:, 0]), 1)
        top_k_hits += int((top_k == labels[:, None]).sum())
    if not confusion.any():
        raise ValueError("batches are empty; an evaluation needs images")
    return Evaluation(confusion, top_k_hits)


def write_report(rows: list[dict], path: Path) -> None:
    """Write the rows of `Evaluation.report` as CSV; None is an empty cell."""
    with atomic_path(path) as new, new.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def plot_confusion_matrix(confusion: np.ndarray, labels: Sequence[str], path: Path, title: str) -> None:
    """Plot a confusion matrix as a PNG: rows are normalized; few classes have counts and names.

    Correct predictions are blue, with their own colour scale; errors are yellow to red, the most frequent one, so that
    the errors of a good classifier are visible.
    """
    require("a plot", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    classes = len(labels)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    is_error = ~np.eye(classes, dtype=bool)
    max_error = shares[is_error].max(initial=0) or 1
    figure = Figure(figsize=(8, 7), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: it needs a backend and has global state
    axes = figure.subplots()
    for mask, colormap, top, text in (
        (~is_error | (shares == 0), "autumn_r", max_error, "errors, share of the class"),
        (is_error, "Blues", 1, "correct, share of the class"),
    ):
        image = axes.imshow(np.ma.array(shares, mask=mask), cmap=colormap, vmin=0, vmax=top, interpolation="nearest")
        figure.colorbar(image, label=text, shrink=0.8)
    axes.set(xlabel="predicted", ylabel="true")
    # Names are untrusted: a dollar sign does not start a formula.
    title = printable(f"{title}, {int(confusion[is_error].sum())} errors")
    axes.set_title(title, parse_math=False, wrap=True, fontsize="medium")
    if classes <= MAX_NAMED_CLASSES:
        names = [printable(label) for label in labels]
        axes.set_xticks(range(classes), names, rotation=90 if max(map(len, names)) > 2 else 0, parse_math=False)
        axes.set_yticks(range(classes), names, parse_math=False)
    if classes <= MAX_NUMBERED_CLASSES:
        for row, column in np.argwhere(confusion):
            colour = "white" if row == column and shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(confusion[row, column]), ha="center", va="center", color=colour)
    with atomic_path(path) as new:
        figure.savefig(new, dpi=100 if classes <= MAX_LOW_RESOLUTION_CLASSES else 250)


def _ratio(numerator: int, denominator: int) -> float | None:
    return float(numerator / denominator) if denominator else None
