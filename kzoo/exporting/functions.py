"""A generative model as a SavedModel: its serving functions, each a signature."""

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
    """Write functions by name, with their input signatures; they are methods of the loaded object, too.

    Args:
        networks: whose weights the functions use, out of any distribution strategy.
    """
    module = tf.Module()
    module.weights = [variable.value for network in networks for variable in network.variables]
    signatures = {}
    for name, (function, inputs) in functions.items():
        program = tf.function(function, autograph=False)
        setattr(module, name, program)
        signatures[name] = program.get_concrete_function(*inputs)
    tf.saved_model.save(module, str(folder), signatures=signatures)
