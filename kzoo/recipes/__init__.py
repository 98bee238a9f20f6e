"""Recipes, one task a module: a docstring, a configuration and `main(config)`.

`kzoo train NAME` runs one, and so does `python -m kzoo.recipes.NAME`; `kzoo finetune`, `kzoo distill` and
`kzoo evaluate` are those for trained networks. Importing one does not import TensorFlow.
"""

from __future__ import annotations

import ast
import difflib
import importlib
from collections.abc import Sequence
from pathlib import Path

COMMANDS = ("distill", "evaluate", "finetune")  # recipes for trained networks, which are commands of their own


def list_recipes() -> dict[str, str]:
    """Return the names of the recipes that train a network, and the first line of their docstrings."""
    paths = sorted(path for path in Path(__file__).parent.glob("*.py") if path.stem not in ("__init__", *COMMANDS))
    texts = {path.stem: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in paths}
    return {name: text.partition("\n")[0] for name, text in texts.items()}


def run(name: str, arguments: Sequence[str] | None = None, prog: str | None = None):
    """Run a recipe with the arguments of a command line; by default those of this process.

    Args:
        prog: the command that was typed.

    Raises:
        ValueError: there is no such recipe; the message names the nearest.
    """
    from kzoo.training import command_line

    names = (*list_recipes(), *COMMANDS)
    if name not in names:
        nearest = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"the nearest are {', '.join(nearest)}; " if nearest else ""
        raise ValueError(f"there is no recipe {name!r}; {hint}`kzoo train` names all")
    recipe = importlib.import_module(f"kzoo.recipes.{name}")
    command_line(recipe.main, recipe.Config, recipe.__doc__, prog, arguments)
