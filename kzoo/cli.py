"""The command `kzoo`: list, info, summary, predict, export, bench, train, finetune, distill and evaluate.

Exit codes: 0 if all went well; 2 if an option, a file or a missing package is at fault, said in one line; 130 at
Ctrl-C; of trainings 3 if one diverged, 4 if another machine of it has gone, 143 if it was asked to stop and has saved
its state; 1 after any other error, with where it came from, and if `list` finds nothing, as grep has it. With --json
the answer is JSON on standard output, and nothing else is there; a list of nothing is an answer then. `kzoo --version`
says which this is.
"""

from __future__ import annotations

import inspect
import json as js
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from annotated_types import MinLen

import kzoo
from kzoo import recipes
from kzoo._errors import INTERRUPTED, fail, one_line_errors
from kzoo._quiet import import_tensorflow
from kzoo._validation import PositiveFloat, PositiveInt, PositiveInts, check_all

CODES = {ValueError: 2, OSError: 2, ImportError: 2, MemoryError: 2}
FACTS = ("name", "kind", "paper", "reference", "year", "parameters", "macs", "input_shape", "min_size", "classes")
FACTS += ("max_classes", "preprocessing", "weights", "options", "notes")


Arguments = tyro.conf.Positional[tuple[str, ...]]


@dataclass(frozen=True)
class Answer:
    """What a command has found out, to be printed as JSON, and what prints it for people."""

    content: Any
    show: Callable[[], Any]


def list_models(
    pattern: tyro.conf.Positional[str] = "*",
    weights: str | None = None,
    kind: str | None = None,
    sort: str | None = None,
    max_params: str | None = None,
    columns: str = "name",
    json: bool = False,
):
    """Name the models of the zoo.

    Args:
        pattern: a part of a name such as resnet, or a shell pattern such as "resnet*"; case does not matter
        weights: only those with these published weights, such as imagenet
        kind: only classifiers, or another kind
        sort: by a column: accuracies from the highest, all else from the lowest
        max_params: only those with so many parameters at most, such as 10M
        columns: of name, kind, year, parameters, macs, input, classes, top1, top5; with commas between
        json: a list of names in JSON, or of columns and their values
    """
    from kzoo.listing import find, table

    rows = find(kzoo.list_models(pattern, weights, kind), columns.split(","), sort, max_params)

    def show():
        if not rows:
            print("no model fits", file=sys.stderr)
            sys.exit(1)
        print(table(rows))

    return Answer([row["name"] for row in rows] if columns == "name" else rows, show)


def info(model: tyro.conf.Positional[str], json: bool = False):
    """Say what is known of a model: paper, size, preprocessing, weights and their licence.

    Args:
        model: its name; case does not matter
        json: all of it in JSON
    """
    row = kzoo.info(model)
    return Answer({key: getattr(row, key) for key in FACTS if hasattr(row, key)}, lambda: print(row))


def summary(
    model: tyro.conf.Positional[str],
    classes: PositiveInt | None = None,
    size: PositiveInt | None = None,
    json: bool = False,
):
    """Show the layers of a model.

    Args:
        model: its name
        classes: of its classifier
        size: height and width of its input, pixels
        json: names, kinds, output shapes and parameters in JSON
    """
    network = build(model, None, classes, size)
    from kzoo.graph import calls

    layers = [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "output": [each.shape for each in calls(layer)[0].output_tensors],
            "parameters": layer.count_params(),
        }
        for layer in network.layers
    ]
    return Answer({"parameters": network.count_params(), "layers": layers}, network.summary)


def predict(
    images: tyro.conf.Positional[tuple[Path, ...]],
    model: tyro.conf.UseAppendAction[tuple[str, ...]] = (),
    weights: tyro.conf.UseAppendAction[tuple[str, ...]] = (),
    export: Path | None = None,
    run: Path | None = None,
    labels: Path | None = None,
    ten_crop: bool = False,
    json: bool = False,
):
    """Say what pictures show: the five likeliest classes of each.

    Args:
        images: files of pictures: JPEG, PNG, BMP, GIF or WebP
        model: name of a network; several are an ensemble, each with --weights
        weights: of that network: a tag such as imagenet, or the path of a file
        export: what kzoo exported, <name>/<version>, instead of a network; it is a program, so trust its source
        run: results of a classifier recipe (its --out), instead of a network
        labels: text file with the name of a class a line; by default ImageNet's names, or numbers
        ten_crop: mean over ten views of a picture
        json: classes and probabilities in JSON
    """
    import_tensorflow()
    from kzoo.predicting import predict_files, predict_files_served, show

    if export and (model or weights or labels or ten_crop or run):
        raise ValueError("--export comes with a network and its labels; do not give any of your own")
    each = (lambda row: None) if json else show
    if export:
        found = predict_files_served(images, export, each)
    else:
        found = predict_files(images, model, weights, labels, ten_crop, each, run)
    return Answer(found, lambda: None)  # people have seen it already


def export(
    model: tyro.conf.Positional[str],
    path: tyro.conf.Positional[Path],
    weights: str | None = None,
    classes: PositiveInt | None = None,
    size: PositiveInt | None = None,
    labels: Path | None = None,
    format: Literal["savedmodel", "openvino", "onnx", "litert"] = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "auto",
    images: Path | None = None,
    fold: bool = True,
    tolerance: PositiveFloat | None = None,
    licence: str | None = None,
    overwrite: bool = False,
    json: bool = False,
):
    """Write a model for inference.

    Args:
        model: name of a classifier
        path: <name>/<version>, or <name> for the next version
        weights: a tag such as imagenet, or the path of a file; random if not given
        classes: of its classifier
        size: height and width of its input, pixels
        labels: text file with the name of a class a line; by default ImageNet's names, or numbers
        format: what is written
        precision: auto takes what is faster on this machine, float32 or bfloat16
        images: folder of pictures that int8 finds its ranges with, and whose answers are compared
        fold: put normalisations into the layers before them
        tolerance: how far a probability may be from the model's own
        licence: of the weights
        overwrite: replace a version that is there already
        json: where it is and what was measured, in JSON
    """
    import_tensorflow()
    from kzoo.exporting import describe_export, resolve_export_path
    from kzoo.exporting import export as write
    from kzoo.predicting import default_labels, read_labels

    names = read_labels(labels) if labels else None
    resolve_export_path(path, overwrite)  # raises now, not after a model has been built
    pictures = read_folder(images) if images else None
    kzoo.registry.classifier(model)  # raises if it is another network
    network = build(model, weights, len(names) if names and classes is None else classes, size)
    written = write(
        network,
        path,
        names or default_labels(network),
        overwrite=overwrite,
        format=format,
        precision=precision,
        fold=fold,
        images=pictures,
        tolerance=tolerance,
        licence=licence,
    )
    record = {"path": str(written), **describe_export(written)}
    line = f"{written}: {format} in {record['precision']}, probabilities off by {record['difference']:.1e} at most, "
    line += f"top-1 agrees on {record['agreement']:.0%} of {record['images']} images"
    return Answer(record, lambda: print(line))


def bench(
    targets: tyro.conf.Positional[Annotated[tuple[str, ...], MinLen(1)]],
    batch: PositiveInts = (1, 16),
    rounds: PositiveInt = 15,
    format: Literal["savedmodel", "openvino", "onnx", "litert"] = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16"] = "auto",
    json: bool = False,
):
    """Time inference, taking turns; the medians.

    Args:
        targets: names of classifiers, which are exported for it, or folders of exports, <name>/<version>
        batch: images at a time
        rounds: how often each runs
        format: that networks are exported in
        precision: that networks are exported in
        json: milliseconds and images a second in JSON
    """
    import_tensorflow()
    from kzoo.exporting.benchmark import benchmark

    rows = benchmark(targets, batch, rounds, format, precision)

    def table():
        print(f"{'':32}{'batch':>6}{'ms':>10}{'images/s':>10}")
        for row in rows:
            print(f"{row['target']:32}{row['batch']:6}{row['milliseconds']:10.2f}{row['images_per_second']:10.1f}")

    return Answer(rows, table)


def train(arguments: Arguments = ()):
    """Train a network by a recipe; without one, name them all.

    Args:
        arguments: name of the recipe and its options; --help after the name lists them
    """
    if arguments and arguments[0] not in ("-h", "--help", "--json"):
        return run_recipe(arguments[0], arguments[1:], f"kzoo train {arguments[0]}")
    if unknown := [each for each in arguments if each not in ("-h", "--help", "--json")]:
        raise ValueError(f"{unknown[0]!r} does not work there; give the name of the recipe first")
    found = recipes.list_recipes()
    usage = "usage: kzoo train RECIPE [OPTIONS], of which `kzoo train RECIPE --help` tells"
    return Answer(found, lambda: print("\n".join([usage, "", *(f"{name:28}{what}" for name, what in found.items())])))


def finetune(arguments: Arguments = ()):
    """Teach a trained network other classes."""
    return run_recipe("finetune", arguments)


def distill(arguments: Arguments = ()):
    """Let a small network learn from what a trained one says."""
    return run_recipe("distill", arguments)


def evaluate(arguments: Arguments = ()):
    """Say how well a trained network or an export does on a test set."""
    return run_recipe("evaluate", arguments)


def run_recipe(name, arguments, prog=None):
    """Run a recipe, which leaves the process with its own exit code if something is wrong."""
    recipes.run(name, arguments, prog or f"kzoo {name}")
    return Answer(None, lambda: None)


def build(model, weights, classes, size):
    """Build a network; without a size, of its own."""
    variant = kzoo.info(model)
    import_tensorflow()
    if variant.kind != "classifier":
        for name, value in (("classes", classes), ("size", size)):
            if value is not None:
                raise ValueError(f"{name}={value} is of classifiers; leave it out for {variant.name}")
        return kzoo.build(model)
    shape = (size, size, variant.input_shape[-1]) if size is not None else None
    from tensorflow.errors import ResourceExhaustedError

    try:
        return kzoo.build(model, weights=weights, classes=classes, input_shape=shape)
    except ResourceExhaustedError:
        raise MemoryError(f"there is not enough memory for {variant.name}; classes={classes}, size={size}") from None


def read_folder(folder):
    """Return the pictures in a folder and those within it."""
    from kzoo.data import read_image
    from kzoo.data.sources import SUFFIXES

    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise ValueError(f"images={str(folder)!r} has no images; give a folder with JPEG, PNG, BMP, GIF or WebP files")
    return [read_image(path) for path in paths]


COMMANDS: dict[str, Callable] = {
    "list": list_models,
    "info": info,
    "summary": summary,
    "predict": predict,
    "export": export,
    "bench": bench,
    "train": train,
    "finetune": finetune,
    "distill": distill,
    "evaluate": evaluate,
}
BY_RECIPES = ("train", "finetune", "distill", "evaluate")  # which have options of their own


def main(arguments: list[str] | None = None):
    """Run the command line; see the module's documentation for the exit codes."""
    arguments = sys.argv[1:] if arguments is None else arguments
    with one_line_errors(CODES):
        try:
            json = "--json" in arguments
            with redirect_stdout(sys.stderr) if json else nullcontext():  # libraries talk while they work
                answer = parse(arguments)
            if json:
                print(js.dumps(answer.content, indent=2, default=asdict))
            else:
                answer.show()
            sys.stdout.flush()
        except BrokenPipeError:  # as by `kzoo list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            fail("interrupted", INTERRUPTED)


def checked(command: Callable) -> Callable:
    """Let a command see only arguments that its annotations accept."""

    @wraps(command)
    def run(*given, **named):
        arguments = inspect.signature(command).bind(*given, **named).arguments
        return command(**{**arguments, **check_all(command, arguments)})

    return run


def parse(arguments) -> Answer:
    """Run the command that the arguments name."""
    if [each for each in arguments if each != "--json"] == ["--version"]:
        return Answer(kzoo.__version__, lambda: print(f"kzoo {kzoo.__version__}"))
    if arguments and arguments[0] in BY_RECIPES:
        return COMMANDS[arguments[0]](arguments[1:])
    if arguments and arguments[0] in COMMANDS:  # what options the others have need not be worked out
        return tyro.cli(checked(COMMANDS[arguments[0]]), prog=f"kzoo {arguments[0]}", args=arguments[1:])
    commands = {name: checked(command) for name, command in COMMANDS.items()}
    return tyro.extras.subcommand_cli_from_dict(commands, prog="kzoo", description=__doc__, args=arguments)
