"""SavedModel format: saved_model.pb and variables."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from kzoo.exporting.serving import LoadedFunctions, Prepared

# Precision of the export -> precision of the network that is converted. No int8: that of TensorFlow's own quantizer is
# up to six times slower than float32 (ResNet50), and wrong in grouped convolutions; that of Intel's Neural Compressor
# 3.10 is twice as fast as float32, but wrong in dense layers and after depthwise convolutions.
PRECISIONS = {"float32": "float32", "bfloat16": "bfloat16"}
PACKAGES = ()


def write(prepared: Prepared, folder: Path, precision: str):
    """Write the module and its signatures."""
    module, signatures = prepared.make_module()
    tf.saved_model.save(module, str(folder), signatures=signatures)


def load(folder: Path, precision: str) -> LoadedFunctions:
    """Load the signatures of an export."""
    loaded = tf.saved_model.load(str(folder))

    def make(signature):
        dtypes = {name: spec.dtype for name, spec in signature.structured_input_signature[1].items()}

        def run(**arrays):
            outputs = signature(**{name: tf.constant(array, dtypes.get(name)) for name, array in arrays.items()})
            return {name: each.numpy() for name, each in outputs.items()}

        run.loaded = loaded  # which holds the variables
        return run

    return {name: make(signature) for name, signature in loaded.signatures.items()}
