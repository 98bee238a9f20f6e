"""BatchNormalization on TensorFlow's fused kernel (Ioffe and Szegedy, 2015, arXiv:1502.03167)."""

import keras
import tensorflow as tf
from keras import ops

# TensorFlow offers no public way to ask whether the graph being traced is going to XLA.
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

FUSED_DTYPES = ("float16", "bfloat16", "float32")
# On a CPU the kernel takes two to three times as long in bfloat16 as in float32 unless channels fill its registers
LANES = 16


@keras.saving.register_keras_serializable("kzoo")
class BatchNormalization(keras.layers.BatchNormalization):
    """Normalize as `keras.layers.BatchNormalization` does, in one kernel instead of a dozen.

    Arguments, weights and results are Keras'. The class name is too, because paths in weight files derive from it.
    Keras' own arithmetic still runs where the kernel cannot (any layout but rank 4 with channels last, a mask,
    renorm, synchronized, float64) and where it is the slower one (under XLA, which fuses the arithmetic by itself).
    """

    def call(self, inputs, training=None, mask=None):
        """Normalize `inputs` by the batch's statistics if `training` and trainable, else by the moving ones."""
        if mask is None and self._is_fusable(inputs) and not is_traced_for_xla():
            return self._fused(inputs, training=bool(training and self.trainable))
        return super().call(inputs, training=training, mask=mask)

    def _is_fusable(self, inputs):
        dtypes = keras.backend.standardize_dtype(inputs.dtype), self.compute_dtype
        return (
            isinstance(inputs, tf.Tensor)  # neither ragged nor sparse
            and inputs.shape.rank == 4
            and self.axis in (-1, 3)
            and not self.renorm
            and not self.synchronized
            and all(dtype in FUSED_DTYPES for dtype in dtypes)
        )

    def _fused(self, inputs, training):
        # The wider of both dtypes, so that nothing is rounded that Keras would not round.
        x = ops.cast(inputs, keras.backend.result_type(inputs.dtype, self.compute_dtype))
        channels = x.shape[-1:]
        if x.dtype == tf.bfloat16 and channels[0] % LANES and not tf.config.list_physical_devices("GPU"):
            x = ops.cast(x, "float32")  # inside the kernel it is that anyway
        moving_mean = ops.cast(self.moving_mean, "float32")
        moving_variance = ops.cast(self.moving_variance, "float32")

        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=ops.cast(self.gamma, "float32") if self.scale else tf.ones(channels),
            offset=ops.cast(self.beta, "float32") if self.center else tf.zeros(channels),
            mean=moving_mean,  # ignored in training
            variance=moving_variance,
            epsilon=self.epsilon,
            data_format="NHWC",
            is_training=training,
        )
        if training:
            variance *= biased_over_unbiased(x)
            self.moving_mean.assign(moving_mean * self.momentum + mean * (1.0 - self.momentum))
            self.moving_variance.assign(moving_variance * self.momentum + variance * (1.0 - self.momentum))
        return ops.cast(outputs, self.compute_dtype)


def is_traced_for_xla():
    """Tell whether the current graph, or one that calls it, is compiled by XLA."""
    return GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())


def biased_over_unbiased(x):
    """Return (n - 1) / n for n values per channel: the kernel reports the unbiased variance, Keras keeps the biased."""
    n = tf.cast(tf.reduce_prod(tf.shape(x)[:-1]), "float32")
    return (n - 1.0) / n
