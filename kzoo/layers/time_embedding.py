"""The embedding of a time step in diffusion models (Ho et al., 2020, arXiv:2006.11239, appendix B)."""

import math
from typing import Annotated

import keras
from annotated_types import Interval, MultipleOf
from keras import ops

from kzoo._validation import MAX_INT32, check

Size = Annotated[int, Interval(ge=4, le=MAX_INT32), MultipleOf(2)]


@keras.saving.register_keras_serializable("kzoo")
class TimeEmbedding(keras.layers.Layer):
    """Map whole numbers (batch,) to sines, then cosines, of frequencies from 1 down to 1/10,000: (batch, size) float32.

    The authors' code is followed, whose frequencies end at 1/10,000 itself, unlike a Transformer's.

    Args:
        size: an even number, at least 4.

    Raises:
        ValueError: `size` is odd or too small.
    """

    def __init__(self, size, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.size = check(None, "size", Size, size)

    def call(self, time):
        half = self.size // 2
        frequencies = ops.exp(ops.arange(half, dtype="float32") * (-math.log(10000) / (half - 1)))
        angles = ops.cast(time, "float32")[:, None] * frequencies  # bfloat16 would not tell step 999 from 1000
        return ops.cast(ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.size)

    def get_config(self):
        return {**super().get_config(), "size": self.size}
