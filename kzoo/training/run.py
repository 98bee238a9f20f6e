"""A training that can be killed at any moment and go on: checkpoints, what is written of it, what a person sees."""

from __future__ import annotations

import csv
import math
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo._files import atomic_path, save_weights
from kzoo.training.checkpoint import Checkpoints, DivergedError, Progress, restore


class PreemptedError(Exception):
    """The training was asked to stop (SIGTERM), has saved its state, and can be resumed."""


class LostMachineError(Exception):
    """Of several machines that train together one has gone; the others cannot go on without it."""


class Run(keras.callbacks.Callback):
    """Keep the state of a training on disk, its history in a table, and a person informed.

    Writes to `out`: checkpoints/ (the last few states), history.csv (a line an epoch), and best.weights.h5, the
    network's weights of the epoch whose `monitor` was highest.

    Args:
        out: folder of the results.
        steps: steps an epoch.
        monitor: name of the measure that decides which weights are best; None to keep none.
        every: write a checkpoint after so many steps, besides that at the end of each epoch.
        keep: how many checkpoints are kept.
        resume: whether to go on from the last checkpoint in `out`, if there is one.
        chief: whether this is the process that writes; of several that train together only one is.
        images: images a step, or what `unit` names, for the speed that is shown.
        data: what the training data are, in words.

    Raises:
        FileExistsError: `out` has checkpoints, and they are not to be resumed.
        ValueError: the run that is resumed had other steps an epoch, or other data; or its checkpoints are damaged.
    """

    def __init__(
        self,
        out: Path,
        steps: int,
        monitor: str | None = None,
        every: int | None = None,
        keep: int = 2,
        resume: bool = False,
        chief: bool = True,
        images: int = 0,
        unit: str = "images",
        data: str = "",
    ):
        super().__init__()
        self.out, self.steps, self.monitor, self.every = Path(out), steps, monitor, every
        self.chief, self.images, self.unit = chief, images, unit
        self.checkpoints = Checkpoints(self.out / "checkpoints", keep, write=chief)
        found = self.checkpoints.last() if resume else None
        if chief and not resume and self.checkpoints.paths():
            raise FileExistsError(
                f"{self.checkpoints.folder} has checkpoints of an earlier run; resume, or remove them"
            )
        self.saved, self.progress = found or (None, Progress(steps=steps, data=data))
        if (self.progress.steps, self.progress.data) != (steps, data):
            raise ValueError(
                f"the data have changed since {self.saved} was written: it is of {self.progress.steps} steps an epoch "
                f"on {self.progress.data or 'unnamed data'}, not of {steps} on {data or 'unnamed data'}; "
                "resume with the same data, or begin again with --overwrite"
            )
        self.restored = found is None
        self.preempted, self.aside = False, []

    def fit(
        self,
        model: keras.Model,
        data: Callable[[int, int], tf.data.Dataset],
        epochs: int,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        **arguments,
    ) -> dict[str, list[float]]:
        """Train a compiled model from where the run stands until `epochs` are done, and return the history.

        The model has the weights of the last checkpoint then, also where nothing was left to be trained.

        Args:
            data: gives the batches from a step of an epoch on, through all later epochs.
            arguments: for Keras' `fit`, such as `validation_data`.

        Raises:
            PreemptedError: SIGTERM came; the state has been saved.
            DivergedError: the loss became NaN or infinite; the message has step, learning rate and last checkpoint.
            LostMachineError: one of several machines that train together has gone.
        """
        self.epochs, self.clock = epochs, time.monotonic()
        bar = 1 if sys.stdout.isatty() and self.chief else 0
        with _on_sigterm(self._preempt), self._naming_lost_machines():
            while self.progress.epoch < epochs and not self.progress.stopped:
                # Keras counts steps by the epoch, so one that was broken off is finished by itself
                broken = self.progress.step > 0
                model.fit(
                    data(self.progress.epoch, self.progress.step),
                    initial_epoch=self.progress.epoch,
                    epochs=self.progress.epoch + 1 if broken else epochs,
                    steps_per_epoch=self.steps - self.progress.step,
                    callbacks=[*callbacks, self],
                    shuffle=False,
                    verbose=bar,
                    **arguments,
                )
                # fit ends by overwriting weights with their moving averages, if the optimizer keeps some; undo that
                self.restored = not _inner(model.optimizer).use_ema
        if not self.restored:
            restore(self.saved, model, weights_only=True)
        if self.chief and self.progress.history:  # a process may have been killed between a checkpoint and the table
            self._write_history()
        return self.progress.history

    def on_epoch_begin(self, epoch, logs=None):
        if not self.restored:  # not earlier: Keras resets the metrics just before
            restore(self.saved, self.model)
            self.restored = True
            if self.progress.step == 0:  # what was measured then is of the validation
                self.model.reset_metrics()
        self.first, self.started = self.progress.step, time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        step = self.first + batch + 1
        self.progress = replace(self.progress, step=step, seconds=self._seconds())
        for name, value in logs.items():
            if not math.isfinite(value):
                raise self._diverged(f"the {name} is {value}")
        last = step == self.steps
        self.preempted = self._agreed(self.preempted)
        self.trained = time.monotonic()
        if not last and (self.preempted or (self.every and step % self.every == 0)):
            self._save()
            self._stop_if_asked()

    def on_test_begin(self, logs=None):
        """Put moving averages of the weights, if the optimizer keeps some, in their place until the epoch ends."""
        optimizer = _inner(self.model.optimizer)
        if optimizer.use_ema and not self.aside:
            weights = self.model.trainable_variables
            self.aside = [(weight, np.asarray(weight)) for weight in weights]
            for weight, average in zip(weights, optimizer._model_variables_moving_average, strict=True):
                weight.assign(np.asarray(average))

    def on_epoch_end(self, epoch, logs=None):
        history = {name: [*self.progress.history.get(name, []), float(value)] for name, value in logs.items()}
        best = self._keep_best(logs)
        for weight, value in self.aside:
            weight.assign(value)
        self.aside = []
        self.progress = replace(
            self.progress,
            epoch=epoch + 1,
            step=0,
            best=best,
            history=history,
            seconds=self._seconds(),
            stopped=bool(self.model.stop_training),
        )
        self._save()
        if self.chief:
            self._write_history()
            self._tell(epoch, logs)
        # not before the chief is here: what it has written may be what the others read next
        self.preempted = self._agreed(self.preempted)
        self._stop_if_asked()

    def _stop_if_asked(self):
        if self.preempted:
            raise PreemptedError(f"asked to stop; saved {self.saved}, --resume goes on from there")

    def _seconds(self):
        """Return for how long this run has been trained by now."""
        now = time.monotonic()
        self.clock, passed = now, now - self.clock
        return self.progress.seconds + passed

    def _keep_best(self, logs):
        best = self.progress.best
        if self.monitor is None or (best is not None and logs[self.monitor] <= best):
            return best
        with tempfile.TemporaryDirectory() as scratch:
            # where several machines train, all read the weights together; what the others write is thrown away
            folder = self.out if self.chief else Path(scratch)
            save_weights(self.model.network, folder / "best.weights.h5")
        return float(logs[self.monitor])

    def _save(self):
        try:
            self.saved = self.checkpoints.save(self.model, self.progress)
        except DivergedError as error:
            raise self._diverged(str(error)) from None

    def _diverged(self, what):
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        return DivergedError(
            f"{what} after step {self.progress.step} of epoch {self.progress.epoch + 1}, at learning rate {rate:.3g}; "
            f"the last good checkpoint is {self.saved or 'none'}"
        )

    def _preempt(self, *_):
        self.preempted = True

    def _agreed(self, flag):
        """Tell whether any of the machines that train together has the flag: they save, and stop, at the same step."""
        strategy = self.model.distribute_strategy
        if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return flag
        flags = strategy.experimental_distribute_values_from_function(lambda _: tf.constant(float(flag)))
        return bool(strategy.reduce("SUM", flags, axis=None) > 0)

    def _write_history(self):
        history = self.progress.history
        with atomic_path(self.out / "history.csv") as new, new.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["epoch", *history])
            writer.writerows([i, *values] for i, values in enumerate(zip(*history.values(), strict=True)))

    @contextmanager
    def _naming_lost_machines(self):
        try:
            yield
        except (tf.errors.UnavailableError, tf.errors.AbortedError) as error:
            raise LostMachineError(
                "another machine of this training has gone; start all again with --resume, "
                f"which goes on from {self.saved or 'the beginning'}"
            ) from error

    def _tell(self, epoch, logs):
        """Print one line: the measures, the speed of training, and how long the rest will take."""
        now = time.monotonic()
        steps = self.steps - self.first
        measures = "  ".join(f"{name} {value:.4g}" for name, value in logs.items())
        rate = self.images * steps / (self.trained - self.started)
        speed = f"{rate:,.{0 if rate >= 10 else 1}f} {self.unit}/s  " if self.images else ""
        left = (now - self.started) * self.steps / steps * (self.epochs - epoch - 1)
        print(f"epoch {epoch + 1}/{self.epochs}  {measures}  {speed}{_duration(left)} left", flush=True)


def _inner(optimizer):
    """Return the optimizer inside one that scales the loss, or itself."""
    return getattr(optimizer, "inner_optimizer", optimizer)


@contextmanager
def _on_sigterm(handler):
    """Have SIGTERM call a handler meanwhile; only the main thread of a process can ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
