"""The trainable subsampling of LeNet-5 (LeCun et al., 1998)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class Subsampling(keras.layers.Layer):
    """Add the pixels of 2x2 neighbourhoods, scale by one trainable coefficient a map, and add one bias a map.

    (batch, height, width, maps) becomes (batch, height // 2, width // 2, maps), with 2 x maps weights.
    """

    def build(self, input_shape):
        maps = input_shape[-1]
        # "weights ... between -2.4/F and 2.4/F where F is the number of inputs": four here (appendix A)
        uniform = keras.initializers.RandomUniform(-2.4 / 4, 2.4 / 4)
        self.coefficient = self.add_weight(shape=(maps,), initializer=uniform, name="coefficient")
        self.bias = self.add_weight(shape=(maps,), initializer="zeros", name="bias")

    def call(self, x):
        return 4 * ops.average_pool(x, 2, 2) * self.coefficient + self.bias

    def compute_output_shape(self, input_shape):
        batch, height, width, maps = input_shape
        return (batch, height and height // 2, width and width // 2, maps)
