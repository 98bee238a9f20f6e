"""The builders of all networks by name, `kzoo.ResNet50` and so on; `builders.pyi` has their signatures.

Those in `kzoo.applications` build the same, with the signatures of keras.applications.
"""

from __future__ import annotations

from kzoo import registry


def __getattr__(name: str) -> registry.Builder:
    try:
        return registry.builders()[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name) from None
