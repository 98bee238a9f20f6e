"""SavedModels of generative models: a signature for each of several functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import keras
import tensorflow as tf


def write(
    networks: Sequence[keras.Model],
    functions: Mapping[str, tuple[Callable, Sequence[tf.TensorSpec]]],
    folder: Path,
):
    """Write a SavedModel whose signatures are these functions; the loaded object has them as methods, too.

    Args:
        networks: whose weights the functions use, outside of any distribution strategy.
        functions: name -> the function and the specs of its inputs.
    """
    module = tf.Module()
    module.weights = [variable.value for network in networks for variable in network.variables]
    signatures = {}
    for name, (function, inputs) in functions.items():
        compiled = tf.function(function, autograph=False)
        setattr(module, name, compiled)
        signatures[name] = compiled.get_concrete_function(*inputs)
    tf.saved_model.save(module, str(folder), signatures=signatures)
