"""XLA under every strategy: compile what each replica computes, and leave what crosses replicas outside.

`keras.Model.compile(jit_compile=True)` compiles the whole distributed step, which fails on two devices, and "auto"
silently turns XLA off under a strategy. Here a model marks the methods to be compiled:

    class GAN(ReplicaModel):
        @compiled
        def generator_gradients(self, noise):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(1, self.discriminator(self.generator(noise)))
            return loss, tape.gradient(loss, self.generator.trainable_variables)

        def train_step(self, images):
            loss, gradients = self.generator_gradients(noise)          # compiled, within this replica
            self.optimizer.apply_gradients(zip(gradients, variables))  # summed over the replicas here
"""

from __future__ import annotations

import functools

import keras
import tensorflow as tf

from kzoo.training.shares import share_of_batch
from kzoo.training.statistics import average_statistics
from kzoo.training.summation import sum_first


def compiled(method):
    """Let XLA compile a method of a `ReplicaModel`, once a replica, unless the model was made with xla=False.

    The method takes and returns tensors; it may update statistics of layers, but calls no optimizer and no metric.
    """
    program = tf.function(method, jit_compile=True, autograph=False, reduce_retracing=True)

    @functools.wraps(method)
    def run(self, *tensors):
        return program.__get__(self, type(self))(*tensors) if self.xla else method(self, *tensors)

    return run


class ReplicaModel(keras.Model):
    """A `keras.Model` whose own `train_step` works under every strategy, its `compiled` methods under XLA.

    Optimizers that are attributes of the model sum the gradients of all replicas first, so that clipping, accumulation
    and loss scaling see the whole batch's; a loss is best multiplied by `share_of_batch`. After each step the moving
    statistics of BatchNormalization are the mean over replicas, on all of them.

    Args:
        xla: whether the methods marked `compiled` are compiled.
    """

    def __init__(self, xla: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.xla = xla

    def __setattr__(self, name, value):
        if isinstance(value, keras.optimizers.Optimizer):
            sum_first(value, self.xla)
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
            for layer in self._flatten_layers():
                if getattr(layer, "synchronized", False):
                    raise ValueError(
                        f"layer {layer.name!r} is synchronized over {replicas} replicas, which XLA cannot compile; "
                        "pass xla=False"
                    )
        # Keras would compile the whole step, or, asked to decide itself, nothing
        super().compile(*args, jit_compile=False, **kwargs)

    def make_train_function(self, force=False):
        """Compile `train_step` and what follows it: one set of moving statistics for all replicas."""
        if self.train_function is None or force:
            self.train_function = self._make_function(self._train_together)

    def _train_together(self, data, step=None):
        logs = (step or self.train_step)(data)
        average_statistics(self._flatten_layers(), share_of_batch(data))
        return logs

    def _make_function(self, step_function):
        """Let Keras average the logs over several machines: it does so along an axis that scalars have not."""
        if not isinstance(self.distribute_strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return super()._make_function(step_function)
        return super()._make_function(lambda data: tf.nest.map_structure(lambda log: log[None], step_function(data)))

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Build metrics and optimizer from the shapes of the data.

        Keras reads a batch and reduces it over the replicas for that, which fails on several machines, and draws a
        batch from a dataset that may be cached, counted, or slow to start. Shapes are all it needs.
        """
        if iterator is not None:
            # a distributed dataset describes what each of this machine's replicas receives; the first is as good as any
            data_batch = tf.nest.map_structure(
                lambda spec: getattr(spec, "_value_specs", [spec])[0],
                iterator._distributed_dataset.element_spec,
            )
        with self.distribute_strategy.scope():
            self._symbolic_build(data_batch=data_batch)
