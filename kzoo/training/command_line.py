"""The command line of a recipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from kzoo._errors import INTERRUPTED, fail, one_line_errors
from kzoo._quiet import import_tensorflow
from kzoo._validation import unchecked, validated


def command_line(
    main: Callable,
    config: Any,
    description: str,
    prog: str | None = None,
    arguments: Sequence[str] | None = None,
):
    """Run `main` with a configuration from the command line; every field is an option.

    Errors are printed in one line. Exit codes: 2 for invalid options, data or files, 3 if a training diverged, 4 if
    another worker of a training has gone, 130 after Ctrl-C, 143 if it was preempted (SIGTERM) and has saved its state.

    Args:
        prog, arguments: the command and its arguments; by default those of this process.
    """
    parsed, start = None, time.time()
    try:
        with one_line_errors({ValueError: 2, OSError: 2}):
            parsed = parse(config, arguments, prog=prog, description=description)
        import_tensorflow()
        with one_line_errors(*_exit_codes()):
            main(parsed)
    except KeyboardInterrupt:
        fail(f"interrupted{_checkpoint_hint(parsed, start)}", INTERRUPTED)


def parse(config: Any, arguments: Sequence[str] | None = None, **options):
    """Parse the arguments of a command line into a configuration.

    Args:
        config: a subclass of `Validated`, or an instance, which has the defaults.
        options: of `tyro.cli`.

    Raises:
        ValueError: a value is invalid.
        SystemExit: an argument is unknown, which has been printed, or help was requested.
    """
    import tyro

    config_class, default = (config, None) if isinstance(config, type) else (type(config), config)
    with unchecked():  # tyro would draw a box around the errors of a class
        parsed = tyro.cli(config_class, args=arguments, **({} if default is None else {"default": default}), **options)
    return validated(parsed)


def _exit_codes():
    """Return the exit codes of exceptions, and the types of which only the first line is printed."""
    import tensorflow as tf

    from kzoo.training.checkpoint import DivergedError
    from kzoo.training.run import LostWorkerError, PreemptedError

    codes = {
        LostWorkerError: 4,
        PreemptedError: 143,  # 128 + SIGTERM
        DivergedError: 3,
        ValueError: 2,
        OSError: 2,
        ImportError: 2,
        MemoryError: 2,
        tf.errors.ResourceExhaustedError: 2,
    }
    return codes, (tf.errors.ResourceExhaustedError,)


def _checkpoint_hint(config, start) -> str:
    """Return a hint at the latest checkpoint of an interrupted run; nothing if the recipe has no runs.

    Unless it was resumed, those from before its start are of other runs, which may be anywhere below `out`.
    """
    if not hasattr(config, "resume"):
        return ""
    # some recipes train several networks, each in a folder of its own
    times = {path: path.stat().st_mtime for path in config.out.rglob("checkpoints/*.safetensors")}
    latest = max(times, key=times.__getitem__, default=None)
    if latest is None or not (config.resume or times[latest] >= start):
        return "; nothing had been saved"
    return f"; saved {latest}, --resume goes on from there"
