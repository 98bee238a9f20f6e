"""Write what follows from the registry: docs/models.md, and the `.pyi` files for lazy imports and static checkers.

python tools/generate.py          # write
python tools/generate.py --check  # exit with 1 if they are out of date
"""

import sys
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
    "layers": [],
    "predicting": [],
    "registry": ["build", "info", "list_models"],
    "sequence": [],
    "training": [],
    "weights": [],
}
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
    families = {}
    for name, builder in registry.builders().items():
        families.setdefault(builder.__module__.removeprefix("kzoo."), []).append(name)
    helpers = {f"applications.{module}": names for module, names in FLAT.items()}
    imports = [
        f"from .{module} import {name} as {name}"
        for group in (helpers, families)
        for module in sorted(group)
        for name in group[module]
    ]
    home = "from .applications."
    modules = sorted(path.stem for path in APPLICATIONS.glob("*.py") if path.stem not in MACHINERY)
    applications = [f"from . import {module} as {module}" for module in modules]
    applications += [line.replace(home, "from .") for line in imports if line.startswith(home)]
    top = [f"from . import {package} as {package}" for package in PUBLIC]
    top += [f"from .{package} import {name} as {name}" for package in PUBLIC for name in PUBLIC[package]]
    variants = [builder.variant for builder in registry.builders().values()]
    return {
        ROOT / "kzoo" / "__init__.pyi": "\n".join([*top, *imports, "", "__version__: str", ""]),
        APPLICATIONS / "__init__.pyi": "\n".join([*applications, ""]),
        ROOT / "docs" / "models.md": HEADER
        + "".join(row(variant) for variant in variants if variant.kind == "classifier")
        + others([variant for variant in variants if variant.kind != "classifier"]),
    }


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
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(map(str, stale))}; run `make generate`" if stale else 0)
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(files()[path])
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
