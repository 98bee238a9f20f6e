"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kzoo._errors import INTERRUPTED, fail, one_line_errors
from kzoo._quiet import import_tensorflow


def command_line(
    main: Callable,
    config: type,
    description: str,
    prog: str | None = None,
    arguments: Sequence[str] | None = None,
):
    """Run `main` with the configuration that the command line gives; every field of the class is an option.

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


def parse(config: type, arguments: Sequence[str] | None = None, **options):
    """Return the configuration that the arguments of a command line give.

    Args:
        options: of `tyro.cli`.

    Raises:
        ValueError: a value is not accepted.
        SystemExit: the arguments are not those of this command line, which has been said, or ask for help.
    """
    import tyro

    # tyro would draw a box around what a class says of its fields, so it fills one that says nothing
    silent = type(config.__name__, (config,), {"__post_init__": lambda self: None, "__doc__": config.__doc__})
    return config(**vars(tyro.cli(silent, args=arguments, **options)))


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
