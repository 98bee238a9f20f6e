"""What kzoo uses of Keras that is not public: with `kzoo.graph`, the one module that does.

tests/test_compat.py checks every entry on the installed Keras, and names the one that a new Keras breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import keras
import tensorflow as tf

# Methods of Keras' optimizers that differ between a strategy of TensorFlow and one device
DISTRIBUTED_METHODS = (
    "_apply_weight_decay",
    "_backend_increment_gradient_accumulators",
    "_backend_update_step",
    "_overwrite_model_variables_with_average_value",
)


def local_optimizer(optimizer: keras.optimizers.Optimizer, xla: bool = False) -> keras.optimizers.Optimizer:
    """Return an optimizer that applies gradients with Keras' code for one device, whatever the strategy.

    It is another view of the given one: both have the same attributes, so the same variables, learning rate and
    iterations, and what one sets the other has. The given one, and what it does by itself, does not change. Optimizers
    inside it, as a LossScaleOptimizer and a MultiOptimizer have, are views too.

    Under a strategy all public methods sum the gradients over the replicas, after they have been clipped, and do so
    inside of a condition where they are accumulated, which fails.

    Args:
        xla: whether to compile the update, all but the step counter, which synchronizes replicas.
    """
    view = object.__new__(_local_class(type(optimizer), xla))  # type: ignore[arg-type] # classes are hashable
    object.__setattr__(view, "__dict__", vars(optimizer))
    return view


class _LocalOptimizer(keras.optimizers.Optimizer):
    """What the views have besides an optimizer's own methods."""

    xla: bool

    def __getattribute__(self, name):
        value = super().__getattribute__(name)
        if isinstance(value, keras.optimizers.Optimizer):
            return local_optimizer(value, self.xla)
        if isinstance(value, list | tuple) and value and isinstance(value[0], keras.optimizers.Optimizer):
            return [local_optimizer(each, self.xla) for each in value]
        return value

    def _backend_apply_gradients(self, gradients, variables):
        update = super()._backend_apply_gradients
        if self.xla and tf.inside_function():
            compiled = tf.function(lambda *tensors: update(tensors, variables), jit_compile=True, autograph=False)
            compiled(*gradients)
        else:
            update(gradients, variables)


@cache
def _local_class(kind, xla):
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    # behind the methods that `kind` overrides, as Nadam does, and before those that it has from Keras' base class
    methods = {name: getattr(BaseOptimizer, name) for name in DISTRIBUTED_METHODS}
    base = type("LocalOptimizer", (_LocalOptimizer,), methods)
    return type(f"Local{kind.__name__}", (kind, base), {"xla": xla})


def variable_index(optimizer: keras.optimizers.Optimizer, variable: Any) -> int:
    """Return the number of a weight among those that an optimizer was built for.

    Of a weight `update_step` gets TensorFlow's variable, on one replica, which Keras knows how to look up.
    """
    return optimizer._get_variable_index(variable)


def momentums(optimizer: keras.optimizers.Optimizer) -> Sequence[keras.Variable]:
    """Return the moving averages of gradients that Adam or RMSprop has, one for each weight.

    `optimizer.variables` has them among others.
    """
    return optimizer._momentums


def velocities(optimizer: keras.optimizers.Optimizer) -> Sequence[keras.Variable]:
    """Return the moving averages of squared gradients that Adam or RMSprop has, one for each weight.

    `optimizer.variables` has them among others.
    """
    return optimizer._velocities


def averaged_weights(optimizer: keras.optimizers.Optimizer) -> Sequence[keras.Variable]:
    """Return the moving averages of weights that an optimizer with `use_ema` has.

    `finalize_variable_values` only overwrites the weights with them, for good.
    """
    return optimizer._model_variables_moving_average


class TrainableModel(keras.Model):
    """A `keras.Model` with the steps of `fit` and `evaluate` as methods to override.

    Keras has them, but not under public names: `make_train_function` and `make_test_function` can only be replaced as a
    whole, and how metrics are built not at all.
    """

    def make_step_function(self, step: Callable) -> Callable:
        """Return the function of an iterator that runs a step, of a replica's batch, on all replicas."""
        return super()._make_function(step)

    def build_for_training(self, batch):
        """Build what has variables: the model, its loss, metrics and optimizer.

        Args:
            batch: nested tensors, or their specs.
        """
        with self.distribute_strategy.scope():
            self._symbolic_build(data_batch=batch)

    def _make_function(self, step_function):
        return self.make_step_function(step_function)

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Build from the element spec of the data.

        Keras reads a batch and reduces it over the replicas, which fails with several workers, and takes a batch from a
        dataset that may be cached, counted, or slow to start. The shapes are sufficient.
        """
        if iterator is not None:
            # the spec of a distributed dataset has one for each local replica; all are alike
            data_batch = tf.nest.map_structure(
                lambda spec: getattr(spec, "_value_specs", [spec])[0], iterator._distributed_dataset.element_spec
            )
        self.build_for_training(data_batch)


def loss_tracker(model: keras.Model) -> keras.metrics.Mean:
    """Return the metric "loss" of a compiled model.

    `model.metrics` has it among others, of which one may have the same name; subclasses override that property.
    """
    return model._loss_tracker


def compiled_loss(model: keras.Model) -> Callable:
    """Return the function of labels, predictions and weights that a model was compiled with.

    `compute_loss` adds regularization, again for each output that it is called with.
    """
    return model._compile_loss


def own_weights(layer: keras.layers.Layer) -> Sequence[keras.Variable]:
    """Return the trainable weights of a layer without those of layers within it, also if it is frozen.

    `trainable_weights` has the former with the latter, and none of a frozen layer.
    """
    return layer._trainable_variables


def layer_scale() -> type[keras.layers.Layer]:
    """Return the class of the layer that scales channels in Keras' own ConvNeXt.

    Keras exports no name for it, but `.keras` files of its ConvNeXt hold it.
    """
    from keras.src.applications.convnext import LayerScale

    return LayerScale


def snake_case(name: str) -> str:
    """Return the name of a class as `.weights.h5` files have it, in which its layers are numbered.

    Keras exports no name for the function, and regular expressions of our own would have to follow it.
    """
    from keras.src.utils.naming import to_snake_case

    return to_snake_case(name)
