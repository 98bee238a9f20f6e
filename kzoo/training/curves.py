"""Plots of training curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kzoo._extras import require
from kzoo._files import atomic_path


def plot_history(history: Mapping[str, Sequence[float]], path: Path, title: str):
    """Plot loss and accuracy of training and validation by epoch, as a PNG.

    Args:
        history: of Keras' `fit`: "loss", "accuracy", "val_loss", "val_accuracy", a value an epoch.
    """
    panels = {
        metric: {"training": history[metric], "validation": history[f"val_{metric}"]} for metric in ("loss", "accuracy")
    }
    final, best = history["val_accuracy"][-1], max(history["val_accuracy"])
    plot_curves(panels, path, f"{title}: validation accuracy {final:.2%}, best {best:.2%}")


def plot_curves(panels: Mapping[str, Mapping[str, Sequence[float]]], path: Path, title: str):
    """Plot curves by epoch, in panels side by side, as a PNG.

    Args:
        panels: title of a panel -> label of a curve -> its values, one an epoch.
    """
    require("a plot", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * len(panels), 4), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: it needs a backend and has global state
    for axes, (metric, curves) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        for label, values in curves.items():
            axes.plot(range(1, len(values) + 1), values, ".-", label=label)
        axes.set(xlabel="epoch", ylabel=metric)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(title)
    with atomic_path(path) as new:
        figure.savefig(new, dpi=100)
