"""How far training has come, for layers that change with it."""

import keras
import tensorflow as tf
from keras import KerasTensor, ops


@keras.saving.register_keras_serializable("kzoo")
class TrainingProgress(keras.layers.Layer):
    """Return how far training has come, a number from 0 to 1, to all layers that are given it.

    `kzoo.training.ScheduledDropPath` sets it in every step, without anything being traced again; without it, and in
    inference, it is 1. The layer's input only gives it its place in the graph. What it holds is no weight: it is in no
    list or file of weights, and training that goes on starts from where the callback sees it.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        value = keras.Variable(1.0, dtype="float32", trainable=False, autocast=False, name="progress")
        object.__setattr__(self, "value", value)  # past Keras, which would count it among the weights

    def call(self, x, training=None):
        # a constant in inference, so that exported graphs do not depend on what is in no file
        return tf.convert_to_tensor(self.value.value) if training else ops.ones(())

    def compute_output_spec(self, x, training=None):
        return KerasTensor((), "float32")
