"""What configurations accept: the ranges that are stated beside their fields."""

import dataclasses
import math
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, get_args, get_type_hints

import numpy as np
import pytest
from annotated_types import Interval, MinLen
from helpers import one_line

from kzoo import recipes
from kzoo._validation import PositiveInt, Validated, check_all
from kzoo.models.text.transformer import TransformerConfig
from kzoo.tasks.translation import TranslatorConfig
from kzoo.training import ClassifierConfig, OptimizerConfig, ScheduleConfig
from kzoo.training.command_line import command_line, parse

HUGE = 10**30
CLASSIFIER = (
    ClassifierConfig,
    {"model": "LeNet5", "data": "digits", "out": Path("out"), "epochs": 1, "batch_size": 1, "learning_rate": 1},
)
TRANSLATOR = TranslatorConfig, {"data": "dates", "out": Path("out"), "epochs": 1, "tokens": 64, "lengths": (8, 16)}
OPTIMIZER, SCHEDULE = (OptimizerConfig, {}), (ScheduleConfig, {})
STEMS = [*recipes.list_recipes(), *recipes.COMMANDS]
NEEDED = {"finetune": {"weights": "imagenet"}, "distill": {"teacher_weights": "imagenet"}}


def inside(hint):
    """Return the types that a hint is made of."""
    return {hint}.union(*(inside(each) for each in get_args(hint) if isinstance(each, type) or get_args(each)))


@dataclasses.dataclass(frozen=True)
class Base(Validated):
    share: Annotated[float, Interval(ge=0, lt=1)] = 0.5
    counts: Annotated[tuple[PositiveInt, ...], MinLen(1)] = (1,)
    start: Literal["he"] | Annotated[float, Interval(gt=0)] | None = None
    options: dict[str, int | float | bool] = dataclasses.field(default_factory=dict)
    on: bool = False
    out: Path = Path()


@dataclasses.dataclass(frozen=True)
class Derived(Base):
    share: float = 0.25
    text: str = ""


@pytest.mark.parametrize(
    "change, message",
    [
        ({"share": 1.0}, "share=1.0 does not work; accepted: a number from 0 to below 1"),
        ({"share": math.nan}, "share=nan does not work; accepted: a number from 0 to below 1"),
        ({"share": "x\ny"}, "share='x\\ny' does not work; accepted: a number from 0"),
        ({"share": False}, "share=False does not work; accepted: a number"),
        (
            {"counts": (1, 0)},
            "counts=(1, 0) does not work; accepted: a tuple of a whole number from 1 to ",
        ),
        ({"counts": (1.5,)}, "counts=(1.5,) does not work; accepted: a tuple of a whole number"),
        ({"counts": ()}, "counts=() does not work; accepted: a tuple of a whole number"),
        ({"start": -1.0}, "start=-1.0 does not work; accepted: 'he', a number above 0 or None"),
        ({"start": "she"}, "start='she' does not work; accepted: 'he'"),
        ({"options": {"a": math.inf}}, "options={'a': inf} does not work; accepted: "),
        ({"options": {3: 1}}, "options={3: 1} does not work; accepted: a dict from a string to a "),
        ({"on": 1}, "on=1 does not work; accepted: True or False"),
        ({"out": 3}, "out=3 does not work; accepted: a path"),
        ({"text": None}, "text=None does not work; accepted: a string"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(change, message):
    with pytest.raises(ValueError) as error:
        Derived(**change)
    assert one_line(error).startswith(message)


def test_what_fits_is_converted_without_loss():
    made = Derived(share=np.float32(0.5), counts=[np.int64(2), 3], out="x", options={"a": True, "b": 2, "c": 0.5})
    assert (made.share, made.counts, made.out) == (0.5, (2, 3), Path("x"))
    assert list(map(type, made.counts)) == [int, int] and type(made.share) is float
    assert list(map(type, made.options.values())) == [bool, int, float]


def test_arguments_of_functions():
    def work(batch: PositiveInt, name: str = "") -> int: ...

    assert check_all(work, {"batch": 3}) == {"batch": 3}
    with pytest.raises(ValueError, match="batch=0 does not work"):
        check_all(work, {"batch": 0, "name": "x"})


def configured(config):
    """Return what makes a configuration like that of a recipe, which may be a class, with other options."""
    return config if isinstance(config, type) else partial(dataclasses.replace, config)


@pytest.mark.parametrize("stem", [*STEMS, OptimizerConfig, ScheduleConfig])
def test_no_number_of_a_recipe_is_without_limits(stem):
    config = recipes.load(stem).config if isinstance(stem, str) else stem
    # of the classes that state a field, the widest range counts: each holds
    for name, hint in get_type_hints(config if isinstance(config, type) else type(config)).items():
        wrong = [math.nan, math.inf, -math.inf, 1e39] if float in inside(hint) else []
        wrong += [HUGE, -1] if int in inside(hint) else []
        for value in wrong:
            whole = {"options": {"a": value}} if name == "options" else {name: value}
            whole = {name: (value,)} if tuple in {getattr(each, "__origin__", None) for each in inside(hint)} else whole
            if whole == {"options": {"a": value}} and math.isfinite(value):
                continue  # of which a network knows what it can do with it
            with pytest.raises(ValueError) as error:
                configured(config)(**NEEDED.get(stem, {}), **whole)
            assert one_line(error).startswith(name)


@pytest.mark.parametrize(
    "base, change",
    [
        *((CLASSIFIER, {name: 0}) for name in ("batch_size", "learning_rate", "steps_per_epoch", "checkpoint_every")),
        *((CLASSIFIER, {name: 0}) for name in ("replicas", "keep_checkpoints", "initializer")),
        *((OPTIMIZER, {name: 0}) for name in ("accumulation_steps", "clip_norm", "epsilon", "ema", "layer_decay")),
        (CLASSIFIER, {"replicas": 65}),  # which would take TensorFlow minutes to make of a CPU
        *((SCHEDULE, {name: 0}) for name in ("power", "factor", "every", "patience")),
        *((OPTIMIZER, {name: 1}) for name in ("momentum", "ema")),
        (SCHEDULE, {"factor": 1}),
        (CLASSIFIER, {"label_smoothing": 1}),
        *((OPTIMIZER, {name: -1e-9}) for name in ("weight_decay", "momentum")),
        (SCHEDULE, {"warmup_epochs": -1e-9}),
        (CLASSIFIER, {"label_smoothing": -1e-9}),
        (OPTIMIZER, {"layer_decay": 1.01}),
        (CLASSIFIER, {"strategy": "parameter_server"}),
        (CLASSIFIER, {"optimizer": "sgd"}),
        (TRANSLATOR, {"lengths": (16, 8)}),
        (TRANSLATOR, {"lengths": (8, 8)}),
        (TRANSLATOR, {"vocabulary_size": 259}),
        *((TRANSLATOR, {name: 0}) for name in ("tokens", "factor", "warmup_steps", "average_epochs")),
        *((TRANSLATOR, {name: 0}) for name in ("num_beams", "test_pairs")),
    ],
)
def test_limits(base, change):
    config, values = base
    config(**values)
    with pytest.raises(ValueError, match="does not work") as error:
        config(**values | change)
    assert one_line(error).startswith(next(iter(change)))


def test_a_network_is_asked_for_what_it_can_be():
    assert TransformerConfig(hidden_dim=np.int64(64), num_heads=4).hidden_dim == 64
    for change in ({"dropout": 1}, {"hidden_dim": 1.5}, {"num_layers": 0}, {"vocabulary_size": 1}):
        with pytest.raises(ValueError, match=next(iter(change))):
            TransformerConfig(**change)


def test_nested_options_are_named_by_their_path():
    config = recipes.load("resnet50_imagenet").config
    changed = parse(config, ["--schedule.kind", "step", "--schedule.at", "30", "60", "--optimizer.momentum", "0.8"])
    assert (changed.schedule.kind, changed.schedule.at, changed.schedule.patience) == ("step", (30.0, 60.0), 5)
    assert changed.optimizer == dataclasses.replace(config.optimizer, momentum=0.8)
    for option, value in {"optimizer.momentum": "1.5", "schedule.factor": "nan"}.items():
        with pytest.raises(ValueError) as error:
            parse(config, [f"--{option}", value])
        assert one_line(error).startswith(f"{option}={value} does not work; accepted: ")


@pytest.mark.parametrize(
    "options",
    [
        *("--epochs 1000000000000000000000000000000", "--optimizer.accumulation-steps 1000000000000000000000000000"),
        *("--learning-rate inf", "--optimizer.weight-decay nan", "--schedule.factor nan", "--schedule.factor -1"),
        *("--schedule.every inf", "--schedule.warmup-epochs inf", "--optimizer.momentum nan", "--optimizer.epsilon -1"),
        *("--optimizer.clip-norm nan", "--schedule.power inf", "--initializer nan", "--initializer -1"),
        *("--initializer 0", "--schedule.kind step", "--schedule.kind step --schedule.at", "--schedule.at nan"),
        *("--options foo 1", "--options foo nan", "--augment sharper", "--model LeNet6"),
    ],
)
def test_one_line_on_the_command_line(options, tmp_path, capsys):
    recipe = recipes.load("lenet5_digits")
    with pytest.raises(SystemExit) as exit:
        command_line(recipe.main, recipe.config, "", arguments=[*options.split(), "--out", str(tmp_path / "out")])
    printed = capsys.readouterr()
    assert exit.value.code == 2 and printed.out == ""
    assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
