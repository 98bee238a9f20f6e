"""The squashing function of LeNet-5 (LeCun et al., 1998)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class ScaledTanh(keras.layers.Layer):
    """Apply 1.7159 tanh(2x / 3), which maps 1 to 1 and -1 to -1 and is steepest between (appendix A of the paper)."""

    def call(self, x):
        return 1.7159 * ops.tanh(x * (2 / 3))

    def compute_output_shape(self, input_shape):
        return input_shape
