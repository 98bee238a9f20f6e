"""Rotary position embedding (Su et al., 2021, arXiv:2104.09864)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import keras
import numpy as np
from annotated_types import Interval, MultipleOf
from keras import ops

from kzoo._validation import MAX_INT32, PositiveFloat, check

HeadDim = Annotated[int, Interval(ge=2, le=MAX_INT32), MultipleOf(2)]
# The kinds of `scaling`, and what each needs besides "rope_type"
SCALINGS = {
    "linear": ("factor",),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"),
}


@keras.saving.register_keras_serializable("kzoo")
class RotaryEmbedding(keras.layers.Layer):
    """Rotate pairs of features by angles that grow with the position.

    Feature i of the first half of a head and feature i of the second are a pair, as in the checkpoints of the Hugging
    Face hub; Meta's and GLM's pair neighbours. Angles are computed in float32: bfloat16 tells few positions apart.

    Args:
        head_dim: features of a head, an even number.
        theta: the base of the wavelengths.
        scaling: None; or {"rope_type": "linear", "factor"} (position interpolation: Chen et al., 2023,
            arXiv:2306.15595), or {"rope_type": "llama3", "factor", "low_freq_factor", "high_freq_factor",
            "original_max_position_embeddings"} (Llama 3.1, 2024).

    Raises:
        ValueError: an argument is out of range, or the kind of scaling is unknown.
    """

    def __init__(self, head_dim, theta=10000.0, scaling: Mapping[str, Any] | None = None, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.head_dim = check(None, "head_dim", HeadDim, head_dim)
        self.theta = check(None, "theta", PositiveFloat, theta)
        self.scaling = check_scaling(scaling)

    def frequencies(self) -> np.ndarray:
        """Return the angle of a step by one position, for each pair, float64 (head_dim / 2,)."""
        frequencies = self.theta ** (-np.arange(0, self.head_dim, 2) / self.head_dim)
        if self.scaling is None:
            return frequencies
        factor = self.scaling["factor"]
        if self.scaling["rope_type"] == "linear":
            return frequencies / factor
        # wavelengths that fit the original context several times stay, long ones are stretched, between it is gradual
        low, high = self.scaling["low_freq_factor"], self.scaling["high_freq_factor"]
        turns = self.scaling["original_max_position_embeddings"] * frequencies / (2 * math.pi)
        kept = np.clip((turns - low) / (high - low), 0, 1)
        return (1 - kept) * frequencies / factor + kept * frequencies

    def call(self, x, positions):
        """Rotate queries or keys.

        Args:
            x: (batch, heads, length, head_dim).
            positions: int32 (batch, length).
        """
        frequencies = ops.convert_to_tensor(self.frequencies(), "float32")
        angles = ops.cast(positions, "float32")[:, None, :, None] * frequencies
        cos, sin = (ops.cast(function(angles), x.dtype) for function in (ops.cos, ops.sin))
        a, b = ops.split(x, 2, axis=-1)
        return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

    def compute_output_shape(self, x_shape, *_):
        return x_shape

    def get_config(self):
        scaling = self.scaling and dict(self.scaling)
        return {**super().get_config(), "head_dim": self.head_dim, "theta": self.theta, "scaling": scaling}


def check_scaling(scaling: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the scaling of a rotary embedding, validated.

    Raises:
        ValueError: its kind is unknown, or a number is missing or not positive.
    """
    if scaling is None or scaling.get("rope_type") == "default":
        return None
    kind = scaling.get("rope_type")
    if kind not in SCALINGS:
        raise ValueError(f"scaling={dict(scaling)} has an unknown rope_type; accepted: {', '.join(SCALINGS)}")
    if missing := [name for name in SCALINGS[kind] if name not in scaling]:
        raise ValueError(f"scaling={dict(scaling)} lacks {', '.join(missing)}")
    for name in SCALINGS[kind]:
        check(None, f"scaling[{name!r}]", PositiveFloat, scaling[name])
    return {"rope_type": kind, **{name: scaling[name] for name in SCALINGS[kind]}}
