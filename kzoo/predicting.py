"""Classify raw images by one network or several, each image seen once or in ten ways."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kzoo import registry
from kzoo._printing import printable
from kzoo.applications import imagenet
from kzoo.data import read_image
from kzoo.exporting import describe_export, load
from kzoo.exporting.classifier import validate_image
from kzoo.exporting.metadata import METADATA_FOLDER
from kzoo.exporting.schemas import RunMetadata, read_labels, read_metadata
from kzoo.graph import output_activation
from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing
from kzoo.weights.adapt import NewClassifierWarning
from kzoo.weights.untrained import warn_if_random

AT_A_TIME = 8  # pictures that a network is given; one is in memory in its own size
LARGE = 2**26  # numbers in a picture
TOP = 5


def trained(name: str, weights: str, classes: int, **arguments) -> keras.Model:
    """Build a network whose weights tell these classes apart: a classifier that adapts to them knows nothing.

    Args:
        name, arguments: as for `kzoo.build`.
        weights: a tag such as imagenet, or the path of a file.
        classes: of the data it is for.

    Raises:
        ValueError: the weights are of another number of classes, or `kzoo.build` refuses something.
        OSError: they are not there.
    """
    registry.classifier(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NewClassifierWarning)
        try:
            return registry.build(name, weights=weights, classes=classes, **arguments)
        except NewClassifierWarning as warning:
            raise ValueError(f"these weights do not know the {classes} classes of the data: {warning}") from None


def middle(prepare: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return a network's input, (1, height, width, channels), as it is commonly made of an image."""
    return prepare.normalize(prepare.resize(image))[None]


def ten_crops(prepare: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return ten inputs, (10, height, width, channels): the corners, the middle, and the mirror images of these.

    They are cut from the middle of the image, which is made as much larger than the network's input as a common crop
    of it is smaller: 224x224 from 256x256, as for AlexNet (section 4.1 of its paper, doi:10.1145/3065386).

    Raises:
        ValueError: images for this network are fitted inside a margin, so there is nothing to cut off.
    """
    if prepare.pad:
        raise ValueError("ten crops do not work for a network whose images are fitted inside a margin, such as LeNet5")
    height, width = prepare.size
    sides = round(height / prepare.crop), round(width / prepare.crop)
    large = Preprocessor(sides, prepare.channels, crop=1.0).resize(image)
    bottom, right = sides[0] - height, sides[1] - width
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = tf.stack([large[top : top + height, left : left + width] for top, left in places])
    return prepare.normalize(tf.concat([crops, crops[:, :, ::-1]], axis=0))


def predict(
    models: Sequence[keras.Model],
    images: Iterable[np.ndarray],
    views: Callable[[Preprocessor, np.ndarray], tf.Tensor] = middle,
) -> np.ndarray:
    """Return the probabilities of classes, (images, classes) float32: the mean over the models and over the views.

    Args:
        models: classifiers that kzoo built, of the same classes. Each is given what it was trained on: its size, its
            levels. Of several outputs the first counts.
        images: raw ones, (height, width, channels) each, 0..255, of any sizes. Of a generator one at a time is held.
        views: makes a network's inputs of an image; `middle` or `ten_crops`.

    Raises:
        ValueError: the models differ in their classes, or one is no classifier, or kzoo did not build it; there are no
            images, or one is of another shape or type; or the probabilities are not finite.
    """
    _check_models(models)
    warn_if_random(*models)
    prepares = [imagenet.preprocessor(model) for model in models]

    def of_image(i, image):
        image = np.asarray(image)
        return [views(each, validate_image(image, i, each.channels)) for each in prepares]

    _check_no_path(images)
    inputs = list(map(of_image, itertools.count(), images))  # a loop would hold one while it gets the next
    if not inputs:
        raise ValueError("images is empty; give at least one")
    by_model = zip(models, zip(*inputs, strict=True), strict=True)
    probabilities = np.mean([_probabilities(model, of_images) for model, of_images in by_model], axis=0)
    if not np.isfinite(probabilities).all():
        raise ValueError("probabilities are not finite; the weights, or the values of the images, are wrong")
    return probabilities


def _check_models(models):
    if not isinstance(models, Sequence) or not models:
        raise ValueError(f"models={models!r:.100} does not work; give a list of at least one network")
    for i, model in enumerate(models):
        if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
            raise ValueError(f"models[{i}]={model!r:.100} does not work; give networks that kzoo built")
    shapes = [(model.name, tuple(model.outputs[0].shape[1:])) for model in models]
    for name, shape in shapes:
        if len(shape) != 1:
            raise ValueError(f"{name} makes {shape} of an image; accepted are classifiers (include_top=True)")
    if len({shape for _, shape in shapes}) > 1:
        counts = ", ".join(f"{name} has {shape[0]}" for name, shape in shapes)
        raise ValueError(f"the models of an ensemble have the same classes, but {counts}")


def _check_no_path(images):
    if isinstance(images, str | bytes | Path) or not isinstance(images, Iterable):
        raise ValueError(f"images={images!r:.100} does not work; give arrays, such as [kzoo.data.read_image(path)]")


def _probabilities(model, inputs):
    first, *_ = keras.tree.flatten(model(tf.concat(inputs, axis=0), training=False))
    first = tf.cast(first, tf.float32)
    if output_activation(model) is keras.activations.linear:
        first = tf.nn.softmax(first)
    return tf.reduce_mean(tf.reshape(first, (len(inputs), -1, first.shape[-1])), axis=1).numpy()


def predict_files(
    images: Sequence[Path],
    model: Sequence[str] = (),
    weights: Sequence[str] = (),
    labels: Path | None = None,
    ten_crop: bool = False,
    each: Callable[[dict], None] = lambda row: None,
    run: Path | None = None,
) -> dict:
    """Return the likeliest classes of pictures, with the names of what found them.

    Args:
        images: files.
        model, weights: names of networks and, for each, a tag or a file; several are an ensemble.
        labels: text file with the name of a class a line; by default ImageNet's names, or numbers.
        ten_crop: whether each picture is seen in ten ways.
        each: called with what is said of a picture, as soon as that is known.
        run: folder of the results of a classifier recipe, instead of models, weights and labels.

    Raises:
        ValueError, OSError: something is wrong with one of these; the message says what.
    """
    if run and (model or weights or labels):
        raise ValueError("--run comes with a network, its weights and labels; do not give any of your own")
    names = read_labels(labels) if labels else None
    _check_files(images)
    if run:
        network, names, weights = of_run(run)
        models, model, weights = [network], [network.variant.name], [weights]
    else:
        models = _models(model, weights, names)
    views = ten_crops if ten_crop else middle
    rows = _rows(images, lambda pictures: predict(models, pictures, views), names or default_labels(models[0]), each)
    used = [{"model": name, "weights": str(each)} for name, each in zip(model, weights, strict=True)]
    return {"models": used, "ten_crop": ten_crop, "images": rows}


def _models(names, weights, labels):
    if not names or len(names) != len(weights):
        counts = f"--model is given {len(names)} and --weights {len(weights)} times"
        raise ValueError(f"{counts}; each network needs both")
    return [
        trained(name, each_weights, len(labels) if labels else registry.classifier(name).classes)
        for name, each_weights in zip(names, weights, strict=True)
    ]


def of_run(folder: Path) -> tuple[keras.Model, list[str], Path]:
    """Return the network that a classifier recipe trained, the names of its classes, and the file of its weights.

    Raises:
        ValueError, OSError: the folder is none of a classifier recipe's, or what it holds is damaged.
    """
    record, weights = folder / "model.json", folder / "best.weights.h5"
    for file in (record, folder / "labels.txt", weights):
        if not file.is_file():
            raise FileNotFoundError(f"run={str(folder)!r} has no {file.name}; give the --out of a classifier recipe")
    known = read_metadata(record, RunMetadata)
    labels = read_labels(folder / "labels.txt", known["classes"])
    shape = tuple(known["input"])
    try:
        network = trained(known["model"], weights, len(labels), input_shape=shape, **known["options"])
    except TypeError as error:  # an option that the network does not have
        raise ValueError(f"{record}: {error}") from None
    row = {key: tuple(value) if isinstance(value, list) else value for key, value in known["preprocessing"].items()}
    network.variant = replace(network.variant, preprocessing=Preprocessing("run", **row))
    return network, labels, weights


def predict_files_served(images: Sequence[Path], path: Path, each: Callable[[dict], None] = lambda row: None) -> dict:
    """Return the likeliest classes of pictures, found by what `kzoo.export` wrote, in any format.

    An export is a program: it may do whatever its author wanted. Run only those whose source you trust.

    Args:
        images, each: as for `predict_files`.
        path: `<name>/<version>`.

    Raises:
        ValueError, OSError, ImportError: a picture or the export is wrong, or a package is missing.
    """
    _check_files(images)
    record = describe_export(path)
    *size, channels = record["input"]
    names = read_labels(Path(path) / METADATA_FOLDER / "labels.txt", record["classes"])
    prepare, run = Preprocessor(size, channels, **record["preprocessing"]), load(path)
    if record["format"] == "savedmodel":  # it knows its size itself, but takes gigabytes for a very large picture

        def one(picture):
            if picture.size > LARGE:
                return run(prepare.resize(picture).numpy()[None])
            return run(prepare.recolour(tf.cast(picture, tf.float32)).numpy()[None])

        def classify(pictures):
            return np.concatenate(list(map(one, pictures)))

    else:

        def classify(pictures):
            return run(np.stack(list(map(prepare.resize, pictures))))

    return {"export": str(path), "images": _rows(images, classify, names, each)}


def _check_files(images):
    """Say what is wrong before seconds are spent on building a network."""
    if not images:
        raise ValueError("images is empty; give at least one file")
    for path in images:
        if not Path(path).exists():
            raise FileNotFoundError(f"{path}: no such file")


def _rows(images, classify, names, each):
    rows = []
    for start in range(0, len(images), AT_A_TIME):
        paths = images[start : start + AT_A_TIME]
        for path, probabilities in zip(paths, classify(map(read_image, paths)), strict=True):
            rows.append({"image": str(path), "top": likeliest(probabilities, names)})
            each(rows[-1])
    return rows


def default_labels(model):
    """Return ImageNet's names for a network of its classes, and numbers for others."""
    if model.variant.classes == model.outputs[0].shape[-1] == 1000:
        return imagenet.class_names()
    return [str(number) for number in range(model.outputs[0].shape[-1])]


def likeliest(probabilities, names):
    """Return the likeliest classes, the likeliest first."""
    return [
        {"class_id": int(i), "label": names[i], "probability": round(float(probabilities[i]), 6)}
        for i in probabilities.argsort()[::-1][:TOP]
    ]


def show(row):
    """Print the classes of a picture."""
    print(printable(row["image"]))
    for each in row["top"]:
        print(f"  {each['probability']:8.2%}  {printable(each['label'])}", flush=True)
