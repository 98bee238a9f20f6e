"""From the options on a command line to a recipe's `main`."""

from __future__ import annotations

import sys
from collections.abc import Callable


def command_line(main: Callable, config: type, description: str):
    """Run `main` with the configuration that the command line gives; every field of the class is an option.

    What is wrong with it is said in one line, and the exit code is 2.
    """
    import tyro

    try:
        main(tyro.cli(config, description=description))
    except (ValueError, OSError) as error:
        if "\n" in str(error):  # not one of kzoo's own messages: where it came from matters
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
