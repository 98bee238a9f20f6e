"""Learning rates that Keras has no schedule for.

Keras has the others: PiecewiseConstantDecay, ExponentialDecay (staircase or not), PolynomialDecay, CosineDecay, and the
callback ReduceLROnPlateau. A step is a batch, also where gradients are accumulated.
"""

from __future__ import annotations

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from kzoo.training.config import ScheduleConfig


@keras.saving.register_keras_serializable("kzoo")
class WarmUp(LearningRateSchedule):
    """Raise the learning rate linearly to the first of a schedule, which starts when that is reached.

    Goyal et al., 2017, arXiv:1706.02677, for large batches. They count the steps at which the rate falls from the start
    of the warm-up; here such steps are counted from its end.

    Args:
        schedule: what follows, or the learning rate that stays.
        steps: how long the warm-up is, in steps.
        start: the learning rate of the first step.

    Raises:
        ValueError: `steps` is below 1.
    """

    def __init__(self, schedule: LearningRateSchedule | float, steps: int, start: float = 0.0):
        super().__init__()
        if steps < 1:
            raise ValueError(f"steps={steps} does not work; a warm-up has at least 1")
        self.schedule, self.steps, self.start = schedule, steps, start

    def __call__(self, step):
        step = ops.cast(step, "float32")
        rising = ops.minimum(step / self.steps, 1.0)
        after = ops.maximum(step - self.steps, 0.0)
        target = self.schedule(after) if callable(self.schedule) else self.schedule
        return self.start + rising * (target - self.start)

    def get_config(self):
        schedule = self.schedule
        if callable(schedule):
            schedule = keras.optimizers.schedules.serialize(schedule)
        return {"schedule": schedule, "steps": self.steps, "start": self.start}

    @classmethod
    def from_config(cls, config):
        if isinstance(config["schedule"], dict):
            config = {**config, "schedule": keras.optimizers.schedules.deserialize(config["schedule"])}
        return cls(**config)


@keras.saving.register_keras_serializable("kzoo")
class InverseSquareRoot(LearningRateSchedule):
    """Raise the learning rate linearly, then let it fall with the inverse square root of the step.

    Vaswani et al., 2017, arXiv:1706.03762, section 5.3, whose peak is 1 / sqrt(width of the model * warmup_steps).

    Args:
        peak: the highest learning rate.
        warmup_steps: the step at which it is reached, counted from 1 as in the paper.

    Raises:
        ValueError: `warmup_steps` is below 1.
    """

    def __init__(self, peak: float, warmup_steps: int):
        super().__init__()
        if warmup_steps < 1:
            raise ValueError(f"warmup_steps={warmup_steps} does not work; at least 1 is needed")
        self.peak, self.warmup_steps = peak, warmup_steps

    def __call__(self, step):
        share = (ops.cast(step, "float32") + 1.0) / self.warmup_steps
        return self.peak * ops.minimum(share, ops.rsqrt(share))

    def get_config(self):
        return {"peak": self.peak, "warmup_steps": self.warmup_steps}


@keras.saving.register_keras_serializable("kzoo")
class LinearDecay(LearningRateSchedule):
    """Keep a learning rate for some steps, then let it fall along a line to 0.

    Zhu et al., 2017, arXiv:1703.10593, who do so by the epoch; here it falls at every step.

    Args:
        first: the learning rate.
        hold: steps that it stays; fall: steps until it is 0.
    """

    def __init__(self, first: float, hold: int, fall: int):
        super().__init__()
        self.first, self.hold, self.fall = first, hold, fall

    def __call__(self, step):
        passed = ops.cast(step, "float32") - self.hold
        return self.first * (1 - ops.clip(passed / max(self.fall, 1), 0.0, 1.0))

    def get_config(self):
        return {"first": self.first, "hold": self.hold, "fall": self.fall}


def make_schedule(config: ScheduleConfig, peak: float, epochs: int, steps: int) -> LearningRateSchedule | float:
    """Make the schedule of a configuration; a constant one, and that which a callback lowers, is a number.

    Args:
        peak: the highest learning rate.
        epochs: of the training, of so many `steps` each.
    """
    schedules = keras.optimizers.schedules
    warmup = round(config.warmup_epochs * steps)
    rest = max(1, epochs * steps - warmup)
    if config.kind == "cosine":
        rate = schedules.CosineDecay(peak, rest)
    elif config.kind == "polynomial":
        rate = schedules.PolynomialDecay(peak, rest, end_learning_rate=0.0, power=config.power)
    elif config.kind == "step":
        values = [peak * config.factor**i for i in range(len(config.at) + 1)]
        rate = schedules.PiecewiseConstantDecay([round(epoch * steps) - warmup for epoch in config.at], values)
    elif config.kind == "exponential":
        rate = schedules.ExponentialDecay(peak, config.every * steps, config.factor, staircase=True)
    else:
        rate = peak
    return WarmUp(rate, warmup) if warmup else rate
