"""OpenVINO format: two files for each function, model.xml and model.bin of a classifier."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kzoo.exporting.serving import LoadedFunctions, Prepared, signature_of, without_suffix

# Precision of the export -> precision of the network that is converted
PRECISIONS = {"float32": "float32", "bfloat16": "float32", "int8": "float32"}
PACKAGES = ("openvino",)
QUANTIZER = ("nncf",)
HINTS = {"float32": "f32", "bfloat16": "bf16", "int8": "f32"}


def write(prepared: Prepared, folder: Path, precision: str):
    """Write the functions; int8 is post-training quantization by NNCF, calibrated on the examples.

    float32 or bfloat16 is chosen when a model is compiled, not when it is written: `load` takes it from model.json.
    """
    import openvino as ov

    for name, function in prepared.make_functions().items():
        model = ov.convert_model(function)
        for tensors, names in zip((model.inputs, model.outputs), signature_of(function), strict=True):
            for tensor, tensor_name in zip(tensors, names, strict=True):
                tensor.set_names({tensor_name})
        if precision == "int8":
            import nncf

            images = [next(iter(each.values())) for each in prepared.calibration[name]]
            model = nncf.quantize(model, nncf.Dataset(images), subset_size=len(images))
        ov.save_model(model, folder / f"{name}.xml", compress_to_fp16=False)


def load(folder: Path, precision: str) -> LoadedFunctions:
    """Load the functions of an export."""
    import openvino as ov

    core, hints = ov.Core(), {"INFERENCE_PRECISION_HINT": HINTS[precision], "PERFORMANCE_HINT": "LATENCY"}

    def run(compiled, **arrays):
        outputs = compiled(arrays)
        return without_suffix({each.any_name: outputs[each] for each in compiled.outputs})

    files = {path.stem: path for path in sorted(folder.glob("*.xml"))}
    return {name: partial(run, core.compile_model(path, "CPU", hints)) for name, path in files.items()}
