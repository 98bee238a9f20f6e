"""A bias by itself."""

import keras


@keras.saving.register_keras_serializable("kzoo")
class Bias(keras.layers.Layer):
    """Add a bias to the last axis: that of logits which are a product with the token embedding."""

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias

    def compute_output_shape(self, input_shape):
        return input_shape
