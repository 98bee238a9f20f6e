"""Clones of a functional model, with changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from kzoo.graph import producer
from kzoo.layers import Preprocessor
from kzoo.registry import record_of

# Layers whose inputs are pixels, which bfloat16 would round
PIXEL_LAYERS = (keras.layers.Normalization, keras.layers.Rescaling, Preprocessor)


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


def cast_layers(model: keras.Model, precision: str) -> keras.Model:
    """Clone a model with layers that compute, and have weights, in a precision.

    Layers whose inputs are pixels, and the output layer, stay in float32.
    """
    outputs = {producer(tensor).name for tensor in model.outputs}

    def clone_layer(layer):
        config = layer.get_config()
        if "dtype" in config:
            config["dtype"] = "float32" if layer.name in outputs or isinstance(layer, PIXEL_LAYERS) else precision
        return type(layer).from_config(config)

    return clone(model, clone_layer)


def in_float32(model: keras.Model) -> keras.Model:
    """Return the model, or a float32 clone if it computes in another precision."""
    if all(layer.dtype_policy.name == "float32" for layer in model.layers):
        return model
    return cast_layers(model, "float32")


def to_numpy(variable, dtype: str | None = None) -> np.ndarray:
    """Return a variable as a NumPy array."""
    return np.asarray(keras.ops.convert_to_numpy(variable), dtype)
