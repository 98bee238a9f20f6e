"""OpenVINO format: model.xml and model.bin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from kzoo.exporting.classifier import Classifier

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "bfloat16": "float32", "int8": "float32"}
PACKAGES = ("openvino",)
QUANTIZER = ("nncf",)
HINTS = {"float32": "f32", "bfloat16": "bf16", "int8": "f32"}


def write(classifier: Classifier, network: keras.Model, folder: Path, precision: str, images: np.ndarray):
    """Write the network; int8 is post-training quantization by NNCF, calibrated on `images`.

    float32 or bfloat16 is chosen when a model is compiled, not when it is written: `load` takes it from model.json.
    """
    import openvino as ov

    model = ov.convert_model(classifier.function(network))
    model.inputs[0].set_names({"images"})
    model.outputs[0].set_names({"probabilities"})
    if precision == "int8":
        import nncf

        model = nncf.quantize(model, nncf.Dataset([image[None] for image in images]), subset_size=len(images))
    ov.save_model(model, folder / "model.xml", compress_to_fp16=False)


def load(folder: Path, precision: str) -> Callable:
    """Load an export; return a function that maps images to probabilities."""
    import openvino as ov

    compiled = ov.Core().compile_model(
        folder / "model.xml",
        "CPU",
        {"INFERENCE_PRECISION_HINT": HINTS[precision], "PERFORMANCE_HINT": "LATENCY"},
    )
    return lambda images: compiled(images)["probabilities"]
