"""The output layer of LeNet-5 (LeCun et al., 1998)."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("kzoo")
class EuclideanRBF(keras.layers.Layer):
    """Return the squared Euclidean distance of the input to each of some fixed centres (equation 7).

    Args:
        centres: (units, features) numbers; they are kept as a weight that is not trained.

    (batch, features) becomes (batch, units): penalties, the smallest for the likeliest class.

    Raises:
        ValueError: the centres are not finite numbers in two dimensions.
    """

    def __init__(self, centres, **kwargs):
        super().__init__(**kwargs)
        self._centres = np.asarray(centres, "float32")
        if self._centres.ndim != 2 or not self._centres.size or not np.isfinite(self._centres).all():
            raise ValueError(
                f"centres of shape {self._centres.shape} do not work; accepted: (units, features) finite numbers"
            )

    def build(self, input_shape):
        if input_shape[-1] != self._centres.shape[1]:
            raise ValueError(
                f"centres have {self._centres.shape[1]} features, but the input has {input_shape[-1]}; give as many"
            )
        self.centres = self.add_weight(
            shape=self._centres.shape,
            initializer=lambda shape, dtype: ops.convert_to_tensor(self._centres, dtype),
            trainable=False,
            name="centres",
        )

    def call(self, x):
        return ops.sum(ops.square(x[:, None, :] - self.centres), axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], len(self._centres))

    def get_config(self):
        return {**super().get_config(), "centres": self._centres.tolist()}
