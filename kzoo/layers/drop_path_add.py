"""A sum whose parts are left out more and more often as training goes on (Zoph et al., 2017, arXiv:1707.07012)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class DropPathAdd(keras.layers.Layer):
    """Add branches; in training, leave some of them out for some images, and make them larger for the others.

    This is scheduled drop-path as TF-slim's NASNet has it: each branch is dropped for each image by itself, with a
    probability of `rate` times the training's progress, and divided by the probability that it is kept. It is one
    layer, and not one before a sum, so that networks with and without it have their weights in the same order.

    Args:
        rate: the probability at the end of training, from 0 to less than 1.
        dropped: for each branch, whether it may be dropped.
        seed: of the draws; None for one from Keras' global seed.

    Raises:
        ValueError: `rate` is not such a probability.
    """

    def __init__(self, rate, dropped, seed=None, **kwargs):
        super().__init__(autocast=False, **kwargs)  # the progress stays exact; branches have the right dtype already
        if not 0 <= rate < 1:
            raise ValueError(f"rate={rate!r} is not a probability of this layer; accepted: from 0 to less than 1")
        self.rate, self.dropped, self.seed = rate, list(dropped), seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, branches, progress, training=None):
        """Add branches (batch, height, width, channels); `progress`, (), is what a `TrainingProgress` returns."""
        if training:
            keep = 1 - self.rate * progress
            pairs = zip(branches, self.dropped, strict=True)
            branches = [self._drop(branch, keep) if dropped else branch for branch, dropped in pairs]
        return sum(branches[1:], branches[0])

    def _drop(self, x, keep):
        lives = keras.random.uniform((ops.shape(x)[0], *(1,) * (len(x.shape) - 1)), seed=self.seed_generator) < keep
        return x * ops.cast(ops.cast(lives, "float32") / keep, x.dtype)

    def compute_output_shape(self, branches_shape, progress_shape):
        return branches_shape[0]

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "dropped": self.dropped, "seed": self.seed}
