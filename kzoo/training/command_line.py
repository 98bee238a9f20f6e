"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

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
    """Run `main` with the configuration that the command line gives; every field is an option.

    What goes wrong is said in one line. Exit codes: 2 if options, data or files are wrong, 3 if a training diverged, 4
    if another machine of a training has gone, 130 at Ctrl-C, 143 if it was asked to stop (SIGTERM) and has saved its
    state.

    Args:
        prog, arguments: the command and what follows it; by default as they were typed.
    """
    given = None
    try:
        with one_line_errors({ValueError: 2, OSError: 2}):
            given = parse(config, arguments, prog=prog, description=description)
        import_tensorflow()
        with one_line_errors(*_kinds()):
            main(given)
    except KeyboardInterrupt:
        fail(f"interrupted{_saved(given)}", INTERRUPTED)


def parse(config: Any, arguments: Sequence[str] | None = None, **options):
    """Return the configuration that the arguments of a command line give.

    Args:
        config: a subclass of `Validated`, or an instance, which has the defaults.
        options: of `tyro.cli`.

    Raises:
        ValueError: a value is not accepted.
        SystemExit: the arguments are not those of this command line, which has been said, or ask for help.
    """
    import tyro

    kind, default = (config, None) if isinstance(config, type) else (type(config), config)
    with unchecked():  # tyro would draw a box around what a class says of its fields
        given = tyro.cli(kind, args=arguments, **({} if default is None else {"default": default}), **options)
    return validated(given)


def _kinds():
    """Return the exit codes of errors, and the kinds of which the first line is all."""
    import tensorflow as tf

    from kzoo.training.checkpoint import DivergedError
    from kzoo.training.run import LostMachineError, PreemptedError

    codes = {
        LostMachineError: 4,
        PreemptedError: 143,  # 128 + SIGTERM
        DivergedError: 3,
        ValueError: 2,
        OSError: 2,
        ImportError: 2,
        MemoryError: 2,
        tf.errors.ResourceExhaustedError: 2,
    }
    return codes, (tf.errors.ResourceExhaustedError,)


def _saved(config) -> str:
    """Say what a run that was broken off has left to go on from; nothing of what is no run."""
    if not hasattr(config, "resume"):
        return ""
    # some recipes train several networks, each in a folder of its own
    saved = sorted(config.out.rglob("checkpoints/*.safetensors"), key=lambda path: path.stat().st_mtime)
    return f"; saved {saved[-1]}, --resume goes on from there" if saved else "; nothing had been saved"
