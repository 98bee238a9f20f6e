"""Functions of images and numbers as a SavedModel, such as those of generative models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import keras
import tensorflow as tf

from kzoo._files import whole

# A function of tensors that gives a dict of tensors, and the specifications of its arguments, by which they are named
Function = tuple[Callable, Sequence[tf.TensorSpec]]


def export_functions(networks: Sequence[keras.Model], functions: Mapping[str, Function], path: Path) -> Path:
    """Write functions and the networks they call; each is a signature and a method of the loaded object."""
    module = tf.Module()
    module.weights = [variable.value for network in networks for variable in network.variables]
    signatures = {}
    for name, (function, inputs) in functions.items():
        program = tf.function(function, autograph=False)
        setattr(module, name, program)
        signatures[name] = program.get_concrete_function(*inputs)
    with whole(path) as new:
        tf.saved_model.save(module, str(new), signatures=signatures)
    return path
