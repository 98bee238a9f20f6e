"""Recipes: trainings by name, those of papers as rows of `imagenet`, `cifar10` and `lenet5`, others a module each.

`kzoo train NAME` runs one; `kzoo finetune`, `kzoo distill` and `kzoo evaluate` are those for trained networks.
Importing one does not import TensorFlow.
"""

from __future__ import annotations

import ast
import difflib
import importlib
from collections.abc import Sequence
from pathlib import Path

TABLES = ("cifar10", "imagenet", "lenet5")  # modules of rows
COMMANDS = ("distill", "evaluate", "finetune")  # recipes for trained networks, which are commands of their own


def list_recipes() -> dict[str, str]:
    """Return the names of the recipes that train a network, and their titles."""
    others = ("__init__", "recipe", *TABLES, *COMMANDS)
    paths = [path for path in Path(__file__).parent.glob("*.py") if path.stem not in others]
    texts = {path.stem: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in paths}
    titles = {name: text.partition("\n")[0] for name, text in texts.items()}
    titles |= {name: row.title for name, row in _rows().items()}
    return dict(sorted(titles.items()))


def load(name: str):
    """Return the `Recipe` of a name.

    Raises:
        ValueError: the recipe is unknown; the message has the nearest names.
    """
    from kzoo.recipes.recipe import Recipe

    names = (*list_recipes(), *COMMANDS)
    if name not in names:
        nearest = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"the nearest are {', '.join(nearest)}; " if nearest else ""
        raise ValueError(f"there is no recipe {name!r}; {hint}`kzoo train` names all")
    if name in _rows():
        return _rows()[name]
    module = importlib.import_module(f"kzoo.recipes.{name}")
    return Recipe(name, module.__doc__ or "", module.Config, module.main)


def run(name: str, arguments: Sequence[str] | None = None, prog: str | None = None):
    """Run a recipe with the arguments of a command line; by default those of this process.

    Args:
        prog: the command that was typed.

    Raises:
        ValueError: there is no such recipe; the message names the nearest.
    """
    from kzoo.training.command_line import command_line

    recipe = load(name)
    command_line(recipe.main, recipe.config, recipe.doc, prog, arguments)


def _rows():
    for table in TABLES:
        importlib.import_module(f"kzoo.recipes.{table}")
    from kzoo.recipes.recipe import ROWS

    return ROWS
