"""Gradient reduction: optimizers all-reduce gradients before they clip, accumulate or apply them.

Under a strategy Keras clips the gradients of each replica before they are reduced, looks for infinities in those of the
first replica only, and cannot accumulate gradients at all, because an all-reduce must not be in a branch. Here
gradients are reduced first. Then each replica applies them by itself, with Keras' code for one device: all have the
same gradients and weights, so all make the same update.
"""

from __future__ import annotations

from types import MethodType

import keras
import tensorflow as tf
from keras.src.backend.tensorflow.optimizer import TFOptimizer
from keras.src.optimizers.base_optimizer import BaseOptimizer

# Methods of Keras' optimizers that differ between a strategy of TensorFlow and one device.
DISTRIBUTED_METHODS = (
    "_apply_weight_decay",
    "_backend_increment_gradient_accumulators",
    "_backend_update_step",
    "_overwrite_model_variables_with_average_value",
)


def reduce_before_apply(optimizer: keras.optimizers.Optimizer, xla: bool = False):
    """Let `optimizer.apply`, and so `apply_gradients`, all-reduce gradients over the replicas first.

    Args:
        xla: whether to compile the update that follows, in each replica: fused, it reads and writes each number once
            instead of a dozen times.
    """
    if "apply" in vars(optimizer):
        return  # already done
    for each in _inner_optimizers(optimizer):
        vars(each).pop("apply", None)  # the LossScaleOptimizer around it reduces instead
        if xla:
            _compile_update(each)
    step = optimizer.apply

    def apply(grads, trainable_variables=None):
        context = tf.distribute.get_replica_context()
        if context and tf.distribute.has_strategy():
            if not optimizer.built:
                optimizer.build(list(trainable_variables))
            for each in _inner_optimizers(optimizer):
                _update_locally(each)
            grads = _all_reduce(context, grads)
        # An update that starts while a weight is still read would have to copy it
        with tf.control_dependencies([each for each in grads if each is not None]):
            return step(grads, trainable_variables)

    optimizer.apply = apply


def _all_reduce(context, gradients):
    present = [each for each in gradients if each is not None]  # an unused weight has no gradient
    reduced = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, present) if present else ())
    return [None if each is None else next(reduced) for each in gradients]


def _inner_optimizers(optimizer):
    """Return the optimizers that update weights: those inside a LossScaleOptimizer or MultiOptimizer, or itself."""
    inner = getattr(optimizer, "optimizers", None) or [getattr(optimizer, "inner_optimizer", optimizer)]
    return [optimizer] if inner == [optimizer] else [leaf for each in inner for leaf in _inner_optimizers(each)]


def _update_locally(optimizer):
    optimizer._all_reduce_sum_gradients = list  # they are already reduced
    for name in DISTRIBUTED_METHODS:
        if getattr(type(optimizer), name) is getattr(TFOptimizer, name):  # not overridden, as Nadam does
            setattr(optimizer, name, MethodType(getattr(BaseOptimizer, name), optimizer))


def _compile_update(optimizer):
    update = optimizer._backend_apply_gradients  # all but the step counter, which synchronizes replicas

    def apply_gradients(gradients, variables):
        if not tf.inside_function():
            return update(gradients, variables)
        compiled = tf.function(lambda *tensors: update(tensors, variables), jit_compile=True, autograph=False)
        return compiled(*gradients)

    optimizer._backend_apply_gradients = apply_gradients
