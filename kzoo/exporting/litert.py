"""LiteRT (formerly TensorFlow Lite) format: a file for each function, model.tflite of a classifier."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import tensorflow as tf

from kzoo.exporting.serving import LoadedFunctions, Prepared

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "int8": "float32"}
PACKAGES = ("ai_edge_litert",)
QUANTIZER = ()


def write(prepared: Prepared, folder: Path, precision: str):
    """Write the functions; int8 is post-training quantization by TensorFlow's converter, calibrated on the examples."""
    for name, function in prepared.make_functions().items():
        with tempfile.TemporaryDirectory() as scratch:  # of a SavedModel the converter keeps the names
            module = tf.Module()
            module.variables_of = list(function.variables)
            tf.saved_model.save(module, scratch, signatures={name: function})
            converter = tf.lite.TFLiteConverter.from_saved_model(scratch, signature_keys=[name])
            if precision == "int8":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
                converter.representative_dataset = partial(iter, prepared.calibration[name])
            (folder / f"{name}.tflite").write_bytes(converter.convert())


def load(folder: Path, precision: str) -> LoadedFunctions:
    """Load the functions of an export."""
    from ai_edge_litert.interpreter import Interpreter

    interpreters = {path.stem: Interpreter(str(path)) for path in sorted(folder.glob("*.tflite"))}
    return {name: each.get_signature_runner() for name, each in interpreters.items()}
