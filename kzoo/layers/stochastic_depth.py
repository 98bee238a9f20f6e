"""Residual branches left out at random (Huang et al., 2016, arXiv:1603.09382)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class StochasticDepth(keras.layers.Layer):
    """In training, make the whole branch 0 for some images of a batch, and larger for the others, by as much.

    Args:
        drop_path_rate: the share of images, from 0 to less than 1.
        seed: of the draws; None for one from Keras' global seed.

    Raises:
        ValueError: `drop_path_rate` is not such a share.
    """

    def __init__(self, drop_path_rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= drop_path_rate < 1:
            raise ValueError(f"drop_path_rate={drop_path_rate!r} is not a share; accepted: from 0 to less than 1")
        self.drop_path_rate = drop_path_rate
        self.seed = seed
        if drop_path_rate:
            self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=None):
        if not training or not self.drop_path_rate:
            return x
        noise_shape = (ops.shape(x)[0], *(1,) * (len(x.shape) - 1))
        return keras.random.dropout(x, self.drop_path_rate, noise_shape, seed=self.seed_generator)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "drop_path_rate": self.drop_path_rate, "seed": self.seed}
