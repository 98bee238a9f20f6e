"""Depthwise and separable convolutions (Chollet, 2017, arXiv:1610.02357) that CPUs can train in bfloat16."""

import keras
import tensorflow as tf
from keras import ops

from kzoo.layers.batch_normalization import is_traced_for_xla


@keras.saving.register_keras_serializable("kzoo")
class DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """Convolve each channel as `keras.layers.DepthwiseConv2D` does, its gradient taken in float32 where that is faster.

    Arguments, weights and results are Keras'. The class name is too, because paths in weight files derive from it.
    TensorFlow's gradients in bfloat16 take a CPU two to eight times as long as those in float32, unless kernels are of
    3x3 and strides of 1 (3x3, stride 2, 96 channels of 16 maps of 64x64: 21 ms, so 5).
    """

    def call(self, inputs, training=None):
        """Convolve; how, depends on `training` only in speed."""
        if not (training and has_slow_gradient(self, inputs)):
            return super().call(inputs)
        return convolve(self, inputs, self.kernel)


@keras.saving.register_keras_serializable("kzoo")
class SeparableConv2D(keras.layers.SeparableConv2D):
    """Convolve each channel, then each place, as `keras.layers.SeparableConv2D` does; see `DepthwiseConv2D`."""

    def call(self, inputs, training=None):
        """Convolve; how, depends on `training` only in speed."""
        if not (training and has_slow_gradient(self, inputs)):
            return super().call(inputs)
        return ops.conv(convolve(self, inputs, self.depthwise_kernel), self.pointwise_kernel)


def has_slow_gradient(layer, inputs) -> bool:
    """Tell whether a layer, which must be followed by nothing of its own, is better differentiated in float32."""
    return (
        inputs.dtype == tf.bfloat16
        and (max(layer.kernel_size) > 3 or max(layer.strides) > 1)
        and layer.data_format == "channels_last"
        and not layer.use_bias
        and layer.activation is keras.activations.linear
        and not tf.config.list_physical_devices("GPU")
        and not is_traced_for_xla()
    )


def convolve(layer, inputs, kernel):
    """Convolve each channel; the gradient is float32's, rounded."""

    def plain(x, kernel):
        return ops.depthwise_conv(x, kernel, layer.strides, layer.padding, layer.data_format, layer.dilation_rate)

    @tf.custom_gradient
    def rounded(x, kernel):
        def gradient(upstream):
            exact = [tf.cast(each, tf.float32) for each in (x, kernel)]
            with tf.GradientTape() as tape:
                tape.watch(exact)
                y = plain(*exact)  # which nothing needs, and is not computed
            found = tape.gradient(y, exact, tf.cast(upstream, tf.float32))
            return [tf.cast(each, x.dtype) for each in found]

        return plain(x, kernel), gradient

    return rounded(inputs, ops.cast(kernel, inputs.dtype))
