"""LiteRT (formerly TensorFlow Lite) format: model.tflite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from kzoo.exporting.classifier import Classifier

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "int8": "float32"}
PACKAGES = ("ai_edge_litert",)
QUANTIZER = ()


def write(classifier: Classifier, network: keras.Model, folder: Path, precision: str, images: np.ndarray):
    """Write the network; int8 is post-training quantization by TensorFlow's converter, calibrated on `images`."""
    function = convert_variables_to_constants_v2(classifier.function(network))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    if precision == "int8":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([image[None]] for image in images)
    (folder / "model.tflite").write_bytes(converter.convert())


def load(folder: Path, precision: str) -> Callable:
    """Load an export; return a function that maps images to probabilities."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(folder / "model.tflite"))
    source, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run(images):
        interpreter.resize_tensor_input(source, images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(source, images)
        interpreter.invoke()
        return interpreter.get_tensor(result)

    return run
