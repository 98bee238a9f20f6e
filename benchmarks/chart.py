"""Plot the README's chart from the results: training and inference of kzoo against keras.applications.

    python benchmarks/chart.py

It reads benchmarks/results/training_step.csv and inference.csv, and writes docs/speed.svg. A panel whose file is
missing is left out.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "kzoo"  # a deterministic file

import tyro  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from report import RESULTS  # noqa: E402

COLOURS = {"float32": "#4878a8", "bfloat16": "#e49444"}


@dataclass(frozen=True)
class Config:
    """Options of the chart."""

    results: Path = RESULTS
    """folder of the CSV files"""
    out: Path = RESULTS.parent.parent / "docs" / "speed.svg"


def main(config: Config) -> Path:
    """Plot the chart, and return its path.

    Raises:
        FileNotFoundError: there are no results.
    """
    panels = [(title, bars) for title, bars in (training(config.results), inference(config.results)) if bars]
    if not panels:
        raise FileNotFoundError(f"{config.results} has no training_step.csv and no inference.csv; run the benchmarks")
    figure, axes = plt.subplots(1, len(panels), figsize=(5.5 * len(panels), 3.2), squeeze=False, layout="constrained")
    for axis, (title, bars) in zip(axes[0], panels, strict=True):
        plot_bars(axis, title, bars)
    config.out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(config.out, metadata={"Date": None})
    plt.close(figure)
    return config.out


def plot_bars(axis, title, bars: dict[str, dict[str, float]]):
    """Plot the ratios of each model, a bar for each precision; 1 is keras.applications."""
    for i, (precision, colour) in enumerate(COLOURS.items()):
        positions = [position + 0.38 * (i - 0.5) for position in range(len(bars))]
        heights = [each.get(precision, 0) for each in bars.values()]
        container = axis.bar(positions, heights, 0.36, color=colour, label=precision)
        axis.bar_label(container, [f"{height:.2f}" if height else "" for height in heights], fontsize=7)
    axis.axhline(1, color="black", linewidth=0.8)
    axis.set_xticks(range(len(bars)), bars, rotation=25, ha="right", fontsize=8)
    axis.set_title(title, fontsize=9)
    axis.legend(fontsize=7, frameon=False)
    axis.spines[["top", "right"]].set_visible(False)


def training(results) -> tuple[str, dict]:
    """Return the ratios of training without XLA, by model and precision."""
    bars = {}
    for row in read(results / "training_step.csv"):
        if row["xla"] == "off":
            bars.setdefault(row["model"], {})[row["precision"].removeprefix("mixed_")] = float(row["ratio"])
    return "training steps a second, kzoo to keras.applications", bars


def inference(results) -> tuple[str, dict]:
    """Return the ratios of SavedModels for the largest batch, by model and precision."""
    rows = read(results / "inference.csv")
    batch = max((int(row["batch"]) for row in rows), default=0)
    bars = {}
    for row in rows:
        if int(row["batch"]) == batch and row["what"].startswith("kzoo SavedModel, "):
            precision = row["what"].removeprefix("kzoo SavedModel, ")
            bars.setdefault(row["model"], {})[precision] = float(row["ratio_to_keras_export"])
    return f"images a second at batch {batch}, kzoo's SavedModel to keras.applications' export", bars


def read(path) -> list[dict]:
    """Return the rows of a CSV file, or none."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    print(f"wrote {main(tyro.cli(Config, description=__doc__))}")
