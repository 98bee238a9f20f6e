"""What `pip install` puts on a machine."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from helpers import ROOT

from kzoo import recipes
from kzoo.tasks import Translation, train
from kzoo.tasks.translation import TranslatorConfig, bleu, exact_match
from kzoo.training import command_line

OTHERS = ("distill", "evaluate", "finetune", "predict", "try_saved_model")  # that train no network from the start


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


def test_trains_by_its_recipes_from_another_directory(installed, tmp_path):
    def kzoo(*arguments):
        command = [sys.executable, "-m", "kzoo", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    named = kzoo("train").stdout
    assert "lenet5_digits               LeNet-5 on handwritten digits." in named
    for script in (ROOT / "recipes").glob("*.py"):
        assert (f"\n{script.stem} " in named) == (script.stem not in OTHERS)
    trained = kzoo("train", "lenet5_digits", "--epochs", "1", "--steps-per-epoch", "2", "--no-xla")
    assert trained.returncode == 0 and trained.stderr == "", trained.stderr
    assert (tmp_path / "runs" / "lenet5_digits" / "metrics.json").exists()
    measured = kzoo("evaluate", "--model", "LeNet5", "--weights", "runs/lenet5_digits/best.weights.h5")
    assert measured.returncode == 0 and "360" in measured.stdout, measured.stderr
    for command in (("finetune",), ("distill",), ("train", "resnet50_imagenet")):
        assert f"usage: kzoo {' '.join(command)}" in kzoo(*command, "--help").stdout


def test_every_stub_is_shipped(installed):
    stubs = {path.relative_to(ROOT) for path in (ROOT / "kzoo").rglob("*.pyi")}
    assert stubs == {path.relative_to(installed) for path in (installed / "kzoo").rglob("*.pyi")}


BARE = """
import sys
for extra in ("matplotlib", "tensorboard", "tokenizers", "sacrebleu", "tensorflow_serving"):
    sys.modules[extra] = None  # importing it fails
"""


def test_what_needs_no_extra_works_without_any(run_python, tmp_path):
    code = f"""{BARE}
import io, warnings
import numpy as np
from contextlib import redirect_stdout
from kzoo import cli
with redirect_stdout(io.StringIO()) as listed:
    cli.main(["list", "lenet*"])
assert listed.getvalue().split() == ["LeNet5", "LeNet5Original"]
import kzoo
network = kzoo.LeNet5()
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    path = kzoo.export(network, {str(tmp_path / "net")!r})
assert any("pip install 'kzoo[serving]'" in str(each.message) for each in warned), warned
assert kzoo.exporting.load(path)(np.zeros((1, 32, 32, 1), "float32")).shape == (1, 10)
"""
    run_python(code)


@pytest.mark.parametrize(
    "recipe, options, said",
    [
        ("lenet5_digits", (), "a training needs matplotlib, tensorboard"),
        ("gan_digits", (), "a training needs matplotlib, tensorboard"),
        ("evaluate", ("--saved-model", "x"), "an evaluation needs matplotlib"),
    ],
)
def test_a_missing_extra_is_said_in_one_line_before_work_is_begun(recipe, options, said, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("kzoo._extras.find_spec", lambda name: None)
    loaded = recipes.load(recipe)
    with pytest.raises(SystemExit) as exit:
        command_line(loaded.main, loaded.config, "", arguments=[*options, "--out", str(tmp_path / "out")])
    said += ", not installed here; pip install 'kzoo[train]'"
    assert exit.value.code == 2 and capsys.readouterr().err == f"error: {said}\n"
    assert list(tmp_path.iterdir()) == []


def test_texts_need_the_extra_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr("kzoo._extras.find_spec", lambda name: None if name in ("tokenizers", "sacrebleu") else name)
    config = TranslatorConfig(data="dates", out=tmp_path / "out", epochs=1, tokens=64, lengths=(40,))
    for change, metric in (({}, bleu), ({"vocabulary_size": 300}, exact_match)):
        with pytest.raises(ImportError, match="pip install 'kzoo\\[text\\]'"):
            train(Translation(replace(config, **change), metric))
    assert list(tmp_path.iterdir()) == []
