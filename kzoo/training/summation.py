"""Optimizers that step on the gradient of the whole batch.

Under a strategy Keras clips each replica's share of the gradient before it sums them, looks for infinities in the first
replica's share only, and cannot accumulate gradients at all, because its sum must not stand in a branch. Here replicas
sum first. Then each steps by itself, with the code that Keras has for one device: all hold the same gradient and the
same weights, so all take the same step.
"""

from __future__ import annotations

from types import MethodType

import keras
import tensorflow as tf
from keras.src.backend.tensorflow.optimizer import TFOptimizer
from keras.src.optimizers.base_optimizer import BaseOptimizer

# What Keras' optimizers do otherwise under a strategy of TensorFlow than on one device.
DISTRIBUTED = (
    "_apply_weight_decay",
    "_backend_increment_gradient_accumulators",
    "_backend_update_step",
    "_overwrite_model_variables_with_average_value",
)


def sum_first(optimizer: keras.optimizers.Optimizer, xla: bool = False):
    """Let `optimizer.apply`, and so `apply_gradients`, sum gradients over all replicas before anything else.

    Args:
        xla: whether to compile, in each replica, the update that follows. It reads and writes each number once then,
            where one operation after the other would a dozen times.
    """
    if "apply" in vars(optimizer):
        return  # it does already
    for each in _leaves(optimizer):
        vars(each).pop("apply", None)  # the loss scaling that Keras puts around an optimizer is given the sum
        if xla:
            _compile(each)
    step = optimizer.apply

    def apply(grads, trainable_variables=None):
        context = tf.distribute.get_replica_context()
        if context and tf.distribute.has_strategy():
            if not optimizer.built:
                optimizer.build(list(trainable_variables))
            for each in _leaves(optimizer):
                _step_alone(each)
            grads = _summed(context, grads)
        # An update that starts while a weight is still being read has to copy it
        with tf.control_dependencies([each for each in grads if each is not None]):
            return step(grads, trainable_variables)

    optimizer.apply = apply


def _summed(context, gradients):
    present = [each for each in gradients if each is not None]  # an unused weight has none
    summed = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, present) if present else ())
    return [None if each is None else next(summed) for each in gradients]


def _leaves(optimizer):
    """Return the optimizers that change weights: inside a LossScaleOptimizer or a MultiOptimizer, or itself."""
    inner = getattr(optimizer, "optimizers", None) or [getattr(optimizer, "inner_optimizer", optimizer)]
    return [optimizer] if inner == [optimizer] else [leaf for each in inner for leaf in _leaves(each)]


def _step_alone(optimizer):
    optimizer._all_reduce_sum_gradients = list  # they are summed
    for name in DISTRIBUTED:
        if getattr(type(optimizer), name) is getattr(TFOptimizer, name):  # else it has its own, as Nadam has
            setattr(optimizer, name, MethodType(getattr(BaseOptimizer, name), optimizer))


def _compile(optimizer):
    update = optimizer._backend_apply_gradients  # all but counting the step, for which replicas meet

    def compiled(gradients, variables):
        if not tf.inside_function():
            return update(gradients, variables)
        program = tf.function(lambda *given: update(given, variables), jit_compile=True, autograph=False)
        return program(*gradients)

    optimizer._backend_apply_gradients = compiled
