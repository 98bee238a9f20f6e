"""Optional dependencies: the extras of `pip install 'kzoo[...]'`."""

from __future__ import annotations

from importlib.util import find_spec


def require(what: str, extra: str, *packages: str):
    """Check that optional packages are installed, before work that needs them is begun.

    Args:
        what: feature that needs them, such as "a training".
        extra: of kzoo, that installs them.
        packages: their import names.

    Raises:
        ImportError: one is missing; the message has the command that installs it.
    """
    if absent := missing(*packages):
        raise ImportError(f"{what} needs {', '.join(absent)}, not installed here; pip install 'kzoo[{extra}]'")


def missing(*packages: str) -> list[str]:
    """Return the packages that are not installed."""
    return [each for each in packages if not find_spec(each)]
