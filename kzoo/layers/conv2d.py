"""Grouped convolution (Krizhevsky et al., 2012; Xie et al., 2016, arXiv:1611.05431) that CPUs can train."""

from functools import partial

import keras
import tensorflow as tf
from keras import ops

from kzoo.layers.batch_normalization import is_traced_for_xla


@keras.saving.register_keras_serializable("kzoo")
class Conv2D(keras.layers.Conv2D):
    """Convolve `groups` equal parts of the channels, each with filters of its own.

    Arguments, weights (kernel: height, width, channels / groups, filters) and results are those of
    `keras.layers.Conv2D`. The class name is too, because paths in weight files derive from it. Keras hands grouped
    convolutions to XLA, whose gradient on CPUs is a naive loop (22 s where this layer takes 0.06 s: 32 groups of 128
    channels, 8x56x56); TensorFlow without oneDNN has no gradient at all.
    """

    def convolution_op(self, inputs, kernel):
        """Choose the fastest way for where this runs."""
        if self.groups == 1 or self.data_format != "channels_last":
            return super().convolution_op(inputs, kernel)
        if self.groups == self.filters == inputs.shape[-1]:
            return self._convolve_each_channel(inputs, kernel)
        if tf.config.list_physical_devices("GPU"):  # which have kernels of their own, for gradients too
            return self._convolve(inputs, kernel, parts=1)
        if is_traced_for_xla():
            return self._convolve(inputs, kernel, parts=self.groups)
        return self._convolve_differentiably(inputs, kernel)

    def _convolve_each_channel(self, x, kernel):
        """Convolve with the kernel that TensorFlow has for as many groups as channels."""
        # (.., 1, channels) and (.., channels, 1), as a depthwise convolution wants it, are the same numbers in a row
        kernel = ops.reshape(kernel, (*self.kernel_size, self.filters, 1))
        return ops.depthwise_conv(x, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)

    def _convolve(self, x, kernel, parts):
        """Convolve so many parts of the channels one after the other; a part may hold several groups."""
        convolve = partial(
            tf.nn.conv2d, strides=self.strides, padding=self.padding.upper(), dilations=self.dilation_rate
        )
        pairs = zip(tf.split(x, parts, -1), tf.split(kernel, parts, -1), strict=True)
        return tf.concat([convolve(*pair) for pair in pairs], -1)

    def _convolve_differentiably(self, x, kernel):
        """Convolve at once, but take the gradient group by group.

        At once means two halves: TensorFlow fuses a convolution with the bias or the normalisation that follows it,
        and without oneDNN the fused kernel refuses groups. Nothing is fused past the concatenation of halves.
        """

        @tf.custom_gradient
        def convolve(x, kernel):
            def gradient(upstream):
                with tf.GradientTape() as tape:
                    tape.watch([x, kernel])
                    y = self._convolve(x, kernel, parts=self.groups)
                return tape.gradient(y, [x, kernel], upstream)

            return self._convolve(x, kernel, parts=2 if self.groups % 2 == 0 else self.groups), gradient

        return convolve(x, tf.convert_to_tensor(kernel))
