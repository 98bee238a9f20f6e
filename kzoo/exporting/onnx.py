"""ONNX format: model.onnx."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from kzoo.exporting.classifier import Classifier

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "int8": "float32"}
PACKAGES = ("onnx", "tf2onnx", "onnxruntime")
QUANTIZER = ()
OPSET = 18


def write(classifier: Classifier, network: keras.Model, folder: Path, precision: str, images: np.ndarray):
    """Write the network; int8 is static quantization by onnxruntime, calibrated on `images`."""
    import onnx
    import tf2onnx

    path = folder / "model.onnx"
    graph = convert_variables_to_constants_v2(classifier.function(network)).graph.as_graph_def()
    names = {"input_names": ["images:0"], "output_names": ["probabilities:0"]}
    converted, _ = tf2onnx.convert.from_graph_def(
        graph, **names, opset=OPSET, custom_op_handlers={"Erfc": (complement_of_erf, [])}
    )
    rename(converted.graph, {"images:0": "images", "probabilities:0": "probabilities"})
    onnx.save(converted, path)
    if precision == "int8":
        quantize(path, images)


def complement_of_erf(context, node, name, arguments):
    """Convert TensorFlow's Erfc, of GELU, which ONNX lacks, to 1 - Erf."""
    dtype = context.get_dtype(node.output[0])
    erf = context.make_node("Erf", node.input, dtypes=[dtype], shapes=[context.get_shape(node.output[0])])
    one = context.make_const(f"{name}_one", np.array(1, "float32"))
    output, shape = node.output[0], context.get_shape(node.output[0])
    context.remove_node(node.name)
    context.make_node(
        "Sub", [one.output[0], erf.output[0]], outputs=[output], name=name, dtypes=[dtype], shapes=[shape]
    )


def rename(graph, names):
    """Rename inputs and outputs of a graph."""
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for ends in (node.input, node.output):
            ends[:] = [names.get(end, end) for end in ends]


def quantize(path, images):
    """Replace a model by its int8 quantization (static, per channel)."""
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.images = iter(images)

        def get_next(self):
            image = next(self.images, None)
            return None if image is None else {"images": image[None]}

    float_model = path.with_name("float.onnx")
    quantization.quant_pre_process(path, float_model, skip_symbolic_shape=True)
    quantization.quantize_static(float_model, path, Reader(), per_channel=True)
    float_model.unlink()


def load(folder: Path, precision: str) -> Callable:
    """Load an export; return a function that maps images to probabilities."""
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    return lambda images: session.run(["probabilities"], {"images": images})[0]
