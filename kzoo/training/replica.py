"""XLA under every strategy: the computation of each replica is compiled, communication between replicas is not.

`keras.Model.compile(jit_compile=True)` compiles the whole distributed step, which fails on two devices, and "auto"
silently disables XLA under a strategy. Here methods to be compiled have a decorator:

    class GAN(ReplicaModel):
        @compiled
        def generator_gradients(self, noise):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(1, self.discriminator(self.generator(noise)))
            return loss, tape.gradient(loss, self.generator.trainable_variables)

        def train_step(self, images):
            loss, gradients = self.generator_gradients(noise)          # compiled, within this replica
            self.apply_gradients(self.optimizer, zip(gradients, variables))  # all-reduced over the replicas here
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import keras
import tensorflow as tf

from kzoo.compat import TrainableModel
from kzoo.graph import all_layers
from kzoo.training.batch_statistics import average_statistics
from kzoo.training.gradient_reduction import reduce_and_apply
from kzoo.training.replica_context import replica_weight


def compiled(method):
    """Compile a method of a `ReplicaModel` with XLA (`jit_compile`), in each replica, unless the model has xla=False.

    The method takes and returns tensors; it may update moving statistics, but not call optimizers or metrics.
    """
    compiled_function = tf.function(method, jit_compile=True, autograph=False, reduce_retracing=True)

    @functools.wraps(method)
    def call(self, *tensors):
        return compiled_function.__get__(self, type(self))(*tensors) if self.xla else method(self, *tensors)

    return call


class ReplicaModel(TrainableModel):
    """A `keras.Model` with a custom `train_step` for every strategy, and `compiled` methods for XLA.

    Its `apply_gradients` reduces gradients over the replicas first, so that clipping, accumulation and loss scaling are
    those of the global batch; a loss should be multiplied by `replica_weight`. After each step the moving statistics of
    BatchNormalization are averaged over the replicas.

    Args:
        xla: whether `compiled` methods are compiled.
    """

    def __init__(self, xla: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.xla = xla

    def compile(self, *args, **kwargs):
        """Configure training as `keras.Model.compile` does.

        Raises:
            ValueError: `jit_compile` is given, or synchronized BatchNormalization would have to be compiled.
        """
        if "jit_compile" in kwargs:
            raise ValueError(f"jit_compile={kwargs['jit_compile']} is not for this model; pass xla= when making it")
        replicas = self.distribute_strategy.num_replicas_in_sync
        if self.xla and replicas > 1:
            for layer in all_layers(self):
                if getattr(layer, "synchronized", False):
                    raise ValueError(
                        f"layer {layer.name!r} is synchronized over {replicas} replicas, which XLA cannot compile; "
                        "pass xla=False"
                    )
        # Keras would compile the whole step, or, with "auto", nothing
        super().compile(*args, jit_compile=False, **kwargs)

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, grads_and_vars: Iterable[tuple[tf.Tensor | None, keras.Variable]]
    ):
        """Update variables with the sums of the replicas' gradients; `xla` compiles the update. For a `train_step`.

        `optimizer.apply_gradients` would clip the gradients of each replica before it sums them.
        """
        reduce_and_apply(optimizer, grads_and_vars, self.xla)

    def make_train_function(self, force=False):
        """Make the function of `train_step`, after which moving statistics are averaged over the replicas."""
        if self.train_function is None or force:
            self.train_function = self.make_step_function(self._synchronized_train_step)

    def _synchronized_train_step(self, data, step=None):
        logs = (step or self.train_step)(data)
        average_statistics(all_layers(self), replica_weight(data))
        return logs

    def make_step_function(self, step):
        """Add an axis to the logs for several workers: Keras averages them along it."""
        if not isinstance(self.distribute_strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return super().make_step_function(step)
        return super().make_step_function(lambda data: tf.nest.map_structure(lambda log: log[None], step(data)))
