"""All models by name: registering, listing, building."""

from __future__ import annotations

import difflib
import fnmatch
import importlib
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from kzoo._validation import abbreviate
from kzoo.registry.builders import Builder, make_builder
from kzoo.registry.variants import Network, Variant

if TYPE_CHECKING:
    import keras

_builders: dict[str, Builder] = {}

# Packages and modules of variants, imported with their submodules when the registry is first read.
_HOMES = ("kzoo.applications", "kzoo.models.generative", "kzoo.models.text")


def register(variant: Variant | Network) -> Builder:
    """Add a variant to the zoo; names are unique, case-insensitively.

    Raises:
        ValueError: the name is registered already.
    """
    if variant.name.lower() in map(str.lower, _builders):
        raise ValueError(f"a model named {variant.name!r} is registered already; choose another name")
    _builders[variant.name] = make_builder(variant)
    return _builders[variant.name]


@cache
def _import_families() -> None:
    for home in _HOMES:
        for module in pkgutil.iter_modules(getattr(importlib.import_module(home), "__path__", [])):
            importlib.import_module(f"{home}.{module.name}")


def builders() -> Mapping[str, Builder]:
    """Return all builders by name, in natural order (ResNet50 before ResNet101)."""
    _import_families()
    return {name: _builders[name] for name in sorted(_builders, key=_natural)}


def _natural(name: str) -> list:
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]


def _builder(name: str) -> Builder:
    builders_by_name = builders()
    lower = {each.lower(): each for each in builders_by_name}
    if not isinstance(name, str):
        raise ValueError(
            f"name={abbreviate(name)} is no name of a model; kzoo.list_models() names all {len(builders_by_name)}"
        )
    if name.lower() in lower:
        return builders_by_name[lower[name.lower()]]
    nearest = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    hint = f"the nearest are {', '.join(nearest)}; " if nearest else ""
    raise ValueError(f"there is no model {name!r}; {hint}kzoo.list_models() names all {len(builders_by_name)}")


def list_models(pattern: str = "*", weights: str | bool | None = None, kind: str | None = None) -> list[str]:
    """List the names of models.

    Args:
        pattern: a shell pattern such as "resnet*", or a part of a name such as "resnet"; case-insensitive.
        weights: a tag such as "imagenet" for models with these weights; True for models with any, False for those
            with none.
        kind: "classifier" for image classifiers, "generative" or "sequence"; None for all.

    Raises:
        ValueError: there is no model of this kind, or an argument has another type.
    """
    if not isinstance(pattern, str):
        raise ValueError(
            f'pattern={abbreviate(pattern)} is no pattern; accepted are such as "resnet*", or a part of a name'
        )
    if not isinstance(weights, str | bool | None):
        raise ValueError(
            f"weights={abbreviate(weights)} is no tag; accepted are such as 'imagenet', True, False or None"
        )
    kinds = {builder.variant.kind for builder in builders().values()}
    if kind not in (None, *kinds):
        raise ValueError(
            f"kind={abbreviate(kind)} is unknown; accepted are {', '.join(sorted(kinds))}, or None for all"
        )
    pattern = pattern.lower() if any(each in pattern for each in "*?[") else f"*{pattern.lower()}*"

    def matches(variant: Variant | Network) -> bool:
        tags = {row.tag for row in variant.weights}
        return weights is None or (bool(tags) == weights if isinstance(weights, bool) else weights in tags)

    return [
        name
        for name, builder in builders().items()
        if fnmatch.fnmatchcase(name.lower(), pattern)
        and matches(builder.variant)
        and kind in (None, builder.variant.kind)
    ]


def build(name: str, /, **arguments: Any) -> keras.Model:
    """Build a model by name, case-insensitively: `build("ResNet50", classes=10)` is `kzoo.ResNet50(classes=10)`.

    Raises:
        ValueError: the model is unknown (the message has the nearest names), or an argument is invalid.
    """
    return _builder(name)(**arguments)


def info(name: str) -> Variant | Network:
    """Return the row of a model in the registry: paper, year, parameters; of a classifier also MACs, input and weights.

    Names are case-insensitive. The row is printed as a short table.

    Raises:
        ValueError: the model is unknown; the message has the nearest names.
    """
    return _builder(name).variant


def classifier(name: str) -> Variant:
    """Return the row of an image classifier in the registry.

    Raises:
        ValueError: the model is unknown, or it is not a classifier.
    """
    variant = info(name)
    if variant.kind != "classifier":
        raise ValueError(f"{name} is a {variant.kind} network; list_models(kind='classifier') names what classifies")
    return variant
