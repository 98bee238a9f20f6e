"""Text from outside, such as names of files and of classes, as it may be printed."""

from __future__ import annotations


def printable(text: object) -> str:
    """Return text in one line, with escapes for what would move the cursor, change colours or hide (as in `repr`)."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in str(text))
