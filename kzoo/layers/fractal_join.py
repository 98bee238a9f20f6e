"""Where the columns of a fractal network meet (Larsson et al., 2016, arXiv:1605.07648, section 3)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class FractalJoin(keras.layers.Layer):
    """Return the element-wise mean of the branches that live: all of them, but for drop-path.

    Local drop-path, in training: each branch is dropped with a probability of `drop_path`, for a whole mini-batch (a
    replica's, where there are several); where all would be, one of them lives. Global drop-path: where `column` is
    that of a branch, this branch lives alone. A join that the column does not pass drops as before, which nobody sees:
    what it puts out is dropped further on.

    Args:
        columns: the number of each branch's column, as `FractalColumn` counts them.
        drop_path: the probability, from 0 to less than 1.
        seed: of the draws; None for one from Keras' global seed.

    Raises:
        ValueError: `drop_path` is not such a probability.
    """

    def __init__(self, columns, drop_path=0.15, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= drop_path < 1:
            raise ValueError(f"drop_path={drop_path!r} is not a probability of this layer; accepted: 0 to less than 1")
        self.columns, self.drop_path, self.seed = list(columns), drop_path, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, branches, column, training=None):
        """Join branches of one shape; `column` is what a `FractalColumn` drew, or another whole number ()."""
        keep = ops.ones(len(branches), bool)
        if training and self.drop_path:
            draws = keras.random.uniform((len(branches),), seed=self.seed_generator)
            keep = (draws >= self.drop_path) | (draws == ops.max(draws))  # the highest draw always lives
        alone = ops.equal(column, self.columns)
        keep = ops.cast(ops.where(ops.any(alone), alone, keep), "float32")
        shares = ops.cast(keep / ops.sum(keep), branches[0].dtype)
        return sum(shares[i] * branch for i, branch in enumerate(branches))

    def compute_output_shape(self, branches_shape, column_shape):
        return branches_shape[0]

    def get_config(self):
        return {**super().get_config(), "columns": self.columns, "drop_path": self.drop_path, "seed": self.seed}
