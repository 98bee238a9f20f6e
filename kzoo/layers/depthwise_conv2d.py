"""The convolution that has as many groups as channels, on the kernel TensorFlow has for it."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class Conv2D(keras.layers.Conv2D):
    """Convolve as `keras.layers.Conv2D` does, and as fast as `DepthwiseConv2D` where every channel is a group.

    Arguments, weights and results are those of Keras' layer, which hands every grouped convolution to XLA: slow on
    CPU. The class name is Keras' too, because paths in weight files derive from it.
    """

    def convolution_op(self, inputs, kernel):
        """Convolve `inputs` (batch, height, width, channels) with `kernel` (height, width, 1, channels)."""
        if not self.groups == self.filters == inputs.shape[-1] or self.data_format != "channels_last":
            return super().convolution_op(inputs, kernel)
        # (.., 1, channels) and (.., channels, 1), as a depthwise convolution wants it, are the same numbers in a row
        kernel = ops.reshape(kernel, (*self.kernel_size, self.filters, 1))
        return ops.depthwise_conv(inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)
