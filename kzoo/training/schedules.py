"""Learning rate schedules that Keras lacks.

Keras has PiecewiseConstantDecay, ExponentialDecay (staircase or not), PolynomialDecay, CosineDecay, and the callback
ReduceLROnPlateau. A step is a batch, also with gradient accumulation.
"""

from __future__ import annotations

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from kzoo._validation import NonNegativeFloat, NonNegativeInt, PositiveInt, check
from kzoo.training.config import ScheduleConfig


@keras.saving.register_keras_serializable("kzoo")
class WarmUp(LearningRateSchedule):
    """Linear warm-up to the initial learning rate of a schedule, which starts at the end of the warm-up.

    Goyal et al., 2017, arXiv:1706.02677, for large batches. They count the steps of a schedule from the start of the
    warm-up; here they are counted from its end.

    Args:
        schedule: that follows, or a constant learning rate.
        warmup_steps: of the warm-up.
        initial_learning_rate: of the first step.

    Raises:
        ValueError: `warmup_steps` is below 1, or a learning rate negative.
    """

    def __init__(self, schedule: LearningRateSchedule | float, warmup_steps: int, initial_learning_rate: float = 0.0):
        super().__init__()
        self.schedule = schedule if callable(schedule) else check(None, "schedule", NonNegativeFloat, schedule)
        self.warmup_steps = check(None, "warmup_steps", PositiveInt, warmup_steps)
        self.initial_learning_rate = check(None, "initial_learning_rate", NonNegativeFloat, initial_learning_rate)

    def __call__(self, step):
        step = ops.cast(step, "float32")
        progress = ops.minimum(step / self.warmup_steps, 1.0)
        step_after = ops.maximum(step - self.warmup_steps, 0.0)
        target = self.schedule(step_after) if callable(self.schedule) else self.schedule
        return self.initial_learning_rate + progress * (target - self.initial_learning_rate)

    def get_config(self):
        schedule = self.schedule
        if callable(schedule):
            schedule = keras.optimizers.schedules.serialize(schedule)
        return {
            "schedule": schedule,
            "warmup_steps": self.warmup_steps,
            "initial_learning_rate": self.initial_learning_rate,
        }

    @classmethod
    def from_config(cls, config):
        if isinstance(config["schedule"], dict):
            config = {**config, "schedule": keras.optimizers.schedules.deserialize(config["schedule"])}
        return cls(**config)


@keras.saving.register_keras_serializable("kzoo")
class InverseSquareRoot(LearningRateSchedule):
    """Linear warm-up, then decay with the inverse square root of the step.

    Vaswani et al., 2017, arXiv:1706.03762, section 5.3, whose peak is 1 / sqrt(hidden_dim * warmup_steps).

    Args:
        peak: the highest learning rate.
        warmup_steps: step of the peak, counted from 1 as in the paper.

    Raises:
        ValueError: `warmup_steps` is below 1, or `peak` negative.
    """

    def __init__(self, peak: float, warmup_steps: int):
        super().__init__()
        self.peak = check(None, "peak", NonNegativeFloat, peak)
        self.warmup_steps = check(None, "warmup_steps", PositiveInt, warmup_steps)

    def __call__(self, step):
        progress = (ops.cast(step, "float32") + 1.0) / self.warmup_steps
        return self.peak * ops.minimum(progress, ops.rsqrt(progress))

    def get_config(self):
        return {"peak": self.peak, "warmup_steps": self.warmup_steps}


@keras.saving.register_keras_serializable("kzoo")
class LinearDecay(LearningRateSchedule):
    """A constant learning rate, then linear decay to 0.

    Zhu et al., 2017, arXiv:1703.10593, who decay by the epoch; here it decays at every step.

    Args:
        initial_learning_rate: the constant.
        hold_steps: with the constant learning rate.
        decay_steps: from there to 0.

    Raises:
        ValueError: one of them is negative.
    """

    def __init__(self, initial_learning_rate: float, hold_steps: int, decay_steps: int):
        super().__init__()
        self.initial_learning_rate = check(None, "initial_learning_rate", NonNegativeFloat, initial_learning_rate)
        self.hold_steps = check(None, "hold_steps", NonNegativeInt, hold_steps)
        self.decay_steps = check(None, "decay_steps", NonNegativeInt, decay_steps)

    def __call__(self, step):
        decay_step = ops.cast(step, "float32") - self.hold_steps
        return self.initial_learning_rate * (1 - ops.clip(decay_step / max(self.decay_steps, 1), 0.0, 1.0))

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "hold_steps": self.hold_steps,
            "decay_steps": self.decay_steps,
        }


def make_schedule(
    config: ScheduleConfig, peak: float, epochs: int, steps_per_epoch: int
) -> LearningRateSchedule | float:
    """Make the learning rate schedule of a configuration; a number if it is constant, or reduced by a callback.

    Args:
        peak: the highest learning rate.
        epochs: of the training.
    """
    schedules = keras.optimizers.schedules
    warmup_steps = round(config.warmup_epochs * steps_per_epoch)
    decay_steps = max(1, epochs * steps_per_epoch - warmup_steps)
    if config.kind == "cosine":
        learning_rate = schedules.CosineDecay(peak, decay_steps)
    elif config.kind == "polynomial":
        learning_rate = schedules.PolynomialDecay(peak, decay_steps, end_learning_rate=0.0, power=config.power)
    elif config.kind == "step":
        values = [peak * config.factor**i for i in range(len(config.at) + 1)]
        boundaries = [round(epoch * steps_per_epoch) - warmup_steps for epoch in config.at]
        learning_rate = schedules.PiecewiseConstantDecay(boundaries, values)
    elif config.kind == "exponential":
        learning_rate = schedules.ExponentialDecay(peak, config.every * steps_per_epoch, config.factor, staircase=True)
    else:
        learning_rate = peak
    return WarmUp(learning_rate, warmup_steps) if warmup_steps else learning_rate
