"""Benchmark training steps of kzoo's networks against keras.applications.

    make bench
    python benchmarks/training_step.py --models ResNet50 --xla off

All train on the same batch, interleaved: Keras' model with Keras' `train_step` and SGD, kzoo's with kzoo's `Trainer`
and SGD, both in one process; and torchvision's, where it is installed, in another one, eager or, beside XLA, compiled.
A figure is the median of `rounds` steps; the ratio is of medians, kzoo's to Keras'. Compilation is not timed. Nothing
else should run on the machine.
"""

import gc
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec

import keras
import tensorflow as tf
import tyro
from report import environment, write
from torch_step import batch, torch_step

import kzoo
from kzoo.exporting.benchmark_timing import time_interleaved
from kzoo.training import Trainer, make_optimizer

RATE, MOMENTUM = 0.01, 0.9
TORCHVISION = {
    "ResNet50": "resnet50",
    "MobileNetV2": "mobilenet_v2",
    "DenseNet121": "densenet121",
    "EfficientNetB0": "efficientnet_b0",
    "VGG16": "vgg16",
}


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = ("ResNet50", "MobileNetV2", "DenseNet121", "EfficientNetB0", "VGG16", "NASNetMobile")
    precisions: tuple[str, ...] = ("float32", "mixed_bfloat16")
    xla: tuple[str, ...] = ("off", "on")
    compiled: tuple[str, ...] = ("ResNet50",)
    """models that are also timed with XLA; each takes minutes to compile"""
    size: int = 128
    """height and width of the images, pixels"""
    batch: int = 16
    rounds: int = 11
    warm_up: int = 2
    name: str = "training_step"
    """of the CSV file in benchmarks/results"""


def main(config: Config) -> list[dict]:
    """Run every combination, print a table and write the results as CSV."""
    print(environment())
    print(f"batches of {config.batch} images of {config.size}x{config.size}, medians of {config.rounds} steps\n")
    print(f"{'model':16}{'precision':16}{'XLA':5}{'keras img/s':>12}{'kzoo img/s':>12}{'ratio':>7}")
    rows = []
    for model in config.models:
        for precision in config.precisions:
            for xla in [each for each in config.xla if each == "off" or model in config.compiled]:
                rows.append(measure(config, model, precision, xla))
                row = rows[-1]
                print(
                    f"{model:16}{precision:16}{xla:5}{row['keras_images_per_second']:12}"
                    f"{row['kzoo_images_per_second']:12}{row['ratio']:7}",
                    flush=True,
                )
                write(config.name, rows)  # after each, so that an interrupted run has results
    return rows


def measure(config, model, precision, xla) -> dict:
    """Time both, alternating."""
    keras.config.set_dtype_policy(precision)
    steps = {"keras": keras_step(config, model, xla == "on"), "kzoo": kzoo_step(config, model, xla == "on")}
    keras.config.set_dtype_policy("float32")
    with ExitStack() as processes:
        if TORCHVISION.get(model) and find_spec("torchvision"):
            same = {"size": config.size, "batch_size": config.batch, "rate": RATE, "momentum": MOMENTUM}
            kind = {"bfloat16": precision == "mixed_bfloat16", "compiled": xla == "on"}
            steps["torch"] = processes.enter_context(torch_step(name=TORCHVISION[model], **kind, **same))
        times = time_interleaved(steps, config.rounds, config.warm_up)
    rate = {name: 1000 * config.batch / milliseconds for name, milliseconds in times.items()}
    del steps
    keras.backend.clear_session()
    gc.collect()
    return {
        "model": model,
        "precision": precision,
        "xla": xla,
        "size": config.size,
        "batch": config.batch,
        "rounds": config.rounds,
        "keras_images_per_second": round(rate["keras"], 2),
        "kzoo_images_per_second": round(rate["kzoo"], 2),
        "torch_images_per_second": round(rate["torch"], 2) if "torch" in rate else "",
        "ratio": round(rate["kzoo"] / rate["keras"], 2),
    }


def keras_step(config, model, xla):
    """Return one training step of keras.applications, as `model.fit` runs it."""
    network = getattr(keras.applications, model)(weights=None, input_shape=(config.size, config.size, 3))
    optimizer = keras.optimizers.SGD(RATE, momentum=MOMENTUM)
    network.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=xla)
    return step(config, network)


def kzoo_step(config, model, xla):
    """Return one training step of kzoo."""
    trainer = Trainer(kzoo.build(model, input_shape=(config.size, config.size, 3)), xla=xla)
    trainer.compile(make_optimizer("sgd", RATE, momentum=MOMENTUM), "sparse_categorical_crossentropy")
    return step(config, trainer)


def step(config, model):
    """Return a function that runs a step of `fit` on the same batch each time, and waits for it."""
    batches = iter(tf.data.Dataset.from_tensors(batch(config.size, config.batch)).cache().repeat())
    model.make_train_function()
    return lambda: float(model.train_function(batches)["loss"])


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
