"""The input normalization of EfficientNet (Tan and Le, 2019, arXiv:1905.11946), as its published weights mean it."""

import keras
from keras import ops

IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


@keras.saving.register_keras_serializable("kzoo")
class Normalization(keras.layers.Normalization):
    """Return (x - mean) / deviation, both a weight a channel, as `keras.layers.Normalization` adapts or loads them.

    The weights published for EfficientNet hold ImageNet's standard deviation where a variance belongs
    (tensorflow/tensorflow#49930). Keras mends it by one more layer, for `weights="imagenet"` only, so that the same
    file, loaded by its path, scales the input wrongly. Here such a "variance" is known by its values, and divided by
    as it is, without the root: the file is right however it is loaded, and it is saved again as it was.

    Mean and variance are read at every call, so `set_weights` takes effect too (on Keras' own layer it has none).
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        if self.input_mean is not None:
            raise ValueError("mean and variance are weights here; use keras.layers.Normalization for constants")

    def call(self, x):
        x = ops.cast(x, self.compute_dtype)
        rank = len(x.shape)
        sizes = dict(zip(sorted(axis % rank for axis in self.axis), self.adapt_mean.shape, strict=True))
        shape = [sizes.get(axis, 1) for axis in range(rank)]
        mean = ops.reshape(self.adapt_mean, shape)
        deviation = ops.maximum(self.deviation(), keras.config.epsilon())
        return (x - ops.cast(mean, x.dtype)) / ops.cast(ops.reshape(deviation, shape), x.dtype)

    def deviation(self):
        """Return the standard deviation of each channel, float32."""
        variance = ops.cast(self.adapt_variance, "float32")
        if variance.shape != (len(IMAGENET_DEVIATION),):
            return ops.sqrt(variance)
        # 1e-3: more than bfloat16 rounds off, far less than any variance of pixels in 0..1 is from these
        is_deviation = ops.all(ops.abs(variance - ops.array(IMAGENET_DEVIATION)) < 1e-3)
        return ops.where(is_deviation, variance, ops.sqrt(variance))
