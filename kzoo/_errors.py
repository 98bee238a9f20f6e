"""Error messages and exit codes of the command line."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from kzoo._printing import printable

INTERRUPTED = 130  # 128 + SIGINT, as a shell counts


@contextmanager
def one_line_errors(
    codes: Mapping[type[Exception], int], first_line_only: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Print exceptions of these types as one line, and exit with the code of the first type that matches.

    An exception whose message has several lines is not kzoo's own, unless a name with a line break is in it: it is
    raised again, with its traceback. Of the types in `first_line_only`, the first line is printed.
    """
    _let_all_be_printed()
    try:
        yield
    except tuple(codes) as error:
        message = str(error) or type(error).__name__
        if isinstance(error, first_line_only):
            message = message.strip().splitlines()[0]
        if "\n" in message and not _is_own(error):
            raise
        fail(message, next(code for kind, code in codes.items() if isinstance(error, kind)))


def _let_all_be_printed():
    """Let printing not fail because nobody listens, or because a terminal's encoding lacks a character."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed when the process began
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - until the process ends
        elif isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_own(error):
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_globals["__name__"].partition(".")[0] == "kzoo"


def fail(message: str, code: int) -> NoReturn:
    """Print an error message and exit."""
    print(f"error: {printable(message)}", file=sys.stderr)
    sys.exit(code)
