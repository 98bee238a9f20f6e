"""Training runs that can be killed at any moment and resumed: checkpoints, history, best weights, progress."""

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
from kzoo.compat import averaged_weights
from kzoo.training.checkpoint import Checkpoints, DivergedError, Progress, restore


class PreemptedError(Exception):
    """The training was preempted (SIGTERM), has saved its state, and can be resumed."""


class LostWorkerError(Exception):
    """A worker of a multi-worker training has ended; the others cannot continue without it."""


class Run(keras.callbacks.Callback):
    """A training run: writes checkpoints, history and best weights, resumes, and prints progress.

    Writes to `out`: checkpoints/ (the latest states), history.csv (a line an epoch), and best.weights.h5, the network's
    weights of the epoch with the highest `monitor`.

    Args:
        out: folder of the results.
        steps_per_epoch: training steps.
        monitor: name of the metric that decides which weights are best; None to keep none.
        checkpoint_every: steps between checkpoints, besides that at the end of each epoch.
        keep_checkpoints: how many are kept.
        resume: whether to resume from the latest checkpoint in `out`, if there is one.
        chief: whether this is the process that writes files; of several workers only one is.
        batch_size: images a step, or what `unit` names, for the throughput that is printed.
        unit: of the batch size, such as "images".
        data: description of the training data.

    Raises:
        FileExistsError: `out` has checkpoints, and `resume` is False.
        FileNotFoundError: the best weights of the run that is resumed are missing.
        ValueError: the run that is resumed had other steps an epoch, or other data; or its checkpoints are damaged.
    """

    def __init__(
        self,
        out: Path,
        steps_per_epoch: int,
        monitor: str | None = None,
        checkpoint_every: int | None = None,
        keep_checkpoints: int = 2,
        resume: bool = False,
        chief: bool = True,
        batch_size: int = 0,
        unit: str = "images",
        data: str = "",
    ):
        super().__init__()
        self.out, self.steps_per_epoch, self.monitor = Path(out), steps_per_epoch, monitor
        self.checkpoint_every, self.chief, self.batch_size, self.unit = checkpoint_every, chief, batch_size, unit
        self.checkpoints = Checkpoints(self.out / "checkpoints", keep_checkpoints, write=chief)
        latest = self.checkpoints.latest() if resume else None
        if chief and not resume and self.checkpoints.paths():
            raise FileExistsError(
                f"{self.checkpoints.folder} has checkpoints of an earlier run; resume, or remove them"
            )
        self.latest_checkpoint: Path | None
        self.latest_checkpoint, self.progress = latest or (None, Progress(steps_per_epoch=steps_per_epoch, data=data))
        if (self.progress.steps_per_epoch, self.progress.data) != (steps_per_epoch, data):
            raise ValueError(
                f"the data have changed since {self.latest_checkpoint} was written: it is of "
                f"{self.progress.steps_per_epoch} steps an epoch on {self.progress.data or 'unnamed data'}, "
                f"not of {steps_per_epoch} on {data or 'unnamed data'}; "
                "resume with the same data, or begin again with --overwrite"
            )
        if chief and monitor and self.progress.best is not None and not (self.out / "best.weights.h5").is_file():
            raise FileNotFoundError(
                f"{self.out / 'best.weights.h5'}: no such file, though the run of {self.latest_checkpoint} wrote it; "
                "put it back, or begin again with --overwrite"
            )
        self.is_restored = latest is None
        self.preempted = False
        self.trained_weights: list[tuple[keras.Variable, np.ndarray]] = []

    def fit(
        self,
        model: keras.Model,
        data: Callable[[int, int], tf.data.Dataset],
        epochs: int,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        **arguments,
    ) -> dict[str, list[float]]:
        """Train a compiled model from the run's progress until `epochs` are done, and return the history.

        The model then has the weights of the latest checkpoint, also if the run was finished already.

        Args:
            data: maps an epoch and a step to the dataset of all batches from there on, infinite.
            arguments: for Keras' `fit`, such as `validation_data`.

        Raises:
            PreemptedError: SIGTERM came; the state has been saved.
            DivergedError: the loss became NaN or infinite; the message has step, learning rate and last checkpoint.
            LostWorkerError: another worker has ended.
        """
        self.epochs, self.last_time = epochs, time.monotonic()
        verbose = 1 if sys.stdout.isatty() and self.chief else 0
        with _handle_sigterm(self._preempt), self._detect_lost_workers():
            while self.progress.epoch < epochs and not self.progress.stopped:
                # steps_per_epoch is the same for all epochs of a `fit`, so the rest of an epoch is one of its own
                is_partial_epoch = self.progress.step > 0
                model.fit(
                    data(self.progress.epoch, self.progress.step),
                    initial_epoch=self.progress.epoch,
                    epochs=self.progress.epoch + 1 if is_partial_epoch else epochs,
                    steps_per_epoch=self.steps_per_epoch - self.progress.step,
                    callbacks=[*callbacks, self],
                    shuffle=False,
                    verbose=verbose,
                    **arguments,
                )
                # fit ends by overwriting weights with their moving averages, if the optimizer has some; undo that
                self.is_restored = not _inner_optimizer(model.optimizer).use_ema
        if self.latest_checkpoint and not self.is_restored:
            restore(self.latest_checkpoint, model, weights_only=True)
        if self.chief and self.progress.history:  # a process may have been killed after it wrote a checkpoint
            self._write_history()
        return self.progress.history

    def on_epoch_begin(self, epoch, logs=None):
        if not self.is_restored:  # not earlier: Keras has just reset the metrics
            restore(self.latest_checkpoint, self.model)
            self.is_restored = True
            if self.progress.step == 0:  # the metrics are those of the validation
                self.model.reset_metrics()
        self.first_step, self.epoch_start = self.progress.step, time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        step = self.first_step + batch + 1
        self.progress = replace(self.progress, step=step, seconds=self._elapsed_seconds())
        for name, value in logs.items():
            if not math.isfinite(value):
                raise self._diverged_error(f"the {name} is {value}")
        last = step == self.steps_per_epoch
        self.preempted = self._any_worker(self.preempted)
        self.training_end = time.monotonic()
        if not last and (self.preempted or (self.checkpoint_every and step % self.checkpoint_every == 0)):
            self._save()
            self._raise_if_preempted()

    def on_test_begin(self, logs=None):
        """Swap in moving averages of the weights, if the optimizer has some, until the epoch ends."""
        optimizer = _inner_optimizer(self.model.optimizer)
        if optimizer.use_ema and not self.trained_weights:
            weights = self.model.trainable_variables
            self.trained_weights = [(weight, np.asarray(weight)) for weight in weights]
            for weight, average in zip(weights, averaged_weights(optimizer), strict=True):
                weight.assign(np.asarray(average))

    def on_epoch_end(self, epoch, logs=None):
        history = {name: [*self.progress.history.get(name, []), float(value)] for name, value in logs.items()}
        best = self._save_best_weights(logs)
        for weight, value in self.trained_weights:
            weight.assign(value)
        self.trained_weights = []
        self.progress = replace(
            self.progress,
            epoch=epoch + 1,
            step=0,
            best=best,
            history=history,
            seconds=self._elapsed_seconds(),
            stopped=bool(self.model.stop_training),
        )
        self._save()
        if self.chief:
            self._write_history()
            self._print_progress(epoch, logs)
        # synchronizes the workers: they may read next what the chief has written
        self.preempted = self._any_worker(self.preempted)
        self._raise_if_preempted()

    def _raise_if_preempted(self):
        if self.preempted:
            raise PreemptedError(f"asked to stop; saved {self.latest_checkpoint}, --resume goes on from there")

    def _elapsed_seconds(self):
        """Return the training time of this run until now."""
        now = time.monotonic()
        self.last_time, passed = now, now - self.last_time
        return self.progress.seconds + passed

    def _save_best_weights(self, logs):
        best = self.progress.best
        if self.monitor is None or (best is not None and logs[self.monitor] <= best):
            return best
        with tempfile.TemporaryDirectory() as scratch:
            # reading the weights synchronizes the workers; files of workers other than the chief are discarded
            folder = self.out if self.chief else Path(scratch)
            save_weights(self.model.network, folder / "best.weights.h5")
        return float(logs[self.monitor])

    def _save(self):
        try:
            self.latest_checkpoint = self.checkpoints.save(self.model, self.progress)
        except DivergedError as error:
            raise self._diverged_error(str(error)) from None

    def _diverged_error(self, problem):
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        return DivergedError(
            f"{problem} after step {self.progress.step} of epoch {self.progress.epoch + 1}, at learning rate "
            f"{rate:.3g}; the last good checkpoint is {self.latest_checkpoint or 'none'}"
        )

    def _preempt(self, *_):
        self.preempted = True

    def _any_worker(self, flag):
        """Return whether any worker has the flag: all save, and stop, at the same step."""
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
    def _detect_lost_workers(self):
        try:
            yield
        except (tf.errors.UnavailableError, tf.errors.AbortedError) as error:
            raise LostWorkerError(
                "another worker of this training has gone; start all again with --resume, "
                f"which goes on from {self.latest_checkpoint or 'the beginning'}"
            ) from error

    def _print_progress(self, epoch, logs):
        """Print one line: metrics, throughput, and estimated remaining time."""
        now = time.monotonic()
        steps = self.steps_per_epoch - self.first_step
        metrics = "  ".join(f"{name} {value:.4g}" for name, value in logs.items())
        rate = self.batch_size * steps / (self.training_end - self.epoch_start)
        speed = f"{rate:,.{0 if rate >= 10 else 1}f} {self.unit}/s  " if self.batch_size else ""
        remaining = (now - self.epoch_start) * self.steps_per_epoch / steps * (self.epochs - epoch - 1)
        print(f"epoch {epoch + 1}/{self.epochs}  {metrics}  {speed}{_duration(remaining)} left", flush=True)


def _inner_optimizer(optimizer):
    """Return the optimizer inside a LossScaleOptimizer, or itself."""
    return getattr(optimizer, "inner_optimizer", optimizer)


@contextmanager
def _handle_sigterm(handler):
    """Handle SIGTERM in this context; only the main thread can install a handler."""
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
