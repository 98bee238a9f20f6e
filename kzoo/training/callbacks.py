"""Keras callbacks of a `Run`."""

from __future__ import annotations

import keras

from kzoo.graph import all_layers
from kzoo.layers import TrainingProgress
from kzoo.training.run import Run


class ScheduledDropPath(keras.callbacks.Callback):
    """Scheduled drop-path: the drop rate rises linearly from 0 to its value over `steps` training steps.

    For networks built with scheduled drop-path, such as `kzoo.NASNetLarge(drop_path=0.3)`; they may be nested in the
    model that is trained. Steps are counted by the optimizer, so resumed training continues the schedule.

    Raises:
        ValueError: `steps` is not a whole number from 1, or, when training begins, nothing in the model is scheduled.
    """

    def __init__(self, steps: int):
        super().__init__()
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"steps={steps!r} is not a number of training steps; accepted: a whole number from 1")
        self.steps = steps

    def on_train_begin(self, logs=None):
        self._progress_layers = [layer for layer in all_layers(self.model) if isinstance(layer, TrainingProgress)]
        if not self._progress_layers:
            raise ValueError(
                f"{self.model.name!r} has no scheduled drop-path; build its network with drop_path above 0"
            )

    def on_epoch_begin(self, epoch, logs=None):
        self._initial_step = int(self.model.optimizer.iterations.numpy())

    def on_train_batch_begin(self, batch, logs=None):
        for layer in self._progress_layers:
            layer.value.assign(min(1.0, (self._initial_step + batch) / self.steps))


class _ReplayHistory:
    """Mixin that replays the history of a resumed run to a callback of Keras that monitors a metric.

    Args:
        run: whose history has the metrics before it was resumed.
        **options: Keras' own.
    """

    def __init__(self, run: Run, **options):
        super().__init__(**options)
        self.run = run

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        for epoch, value in enumerate(self.run.progress.history.get(self.monitor, [])):
            self.on_epoch_end(epoch, {self.monitor: value})  # the learning rate itself is restored afterwards


class ReduceLROnPlateau(_ReplayHistory, keras.callbacks.ReduceLROnPlateau):
    """Reduce the learning rate when a metric stops improving, also in resumed runs.

    Args:
        run: whose history has the metrics before it was resumed.
        **options: Keras' own.
    """


class EarlyStopping(_ReplayHistory, keras.callbacks.EarlyStopping):
    """Stop training when a metric stops improving, also in resumed runs.

    Args:
        run: whose history has the metrics before it was resumed.
        **options: Keras' own. With `restore_best_weights` a resumed run restores those of its own process only; a `Run`
            saves the best ones to a file.
    """
