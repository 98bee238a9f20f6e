"""Evaluate a trained network on a test set: accuracy, top-5 accuracy, a report by class, a confusion matrix.

- python recipes/evaluate.py --model LeNet5 --weights runs/lenet5_digits/best.weights.h5
- python recipes/evaluate.py --model ResNet50 --weights imagenet --data folder:my/imagenet    # 1,000 classes, in order
- python recipes/evaluate.py --run runs/lenet5_digits    # on the data that it was trained with
- python recipes/evaluate.py --saved-model saved_models/lenet5/1

`--out` then holds metrics.json, report.csv (precision, recall, F1 and count of each class) and confusion.png.
"""

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import kzoo
from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo._printing import printable
from kzoo._validation import NonNegativeInt, PositiveInt, Validated
from kzoo.applications import imagenet
from kzoo.evaluation import evaluate, plot_confusion_matrix, write_report
from kzoo.training import command_line
from kzoo.training.folder import check_out, read_config

MAX_PRINTED_CLASSES = 20  # report.csv has all
RESULTS = ("metrics.json", "report.csv", "confusion.png")


@dataclass(frozen=True)
class Config(Validated):
    """Options; either a model and its weights, or a run, or a SavedModel."""

    model: str | None = None
    """name of a network, as in kzoo.list_models()"""
    weights: str | None = None
    """of that network: a tag such as imagenet, or the path of a file"""
    run: Path | None = None
    """results of a classifier recipe (its --out)"""
    saved_model: Path | None = None
    """folder of a SavedModel that kzoo exported"""
    data: str | None = None
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]; its test split is evaluated. By default that of the
    run, or digits"""
    batch_size: PositiveInt = 32
    seed: NonNegativeInt | None = None
    """of the split, where a folder has none; by default that of the run, or 0"""
    out: Path = Path("runs/evaluation")
    """folder of the results"""


def main(config: Config) -> dict:
    """Evaluate, write `config.out`, and return the metrics.

    Raises:
        ValueError, OSError: an option, the data or the weights are invalid; nothing is written then.
        ImportError: a package is missing.
    """
    given = [each for each in (config.model, config.run, config.saved_model) if each]
    if len(given) != 1 or bool(config.model) != bool(config.weights):
        raise ValueError("what to evaluate is not clear; give --model and --weights, or --run, or --saved-model")
    require("an evaluation", "train", "matplotlib")
    check_out(config.out)
    check_results(config.out)
    data, seed = choose_data(config)
    config = replace(config, data=data, seed=seed)
    source = kzoo.load_source(data, seed=seed)
    name = str(given[0])
    load = load_saved_model if config.saved_model else load_run if config.run else load_model
    classify, images = load(config, source)
    with kzoo.data.report_unreadable_images(source):
        evaluation = evaluate(classify, images, source.classes)
    options = {"model": name, "weights": config.weights, "data": config.data}
    metrics, report = {**options, **evaluation.metrics()}, evaluation.report(source.labels)
    title = f"{name} on {config.data}: accuracy {metrics['accuracy']:.2%} of {evaluation.images} images"
    with atomic_path(config.out / "metrics.json") as new:  # first, so that check_results knows a killed evaluation
        new.write_text(json.dumps(metrics, indent=2) + "\n")
    write_report(report, config.out / "report.csv")
    plot_confusion_matrix(evaluation.confusion, source.labels, config.out / "confusion.png", title)
    print_metrics(metrics, report, config.out)
    return metrics


def check_results(out):
    """Check that only results of an earlier evaluation would be replaced.

    Raises:
        FileExistsError: there are other files.
    """
    names = [name for name in RESULTS if (out / name).exists()]
    try:
        ours = {"images", "mean_f1"} <= json.loads((out / "metrics.json").read_bytes()).keys()
    except (OSError, ValueError, AttributeError):
        ours = False
    if names and not ours:
        raise FileExistsError(f"{out} holds {names[0]!r}, which is not of an evaluation; choose another --out")


def choose_data(config: Config) -> tuple[str, int]:
    """Return the data, and the seed of their split: those given, or those of the run."""
    data, seed = "digits", 0
    if config.run:
        stored = read_config(config.run)
        if stored is None and config.data is None:  # another test set would be evaluated unnoticed
            raise FileNotFoundError(
                f"run={str(config.run)!r} has no config.json, which names its data; give the --out of a classifier "
                "recipe, or --data"
            )
        stored = stored or {}
        data, seed = stored.get("data", data), stored.get("seed", seed)
    return data if config.data is None else config.data, seed if config.seed is None else config.seed


def load_model(config, source):
    """Return a function that classifies, and the preprocessed test batches."""
    return with_batches(kzoo.inference.load_classifier(config.model, config.weights, source.classes), config, source)


def load_run(config, source):
    """Return the same for the network of a run."""
    network, labels, _ = kzoo.inference.load_run(config.run)
    if list(source.labels) != labels:
        data_labels, run_labels = map(abbreviate_labels, (source.labels, labels))
        raise ValueError(f"data={config.data!r} has the classes {data_labels}, but the run knows {run_labels}")
    return with_batches(network, config, source)


def with_batches(network, config, source):
    """Return a function that classifies, and the preprocessed test batches."""
    images = kzoo.data.batches(source.test, imagenet.preprocessor(network), config.batch_size)
    return partial(network, training=False), images


def abbreviate_labels(labels):
    """Return class names for a message, at most five of them."""
    return printable(", ".join(map(str, labels[:5])) + (f", ... ({len(labels)})" if len(labels) > 5 else ""))


def load_saved_model(config, source):
    """Return a function that classifies raw images, and test batches of one raw image: their sizes may differ."""
    import tensorflow as tf

    if not (config.saved_model / "saved_model.pb").exists():
        raise FileNotFoundError(
            f"saved_model={str(config.saved_model)!r} holds no saved_model.pb; give <name>/<version>"
        )
    wanted = kzoo.exporting.describe_export(config.saved_model, "classifier")["input"][-1]
    classify = kzoo.exporting.load(config.saved_model)
    images = source.test.dataset().batch(1)
    given = images.element_spec[0].shape[-1]
    if given != wanted:
        raise ValueError(
            f"data={config.data!r} has images of {given} channels, but {config.saved_model} takes {wanted}"
        )
    return lambda raw: classify(tf.cast(raw, tf.float32)), images


def print_metrics(metrics, report, out):
    """Print the metrics, and the report if there are few classes."""
    for key, value in metrics.items():
        if value is not None:
            print(f"{key:16}{f'{value:.2%}' if isinstance(value, float) else printable(value)}")
    if len(report) <= MAX_PRINTED_CLASSES:
        print(f"\n{'class':16}{'precision':>10}{'recall':>10}{'f1':>10}{'count':>8}")
        for row in report:
            shares = ("-" if row[key] is None else f"{row[key]:.2%}" for key in ("precision", "recall", "f1"))
            print(f"{printable(row['class']):16}" + "".join(f"{share:>10}" for share in shares) + f"{row['count']:8}")
    print(f"\nwrote {out}")


if __name__ == "__main__":
    command_line(main, Config, __doc__)
