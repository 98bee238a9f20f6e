"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

from collections.abc import Callable

from kzoo._errors import one_line_errors


def command_line(main: Callable, config: type, description: str):
    """Run `main` with the configuration that the command line gives; every field of the class is an option.

    What goes wrong is said in one line. Exit codes: 2 if options, data or files are wrong, 3 if a training diverged, 4
    if another machine of a training has gone, 143 if it was asked to stop (SIGTERM) and has saved its state.
    """
    import tyro

    from kzoo.training.checkpoint import DivergedError
    from kzoo.training.run import LostMachineError, PreemptedError

    codes = {
        LostMachineError: 4,
        PreemptedError: 143,  # 128 + SIGTERM, as a shell counts
        DivergedError: 3,
        ValueError: 2,
        OSError: 2,
    }
    with one_line_errors(codes):
        main(tyro.cli(config, description=description))
