"""The command `kzoo`."""

import configparser
import importlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, randomise
from PIL import Image

import kzoo
from kzoo import cli
from kzoo._quiet import import_tensorflow


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "lenet.weights.h5"
    randomise(kzoo.LeNet5()).save_weights(path)
    return str(path)


@pytest.fixture
def run(capsys):
    """Return a function that runs a command in this process, and gives what it printed as JSON."""

    def command(*arguments):
        cli.main([*map(str, arguments), "--json"])
        return json.loads(capsys.readouterr().out)  # nothing else is there

    return command


def test_list(run, capsys):
    assert run("list", "ResNet1*", "--weights", "imagenet") == kzoo.list_models("resnet1*", "imagenet")
    cli.main(["list", "resnet50*", "--kind", "classifier"])
    assert capsys.readouterr().out.split() == ["ResNet50", "ResNet50V2"]
    assert run("list", "resnet50") == ["ResNet50", "ResNet50V2", "SEResNet50", "WideResNet50_2"]


def test_list_of_columns(run, capsys):
    wanted = "--sort", "top1", "--max-params", "6M", "--columns", "name,parameters,top1"
    rows = run("list", *wanted)
    assert [list(row) for row in rows] == len(rows) * [["name", "parameters", "top1"]]
    assert rows[0] == {"name": "EfficientNetB0", "parameters": 5_330_571, "top1": 77.1}
    known = [row["top1"] for row in rows if row["top1"] is not None]
    assert known == sorted(known, reverse=True) and {row["top1"] for row in rows[len(known) :]} == {None}
    assert {row["name"] for row in rows} == {n for n in kzoo.list_models() if kzoo.info(n).parameters <= 6e6}
    cli.main(["list", *wanted])
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "parameters", "top1"] and first.split() == ["EfficientNetB0", "5,330,571", "77.1"]
    assert len(head) == len(first)  # numbers end below each other
    years = [row["year"] for row in run("list", "--sort", "year", "--columns", "year,input,macs")]
    assert years == sorted(years)
    assert run("list", "--max-params", "61_706", "--kind", "classifier") == ["LeNet5", "LeNet5Original"]


def test_nothing_found_is_said(run, capsys):
    assert run("list", "nothing*") == []
    with pytest.raises(SystemExit) as exit:
        cli.main(["list", "nothing*"])
    printed = capsys.readouterr()
    assert exit.value.code == 1 and printed.out == "" and printed.err == "no model fits\n"


def test_version(run, capsys):
    assert run("--version") == kzoo.__version__
    cli.main(["--version"])
    assert capsys.readouterr().out == f"kzoo {kzoo.__version__}\n"


def test_info_of_all(run, capsys):
    for name in kzoo.list_models():
        facts = run("info", name)
        assert facts["parameters"] == kzoo.info(name).parameters and len(facts["weights"]) == len(
            kzoo.info(name).weights
        )
    cli.main(["info", "resnet50"])
    assert capsys.readouterr().out == f"{kzoo.info('ResNet50')}\n"


def test_summary(run, capsys):
    facts = run("summary", "LeNet5", "--classes", 7, "--size", 40)
    model = kzoo.LeNet5(classes=7, input_shape=(40, 40, 1))
    assert facts["parameters"] == model.count_params() == sum(layer["parameters"] for layer in facts["layers"])
    assert facts["layers"][-1]["output"] == [[None, 7]]
    cli.main(["summary", "LeNet5"])
    assert "predictions" in capsys.readouterr().out


def test_from_weights_to_predictions(run, capsys, weights, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3)).astype("uint8")
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    images = tmp_path / "a.png", tmp_path / "b.png"
    (tmp_path / "names.txt").write_text("".join(f"digit {i}\n" for i in range(10)))
    labelled = "--labels", tmp_path / "names.txt"
    record = run("export", "LeNet5", tmp_path / "net", "--weights", weights, "--precision", "float32", *labelled)
    assert record["path"] == str(tmp_path / "net" / "1") and record["difference"] < 1e-4
    exact = run("predict", *images, "--model", "LeNet5", "--weights", weights, *labelled)
    served = run("predict", *images, "--export", tmp_path / "net" / "1")
    for a, b in zip(exact["images"], served["images"], strict=True):
        assert [each["label"] for each in a["top"]] == [each["label"] for each in b["top"]]
        assert a["top"][0]["label"].startswith("digit ")
        assert abs(a["top"][0]["probability"] - b["top"][0]["probability"]) < 1e-4
    (row,) = run("bench", tmp_path / "net" / "1", "--batch", 3, "--rounds", 3)
    assert row["batch"] == 3 and row["milliseconds"] > 0 and row["precision"] == "float32"
    assert row["images_per_second"] == pytest.approx(3000 / row["milliseconds"], rel=1e-2)
    cli.main(["predict", str(images[0]), "--export", str(tmp_path / "net" / "1")])
    assert capsys.readouterr().out.splitlines()[0] == str(images[0])


def test_bench_of_a_name(run):
    rows = run("bench", "LeNet5", "--batch", 1, 2, "--rounds", 1, "--precision", "float32")
    assert [(row["target"], row["batch"]) for row in rows] == [("LeNet5", 1), ("LeNet5", 2)]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["info", "Resnet51"], "error: there is no model 'Resnet51'; the nearest are ResNet50"),
        (["list", "--kind", "cars"], "error: kind='cars' is unknown"),
        (["list", "--sort", "size"], "error: sort='size' is no column; accepted are name, kind, year, parameters,"),
        (["list", "--columns", "name,"], "error: columns='' is no column; accepted are name, kind, year, parameters"),
        (["list", "--max-params", "many"], "error: max_params='many' is no number; accepted are such as 5000000,"),
        (["predict", "gone.png", "--model", "LeNet5", "--weights", "x"], "error: gone.png: no such file"),
        (["predict", "gone.png"], "error: gone.png: no such file"),
        (["predict", "setup.cfg"], "error: --model is given 0 and --weights 0 times; each network needs both"),
        (["predict", "gone.png", "--export", "x", "--ten-crop"], "error: --export comes with a network"),
        (["predict", "setup.cfg", "--export", "docs"], "error: docs is no export of kzoo's"),
        (["export", "LeNet5", "x", "--images", "docs"], "error: images='docs' has no images"),
        (["export", "TransformerBase", "x"], "error: TransformerBase is a sequence network"),
        (["bench", "docs/gone"], "error: there is no model 'docs/gone'"),
        (["summary", "LeNet5", "--size", "0"], "error: size=0 does not work; accepted: a whole number from 1"),
        (["summary", "LeNet5", "--classes", "-1"], "error: classes=-1 does not work; accepted: a whole number from 1"),
        (["predict", "\x1b[31mred.png", "--run", "gone"], "error: \\x1b[31mred.png: no such file"),
        (["bench"], "error: targets=() does not work; accepted: a tuple of a string each of a length from 1"),
        (["bench", "LeNet5", "--batch", "0"], "error: batch=(0,) does not work; accepted: a tuple of a whole"),
        (["bench", "LeNet5", "--rounds", "0"], "error: rounds=0 does not work; accepted: a whole number from 1"),
        (["export", "LeNet5", "x", "--tolerance", "nan"], "error: tolerance=nan does not work; accepted: a number"),
        (["summary", "DCGANGenerator", "--classes", "5"], "error: classes=5 is of classifiers"),
        (["summary", "DCGANGenerator", "--size", "32"], "error: size=32 is of classifiers"),
        (["predict", "a\nb.png", "--run", "gone"], "error: a\\nb.png: no such file"),
        (["train", "no_such_recipe"], "error: there is no recipe 'no_such_recipe'; "),
        (["train", "--json", "lenet5_digits"], "error: 'lenet5_digits' does not work there"),
        (["--version", "--jsno"], None),
        (["list", "--jsno"], None),
        (["lisst"], None),
        ([], None),
    ],
)
def test_what_is_wrong_is_said_with_code_2(arguments, message, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as exit:
        cli.main(arguments)
    printed = capsys.readouterr()
    assert exit.value.code == 2 and printed.out == ""
    assert message is None or (printed.err.startswith(message) and printed.err.count("\n") == 1)


def test_too_little_memory_is_said_in_one_line(capsys, monkeypatch):
    def allocate(*_, **__):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating\n a tensor")

    monkeypatch.setattr(kzoo, "build", allocate)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["summary", "LeNet5", "--classes", "1000000000"])
    assert capsys.readouterr().err == ("error: there is not enough memory for LeNet5; classes=1000000000, size=None\n")


def test_ctrl_c_is_answered_in_one_line(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(kzoo, "list_models", interrupted)
    with pytest.raises(SystemExit) as exit:
        cli.main(["list"])
    assert exit.value.code == 130 and capsys.readouterr().err == "error: interrupted\n"


@pytest.mark.parametrize("level", [None, "2", "0"])
def test_of_what_tensorflow_says_of_itself_only_errors_are_passed_on(level, monkeypatch, capfd):
    import tensorflow as tf

    noise = "I0000 a\nE0000 b\nW0000 c\n"
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL") if level is None else monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda: os.write(2, noise.encode()))
    import_tensorflow()
    assert capfd.readouterr().err == ("" if level == "0" else "E0000 b\n")


@pytest.mark.parametrize("command", ["list", "train gan_digits --help"])
def test_nobody_listens_or_the_terminal_lacks_a_character(command):
    typed = f'exec "{sys.executable}" -m kzoo {command}'
    for line, environment in ((f"{typed} >&-", {}), (f"{typed} >/dev/null", {"PYTHONIOENCODING": "ascii"})):
        done = subprocess.run(["sh", "-c", line], env={**os.environ, **environment}, cwd=ROOT, stderr=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b""), line


def test_a_missing_package_has_code_2(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("kzoo._extras.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as exit:
        cli.main(["export", "LeNet5", str(tmp_path / "net"), "--format", "onnx"])
    assert exit.value.code == 2 and "pip install 'kzoo[onnx]'" in capsys.readouterr().err


def test_lists_without_what_is_slow_to_import():
    for arguments in (["list"], ["info", "ResNet50"]):
        code = f"from kzoo.cli import main; import sys; main({arguments}); print(sorted(sys.modules), file=sys.stderr)"
        result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "ResNet50" in result.stdout
        assert not [name for name in ("'keras'", "'tensorflow'", "'numpy'") if name in result.stderr]


def test_the_console_script_a_module_a_pipe_and_completion():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    name, _, target = setup["options.entry_points"]["console_scripts"].strip().partition(" = ")
    module, _, function = target.partition(":")
    assert name == "kzoo" and getattr(importlib.import_module(module), function) is cli.main
    python = f"'{sys.executable}' -m kzoo"
    shell = ["bash", "-o", "pipefail", "-c"]
    piped = subprocess.run([*shell, f"{python} list | head -1"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert piped.stdout == "AlexNet\n" and piped.stderr == ""
    check = f"{python} --tyro-print-completion bash | bash -n"
    assert subprocess.run([*shell, check], cwd=ROOT, capture_output=True, text=True, check=True).stderr == ""
    assert (
        "kzoo"
        in subprocess.run(
            [*shell, f"{python} --tyro-print-completion bash"], cwd=ROOT, capture_output=True, text=True
        ).stdout
    )
