"""Recipes of generative models, a few steps of each; `slow`: to the end, with what they promise."""

import importlib.util
import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line
from PIL import Image
from safetensors.numpy import load_file

import kzoo


def recipe(name):
    """Import a recipe as a module of its own."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "kzoo" / "recipes" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_writes_all_it_promises(tmp_path, capsys):
    gan = recipe("gan_digits")
    config = gan.Config(
        out=tmp_path / "out",
        epochs=2,
        steps_per_epoch=2,
        samples=20,
        evaluator_epochs=1,
        export=tmp_path / "gan",
        xla=False,
    )
    metrics = gan.main(config)
    names = {path.name for path in (tmp_path / "out").iterdir()} - {".lock"}
    assert names == {
        "checkpoints",
        "config.json",
        "curves.png",
        "evaluator",
        "gandiscriminator.weights.h5",
        "gangenerator.weights.h5",
        "history.csv",
        "metrics.json",
        "samples",
        "samples.png",
    }
    assert json.loads((tmp_path / "out" / "metrics.json").read_text()) == metrics
    assert metrics["generated_images"] == metrics["real_images"] == 20 and len(metrics["class_distribution"]) == 10
    assert metrics["frechet_distance"] != metrics["untrained_frechet_distance"]
    assert (
        0.4 < metrics["nearest_neighbour_agreement_of_test_images"] < 1
    )  # the evaluator is hardly trained, and images are few
    assert 0 <= metrics["nearest_neighbour_agreement"] <= 1 and metrics["near_duplicate_rate"] == 0
    with Image.open(tmp_path / "out" / "samples" / "epoch-00002.png") as grid:
        assert grid.size == (8 * (3 * 28 + 2) + 2,) * 2
    with Image.open(tmp_path / "out" / "samples.png") as animation:
        assert animation.n_frames == 2
    output = capsys.readouterr().out
    for part in ("gangenerator of 2,503,984 parameters", "1437 training images of digits", "evaluated  20 samples"):
        assert part in output
    saved = tf.saved_model.load(tmp_path / "gan" / "1")
    assert np.asarray(saved.sample(2, tf.constant(0, tf.int64))["images"]).shape == (2, 28, 28, 1)
    with pytest.raises(ValueError, match="is not what the run in") as error:
        gan.main(replace(config, resume=True, learning_rate=1.0, export=None))
    one_line(error)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"batch_size": 1, "replicas": 1}, "batch_size=1 leaves BatchNormalization a single image on each replica"),
        ({"samples": 5}, "samples=5 does not work; at least 10"),
        ({"num_categories": 36}, "num_categories=36 does not work; accepted are 0 to 35"),
        ({"data": "npz:nowhere.npz"}, "nowhere.npz: no such file"),
        ({"batch_size": 2000}, "batch_size=2000 is more than the 1437 training images of digits"),
    ],
)
def test_wrong_options_write_nothing(tmp_path, options, message):
    dcgan = recipe("dcgan_digits")
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        dcgan.main(dcgan.Config(out=tmp_path / "out", **options))
    assert message in one_line(error)
    assert list(tmp_path.iterdir()) == []


def digits_of(path, count):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (count, 8, 8), "uint8"), np.arange(count) % 4
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return f"npz:{path}"


def test_somebody_elses_weights_are_not_replaced(tmp_path):
    path = tmp_path / "gangenerator.weights.h5"
    path.write_text("mine")
    gan = recipe("gan_digits")
    with pytest.raises(FileExistsError, match=r"gangenerator\.weights\.h5', which is not of a run") as error:
        gan.main(gan.Config(out=tmp_path, epochs=1, steps_per_epoch=1, samples=0, xla=False))
    one_line(error)
    assert path.read_text() == "mine"


def test_an_evaluator_that_cannot_be_is_said_before_the_training(tmp_path, monkeypatch):
    gan = recipe("gan_digits")
    config = gan.Config(out=tmp_path / "out", epochs=1, steps_per_epoch=1, xla=False)
    (tmp_path / "out" / "evaluator").mkdir(parents=True)
    (tmp_path / "out" / "evaluator" / "metrics.json").touch()
    with pytest.raises(FileExistsError, match=r"evaluator holds 'metrics\.json'"):
        gan.main(config)

    def unreachable(*arguments):
        raise OSError("no network")

    monkeypatch.setattr(kzoo.weights.files, "fetch", unreachable)
    with pytest.raises(OSError, match="no network"):
        gan.main(replace(config, evaluator="inception"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["evaluator"]


@pytest.mark.parametrize("resume", [False, True])
def test_somebody_elses_run_is_not_replaced_by_the_evaluator(tmp_path, resume):
    gan = recipe("gan_digits")
    config = gan.Config(out=tmp_path, epochs=1, steps_per_epoch=1, xla=False, resume=resume)
    stored = asdict(replace(config, out=tmp_path / "evaluator"))
    (tmp_path / "evaluator").mkdir()
    (tmp_path / "evaluator" / "config.json").write_text(json.dumps(stored, default=str))
    (tmp_path / "evaluator" / "best.weights.h5").write_text("mine")
    with pytest.raises(FileExistsError, match=r"evaluator holds a run.*--overwrite") as error:
        gan.main(config)
    one_line(error)
    assert (tmp_path / "evaluator" / "best.weights.h5").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["evaluator"]


@pytest.mark.parametrize("name", ["gan_digits", "cyclegan_digits"])
def test_a_damaged_image_is_named(tmp_path, name):
    """Also one that only the sample grid, the monitor of collapse or the evaluation reads."""
    for folder in ("a/train/0", "a/test/0", "b"):
        (tmp_path / folder).mkdir(parents=True)
        for i in range(10):
            Image.fromarray(np.full((32, 32), 20 * i, "uint8")).save(tmp_path / folder / f"{i}.png")
    if name == "gan_digits":
        data, bad = f"folder:{tmp_path / 'a'}", tmp_path / "a" / "train" / "0" / "7.png"
    else:
        data, bad = f"folder:{tmp_path / 'a' / 'train'},{tmp_path / 'b'}", tmp_path / "b" / "7.png"
    bad.write_bytes(bad.read_bytes()[:50])
    module = recipe(name)
    config = module.Config(out=tmp_path / "out", data=data, epochs=1, batch_size=2, steps_per_epoch=1, xla=False)
    with pytest.raises(ValueError, match=r"7\.png: not a readable image: ") as error:
        module.main(replace(config, samples=10))
    assert str(bad) in one_line(error)


def test_a_few_images_are_enough_for_an_evaluator(tmp_path):
    gan = recipe("gan_digits")
    data = digits_of(tmp_path / "few.npz", 24)
    config = gan.Config(
        out=tmp_path / "out", data=data, epochs=1, batch_size=8, samples=10, evaluator_epochs=1, xla=False
    )
    assert gan.main(config)["evaluator"] == "LeNet5"


def test_a_loss_that_is_not_a_number_ends_it_with_3(run_python, tmp_path):
    result = run_python(
        ROOT / "recipes" / "gan_digits.py", "--learning-rate", "1e38", "--no-xla", "--out", tmp_path, check=False
    )
    assert result.returncode == 3
    assert "_loss is nan after step" in result.stderr.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gan_digits", "dcgan_digits", "ddpm_digits", "cyclegan_digits"])
def test_a_killed_run_ends_as_it_would_have(run_python, tmp_path, name):
    script = ROOT / "recipes" / f"{name}.py"
    options = ("--no-xla", "--epochs", 3, "--steps-per-epoch", 4, "--checkpoint-every", 1, "--samples", 0, "--out")
    killed = subprocess.Popen([sys.executable, script, *map(str, options), tmp_path / "killed"])
    folder = tmp_path / "killed" / "checkpoints"
    while not any(path.name >= "00001-0000002" for path in folder.glob("*.safetensors")):  # within the second epoch
        assert killed.poll() is None
        time.sleep(0.01)
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    assert "resumed" in run_python(script, *options, tmp_path / "killed", "--resume").stdout
    run_python(script, *options, tmp_path / "whole")
    (*_, whole), (*_, resumed) = (
        sorted((tmp_path / out / "checkpoints").glob("*.safetensors")) for out in ("whole", "killed")
    )
    expected, found = load_file(whole), load_file(resumed)
    assert whole.name == resumed.name and found.keys() == expected.keys()
    for key, array in found.items():
        np.testing.assert_array_equal(array, expected[key])
    assert (tmp_path / "killed" / "history.csv").read_text() == (tmp_path / "whole" / "history.csv").read_text()
    with Image.open(tmp_path / "killed" / "samples.png") as animation:
        assert animation.n_frames == 3


@pytest.mark.slow
@pytest.mark.parametrize("name, least", [("gan_digits", 0.01), ("dcgan_digits", 0.03), ("ddpm_digits", 0.03)])
def test_reaches_what_the_readme_says(tmp_path, name, least):
    module = recipe(name)
    metrics = module.main(module.Config(out=tmp_path / "out", xla=False))
    assert metrics["frechet_distance"] < metrics["untrained_frechet_distance"] / 5
    assert min(metrics["class_distribution"]) >= least
    if name == "dcgan_digits":  # well-formed digits, diverse, and not memorized
        assert metrics["nearest_neighbour_agreement"] >= 0.95 and metrics["recall"] >= 0.5
        assert metrics["near_duplicate_rate"] <= 0.03


@pytest.mark.slow
def test_cyclegan_translates_to_pairs_that_training_never_saw(tmp_path):
    cyclegan = recipe("cyclegan_digits")
    metrics = cyclegan.main(cyclegan.Config(out=tmp_path / "out", xla=False))
    assert max(metrics["a_to_b_error"], metrics["b_to_a_error"]) < metrics["identity_error"] / 3
    with Image.open(tmp_path / "out" / "samples" / "epoch-00001.png") as grid:
        assert grid.size == (8 * 98 + 2, 6 * 98 + 2)


@pytest.mark.parametrize("name", ["dcgan_celeba", "cyclegan_horse2zebra", "ddpm_cifar10"])
def test_papers_recipes_have_the_papers_values(name):
    config = recipe(name).Config()
    assert config.learning_rate == 2e-4 and config.data.startswith("tfds:")
    assert {"dcgan_celeba": 128, "cyclegan_horse2zebra": 1, "ddpm_cifar10": 128}[name] == config.batch_size
    assert "**Not run**" in recipe(name).__doc__
