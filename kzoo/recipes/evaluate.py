"""Evaluate a trained network on a test set: accuracy, top-5 accuracy, a report by class, a confusion matrix.

- python recipes/evaluate.py --model LeNet5 --weights runs/lenet5_digits/best.weights.h5
- python recipes/evaluate.py --model ResNet50 --weights imagenet --data folder:my/imagenet    # 1,000 classes, in order
- python recipes/evaluate.py --saved-model saved_models/lenet5/1

`--out` then holds metrics.json, report.csv (precision, recall, F1 and count of each class) and confusion.png.
"""

import json
from dataclasses import dataclass
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

MAX_PRINTED_CLASSES = 20  # report.csv has all


@dataclass(frozen=True)
class Config(Validated):
    """Options; either a model and its weights, or a SavedModel."""

    model: str | None = None
    """name of a network, as in kzoo.list_models()"""
    weights: str | None = None
    """of that network: a tag such as imagenet, or the path of a file"""
    saved_model: Path | None = None
    """folder of a SavedModel that kzoo exported"""
    data: str = "digits"
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]; its test split is evaluated"""
    batch_size: PositiveInt = 32
    seed: NonNegativeInt = 0
    """of the split, where a folder has none"""
    out: Path = Path("runs/evaluation")
    """folder of the results"""


def main(config: Config) -> dict:
    """Evaluate, write `config.out`, and return the metrics.

    Raises:
        ValueError, OSError: an option, the data or the weights are invalid; nothing is written then.
        ImportError: a package is missing.
    """
    if bool(config.saved_model) == bool(config.model) or bool(config.model) != bool(config.weights):
        raise ValueError("what to evaluate is not clear; give --model and --weights, or --saved-model")
    require("an evaluation", "train", "matplotlib")
    source = kzoo.load_source(config.data, seed=config.seed)
    name = str(config.saved_model or config.model)
    classify, images = load_saved_model(config, source) if config.saved_model else load_model(config, source)
    with kzoo.data.report_unreadable_images(source):
        evaluation = evaluate(classify, images, source.classes)
    options = {"model": name, "weights": config.weights, "data": config.data}
    metrics, report = {**options, **evaluation.metrics()}, evaluation.report(source.labels)
    title = f"{name} on {config.data}: accuracy {metrics['accuracy']:.2%} of {evaluation.images} images"
    write_report(report, config.out / "report.csv")
    plot_confusion_matrix(evaluation.confusion, source.labels, config.out / "confusion.png", title)
    with atomic_path(config.out / "metrics.json") as new:
        new.write_text(json.dumps(metrics, indent=2) + "\n")
    print_metrics(metrics, report, config.out)
    return metrics


def load_model(config, source):
    """Return a function that classifies, and the preprocessed test batches."""
    network = kzoo.inference.load_classifier(config.model, config.weights, source.classes)
    return partial(network, training=False), kzoo.data.batches(
        source.test, imagenet.preprocessor(network), config.batch_size
    )


def load_saved_model(config, source):
    """Return a function that classifies raw images, and test batches of one raw image: their sizes may differ."""
    import tensorflow as tf

    if not (config.saved_model / "saved_model.pb").exists():
        raise FileNotFoundError(
            f"saved_model={str(config.saved_model)!r} holds no saved_model.pb; give <name>/<version>"
        )
    signature = tf.saved_model.load(str(config.saved_model)).signatures["serving_default"]
    wanted = signature.structured_input_signature[1]["images"].shape[-1]
    images = source.test.dataset().batch(1)
    given = images.element_spec[0].shape[-1]
    if given != wanted:
        raise ValueError(
            f"data={config.data!r} has images of {given} channels, but {config.saved_model} takes {wanted}"
        )
    return lambda raw: signature(images=tf.cast(raw, tf.float32))["probabilities"], images


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
