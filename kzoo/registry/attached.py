"""What kzoo knows of a model that it built, kept beside it as attributes."""

from __future__ import annotations

from typing import Any


def attach(model: Any, like: Any) -> Any:
    """Give a model what is known of the one it was made from, and return it.

    That is `variant`, its row in the registry, with the preprocessing of its weights, and `source`, the row of the
    published weights it was loaded with; None for a model that kzoo did not build.
    """
    model.variant, model.source = getattr(like, "variant", None), getattr(like, "source", None)
    return model
