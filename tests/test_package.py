"""What `pip install` puts on a machine."""

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install from a copy without git or build leftovers into an empty folder."""
    import shutil

    copy, target = tmp_path_factory.mktemp("source") / "kzoo", tmp_path_factory.mktemp("target")
    ignore = shutil.ignore_patterns(".*", "*.egg-info", "build", "runs", "saved_models", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=ignore)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--target", target, copy], check=True)
    return target


def test_works_from_another_directory(installed, tmp_path, run_python):
    code = f"""
import kzoo
assert kzoo.__file__.startswith({str(installed)!r}), kzoo.__file__
assert kzoo.load_source("digits").train.count == 1437
assert kzoo.LeNet5().count_params() == 61_706
assert kzoo.applications.imagenet.class_names()[0] == "tench"
"""
    run_python(code, cwd=tmp_path, PYTHONPATH=str(installed))


def test_holds_data_stubs_and_licence_and_nothing_else(installed):
    stubs = ("__init__.pyi", "py.typed", "applications/__init__.pyi")
    data = (
        "applications/imagenet_classes.txt",
        "applications/imagenet_classes.md",
        "data/digits.npz",
        "data/digits.md",
    )
    for file in (*stubs, *data):
        assert (installed / "kzoo" / file).exists(), file
    assert list(installed.glob("kzoo-*.dist-info/licenses/LICENSE"))
    assert sorted(path.name for path in installed.iterdir() if "-" not in path.name) == ["bin", "kzoo"]
    assert [path.name for path in (installed / "bin").iterdir()] == ["kzoo"]


def test_every_stub_is_shipped(installed):
    stubs = {path.relative_to(ROOT) for path in (ROOT / "kzoo").rglob("*.pyi")}
    assert stubs == {path.relative_to(installed) for path in (installed / "kzoo").rglob("*.pyi")}
