"""Benchmark the inference of exports."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import keras
import numpy as np

from kzoo import registry
from kzoo.exporting.benchmark_timing import time_interleaved
from kzoo.exporting.exporter import describe_export, export, load
from kzoo.exporting.formats import FormatName


def perturb_biases(network: keras.Model) -> keras.Model:
    """Add small random numbers to all biases and moving statistics of a network, and return it.

    Compilers remove additions of zeros, and TensorFlow then does not fuse convolution, bias and activation: the latency
    of a freshly initialized network is not that of a trained one.
    """
    rng = np.random.default_rng(0)
    for variable in network.variables:
        if len(variable.shape) == 1:
            variable.assign_add(rng.uniform(0.01, 0.1, variable.shape))
    network.initial_checksum = None  # its predictions do not matter
    return network


def benchmark(
    targets: Sequence[str],
    batch_sizes: Sequence[int],
    rounds: int,
    format: FormatName,
    precision: Literal["auto", "float32", "bfloat16"],
) -> list[dict]:
    """Return a row for each target and batch size: median latency and throughput on noise, calls interleaved.

    Args:
        targets: folders of exports, `<name>/<version>`, or names of classifiers, exported with random weights.
        batch_sizes: images a call.
        rounds: calls of which the median is taken.
        format, precision: of the classifiers that are exported, as for `kzoo.export`.

    Raises:
        ValueError, OSError, ImportError: a target is neither, or `kzoo.export` raises it.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for target in targets:
            path = Path(target)
            if not path.is_dir():
                registry.classifier(target)
                network = perturb_biases(registry.build(target))
                path = export(
                    network, Path(folder) / target, format=format, precision=precision, tolerance=math.inf
                )  # random weights differ by anything
            paths[target] = path
        metadata = {target: describe_export(path, "classifier") for target, path in paths.items()}
        functions = {target: load(path) for target, path in paths.items()}
        rows = []
        for batch_size in batch_sizes:
            images = {
                target: np.random.default_rng(0).uniform(0, 255, (batch_size, *each["input"])).astype("float32")
                for target, each in metadata.items()
            }
            times = time_interleaved(
                {target: partial(run, images[target]) for target, run in functions.items()}, rounds
            )
            for target, milliseconds in times.items():
                row = {
                    "target": target,
                    "format": metadata[target]["format"],
                    "precision": metadata[target]["precision"],
                }
                row |= {"batch": batch_size, "milliseconds": round(milliseconds, 3)}
                rows.append({**row, "images_per_second": round(1000 * batch_size / milliseconds, 2)})
    return rows
