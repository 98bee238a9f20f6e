"""Stochastic depth (Huang et al., 2016, arXiv:1603.09382)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class StochasticBranch(keras.layers.Layer):
    """Drop a whole residual branch for a mini-batch, with probability 1 - `survival`.

    In training the branch passes as it is or not at all, for all images of a batch alike (a replica's, where there are
    several); otherwise it is multiplied by `survival`, what is expected of it. That is the paper's way; the later
    "drop path" decides for each image, and scales in training.
    """

    def __init__(self, survival, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 < survival <= 1:
            raise ValueError(f"survival={survival!r} is no probability; accepted are numbers above 0, up to 1")
        self.survival, self.seed = survival, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if not training:
            return x * self.survival
        survives = keras.random.uniform((), seed=self.seed_generator) < self.survival
        return x * ops.cast(survives, x.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "survival": self.survival, "seed": self.seed}
