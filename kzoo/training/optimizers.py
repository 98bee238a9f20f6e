"""The optimizers of papers.

They are Keras' own, and differ in four points. Weight decay of SGD, RMSProp and Adam is that of the papers: added to
the gradient (L2), before momentum; AdamW's is decoupled. Vectors, such as biases and the parameters of norms, have no
weight decay by default. Each weight may have a learning rate multiplier. And an update is one fused kernel of
TensorFlow, which reads the weights once, instead of a dozen operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import keras
import tensorflow as tf
from annotated_types import Interval
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from kzoo._validation import NonNegativeFloat, PositiveFloat, PositiveInt, Rate, check
from kzoo.compat import momentums, variable_index, velocities

Multipliers = dict[str, NonNegativeFloat]
RANGES = {
    "momentum": Rate,
    "rho": Rate,
    "beta_1": Rate,
    "beta_2": Rate,
    "epsilon": NonNegativeFloat,
    "clipnorm": PositiveFloat | None,
    "global_clipnorm": PositiveFloat | None,
    "clipvalue": PositiveFloat | None,
    "ema_momentum": Rate,
    "gradient_accumulation_steps": PositiveInt | None,
}


class _WeightDecay:
    """Mixin with weight decay and learning rate multipliers, before an optimizer of Keras in the order of bases.

    Args:
        weight_decay: 0 for none.
        decay_bias_and_norm: whether weights of one dimension decay too.
        learning_rate_multipliers: path of a weight -> multiplier; 1 by default.
        **kwargs: Keras' arguments of the optimizer.

    Raises:
        ValueError: one of them is out of its range.
    """

    coupled = True  # weight decay is added to the gradient, before momentum (L2)

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay: float = 0.0,
        decay_bias_and_norm: bool = False,
        learning_rate_multipliers: Mapping[str, float] | None = None,
        **kwargs,
    ):
        kwargs = {name: check(None, name, RANGES.get(name, Any), value) for name, value in kwargs.items()}
        if isinstance(learning_rate, (int, float)):  # else a schedule, or what Keras saved of one
            learning_rate = check(None, "learning_rate", NonNegativeFloat, learning_rate)
        super().__init__(learning_rate=learning_rate, **kwargs)  # type: ignore[call-arg] # Keras' optimizer comes next
        self.decay, self.decay_bias_and_norm = (
            check(None, "weight_decay", NonNegativeFloat, weight_decay or 0.0),
            decay_bias_and_norm,
        )
        multipliers = dict(learning_rate_multipliers or {})
        self.learning_rate_multipliers = check(None, "learning_rate_multipliers", Multipliers, multipliers)

    def build(self, variables):
        super().build(variables)
        self._multipliers = [self.learning_rate_multipliers.get(each.path, 1.0) for each in variables]
        self._is_decayed = [self.decay_bias_and_norm or len(each.shape) > 1 for each in variables]

    def update_step(self, gradient, variable, learning_rate):
        """Update one weight; Keras calls it."""
        index = variable_index(self, variable)
        learning_rate = ops.cast(learning_rate, variable.dtype) * self._multipliers[index]
        gradient = ops.cast(tf.convert_to_tensor(gradient), variable.dtype)  # that of an embedding may be IndexedSlices
        if self.decay and self._is_decayed[index]:
            if self.coupled:
                gradient = gradient + self.decay * variable
            else:
                self.assign_sub(variable, self.decay * learning_rate * variable)
        if not self.update(gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)

    def update(self, gradient, variable, learning_rate) -> bool:
        """Apply the update in one fused kernel; return False if there is none for these hyperparameters."""
        raise NotImplementedError

    def slot(self, variables, variable):
        """Return the handle of the slot variable of a weight."""
        return handle(variables[variable_index(self, variable)])

    def get_config(self):
        own = {"weight_decay": self.decay, "decay_bias_and_norm": self.decay_bias_and_norm}
        own["learning_rate_multipliers"] = dict(self.learning_rate_multipliers)
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("kzoo")
class SGD(_WeightDecay, keras.optimizers.SGD):
    """SGD with momentum, and L2 weight decay as in Krizhevsky et al., 2012, section 5."""

    def update(self, gradient, variable, learning_rate):
        if not self.momentum:
            return False
        tf.raw_ops.ResourceApplyKerasMomentum(
            var=handle(variable),
            accum=self.slot(self.momentums, variable),
            lr=learning_rate,
            grad=gradient,
            momentum=self.momentum,
            use_nesterov=self.nesterov,
        )
        return True


@keras.saving.register_keras_serializable("kzoo")
class RMSprop(_WeightDecay, keras.optimizers.RMSprop):
    """RMSProp of TensorFlow 1, as of Inception and the papers that follow its recipe.

    Epsilon is inside of the square root there and in Keras, so 1.0 of the papers is 1.0 here. The mean square is
    initialized with 1, not with Keras' 0.
    """

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        initializer = "ones" if name == "velocity" else initializer
        return super().add_optimizer_variables(trainable_variables, name, initializer)

    def update(self, gradient, variable, learning_rate):
        if self.centered or not self.momentum:
            return False
        tf.raw_ops.ResourceApplyRMSProp(
            var=handle(variable),
            ms=self.slot(velocities(self), variable),
            mom=self.slot(momentums(self), variable),
            lr=learning_rate,
            grad=gradient,
            rho=self.rho,
            momentum=self.momentum,
            epsilon=self.epsilon,
        )
        return True


@keras.saving.register_keras_serializable("kzoo")
class Adam(_WeightDecay, keras.optimizers.Adam):
    """Kingma and Ba, 2014, arXiv:1412.6980, with L2 weight decay."""

    def update(self, gradient, variable, learning_rate):
        if self.amsgrad:
            return False
        step = ops.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=handle(variable),
            m=self.slot(momentums(self), variable),
            v=self.slot(velocities(self), variable),
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), step),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), step),
            lr=learning_rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
        return True


@keras.saving.register_keras_serializable("kzoo")
class AdamW(Adam):
    """Loshchilov and Hutter, 2017, arXiv:1711.05101: decoupled weight decay, times the learning rate."""

    coupled = False


def handle(variable):
    """Return the handle of a variable, Keras' or TensorFlow's, on this replica."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
HYPERPARAMETERS = {
    "sgd": ("momentum", "nesterov"),
    "rmsprop": ("momentum", "rho", "epsilon"),
    "adam": ("beta_1", "beta_2", "epsilon"),
    "adamw": ("beta_1", "beta_2", "epsilon"),
}


def make_optimizer(
    name: str,
    learning_rate: LearningRateSchedule | float,
    *,
    weight_decay: float = 0.0,
    decay_bias_and_norm: bool = False,
    learning_rate_multipliers: Mapping[str, float] | None = None,
    clipnorm: float | None = None,
    global_clipnorm: float | None = None,
    clipvalue: float | None = None,
    ema: float | None = None,
    accumulation_steps: int = 1,
    loss_scale: bool = False,
    **hyperparameters,
) -> keras.optimizers.Optimizer:
    """Make an optimizer.

    Args:
        name: "sgd", "rmsprop", "adam" (with L2 weight decay) or "adamw".
        learning_rate: a schedule, or a value, which a callback may change.
        weight_decay: 0 for none.
        decay_bias_and_norm: whether biases and parameters of norms decay too, as in papers before 2018.
        learning_rate_multipliers: path of a weight -> multiplier, as of `layer_decay_multipliers`; they apply to
            decoupled weight decay, too.
        clipnorm: the largest norm of the gradient of each weight.
        global_clipnorm: the largest norm of all gradients together.
        clipvalue: the largest absolute value of an element of a gradient.
        ema: momentum of an exponential moving average of the weights, such as 0.9999.
        accumulation_steps: gradient accumulation: batches whose gradients are averaged for one update.
        loss_scale: whether to use dynamic loss scaling, for float16.
        **settings: "sgd" takes momentum and nesterov, "rmsprop" momentum, rho and epsilon, "adam" and "adamw" beta_1,
            beta_2 and epsilon.

    Raises:
        ValueError: unknown name, or a hyperparameter that is out of range or not one of that optimizer.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer={name!r} is unknown; accepted are {', '.join(OPTIMIZERS)}")
    for key, value in hyperparameters.items():
        if key not in HYPERPARAMETERS[name]:
            raise ValueError(f"{key}={value} is not for {name!r}; it takes {', '.join(HYPERPARAMETERS[name])}")
    accumulation_steps = check(None, "accumulation_steps", PositiveInt, accumulation_steps)
    if ema is not None:
        hyperparameters |= {
            "use_ema": True,
            "ema_momentum": check(None, "ema", Annotated[float, Interval(gt=0, lt=1)], ema),
        }
    optimizer = OPTIMIZERS[name](
        learning_rate if isinstance(learning_rate, LearningRateSchedule) else float(learning_rate),
        weight_decay=weight_decay,
        decay_bias_and_norm=decay_bias_and_norm,
        learning_rate_multipliers=learning_rate_multipliers,
        clipnorm=clipnorm,
        global_clipnorm=global_clipnorm,
        clipvalue=clipvalue,
        gradient_accumulation_steps=accumulation_steps if accumulation_steps > 1 else None,
        **hyperparameters,
    )
    return keras.optimizers.LossScaleOptimizer(optimizer) if loss_scale else optimizer
