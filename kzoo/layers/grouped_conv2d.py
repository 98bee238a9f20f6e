"""Grouped convolution (Krizhevsky et al., 2012; Xie et al., 2016, arXiv:1611.05431) that CPUs can train."""

from functools import partial

import keras
import tensorflow as tf

from kzoo.layers.batch_normalization import is_traced_for_xla


@keras.saving.register_keras_serializable("kzoo")
class GroupedConv2D(keras.layers.Conv2D):
    """Convolve `groups` equal parts of the channels, each with filters of its own.

    Arguments, weights (kernel: height, width, channels / groups, filters) and results are those of
    `keras.layers.Conv2D`. Keras hands grouped convolutions to XLA, whose gradient on CPUs is a naive loop (22 s where
    this layer takes 0.06 s: 32 groups of 128 channels, 8x56x56); TensorFlow without oneDNN has no gradient at all.
    """

    def convolution_op(self, inputs, kernel):
        """Choose the fastest way for where this runs."""
        if self.groups == 1 or self.data_format != "channels_last":
            return super().convolution_op(inputs, kernel)
        if tf.config.list_physical_devices("GPU"):  # which have kernels of their own, for gradients too
            return self._convolve(inputs, kernel, parts=1)
        if is_traced_for_xla():
            return self._convolve(inputs, kernel, parts=self.groups)
        return self._convolve_differentiably(inputs, kernel)

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
