"""Keras callbacks that know a `Trainer`."""

from __future__ import annotations

import keras

from kzoo.layers import TrainingProgress
from kzoo.training.run import Run


class ScheduledDropPath(keras.callbacks.Callback):
    """Drop paths more and more often in training: never in its first step, as often as stated after `steps` of them.

    For networks built with scheduled drop-path, such as `kzoo.NASNetLarge(drop_path=0.3)`; they may be anywhere inside
    of the model that is trained. Steps are counted by the optimizer, so training that is resumed goes on as before.

    Raises:
        ValueError: `steps` is no whole number from 1, or, when training begins, nothing in the model is scheduled.
    """

    def __init__(self, steps: int):
        super().__init__()
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"steps={steps!r} is not a number of training steps; accepted: a whole number from 1")
        self.steps = steps

    def on_train_begin(self, logs=None):
        self._scheduled = [layer for layer in self.model._flatten_layers() if isinstance(layer, TrainingProgress)]
        if not self._scheduled:
            raise ValueError(
                f"{self.model.name!r} has no scheduled drop-path; build its network with drop_path above 0"
            )

    def on_epoch_begin(self, epoch, logs=None):
        self._before = int(self.model.optimizer.iterations.numpy())

    def on_train_batch_begin(self, batch, logs=None):
        for layer in self._scheduled:
            layer.value.assign(min(1.0, (self._before + batch) / self.steps))


class _OfRun:
    """Begin, as a callback of Keras that waits for a measure to improve, where a run's history ends.

    Args:
        run: whose history says what was measured before it was resumed.
        **options: Keras' own.
    """

    def __init__(self, run: Run, **options):
        super().__init__(**options)
        self.run = run

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        for epoch, value in enumerate(self.run.progress.history.get(self.monitor, [])):
            self.on_epoch_end(epoch, {self.monitor: value})  # a learning rate itself is restored after this


class Plateau(_OfRun, keras.callbacks.ReduceLROnPlateau):
    """Lower the learning rate where a measure no longer improves, also over the end of a process.

    Args:
        run: whose history says what was measured before it was resumed.
        **options: Keras' own.
    """


class EarlyStopping(_OfRun, keras.callbacks.EarlyStopping):
    """Stop training where a measure no longer improves, also over the end of a process.

    Args:
        run: whose history says what was measured before it was resumed.
        **options: Keras' own. With `restore_best_weights` a resumed run knows those of its own process only; a `Run`
            keeps the best ones in a file.
    """
