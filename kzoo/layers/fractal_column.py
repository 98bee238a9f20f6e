"""The draw of global drop-path (Larsson et al., 2016, arXiv:1605.07648, section 3)."""

import keras
from keras import KerasTensor, ops

from kzoo._validation import PositiveInt, check


@keras.saving.register_keras_serializable("kzoo")
class FractalColumn(keras.layers.Layer):
    """Draw which column of a fractal network lives alone: a number from 1, or 0 for all of them.

    One draw serves a whole mini-batch (a replica's, where there are several), as in the paper, and every `FractalJoin`
    that is given it. The layer's input, the image tensor, only gives it its place in the graph.

    Args:
        columns: how many there are; each is as likely as the others.
        global_share: the share of mini-batches that have one column, from 0 to 1. For the others, and in inference,
            the number is 0.
        seed: of the draws; None for one from Keras' global seed.

    Raises:
        ValueError: `global_share` is not such a share.
    """

    def __init__(self, columns, global_share=0.5, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= global_share <= 1:
            raise ValueError(f"global_share={global_share!r} is not a share; accepted: from 0 to 1")
        self.columns, self.global_share, self.seed = check(None, "columns", PositiveInt, columns), global_share, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=None):
        if not training or not self.global_share:
            return ops.zeros((), "int32")
        alone = keras.random.uniform((), seed=self.seed_generator) < self.global_share
        column = keras.random.randint((), 1, self.columns + 1, seed=self.seed_generator)
        return ops.where(alone, column, 0)

    def compute_output_spec(self, x, training=None):
        return KerasTensor((), "int32")

    def get_config(self):
        return {**super().get_config(), "columns": self.columns, "global_share": self.global_share, "seed": self.seed}
