"""Escaping of untrusted text, such as names of files and of classes, before it is printed."""

from __future__ import annotations


def printable(text: object) -> str:
    """Return text in one line, its control and invisible characters escaped as in `repr`."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in str(text))
