"""Draw the floors of the package into docs/architecture.md, from what its modules import.

    make generate                       write the diagram
    python tools/architecture.py --check    tell whether it is what would be written

The floors are those of .importlinter, which `make lint` holds the imports against. An arrow that follows from others is
left out.
"""

import configparser
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- diagram: tools/architecture.py -->\n", "<!-- end of the diagram -->\n"


def floors() -> list[list[str]]:
    """Return the packages on each floor, the uppermost first."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    lines = config["importlinter:contract:floors"]["layers"].split("\n")
    return [[each.strip() for each in line.split("|")] for line in lines if line.strip()]


def imports(packages: list[str]) -> dict[str, set[str]]:
    """Return which packages each one imports."""
    graph = grimp.build_graph("kzoo")
    found = {package: set() for package in packages}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ours, theirs = (
                next((each for each in packages if f"{name}.".startswith(f"{each}.")), None)
                for name in (module, imported)
            )
            if ours and theirs and ours != theirs:
                found[ours].add(theirs)
    return found


def reduced(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out the imports that go through another package as well."""

    def reached(package):
        return found[package].union(*(reached(each) for each in found[package]))

    return {
        package: {each for each in below if not any(each in reached(other) for other in below - {each})}
        for package, below in found.items()
    }


def draw() -> str:
    """Return the diagram, in Mermaid."""
    levels = floors()
    edges = reduced(imports([package for level in levels for package in level]))
    lines = ["```mermaid", "flowchart TD"]
    for i, level in enumerate(levels):
        names = "; ".join(f"{package}[{package.removeprefix('kzoo.')}]" for package in level)
        lines += [f"    subgraph floor{len(levels) - i}[ ]", f"        {names}", "    end"]
    for package, below in edges.items():
        lines += [f"    {package} --> {each}" for each in sorted(below)]
    return "\n".join([*lines, "```\n"])


def main():
    """Write the diagram, or check it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    new = f"{before}{BEGIN}\n{draw()}\n{END}{after}"
    if "--check" in sys.argv[1:] and new != text:
        sys.exit(f"{DOCUMENT.relative_to(ROOT)} is out of date; run `make generate`")
    if new != text:
        DOCUMENT.write_text(new, encoding="utf-8")
        print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
