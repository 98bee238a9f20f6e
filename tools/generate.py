"""Write what follows from the registry: docs/models.md, and the `.pyi` files for lazy imports and static checkers.

An `__init__.pyi` is read when kzoo is imported, and so is short; what each builder takes, other stubs say.

python tools/generate.py          # write
python tools/generate.py --check  # exit with 1 if they are out of date
"""

import ast
import importlib
import inspect
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from kzoo import registry

ROOT = Path(__file__).parent.parent
APPLICATIONS = ROOT / "kzoo" / "applications"
FLAT = {  # of applications, beside the builders
    "feature_maps": ["features"],
    "imagenet": ["decode_predictions", "preprocess_input", "preprocessor"],
}
MACHINERY = ("__init__", "assembly", "blocks")  # what family files are made with
PUBLIC = {
    "applications": [],
    "data": ["load_source"],
    "exporting": ["export", "fold", "to_plain_keras"],
    "generative": [],
    "inference": [],
    "layers": [],
    "registry": ["build", "info", "list_models"],
    "sequence": [],
    "tasks": [],
    "training": [],
    "weights": [],
}
# What stubs may need; ruff takes out what one does not
IMPORTS = """import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Optional

import keras

from kzoo.applications.imagenet import PreprocessInput
from kzoo.applications.imagenet import decode_predictions as decode_predictions
"""
HEADER = """# Models

Written by `make generate` from the registry; the numbers are held against papers and references by `make test-all`.
Parameters are those of the default number of classes, moving statistics included. MACs are multiply-accumulates of
convolution and dense weights for one default input. Accuracies are ImageNet's, of the weights named, as their source
states them; kzoo has not measured them.

| variant | paper | parameters | MACs | input | weights: accuracy, its source, licence |
|---|---|---|---|---|---|
"""
OTHERS = """
## Other networks

| network | kind | paper | parameters | notes |
|---|---|---|---|---|
"""


def files() -> dict[Path, str]:
    """Return the text of each file by path."""
    builders = registry.builders()
    families = {}
    for name, builder in builders.items():
        if builder.variant.kind == "classifier":
            families.setdefault(builder.variant.network.__module__.rpartition(".")[2], []).append(name)
    modules = sorted(path.stem for path in APPLICATIONS.glob("*.py") if path.stem not in MACHINERY)
    helpers = {f"applications.{module}": names for module, names in FLAT.items()}
    top = [f"from . import {package} as {package}" for package in PUBLIC]
    top += [*imports(PUBLIC), *imports(helpers), *imports({"builders": builders})]
    applications = [f"from . import {module} as {module}" for module in modules]
    applications += [*imports(FLAT), *imports({family: families[family] for family in sorted(families)})]
    variants = [builder.variant for builder in builders.values()]
    stubs = {family: family_stub(family, names) for family, names in families.items()}
    stubs = formatted({"builders": stub("Builders of all networks.", [], builders.values()), **stubs})
    return {
        ROOT / "kzoo" / "__init__.pyi": "\n".join([*top, "", "__version__: str", ""]),
        ROOT / "kzoo" / "builders.pyi": stubs.pop("builders"),
        APPLICATIONS / "__init__.pyi": "\n".join([*applications, ""]),
        **{APPLICATIONS / f"{family}.pyi": text for family, text in stubs.items()},
        ROOT / "docs" / "models.md": HEADER
        + "".join(row(variant) for variant in variants if variant.kind == "classifier")
        + others([variant for variant in variants if variant.kind != "classifier"]),
    }


def imports(names) -> list[str]:
    """Return the lines that import names, for each module."""
    return [f"from .{module} import {name} as {name}" for module in names for name in names[module]]


def family_stub(family: str, names: list[str]) -> str:
    """Return the stub of a module of applications: its builders and classes; its other names may be anything."""
    module = importlib.import_module(f"kzoo.applications.{family}")
    lines = ["def __getattr__(name: str) -> Any: ..."]
    if hasattr(module, "preprocess_input"):
        lines += ["preprocess_input: PreprocessInput"]
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            lines.append(ast.unparse(Declared().visit(node)))
    return stub(inspect.getdoc(module), lines, [getattr(module, name) for name in names])


class Declared(ast.NodeTransformer):
    """Leaves of a class what a stub has: no values, no bodies of functions."""

    def visit_AnnAssign(self, node):
        node.value = node.value and ast.Constant(...)
        return node

    def visit_FunctionDef(self, node):
        node.body = [ast.Expr(ast.Constant(...))]
        return node


def stub(document: str, lines: list[str], builders) -> str:
    """Return a stub of builders and other lines, not yet formatted."""
    body = "\n".join([*lines, *map(declaration, builders)])
    own = set(re.findall(r"^class (\w+)", body, re.MULTILINE))
    for home, name in set(re.findall(r"(kzoo[.\w]*)\.([A-Z]\w+)", body)):
        body = body.replace(f"{home}.{name}", name)
        if name not in own:
            body = f"from {home} import {name}\n{body}"
    return f'"""{document}\n"""\n{IMPORTS}{body}'


def formatted(stubs: dict[str, str]) -> dict[str, str]:
    """Return stubs as ruff formats them, without the imports that they do not need."""
    ruff = [sys.executable, "-m", "ruff"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "pyproject.toml", folder)
        for name, text in stubs.items():
            Path(folder, f"{name}.pyi").write_text(text)
        for command in (["check", "--fix-only", "--select", "F401,I,UP"], ["format"]):
            subprocess.run([*ruff, *command, "--quiet", folder], check=True)
        return {name: Path(folder, f"{name}.pyi").read_text() for name in stubs}


def declaration(builder) -> str:
    """Return a builder as stubs declare it."""
    signature, variant = inspect.signature(builder), builder.variant
    parameters = []
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in parameters:
            parameters.append("*")
        kind = each.annotation if isinstance(each.annotation, str) else inspect.formatannotation(each.annotation)
        kind = re.sub(r"\b(collections\.abc|typing)\.", "", kind)
        default = each.default if isinstance(each.default, int | float | str | tuple | None) else ...
        parameters.append(f"{each.name}: {kind} = {'...' if default is ... else repr(default)}")
    document = textwrap.indent(f'"""{registry.summary(variant)}\n"""', "    ")
    return f"def {variant.name}({', '.join(parameters)},) -> {signature.return_annotation}:\n{document}"


def others(networks: list[registry.Network]) -> str:
    """Return the table of the networks that do not classify images, if there are any."""
    lines = [
        f"| `{n.name}` | {n.kind} | {n.paper}, {n.year}, {n.reference} | {n.parameters:,} | {n.notes} |\n"
        for n in networks
    ]
    return OTHERS + "".join(lines) if lines else ""


def row(variant: registry.Variant) -> str:
    """Return the line of a variant in the table of models."""
    cells = [
        f"`{variant.name}`",
        f"{variant.paper}, {variant.year}, {variant.reference}",
        f"{variant.parameters:,}",
        f"{variant.macs / 1e9:,.3f} G" if variant.macs > 5e7 else f"{variant.macs / 1e6:,.3f} M",
        "x".join(map(str, variant.input_shape)),
        "; ".join(f"`{w.tag}`{w.made_with}{w.accuracy}, {w.licence}{w.source}" for w in variant.weights) or "none",
    ]
    return f"| {' | '.join(cells)} |\n"


def main():
    """Write the files, or compare them."""
    texts = files()
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(map(str, stale))}; run `make generate`" if stale else 0)
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts[path])
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
