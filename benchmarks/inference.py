"""Benchmark inference of kzoo's exports against keras.applications and its alternatives.

    python benchmarks/inference.py
    python benchmarks/inference.py --models ResNet50 --batches 1 --rounds 31

Interleaved, in one process for each network, on noise of 224x224 pixels: keras.applications' `predict` and `export`;
kzoo's SavedModel in float32 and, on a CPU with bfloat16 instructions, bfloat16; kzoo's OpenVINO in both; OpenVINO of
the export of keras.applications, which is the limit; and torch's networks, eager and compiled, where torch and
torchvision or timm are installed. A figure is the median of `rounds`; ratios are to keras.applications' export. Weights
are random. Nothing else should run on the machine.
"""

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import environment, write

import kzoo
from kzoo.exporting import bfloat16_units, load
from kzoo.exporting.benchmark import perturb_biases
from kzoo.exporting.benchmark_timing import time_interleaved

# OpenVINO sends telemetry of conversions, in processes that would run during the benchmark
sys.modules["openvino_telemetry"] = None
TORCH = {  # in torchvision, or else in timm
    "ResNet50": "resnet50",
    "MobileNetV2": "mobilenet_v2",
    "DenseNet121": "densenet121",
    "EfficientNetB0": "efficientnet_b0",
    "VGG16": "vgg16",
    "NASNetMobile": None,  # in neither
}


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = tuple(TORCH)
    batches: tuple[int, ...] = (1, 16)
    rounds: int = 11
    name: str = "inference"
    """of the CSV file in benchmarks/results"""


def main(config: Config) -> list[dict]:
    """Run everything, print a table and write the results as CSV."""
    print(environment())
    print(f"medians of {config.rounds} runs\n")
    print(f"{'model':16}{'what':40}{'batch':>6}{'ms':>10}{'img/s':>9}{'ratio':>7}")
    rows = []
    for model in config.models:
        # a process for each, because TensorFlow and OpenVINO do not free all memory
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            rows += process.submit(measure_all, config, model).result()
        write(config.name, rows)  # after each model, so that an interrupted run has results
    return rows


def measure_all(config, model) -> list[dict]:
    """Time all for one network."""
    with tempfile.TemporaryDirectory() as folder:
        runs = contenders(model, Path(folder))
        return [row for batch in config.batches for row in measure(config, model, runs, batch)]


def measure(config, model, runs, batch) -> list[dict]:
    """Time all for one size of batch, and print the rows."""
    images = np.random.default_rng(0).uniform(0, 255, (batch, 224, 224, 3)).astype("float32")
    times = time_interleaved({name: partial(run, images) for name, run in runs.items()}, config.rounds)
    rows = []
    for name, milliseconds in times.items():
        row = {"model": model, "what": name, "batch": batch, "rounds": config.rounds}
        row["milliseconds"] = round(milliseconds, 2)
        row["images_per_second"] = round(1000 * batch / milliseconds, 1)
        row["ratio_to_keras_export"] = round(times["keras export"] / milliseconds, 2)
        fastest = limit(name, times)  # missing without OpenVINO
        row["ratio_to_limit"] = round(fastest / milliseconds, 2) if fastest else ""
        rows.append(row)
        print(
            f"{model:16}{name:40}{batch:6}{row['milliseconds']:10.2f}{row['images_per_second']:9.1f}"
            f"{row['ratio_to_keras_export']:7.2f}",
            flush=True,
        )
    return rows


def limit(name, times) -> float | None:
    """Return the time of OpenVINO on keras.applications' export, in the same precision."""
    return times.get(f"limit: OpenVINO of keras export, {'bfloat16' if name.endswith('bfloat16') else 'float32'}")


def contenders(model, folder) -> dict:
    """Return functions from images, float32 in 0..255, to probabilities, by name."""
    precisions = ["float32", *(["bfloat16"] if bfloat16_units() else [])]
    runs = keras_contenders(model, folder, precisions)
    network = perturb_biases(kzoo.build(model, input_shape=(224, 224, 3)))
    for format, title in (("savedmodel", "kzoo SavedModel"), ("openvino", "kzoo OpenVINO")):
        if format == "openvino" and not find_spec("openvino"):
            continue
        for precision in precisions:
            # outputs of random weights may differ by much
            path = folder / f"{format}-{precision}"
            runs[f"{title}, {precision}"] = load(
                kzoo.export(network, path, format=format, precision=precision, tolerance=float("inf"))
            )
    return {**runs, **torch_contenders(TORCH.get(model), precisions)}


def keras_contenders(model, folder, precisions) -> dict:
    """Return those of keras.applications, and OpenVINO on its export; they do not include preprocessing."""
    network = perturb_biases(getattr(keras.applications, model)(weights=None, input_shape=(224, 224, 3)))
    path = str(folder / "keras")
    network.export(path, verbose=False)
    exported = tf.saved_model.load(path)
    runs = {
        "keras predict": lambda images: network.predict(images, batch_size=len(images), verbose=0),
        "keras export": lambda images: exported.serve(tf.constant(images)).numpy(),
    }
    if find_spec("openvino"):
        import openvino as ov

        read = ov.convert_model(path)
        for precision in precisions:
            hints = {"INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision]}
            compiled = ov.Core().compile_model(read, "CPU", {"PERFORMANCE_HINT": "LATENCY", **hints})
            runs[f"limit: OpenVINO of keras export, {precision}"] = lambda images, compiled=compiled: compiled(images)[
                0
            ]
    return runs


def torch_contenders(name, precisions) -> dict:
    """Return those of torch, eager and compiled, if it is installed."""
    library = next((each for each in ("torchvision", "timm") if find_spec(each)), None)
    if name is None or library is None or not find_spec("torch"):
        return {}
    import importlib

    import torch

    make = getattr(importlib.import_module("torchvision.models"), name) if library == "torchvision" else None
    network = make(weights=None) if make else importlib.import_module("timm").create_model(name)
    network = network.eval().to(memory_format=torch.channels_last)

    def run(images, network, precision):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            x = torch.from_numpy(images).permute(0, 3, 1, 2)  # which is channels_last, without a copy
            return torch.softmax(network(x).float(), -1).numpy()

    variants = {"eager": network, "compiled": torch.compile(network)}
    return {
        f"{library} {variant}, {precision}": partial(run, network=each, precision=precision)
        for variant, each in variants.items()
        for precision in precisions
    }


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
