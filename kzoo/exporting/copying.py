"""Copies of a functional model, changed on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np


def copy(
    model: keras.Model,
    clone: Callable | None = None,
    call: Callable | None = None,
    weights: Mapping[str, Sequence[np.ndarray]] | None = None,
) -> keras.Model:
    """Return a copy of a functional model with weights of its own, which no distribution strategy mirrors.

    Args:
        clone: makes the copy of a layer; by default of the same configuration.
        call: calls a layer's copy with its arguments; by default it just does.
        weights: values of the copy's variables, for layers by name; by default they are those of the model.
    """
    copied = keras.models.clone_model(model, clone_function=clone, call_function=call)
    for layer in [each for each in copied.layers if each.variables]:  # inputs are renamed
        new = (weights or {}).get(layer.name) or map(values, model.get_layer(layer.name).variables)
        for variable, value in zip(layer.variables, new, strict=True):
            variable.assign(value)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # Keras' own layer reads its weights only then
    copied.variant = getattr(model, "variant", None)
    return copied


def values(variable, dtype: str | None = None) -> np.ndarray:
    """Return the values of a variable as an array."""
    return np.asarray(keras.ops.convert_to_numpy(variable), dtype)
