"""The papers' optimizers, from plain settings.

They are Keras' own, and differ in four points. Weight decay of SGD, RMSProp and Adam is the papers': added to the
gradient (L2), before momentum; AdamW's is decoupled. Of weights with one dimension, biases and those of norms, nothing
decays unless asked for. Each weight may have a share of the learning rate. And an update is one kernel of TensorFlow's,
which passes over the weights once, where Keras makes it of a dozen.
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
import tensorflow as tf
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule


class _Decaying:
    """Weight decay and learning rates by weight, for an optimizer of Keras behind it in the order of classes.

    Args:
        weight_decay: 0 for none.
        decay_bias_and_norm: whether weights of one dimension decay too.
        rates: path of a weight -> what the learning rate is multiplied by; 1 where it is missing.
        **kwargs: Keras' arguments of the optimizer.
    """

    coupled = True  # to momentum and the like: weight decay is a part of the gradient

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay: float = 0.0,
        decay_bias_and_norm: bool = False,
        rates: Mapping[str, float] | None = None,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.decay, self.decay_bias_and_norm, self.rates = weight_decay, decay_bias_and_norm, dict(rates or {})

    def build(self, variables):
        super().build(variables)
        self._rates = [self.rates.get(each.path, 1.0) for each in variables]
        self._decays = [self.decay_bias_and_norm or len(each.shape) > 1 for each in variables]

    def update_step(self, gradient, variable, learning_rate):
        """Update one weight, as Keras calls it."""
        index = self._get_variable_index(variable)
        learning_rate = ops.cast(learning_rate, variable.dtype) * self._rates[index]
        gradient = ops.cast(tf.convert_to_tensor(gradient), variable.dtype)  # an embedding's may be slices
        if self.decay and self._decays[index]:
            if self.coupled:
                gradient = gradient + self.decay * variable
            else:
                self.assign_sub(variable, self.decay * learning_rate * variable)
        if not self.update(gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)

    def update(self, gradient, variable, learning_rate) -> bool:
        """Do what Keras' `update_step` does in one kernel, and return whether there is one for these settings."""
        raise NotImplementedError

    def slot(self, variables, variable):
        """Return the handle of what is kept for a weight."""
        return handle(variables[self._get_variable_index(variable)])

    def get_config(self):
        own = {"weight_decay": self.decay, "decay_bias_and_norm": self.decay_bias_and_norm, "rates": dict(self.rates)}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("kzoo")
class SGD(_Decaying, keras.optimizers.SGD):
    """Descend with momentum, and with L2 weight decay as in Krizhevsky et al., 2012, section 5."""

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
class RMSprop(_Decaying, keras.optimizers.RMSprop):
    """Divide gradients by their running size, as TensorFlow 1 did for Inception and all that followed its recipe.

    Epsilon stands inside the square root there and in Keras, so the papers' 1.0 is 1.0 here. The mean square starts at
    1, not at Keras' 0.
    """

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        initializer = "ones" if name == "velocity" else initializer
        return super().add_optimizer_variables(trainable_variables, name, initializer)

    def update(self, gradient, variable, learning_rate):
        if self.centered or not self.momentum:
            return False
        tf.raw_ops.ResourceApplyRMSProp(
            var=handle(variable),
            ms=self.slot(self._velocities, variable),
            mom=self.slot(self._momentums, variable),
            lr=learning_rate,
            grad=gradient,
            rho=self.rho,
            momentum=self.momentum,
            epsilon=self.epsilon,
        )
        return True


@keras.saving.register_keras_serializable("kzoo")
class Adam(_Decaying, keras.optimizers.Adam):
    """Kingma and Ba, 2014, arXiv:1412.6980, with L2 weight decay."""

    def update(self, gradient, variable, learning_rate):
        if self.amsgrad:
            return False
        step = ops.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=handle(variable),
            m=self.slot(self._momentums, variable),
            v=self.slot(self._velocities, variable),
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
    """Loshchilov and Hutter, 2017, arXiv:1711.05101: weight decay times the learning rate, beside the gradient."""

    coupled = False


def handle(variable):
    """Return the handle of a variable, Keras' or TensorFlow's, on this replica."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
SETTINGS = {
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
    rates: Mapping[str, float] | None = None,
    clipnorm: float | None = None,
    global_clipnorm: float | None = None,
    clipvalue: float | None = None,
    ema: float | None = None,
    accumulate: int = 1,
    loss_scale: bool = False,
    **settings,
) -> keras.optimizers.Optimizer:
    """Make an optimizer.

    Args:
        name: "sgd", "rmsprop", "adam" (with L2 weight decay) or "adamw".
        learning_rate: a schedule, or a value that stays or that a callback lowers.
        weight_decay: 0 for none.
        decay_bias_and_norm: whether biases and weights of norms decay too, as in papers before 2018.
        rates: what `layer_rates` returns: shares of the learning rate, and of decoupled weight decay.
        clipnorm: the largest norm of the gradient of one weight.
        global_clipnorm: the largest norm of all gradients together.
        clipvalue: the largest size of a number in a gradient.
        ema: momentum of an exponential moving average of the weights, such as 0.9999, kept beside them.
        accumulate: how many batches' gradients are averaged for one update.
        loss_scale: whether to scale the loss dynamically, for float16.
        **settings: "sgd" takes momentum and nesterov, "rmsprop" momentum, rho and epsilon, "adam" and "adamw" beta_1,
            beta_2 and epsilon.

    Raises:
        ValueError: unknown name, or a setting that is out of range or not one of that optimizer.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer={name!r} is unknown; accepted are {', '.join(OPTIMIZERS)}")
    for setting in settings:
        if setting not in SETTINGS[name]:
            raise ValueError(f"{setting}={settings[setting]} is not for {name!r}; it takes {', '.join(SETTINGS[name])}")
    if weight_decay < 0:
        raise ValueError(f"weight_decay={weight_decay} does not work; it must be 0 or more")
    if accumulate < 1:
        raise ValueError(f"accumulate={accumulate} does not work; at least 1 batch makes an update")
    if ema is not None:
        if not 0 < ema < 1:
            raise ValueError(f"ema={ema} does not work; it must lie between 0 and 1")
        settings |= {"use_ema": True, "ema_momentum": ema}
    optimizer = OPTIMIZERS[name](
        learning_rate if isinstance(learning_rate, LearningRateSchedule) else float(learning_rate),
        weight_decay=weight_decay,
        decay_bias_and_norm=decay_bias_and_norm,
        rates=rates,
        clipnorm=clipnorm,
        global_clipnorm=global_clipnorm,
        clipvalue=clipvalue,
        gradient_accumulation_steps=accumulate if accumulate > 1 else None,
        **settings,
    )
    return keras.optimizers.LossScaleOptimizer(optimizer) if loss_scale else optimizer
