"""The picture of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kzoo._extras import require
from kzoo._files import atomic_path


def save_curves(history: dict[str, list[float]], path: Path, title: str):
    """Draw loss and accuracy by epoch, training and validation, as a PNG.

    Args:
        history: what Keras' `fit` returns: "loss", "accuracy", "val_loss", "val_accuracy", a value an epoch.
    """
    panels = {
        measure: {"training": history[measure], "validation": history[f"val_{measure}"]}
        for measure in ("loss", "accuracy")
    }
    last, best = history["val_accuracy"][-1], max(history["val_accuracy"])
    draw_curves(panels, path, f"{title}: validation accuracy {last:.2%}, best {best:.2%}")


def draw_curves(panels: Mapping[str, Mapping[str, Sequence[float]]], path: Path, title: str):
    """Draw lines by epoch, panels beside each other, as a PNG.

    Args:
        panels: what each panel shows -> the name of each line in it -> its values, one an epoch.
    """
    require("a drawing", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * len(panels), 4), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: no window system is asked for, and nothing global changes
    for axes, (measure, lines) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        for label, values in lines.items():
            axes.plot(range(1, len(values) + 1), values, ".-", label=label)
        axes.set(xlabel="epoch", ylabel=measure)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(title)
    with atomic_path(path) as new:
        figure.savefig(new, dpi=100)
