"""The dense layers inside of a block."""

import keras


def projection(layer, units, name, input_shape, initializer):
    """Return a dense layer that is built: a part of another one, whose dtype policy and `use_bias` it has.

    Args:
        initializer: of the kernel; it is cloned, since a shared one would give equal shapes equal values.
    """
    dense = keras.layers.Dense(
        units, use_bias=layer.use_bias, kernel_initializer=initializer.clone(), name=name, dtype=layer.dtype_policy
    )
    dense.build(input_shape)
    return dense
