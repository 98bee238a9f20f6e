"""A recipe: a training with a name, a description, and a configuration that the command line may change."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzoo.training.config import ClassifierConfig


@dataclass(frozen=True)
class Recipe:
    """A training that a command runs.

    Args:
        doc: what it is, in a line, and where it comes from.
        config: the options, an instance; or their class, where an option has no default.
        main: trains by a configuration, and returns metrics.
    """

    name: str
    doc: str
    config: Any
    main: Callable

    @property
    def title(self) -> str:
        """The first line of its description."""
        return self.doc.partition("\n")[0]


ROWS: dict[str, Recipe] = {}


def classifier(name: str, doc: str, *, data: str, **options):
    """Add a recipe that trains an image classifier.

    Args:
        name, doc: of the recipe.
        data, options: of `ClassifierConfig`.
    """
    config = ClassifierConfig(data=data, out=Path("runs") / name, **options)
    ROWS[name] = Recipe(name, inspect.cleandoc(doc), config, train_classifier)


def train_classifier(config: ClassifierConfig) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    from kzoo.tasks import ImageClassification, train

    return train(ImageClassification(config)).metrics
