"""Time inference of exports."""

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
from kzoo.exporting.clock import in_turns
from kzoo.exporting.shipping import describe_export, export, load


def as_if_trained(network: keras.Model) -> keras.Model:
    """Move biases and statistics of a network from where they began, and return it.

    Compilers leave an addition of zeros out, and TensorFlow fuses no activation into a convolution without a bias then:
    a network as it was initialised is not as fast as a trained one.
    """
    rng = np.random.default_rng(0)
    for variable in network.variables:
        if len(variable.shape) == 1:
            variable.assign_add(rng.uniform(0.01, 0.1, variable.shape))
    network.initial_checksum = None  # what it predicts is no matter
    return network


def time_targets(
    targets: Sequence[str],
    batches: Sequence[int],
    rounds: int,
    format: Literal["savedmodel", "openvino", "onnx", "litert"],
    precision: Literal["auto", "float32", "bfloat16"],
) -> list[dict]:
    """Time exports in turns, on noise, and return a row for each and each size of batch.

    Args:
        targets: folders of exports, `<name>/<version>`; or names of classifiers, exported for it with random weights.
        batches: images at a time.
        rounds: of which the medians are taken.
        format, precision: of what is exported for it, as for `kzoo.export`.

    Raises:
        ValueError, OSError, ImportError: a target is neither, or `kzoo.export` refuses something.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for target in targets:
            path = Path(target)
            if not path.is_dir():
                registry.classifier(target)
                network = as_if_trained(registry.build(target))
                arguments = {"format": format, "precision": precision, "tolerance": math.inf}  # it knows nothing
                path = export(network, Path(folder) / target, **arguments)
            paths[target] = path
        records = {target: describe_export(path) for target, path in paths.items()}
        runs = {target: load(path) for target, path in paths.items()}
        rows = []
        for batch in batches:
            images = {
                target: np.random.default_rng(0).uniform(0, 255, (batch, *record["input"])).astype("float32")
                for target, record in records.items()
            }
            times = in_turns({target: partial(run, images[target]) for target, run in runs.items()}, rounds)
            for target, milliseconds in times.items():
                row = {"target": target, "format": records[target]["format"], "precision": records[target]["precision"]}
                row |= {"batch": batch, "milliseconds": round(milliseconds, 3)}
                rows.append({**row, "images_per_second": round(1000 * batch / milliseconds, 2)})
    return rows
