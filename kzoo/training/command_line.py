"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

import sys
from collections.abc import Callable


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
        (ValueError, OSError): 2,
    }
    try:
        main(tyro.cli(config, description=description))
    except (LostMachineError, PreemptedError, DivergedError, ValueError, OSError) as error:
        if "\n" in str(error):  # not one of kzoo's own messages: where it came from matters
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(next(code for kinds, code in codes.items() if isinstance(error, kinds)))
