"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

import sys
from collections.abc import Callable


def command_line(main: Callable, config: type, description: str):
    """Run `main` with the configuration that the command line gives; every field of the class is an option.

    What goes wrong is said in one line. Exit codes: 2 if the options or the data are wrong, 3 if the training diverged
    or could not write, 143 if it was asked to stop (SIGTERM) and has saved its state.
    """
    import tyro

    from kzoo.training.checkpoint import DivergedError
    from kzoo.training.run import PreemptedError

    codes = {
        PreemptedError: 143,  # 128 + SIGTERM, as a shell counts
        (ValueError, FileNotFoundError, FileExistsError): 2,
        (DivergedError, OSError): 3,
    }
    try:
        main(tyro.cli(config, description=description))
    except (PreemptedError, DivergedError, ValueError, OSError) as error:
        if "\n" in str(error):  # not one of kzoo's own messages: where it came from matters
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(next(code for kinds, code in codes.items() if isinstance(error, kinds)))
