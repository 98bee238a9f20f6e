"""Write the names of all variants into the `.pyi` files, which lazy imports and static checkers both read.

python tools/stubs.py          # write
python tools/stubs.py --check  # exit with 1 if they are out of date
"""

import sys
from pathlib import Path

from kzoo import registry

ROOT = Path(__file__).parent.parent / "kzoo"
PUBLIC = {
    "data": ["load_source"],
    "exporting": ["export"],
    "layers": [],
    "registry": ["build", "info", "list_models"],
    "training": [],
    "weights": [],
    "applications": [],
}


def stubs():
    """Return the text of each stub by path."""
    families = {}
    for name, builder in registry.builders().items():
        families.setdefault(builder.__module__.rsplit(".", 1)[-1], []).append(name)
    imports = ["from .imagenet import preprocessor as preprocessor"]
    imports += [f"from .{module} import {name} as {name}" for module in sorted(families) for name in families[module]]
    modules = sorted({*families, "imagenet"})
    applications = [*(f"from . import {module} as {module}" for module in modules), *imports]
    top = [f"from . import {package} as {package}" for package in sorted(PUBLIC)]
    top += [f"from .{package} import {name} as {name}" for package in sorted(PUBLIC) for name in PUBLIC[package]]
    top += [line.replace("from .", "from .applications.") for line in imports]
    return {
        ROOT / "__init__.pyi": "\n".join([*top, "", "__version__: str", ""]),
        ROOT / "applications" / "__init__.pyi": "\n".join([*applications, ""]),
    }


def main():
    """Write the stubs, or compare them."""
    stale = [path for path, text in stubs().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(map(str, stale))}; run `make stubs`" if stale else 0)
    for path in stale:
        path.write_text(stubs()[path])
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
