"""A convolution whose output maps each read some of the input maps only (LeCun et al., 1998, table I)."""

from typing import Annotated

import keras
import numpy as np
from annotated_types import MinLen
from keras import ops

from kzoo._validation import NonNegativeInt, PositiveInt, check

# Of each output map the numbers of input maps, at least one
Table = Annotated[tuple[Annotated[tuple[NonNegativeInt, ...], MinLen(1)], ...], MinLen(1)]


@keras.saving.register_keras_serializable("kzoo")
class TableConv2D(keras.layers.Layer):
    """Convolve without padding, where output map i reads the input maps `table[i]`.

    Args:
        table: one sequence of input map numbers an output map.
        kernel_size: side of the square kernel.

    Only the connections in the table have weights: for 5x5 kernels and the table of LeNet-5's C3, 60 x 25 + 16.
    """

    def __init__(self, table, kernel_size, **kwargs):
        super().__init__(**kwargs)
        self.table = [list(row) for row in check(None, "table", Table, table)]
        self.kernel_size = check(None, "kernel_size", PositiveInt, kernel_size)

    def build(self, input_shape):
        maps, fan_in = input_shape[-1], self.kernel_size**2 * np.array([len(row) for row in self.table])
        if max(map(max, self.table)) >= maps:
            raise ValueError(f"table: input map {max(map(max, self.table))} does not exist; there are {maps}, from 0")
        # `connections[c]` is 1 where weight c of the flat kernel belongs in the dense one: (connections, in x out)
        pairs = [(i, o) for o, row in enumerate(self.table) for i in row]
        connections = np.zeros((len(pairs), maps, len(self.table)), "float32")
        connections[np.arange(len(pairs)), *zip(*pairs, strict=True)] = 1
        self.connections = connections.reshape(len(pairs), -1)
        limits = np.array([2.4 / fan_in[o] for _, o in pairs], "float32")  # the paper's, for each unit's own fan-in
        uniform = keras.initializers.RandomUniform(-1.0, 1.0)
        shape = (self.kernel_size, self.kernel_size, len(pairs))
        self.kernel = self.add_weight(
            shape=shape, initializer=lambda shape, dtype: uniform(shape, dtype) * limits, name="kernel"
        )
        self.bias = self.add_weight(shape=(len(self.table),), initializer="zeros", name="bias")

    def call(self, x):
        dense = ops.matmul(self.kernel, ops.cast(self.connections, self.compute_dtype))
        dense = ops.reshape(dense, (self.kernel_size, self.kernel_size, x.shape[-1], len(self.table)))
        return ops.conv(x, dense, padding="valid") + self.bias

    def compute_output_shape(self, input_shape):
        batch, *sides, _ = input_shape
        return (batch, *(side and side - self.kernel_size + 1 for side in sides), len(self.table))

    def get_config(self):
        table = [list(row) for row in self.table]  # Keras has put lists of its own in their place
        return {**super().get_config(), "table": table, "kernel_size": self.kernel_size}
