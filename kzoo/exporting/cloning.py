"""Clones of a functional model, with changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from kzoo.registry import record_of


def clone(
    model: keras.Model,
    clone_function: Callable | None = None,
    call_function: Callable | None = None,
    weights: Mapping[str, Sequence[np.ndarray]] | None = None,
) -> keras.Model:
    """Clone a functional model and its weights, outside of any distribution strategy.

    Args:
        clone_function, call_function: as `keras.models.clone_model` takes them.
        weights: layer name -> values of its variables in the clone; by default those of the model.
    """
    cloned = keras.models.clone_model(model, clone_function=clone_function, call_function=call_function)
    for layer in [each for each in cloned.layers if each.variables]:  # inputs are renamed
        new = (weights or {}).get(layer.name) or map(to_numpy, model.get_layer(layer.name).variables)
        for variable, value in zip(layer.variables, new, strict=True):
            variable.assign(value)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # Keras' own layer reads its weights only then
    cloned.record = record_of(model)
    return cloned


def to_numpy(variable, dtype: str | None = None) -> np.ndarray:
    """Return a variable as a NumPy array."""
    return np.asarray(keras.ops.convert_to_numpy(variable), dtype)
