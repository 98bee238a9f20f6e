"""Errors as a command line says them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def one_line_errors(codes: Mapping[type[Exception], int]) -> Iterator[None]:
    """Print an error of these kinds in one line, and leave the process with the code of the first kind that fits.

    An error of several lines is not one of kzoo's own messages: it passes, since where it came from matters.
    """
    try:
        yield
    except tuple(codes) as error:
        if "\n" in str(error):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(next(code for kind, code in codes.items() if isinstance(error, kind)))
