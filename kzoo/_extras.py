"""Packages that only a kind of work needs: the extras of `pip install 'kzoo[...]'`."""

from __future__ import annotations

from importlib.util import find_spec


def require(what: str, extra: str, *packages: str):
    """See that packages are there before work is begun that would end in their absence.

    Args:
        what: needs them, such as "a training".
        extra: of kzoo, that brings them.
        packages: the names that they are imported by.

    Raises:
        ImportError: one is missing; the message has the command that installs it.
    """
    if absent := missing(*packages):
        raise ImportError(f"{what} needs {', '.join(absent)}, not installed here; pip install 'kzoo[{extra}]'")


def missing(*packages: str) -> list[str]:
    """Return those of the packages that are not installed."""
    return [each for each in packages if not find_spec(each)]
