"""Escaping of untrusted text, such as names of files and of classes, before it is printed."""

from __future__ import annotations

import textwrap


def printable(text: object) -> str:
    """Return text in one line, its control and invisible characters escaped as in `repr`."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in str(text))


def fault_of_name(name: str) -> str | None:
    """Say why a text cannot be the name of a class, a line of labels.txt; None if it can."""
    if len(f"{name}.".splitlines()) > 1:
        return "has a line break"
    if not name.strip():
        return "is empty"
    if name.startswith("\ufeff"):
        return "begins with a byte order mark"
    if any("\ud800" <= each <= "\udfff" for each in name):  # by these Python stands for bytes that are no UTF-8
        return "is no Unicode text"
    return None


def one_line(text: object) -> str:
    """Return a text, such as of another package's error, as one line of at most 300 characters."""
    return textwrap.shorten(str(text), 300)
