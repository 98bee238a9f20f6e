"""Inference: classification of raw images, by ensembles and with test-time augmentation (ten crops)."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from kzoo.registry import Preprocessing, record_of
from kzoo.weights.adapt import NewClassifierWarning
from kzoo.weights.untrained import warn_if_random

BATCH_SIZE = 8  # images; of those that are not yet resized one at a time is in memory
MAX_IMAGE_SIZE = 2**26  # elements of an array
TOP_K = 5


def load_classifier(name: str, weights: str | Path, classes: int, **arguments: Any) -> keras.Model:
    """Build a network with weights that were trained on these classes: they may not be adapted to another number.

    Args:
        name, arguments: as for `kzoo.build`.
        weights: a tag such as imagenet, or the path of a file.
        classes: number of classes of the data.

    Raises:
        ValueError: the weights are of another number of classes, or `kzoo.build` raises it.
        OSError: the weights do not exist, or cannot be downloaded.
    """
    registry.classifier(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NewClassifierWarning)
        try:
            return registry.build(name, weights=weights, classes=classes, **arguments)
        except NewClassifierWarning as warning:
            raise ValueError(f"these weights do not know the {classes} classes of the data: {warning}") from None


def center_crop(preprocessor: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return the preprocessed center crop of an image, (1, height, width, channels)."""
    return preprocessor.normalize(preprocessor.resize(image))[None]


def ten_crops(preprocessor: Preprocessor, image: np.ndarray) -> tf.Tensor:
    """Return ten preprocessed crops, (10, height, width, channels): corners, center, and their horizontal flips.

    They are crops of the central region of the image, resized to the network's input size divided by the share of its
    center crop: 224x224 from 256x256, as for AlexNet (section 4.1 of its paper, doi:10.1145/3065386).

    Raises:
        ValueError: images for this network are fitted inside a margin, not cropped.
    """
    if preprocessor.pad:
        raise ValueError("ten crops do not work for a network whose images are fitted inside a margin, such as LeNet5")
    height, width = preprocessor.size
    sides = round(height / preprocessor.crop), round(width / preprocessor.crop)
    large = Preprocessor(sides, preprocessor.channels, crop=1.0).resize(image)
    bottom, right = sides[0] - height, sides[1] - width
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = tf.stack([large[top : top + height, left : left + width] for top, left in corners])
    return preprocessor.normalize(tf.concat([crops, crops[:, :, ::-1]], axis=0))


def predict(
    models: Sequence[keras.Model],
    images: Iterable[np.ndarray],
    views: Callable[[Preprocessor, np.ndarray], tf.Tensor] = center_crop,
) -> np.ndarray:
    """Return the probabilities of images, (images, classes) float32: the mean over models and views.

    Args:
        models: classifiers that kzoo built, of the same classes; several are an ensemble. Each has its own
            preprocessing. Of several outputs the first is used.
        images: raw images, (height, width, channels) each, 0..255, of any sizes. Of a generator one at a time is in
            memory.
        views: maps an image to preprocessed inputs; `center_crop` or `ten_crops`.

    Raises:
        ValueError: the models have different numbers of classes, or one is not a classifier, or was not built by kzoo;
            there are no images, or one has another shape or type; or the probabilities are not finite.
    """
    _check_models(models)
    warn_if_random(*models)
    preprocessors = [imagenet.preprocessor(model) for model in models]

    def make_inputs(i: int, image: np.ndarray) -> list[tf.Tensor]:
        image = np.asarray(image)
        return [views(each, validate_image(image, i, each.channels)) for each in preprocessors]

    _check_not_paths(images)
    inputs = list(
        map(make_inputs, itertools.count(), images)
    )  # a loop would keep an image in memory while it reads the next
    if not inputs:
        raise ValueError("images is empty; give at least one")
    by_model = zip(models, zip(*inputs, strict=True), strict=True)
    probabilities = np.mean([_probabilities(model, image_inputs) for model, image_inputs in by_model], axis=0)
    if not np.isfinite(probabilities).all():
        raise ValueError("probabilities are not finite; the weights, or the values of the images, are wrong")
    return probabilities


def _check_models(models: Sequence[keras.Model]) -> None:
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


def _check_not_paths(images: Any) -> None:
    if isinstance(images, str | bytes | Path) or not isinstance(images, Iterable):
        raise ValueError(f"images={images!r:.100} does not work; give arrays, such as [kzoo.data.read_image(path)]")


def _probabilities(model: keras.Model, inputs: Sequence[tf.Tensor]) -> np.ndarray:
    outputs, *_ = keras.tree.flatten(model(tf.concat(inputs, axis=0), training=False))
    outputs = tf.cast(outputs, tf.float32)
    if output_activation(model) is keras.activations.linear:
        outputs = tf.nn.softmax(outputs)
    return tf.reduce_mean(tf.reshape(outputs, (len(inputs), -1, outputs.shape[-1])), axis=1).numpy()


def predict_files(
    images: Sequence[Path],
    model: Sequence[str] = (),
    weights: Sequence[str] = (),
    labels: Path | None = None,
    ten_crop: bool = False,
    on_prediction: Callable[[dict], None] = lambda row: None,
    run: Path | None = None,
) -> dict:
    """Return the top-5 classes of image files, and the models that predicted them.

    Args:
        images: files.
        model, weights: names of networks and, for each, a tag or a file; several are an ensemble.
        labels: text file with the name of a class a line; by default ImageNet's names, or numbers.
        ten_crop: whether to average over ten crops of each image.
        on_prediction: called with the prediction of each image, as soon as it is computed.
        run: folder of the results of a classifier recipe, instead of models, weights and labels.

    Raises:
        ValueError, OSError: an argument is invalid; the message has its name.
    """
    if run and (model or weights or labels):
        raise ValueError("--run comes with a network, its weights and labels; do not give any of your own")
    names = read_labels(labels) if labels else None
    files: Sequence[str | Path] = weights
    _check_files(images)
    if run:
        network, names, file = load_run(run)
        models, model, files = [network], [network.record.variant.name], [file]
    else:
        models = _models(model, weights, names)
    views = ten_crops if ten_crop else center_crop
    rows = _rows(
        images, lambda arrays: predict(models, arrays, views), names or default_labels(models[0]), on_prediction
    )
    used = [{"model": name, "weights": str(each)} for name, each in zip(model, files, strict=True)]
    return {"models": used, "ten_crop": ten_crop, "images": rows}


def _models(names: Sequence[str], weights: Sequence[str], labels: Sequence[str] | None) -> list[keras.Model]:
    if not names or len(names) != len(weights):
        counts = f"--model is given {len(names)} and --weights {len(weights)} times"
        raise ValueError(f"{counts}; each network needs both")
    return [
        load_classifier(name, each_weights, len(labels) if labels else registry.classifier(name).classes)
        for name, each_weights in zip(names, weights, strict=True)
    ]


def load_run(folder: Path) -> tuple[keras.Model, list[str], Path]:
    """Load the network of a run of a classifier recipe; return it, its class names, and the path of its weights.

    Raises:
        ValueError, OSError: the folder is not one of a classifier recipe, or its files are damaged.
    """
    path, weights = folder / "model.json", folder / "best.weights.h5"
    for file in (path, folder / "labels.txt", weights):
        if not file.is_file():
            raise FileNotFoundError(f"run={str(folder)!r} has no {file.name}; give the --out of a classifier recipe")
    metadata = read_metadata(path, RunMetadata)
    labels = read_labels(folder / "labels.txt", metadata["classes"])
    shape = tuple(metadata["input"])
    try:
        network = load_classifier(metadata["model"], weights, len(labels), input_shape=shape, **metadata["options"])
    except TypeError as error:  # an option that the network does not have
        raise ValueError(f"{path}: {error}") from None
    row: dict[str, Any]
    row = {key: tuple(value) if isinstance(value, list) else value for key, value in metadata["preprocessing"].items()}
    network.record = replace(network.record, preprocessing=Preprocessing("run", **row), labels=tuple(labels))
    return network, labels, weights


def predict_files_by_export(
    images: Sequence[Path], path: Path, on_prediction: Callable[[dict], None] = lambda row: None
) -> dict:
    """Return the top-5 classes of image files, predicted by an export in any format.

    An export is a program: it can execute any code. Use only those whose source you trust.

    Args:
        images, on_prediction: as for `predict_files`.
        path: `<name>/<version>`.

    Raises:
        ValueError, OSError, ImportError: an image or the export is invalid, or a package is missing.
    """
    _check_files(images)
    metadata = describe_export(path, "classifier")
    *size, channels = metadata["input"]
    names = read_labels(Path(path) / METADATA_FOLDER / "labels.txt", metadata["classes"])
    preprocessor, run = Preprocessor(size, channels, **metadata["preprocessing"]), load(path)
    if metadata["format"] == "savedmodel":  # it resizes images itself, but takes gigabytes for a very large one

        def classify_image(image: np.ndarray) -> np.ndarray:
            if image.size > MAX_IMAGE_SIZE:
                return run(preprocessor.resize(image).numpy()[None])
            return run(preprocessor.recolour(tf.cast(image, tf.float32)).numpy()[None])

        def classify(arrays: Iterable[np.ndarray]) -> np.ndarray:
            return np.concatenate(list(map(classify_image, arrays)))

    else:

        def classify(arrays: Iterable[np.ndarray]) -> np.ndarray:
            return run(np.stack(list(map(preprocessor.resize, arrays))))

    return {"export": str(path), "images": _rows(images, classify, names, on_prediction)}


def _check_files(images: Sequence[Path]) -> None:
    """Raise an error for missing files before a network is built, which takes seconds."""
    if not images:
        raise ValueError("images is empty; give at least one file")
    for path in images:
        if not Path(path).exists():
            raise FileNotFoundError(f"{path}: no such file")


def _rows(
    images: Sequence[Path],
    classify: Callable[[Iterable[np.ndarray]], np.ndarray],
    names: Sequence[str],
    on_prediction: Callable[[dict], None],
) -> list[dict]:
    rows: list[dict] = []
    for start in range(0, len(images), BATCH_SIZE):
        paths = images[start : start + BATCH_SIZE]
        for path, probabilities in zip(paths, classify(map(read_image, paths)), strict=True):
            rows.append({"image": str(path), "top": top_k(probabilities, names)})
            on_prediction(rows[-1])
    return rows


def default_labels(model: keras.Model) -> Sequence[str]:
    """Return the names of a model's classes: those of its record, ImageNet's for as many classes, or numbers."""
    record = record_of(model)
    if record.labels:
        return record.labels
    variant = record.variant
    if variant and variant.kind == "classifier" and variant.classes == model.outputs[0].shape[-1] == 1000:
        return imagenet.class_names()
    return [str(number) for number in range(model.outputs[0].shape[-1])]


def top_k(probabilities: np.ndarray, names: Sequence[str]) -> list[dict]:
    """Return the `TOP_K` most probable classes, in decreasing order."""
    return [
        {"class_id": int(i), "label": names[i], "probability": round(float(probabilities[i]), 6)}
        for i in probabilities.argsort()[::-1][:TOP_K]
    ]


def print_predictions(row: dict) -> None:
    """Print the prediction of an image."""
    print(printable(row["image"]))
    for each in row["top"]:
        print(f"  {each['probability']:8.2%}  {printable(each['label'])}", flush=True)
