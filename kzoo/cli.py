"""The command `kzoo`: list, info, summary, predict, export, bench, train, finetune, distill and evaluate.

Exit codes: 0 on success; 2 for an invalid option or file, or a missing package, with an error message of one line; 130
after Ctrl-C; of trainings 3 if one diverged, 4 if another worker of it has gone, 143 if it was preempted (SIGTERM) and
has saved its state; 1 for any other error, with a traceback, and if `list` finds nothing, as grep. With --json the
result is JSON, and standard output has nothing else; an empty list is a result then. `kzoo --version` prints the
version.
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
from kzoo.exporting.formats import FormatName

CODES = {ValueError: 2, OSError: 2, ImportError: 2, MemoryError: 2}
INFO_FIELDS: tuple[str, ...]
INFO_FIELDS = ("name", "kind", "paper", "reference", "year", "parameters", "macs", "input_shape", "min_size", "classes")
INFO_FIELDS += ("max_classes", "preprocessing", "weights", "options", "notes")


Arguments = tyro.conf.Positional[tuple[str, ...]]


@dataclass(frozen=True)
class Result:
    """The result of a command, to be printed as JSON, and a function that prints it as text."""

    content: Any
    print_text: Callable[[], Any]


def list_models(
    pattern: tyro.conf.Positional[str] = "*",
    weights: str | None = None,
    kind: str | None = None,
    sort: str | None = None,
    max_params: str | None = None,
    columns: str = "name",
    json: bool = False,
):
    """List the models of the zoo.

    Args:
        pattern: a part of a name such as resnet, or a shell pattern such as "resnet*"; case-insensitive
        weights: only those with these published weights, such as imagenet
        kind: only classifiers, or another kind
        sort: by a column: accuracies in descending order, others ascending
        max_params: maximum number of parameters, such as 10M
        columns: of name, kind, year, parameters, macs, input, classes, top1, top5; separated by commas
        json: a list of names in JSON, or of columns and their values
    """
    from kzoo.listing import format_table, select_models

    rows = select_models(kzoo.list_models(pattern, weights, kind), columns.split(","), sort, max_params)

    def print_text():
        if not rows:
            print("no model fits", file=sys.stderr)
            sys.exit(1)
        print(format_table(rows))

    return Result([row["name"] for row in rows] if columns == "name" else rows, print_text)


def info(model: tyro.conf.Positional[str], json: bool = False):
    """Show paper, size, preprocessing, weights and licence of a model.

    Args:
        model: its name; case-insensitive
        json: all of it in JSON
    """
    row = kzoo.info(model)
    return Result({key: getattr(row, key) for key in INFO_FIELDS if hasattr(row, key)}, lambda: print(row))


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
    return Result({"parameters": network.count_params(), "layers": layers}, network.summary)


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
    """Classify images: the top-5 classes of each.

    Args:
        images: JPEG, PNG, BMP, GIF or WebP files
        model: name of a network; several are an ensemble, each with --weights
        weights: of that network: a tag such as imagenet, or the path of a file
        export: an export of kzoo, <name>/<version>, instead of a network; it is a program, so trust its source
        run: folder of a run of a classifier recipe (its --out), instead of a network
        labels: text file of class names, one a line; by default ImageNet's names, or numbers
        ten_crop: average over ten crops of each image
        json: classes and probabilities in JSON
    """
    import_tensorflow()
    from kzoo.inference import predict_files, predict_files_by_export, print_predictions

    if export and (model or weights or labels or ten_crop or run):
        raise ValueError("--export comes with a network and its labels; do not give any of your own")
    on_prediction = (lambda row: None) if json else print_predictions
    if export:
        predictions = predict_files_by_export(images, export, on_prediction)
    else:
        predictions = predict_files(images, model, weights, labels, ten_crop, on_prediction, run)
    return Result(predictions, lambda: None)  # printed already


def export(
    model: tyro.conf.Positional[str],
    path: tyro.conf.Positional[Path],
    weights: str | None = None,
    classes: PositiveInt | None = None,
    size: PositiveInt | None = None,
    labels: Path | None = None,
    format: FormatName = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "auto",
    images: Path | None = None,
    fold: bool = True,
    tolerance: PositiveFloat | None = None,
    licence: str | None = None,
    overwrite: bool = False,
    json: bool = False,
):
    """Export a model for inference.

    Args:
        model: name of a classifier
        path: <name>/<version>, or <name> for the next version
        weights: a tag such as imagenet, or the path of a file; random if not given
        classes: of its classifier
        size: height and width of its input, pixels
        labels: text file of class names, one a line; by default ImageNet's names, or numbers
        format: of the export
        precision: auto is the faster one on this machine, float32 or bfloat16
        images: folder of calibration images for int8, on which the export is also verified
        fold: fold BatchNormalizations into the layers before them
        tolerance: largest difference of a probability from the model
        licence: of the weights
        overwrite: replace an existing version
        json: path and metadata in JSON
    """
    import_tensorflow()
    from kzoo.exporting import describe_export, resolve_export_path
    from kzoo.exporting import export as export_model
    from kzoo.exporting.schemas import read_labels
    from kzoo.inference import default_labels

    names = read_labels(labels) if labels else None
    resolve_export_path(path, overwrite)  # fails before the model is built
    calibration_images = read_images(images) if images else None
    kzoo.registry.classifier(model)  # raises if it is not one
    network = build(model, weights, len(names) if names and classes is None else classes, size)
    exported = export_model(
        network,
        path,
        names or default_labels(network),
        overwrite=overwrite,
        format=format,
        precision=precision,
        fold=fold,
        images=calibration_images,
        tolerance=tolerance,
        licence=licence,
    )
    metadata = {"path": str(exported), **describe_export(exported)}
    line = (
        f"{exported}: {format} in {metadata['precision']}, probabilities off by {metadata['difference']:.1e} at most, "
    )
    line += f"top-1 agrees on {metadata['agreement']:.0%} of {metadata['images']} images"
    return Result(metadata, lambda: print(line))


def bench(
    targets: tyro.conf.Positional[Annotated[tuple[str, ...], MinLen(1)]],
    batch: PositiveInts = (1, 16),
    rounds: PositiveInt = 15,
    format: FormatName = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16"] = "auto",
    json: bool = False,
):
    """Benchmark inference: median latencies of interleaved calls.

    Args:
        targets: names of classifiers, which are exported for the benchmark, or folders of exports, <name>/<version>
        batch: batch sizes
        rounds: calls of each
        format: of the exports of classifiers
        precision: of the exports of classifiers
        json: milliseconds and images a second in JSON
    """
    import_tensorflow()
    from kzoo.exporting.benchmark import benchmark

    rows = benchmark(targets, batch, rounds, format, precision)

    def table():
        print(f"{'':32}{'batch':>6}{'ms':>10}{'images/s':>10}")
        for row in rows:
            print(f"{row['target']:32}{row['batch']:6}{row['milliseconds']:10.2f}{row['images_per_second']:10.1f}")

    return Result(rows, table)


def train(arguments: Arguments = ()):
    """Train a network by a recipe; without one, list all recipes.

    Args:
        arguments: name of the recipe and its options; --help after the name lists them
    """
    if arguments and arguments[0] not in ("-h", "--help", "--json"):
        return run_recipe(arguments[0], arguments[1:], f"kzoo train {arguments[0]}")
    if unknown := [each for each in arguments if each not in ("-h", "--help", "--json")]:
        raise ValueError(f"{unknown[0]!r} does not work there; give the name of the recipe first")
    found = recipes.list_recipes()
    usage = "usage: kzoo train RECIPE [OPTIONS]; `kzoo train RECIPE --help` lists the options"
    return Result(found, lambda: print("\n".join([usage, "", *(f"{name:28}{what}" for name, what in found.items())])))


def finetune(arguments: Arguments = ()):
    """Fine-tune a trained network on other classes."""
    return run_recipe("finetune", arguments)


def distill(arguments: Arguments = ()):
    """Distill the knowledge of a trained network into a small one."""
    return run_recipe("distill", arguments)


def evaluate(arguments: Arguments = ()):
    """Evaluate a trained network or an export on a test set."""
    return run_recipe("evaluate", arguments)


def run_recipe(name, arguments, prog=None):
    """Run a recipe, which exits with its own code on errors."""
    recipes.run(name, arguments, prog or f"kzoo {name}")
    return Result(None, lambda: None)


def build(model, weights, classes, size):
    """Build a network, with its default input size if `size` is None."""
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


def read_images(folder):
    """Read the images in a folder and its subfolders."""
    from kzoo.data import read_image
    from kzoo.data.images import list_image_files

    paths = list_image_files(folder, recursive=True)
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
RECIPE_COMMANDS = ("train", "finetune", "distill", "evaluate")  # their options are those of recipes


def main(arguments: list[str] | None = None):
    """Run the command line; the docstring of the module has the exit codes."""
    arguments = sys.argv[1:] if arguments is None else arguments
    with one_line_errors(CODES):
        try:
            json = "--json" in arguments
            with redirect_stdout(sys.stderr) if json else nullcontext():  # libraries print
                result = parse(arguments)
            if json:
                print(js.dumps(result.content, indent=2, default=asdict))
            else:
                result.print_text()
            sys.stdout.flush()
        except BrokenPipeError:  # as by `kzoo list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            fail("interrupted", INTERRUPTED)


def validated(command: Callable) -> Callable:
    """Validate the arguments of a command by its annotations."""

    @wraps(command)
    def run(*given, **named):
        arguments = inspect.signature(command).bind(*given, **named).arguments
        return command(**{**arguments, **check_all(command, arguments)})

    return run


def parse(arguments) -> Result:
    """Parse the arguments and run their command."""
    if [each for each in arguments if each != "--json"] == ["--version"]:
        return Result(kzoo.__version__, lambda: print(f"kzoo {kzoo.__version__}"))
    if arguments and arguments[0] in RECIPE_COMMANDS:
        return COMMANDS[arguments[0]](arguments[1:])
    if arguments and arguments[0] in COMMANDS:  # parsers of the other commands are not needed
        return tyro.cli(validated(COMMANDS[arguments[0]]), prog=f"kzoo {arguments[0]}", args=arguments[1:])
    commands = {name: validated(command) for name, command in COMMANDS.items()}
    return tyro.extras.subcommand_cli_from_dict(commands, prog="kzoo", description=__doc__, args=arguments)
