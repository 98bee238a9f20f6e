"""The recipes of the papers: each says what it is, and each takes two steps, on made images of the right shapes."""

import csv
import dataclasses
import importlib.util
import math
import re
import shlex
import sys

import numpy as np
import pytest
import tyro
from conftest import ROOT

from kzoo import registry
from kzoo.data import AUGMENTATIONS
from kzoo.training import ClassifierConfig

DATA = ("digits", "mnist", "cifar10", "imagenet")
FAST = ("lenet5_mnist", "resnet20_cifar10", "squeezenet_imagenet")
OTHERS = ("rnn_digits",)  # that compares networks which have no row in the registry
FILES = {path.stem: path for path in sorted((ROOT / "recipes").glob("*.py")) if path.stem.endswith(DATA)}
RECIPES = [stem for stem, path in FILES.items() if stem not in OTHERS and "ClassifierConfig" in path.read_text()]
PAPERS = [stem for stem in RECIPES if not stem.endswith("digits")]


def load(stem):
    """Import a recipe, which lies in no package."""
    spec = importlib.util.spec_from_file_location(stem, ROOT / "recipes" / f"{stem}.py")
    module = sys.modules[stem] = importlib.util.module_from_spec(spec)  # where tyro looks for the source of a class
    spec.loader.exec_module(module)
    return module


def said(recipe):
    return " ".join(recipe.__doc__.split())


def test_all_are_found():
    assert len(PAPERS) >= 22 and set(FAST) < set(PAPERS)


@pytest.mark.parametrize("stem", RECIPES)
def test_names_what_there_is(stem):
    config = load(stem).Config()
    assert isinstance(config, ClassifierConfig)
    variant = registry.info(config.model)
    assert set(config.options) <= set(variant.options)
    assert config.augment in AUGMENTATIONS
    assert config.out.name == stem
    assert variant.classes == (1000 if stem.endswith("imagenet") else 10)
    assert all(0 < epoch < config.epochs for epoch in config.decay_at)
    # a step schedule without steps, or steps without their schedule, would be a constant rate
    assert bool(config.decay_at) == (config.schedule == "step")


@pytest.mark.parametrize("stem", RECIPES)
def test_says_what_it_is(stem):
    recipe = load(stem)
    text = said(recipe)
    for part in ("- Paper: ", f"- Command: python recipes/{stem}.py"):
        assert part in text
    if recipe.Config().data.startswith("tfds:"):
        assert re.search(r"- Expected: .*\d %.* - Seen: not run, \S+ is not on the machine", text)
        reference = registry.info(recipe.Config().model).reference
        assert reference in text


@pytest.mark.parametrize("stem", RECIPES)
def test_takes_the_options_it_speaks_of(stem):
    recipe = load(stem)
    for command in re.findall(r"`(--[^`]+)`", said(recipe)):
        config = tyro.cli(recipe.Config, args=shlex.split(command))
        assert config != recipe.Config()
        assert set(config.options) <= set(registry.info(config.model).options)
    for option in ("--optimizer", "--schedule"):
        with pytest.raises(SystemExit):
            tyro.cli(recipe.Config, args=[option, "other"])


def test_the_papers_transformer_is_said_not_to_be_run():
    recipe = load("transformer_wmt14")
    config = recipe.Config()
    assert re.search(r"- Expected: 27.3 BLEU.* - Seen: not run, WMT14 is not on the machine", said(recipe))
    assert config.epochs * config.steps_per_epoch == pytest.approx(100_000, rel=0.01)
    assert (config.model, config.vocabulary, config.tokens) == ("TransformerBase", 37_000, 25_000)
    assert (config.warmup_steps, config.label_smoothing, config.average, config.beams, config.penalty) == (
        *(4000, 0.1, 5, 4, 0.6),
    )
    assert config.swap and config.data.endswith("de-en")  # of TFDS' pair German is the first


def made_images(path, shape, pad):
    """Write an npz of few images, of four classes, that fill a network's input."""
    height, width, channels = shape
    sides = (height - 2 * pad, width - 2 * pad, channels)
    rng = np.random.default_rng(0)
    arrays = {}
    for half, count in (("train", 8), ("test", 6)):
        arrays[f"x_{half}"] = rng.integers(0, 256, (count, *sides), "uint8")
        arrays[f"y_{half}"] = np.arange(count) % 4
    np.savez(path, **arrays)
    return f"npz:{path}"


@pytest.mark.parametrize(
    "stem", [pytest.param(stem, marks=() if stem in FAST else pytest.mark.slow) for stem in PAPERS]
)
def test_two_steps_on_two_replicas(stem, tmp_path, capsys):
    recipe = load(stem)
    config = recipe.Config()
    variant = registry.info(config.model)
    config = dataclasses.replace(
        config,
        data=made_images(tmp_path / "made.npz", variant.input_shape, variant.preprocessing.pad),
        out=tmp_path / "out",
        batch_size=4,
        epochs=1,
        steps_per_epoch=2,
        replicas=2,
        xla=False,
    )
    metrics = recipe.main(config)
    output = capsys.readouterr().out
    assert "2 replica(s)" in output and "1 epochs of 2 steps of 4 images" in output
    assert 0 <= metrics["val_accuracy"] <= 1 and math.isfinite(metrics["val_loss"])
    with (tmp_path / "out" / "history.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert math.isfinite(float(row["loss"])) and float(row["loss"]) > 0
