"""Benchmark the time and memory of building a network against keras.applications.

    python benchmarks/building.py
    python benchmarks/building.py --models NASNetMobile ResNet50 --rounds 5

Each build runs in its own process, interleaved, after a first network as warm-up. A figure is the median of `rounds`;
memory is the peak growth of the process, weights included. Nothing else should run on the machine.
"""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

import tyro
from report import environment, write

BUILD = """
import json, resource, time
import {library} as library
library.MobileNet(weights=None)
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
model = library.{model}(weights=None)
seconds = time.perf_counter() - start
print(json.dumps([seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""
LIBRARIES = {"keras": "keras.applications", "kzoo": "kzoo"}


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = ("NASNetLarge", "NASNetMobile", "ResNet50")
    rounds: int = 5


def main(config: Config):
    """Build every model in both libraries, print a table and write the results as CSV."""
    print(environment())
    print(f"medians of {config.rounds} builds, each in a process of its own\n")
    print(f"{'model':16}{'keras s':>9}{'kzoo s':>9}{'ratio':>7}{'keras MiB':>11}{'kzoo MiB':>11}{'ratio':>7}")
    rows = []
    for model in config.models:
        figures = {name: [] for name in LIBRARIES}
        for _ in range(config.rounds):
            for name, library in LIBRARIES.items():
                figures[name].append(build(library, model))
        row = {"model": model, "rounds": config.rounds}
        for i, (what, digits) in enumerate((("seconds", 2), ("mebibytes", 0))):
            medians = {name: statistics.median(run[i] for run in runs) for name, runs in figures.items()}
            row |= {f"{name}_{what}": round(value, digits) for name, value in medians.items()}
            row[f"ratio_{what}"] = round(medians["kzoo"] / medians["keras"], 2)
        rows.append(row)
        print(
            f"{model:16}{row['keras_seconds']:9.2f}{row['kzoo_seconds']:9.2f}{row['ratio_seconds']:7.2f}"
            f"{row['keras_mebibytes']:11.0f}{row['kzoo_mebibytes']:11.0f}{row['ratio_mebibytes']:7.2f}",
            flush=True,
        )
    write("building", rows)


def build(library: str, model: str) -> tuple[float, float]:
    """Return the seconds and mebibytes of a build."""
    code = BUILD.format(library=library, model=model)
    return json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
