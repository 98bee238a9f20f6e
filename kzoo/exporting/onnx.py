"""ONNX format: a file for each function, model.onnx of a classifier."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from kzoo.exporting.serving import LoadedFunctions, Prepared, signature_of, without_suffix

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "int8": "float32"}
PACKAGES = ("onnx", "tf2onnx", "onnxruntime")
QUANTIZER = ()
OPSET = 18


def write(prepared: Prepared, folder: Path, precision: str):
    """Write the functions; int8 is static quantization by onnxruntime, calibrated on the examples."""
    import onnx
    import tf2onnx
    from tf2onnx import optimizer

    # It makes the shapes of reshapes constant, with a 0 for a side of their input, but takes the wrong input where
    # TensorFlow has left out a reshape before it, as it does in attention
    optimizer._get_optimizers().pop("reshape_optimizer", None)
    for name, function in prepared.make_functions().items():
        path = folder / f"{name}.onnx"
        tensors = {f"{each}:0": each for names in signature_of(function) for each in names}
        inputs, outputs = ([f"{each}:0" for each in names] for names in signature_of(function))
        graph = convert_variables_to_constants_v2(function).graph.as_graph_def()
        names = {"input_names": inputs, "output_names": outputs}
        converted, _ = tf2onnx.convert.from_graph_def(
            graph, **names, opset=OPSET, custom_op_handlers={"Erfc": (complement_of_erf, [])}
        )
        rename(converted.graph, tensors)
        onnx.save(converted, path)
        if precision == "int8":
            quantize(path, prepared.calibration[name])


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


def quantize(path, calibration):
    """Replace a model by its int8 quantization (static, per channel)."""
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.inputs = iter(calibration)

        def get_next(self):
            return next(self.inputs, None)

    float_model = path.with_name("float.onnx")
    quantization.quant_pre_process(path, float_model, skip_symbolic_shape=True)
    quantization.quantize_static(float_model, path, Reader(), per_channel=True)
    float_model.unlink()


def load(folder: Path, precision: str) -> LoadedFunctions:
    """Load the functions of an export."""
    import onnxruntime

    def run(session, **arrays):
        names = [each.name for each in session.get_outputs()]
        return without_suffix(dict(zip(names, session.run(names, arrays), strict=True)))

    sessions = {
        path.stem: onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        for path in sorted(folder.glob("*.onnx"))
    }
    return {name: partial(run, session) for name, session in sessions.items()}
