"""The picture of a training."""

from __future__ import annotations

from pathlib import Path

from kzoo._files import whole


def save_curves(history: dict[str, list[float]], path: Path, title: str):
    """Draw loss and accuracy by epoch, training and validation, as a PNG.

    Args:
        history: what Keras' `fit` returns: "loss", "accuracy", "val_loss", "val_accuracy", a value an epoch.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: no window system is asked for, and nothing global changes
    epochs = range(1, len(history["loss"]) + 1)
    for axes, measure in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(epochs, history[measure], ".-", label="training")
        axes.plot(epochs, history[f"val_{measure}"], ".-", label="validation")
        axes.set(xlabel="epoch", ylabel=measure)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    last, best = history["val_accuracy"][-1], max(history["val_accuracy"])
    figure.suptitle(f"{title}: validation accuracy {last:.2%}, best {best:.2%}")
    with whole(path) as new:
        figure.savefig(new, dpi=100)
