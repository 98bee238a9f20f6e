"""How well a classifier does on a test set, as a whole and class by class."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo._printing import printable

TOP = 5
NAMED, NUMBERED = 40, 20  # up to so many classes a picture has room for their names, and for the counts in its cells
DENSE = 250  # up to so many, a cell is more than a pixel of a small picture


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
    with atomic_path(path) as new, new.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def save_confusion(confusion: np.ndarray, labels: Sequence[str], path: Path, title: str):
    """Draw a confusion matrix as a PNG: each row in shares of the true class, few classes with counts and names.

    What is right is blue, on a scale of its own; what is wrong goes from yellow to red, the most frequent error,
    so that the errors of a good classifier are seen.
    """
    require("a drawing", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    classes = len(labels)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    wrong = ~np.eye(classes, dtype=bool)
    most = shares[wrong].max(initial=0) or 1
    figure = Figure(figsize=(8, 7), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: no window system is asked for, and nothing global changes
    axes = figure.subplots()
    for hidden, colours, top, text in (
        (~wrong | (shares == 0), "autumn_r", most, "taken for another class, share of the true one"),
        (wrong, "Blues", 1, "recognised, share of the true class"),
    ):
        image = axes.imshow(np.ma.array(shares, mask=hidden), cmap=colours, vmin=0, vmax=top, interpolation="nearest")
        figure.colorbar(image, label=text, shrink=0.8)
    axes.set(xlabel="predicted", ylabel="true")
    # Names come from outside: a dollar begins no formula.
    title = printable(f"{title}, {int(confusion[wrong].sum())} errors")
    axes.set_title(title, parse_math=False, wrap=True, fontsize="medium")
    if classes <= NAMED:
        names = [printable(label) for label in labels]
        axes.set_xticks(range(classes), names, rotation=90 if max(map(len, names)) > 2 else 0, parse_math=False)
        axes.set_yticks(range(classes), names, parse_math=False)
    if classes <= NUMBERED:
        for row, column in np.argwhere(confusion):
            colour = "white" if row == column and shares[row, column] > 0.5 else "black"
            axes.text(column, row, int(confusion[row, column]), ha="center", va="center", color=colour)
    with atomic_path(path) as new:
        figure.savefig(new, dpi=100 if classes <= DENSE else 250)


def _ratio(part, all_of_it):
    return float(part / all_of_it) if all_of_it else None
