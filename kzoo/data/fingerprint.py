"""Fingerprints of data, by which a resumed run notices that its data have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np


def fingerprint(*parts: Any) -> str:
    """Return 8 hexadecimal digits that depend on every value of the parts, in their order.

    Args:
        parts: arrays, bytes, strings, numbers, None, or iterables of these.
    """
    digest = hashlib.sha256()
    _update(digest, parts)
    return digest.hexdigest()[:8]


def _update(digest: Any, part: Any) -> None:
    if isinstance(part, str):
        _update(digest, part.encode("utf-8", "surrogateescape"))
    elif isinstance(part, bytes):
        digest.update(b"%d:" % len(part))  # so that "ab", "c" is not "a", "bc"
        digest.update(part)
    elif isinstance(part, np.ndarray):
        _update(digest, f"{part.dtype.str}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).data)
    elif isinstance(part, Iterable):
        digest.update(b"(")
        for each in part:
            _update(digest, each)
        digest.update(b")")
    else:
        _update(digest, str(part).encode())
