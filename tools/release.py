"""Build, check and tag a release of the version that kzoo/__init__.py states.

    make release

The tree must be clean, the version new, and CHANGELOG.md must have a section of it. The wheel is installed into a new
environment, where the command must start. The tag is made last, and not pushed.
"""

import re
import subprocess
import sys
import tempfile
import venv
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command) -> str:
    """Run a command, show what it says on standard error, and return its output; end if it fails."""
    result = subprocess.run([str(each) for each in command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {result.returncode}")
    return result.stdout.strip()


def version() -> str:
    """Return the version, from the one place where it stands."""
    return re.search(r'^__version__ = "(.+)"$', (ROOT / "kzoo" / "__init__.py").read_text(), re.MULTILINE).group(1)


def check(number: str):
    """See that the version can be released; end with what is in the way."""
    if run("git", "status", "--porcelain"):
        sys.exit("error: the tree has changes; commit them first")
    if run("git", "tag", "--list", f"v{number}"):
        sys.exit(f"error: v{number} is tagged already; raise __version__ in kzoo/__init__.py")
    heading = rf"^## {re.escape(number)} \((\d{{4}}-\d{{2}}-\d{{2}})\)$"
    found = re.search(heading, (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    if not found or date.fromisoformat(found.group(1)) > date.today():
        sys.exit(f"error: CHANGELOG.md has no section `## {number} (YYYY-MM-DD)` of today or before")


def build(number: str, folder: Path) -> list[Path]:
    """Build source distribution and wheel, and check them."""
    run(sys.executable, "-m", "build", "--outdir", folder)
    files = sorted(folder.iterdir())
    if [file.name for file in files] != [f"kzoo-{number}-py3-none-any.whl", f"kzoo-{number}.tar.gz"]:
        sys.exit(f"error: built {', '.join(file.name for file in files)}, not a wheel and a source of {number}")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", files[0])
    if (said := run(folder / "env" / "bin" / "kzoo", "--version")) != f"kzoo {number}":
        sys.exit(f"error: the installed command says {said!r}")
    return files


def main():
    """Release."""
    number = version()
    check(number)
    with tempfile.TemporaryDirectory() as scratch:
        files = build(number, Path(scratch) / "dist")
        (ROOT / "dist").mkdir(exist_ok=True)
        for file in files:
            (ROOT / "dist" / file.name).write_bytes(file.read_bytes())
    run("git", "tag", "--annotate", f"v{number}", "--message", f"kzoo {number}")
    print(f"built dist/ and tagged v{number}; `git push origin v{number}` publishes the tag")


if __name__ == "__main__":
    main()
