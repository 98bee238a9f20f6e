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
            self.optimizer.apply_gradients(zip(gradients, variables))  # all-reduced over the replicas here
"""

from __future__ import annotations

import functools

import keras
import tensorflow as tf

from kzoo.graph import all_layers
from kzoo.training.batch_statistics import average_statistics
from kzoo.training.gradient_reduction import reduce_before_apply
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


class ReplicaModel(keras.Model):
    """A `keras.Model` with a custom `train_step` for every strategy, and `compiled` methods for XLA.

    Optimizers that are attributes of the model reduce gradients over the replicas first, so that clipping, accumulation
    and loss scaling are those of the global batch; a loss should be multiplied by `replica_weight`. After each step the
    moving statistics of BatchNormalization are averaged over the replicas.

    Args:
        xla: whether `compiled` methods are compiled.
    """

    def __init__(self, xla: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.xla = xla

    def __setattr__(self, name, value):
        if isinstance(value, keras.optimizers.Optimizer):
            reduce_before_apply(value, self.xla)
        super().__setattr__(name, value)

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

    def make_train_function(self, force=False):
        """Make the function of `train_step`, after which moving statistics are averaged over the replicas."""
        if self.train_function is None or force:
            self.train_function = self._make_function(self._synchronized_train_step)

    def _synchronized_train_step(self, data, step=None):
        logs = (step or self.train_step)(data)
        average_statistics(all_layers(self), replica_weight(data))
        return logs

    def _make_function(self, step_function):
        """Add an axis to the logs for several workers: Keras averages them along it."""
        if not isinstance(self.distribute_strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return super()._make_function(step_function)
        return super()._make_function(lambda data: tf.nest.map_structure(lambda log: log[None], step_function(data)))

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Build metrics and optimizer from the element spec of the data.

        Keras reads a batch and reduces it over the replicas, which fails with several workers, and takes a batch from a
        dataset that may be cached, counted, or slow to start. The shapes are sufficient.
        """
        if iterator is not None:
            # the spec of a distributed dataset has one for each local replica; all are alike
            data_batch = tf.nest.map_structure(
                lambda spec: getattr(spec, "_value_specs", [spec])[0],
                iterator._distributed_dataset.element_spec,
            )
        with self.distribute_strategy.scope():
            self._symbolic_build(data_batch=data_batch)
