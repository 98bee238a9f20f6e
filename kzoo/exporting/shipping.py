"""Write a classifier in a format and a precision, prove that it is right, and put it where it belongs."""

from __future__ import annotations

import errno
import importlib
import json
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Literal

import keras
import numpy as np

from kzoo._extras import require
from kzoo._files import move_into_place, temporary_path
from kzoo._printing import printable
from kzoo.exporting import functions
from kzoo.exporting.classifier import Classifier
from kzoo.exporting.clock import in_turns
from kzoo.exporting.companions import FOLDER, write_companions
from kzoo.exporting.verifying import TOLERANCES, Comparison
from kzoo.registry import Preprocessing
from kzoo.weights.untrained import warn_if_random

# Module of each format, here in kzoo.exporting
FORMATS = {"savedmodel": "saved_model", "openvino": "openvino", "onnx": "onnx", "litert": "litert"}
MARKS = (FOLDER, "saved_model.pb", "model.xml", "model.onnx", "model.tflite")  # by which an export is known
BFLOAT16_UNITS = {"avx512_bf16", "amx_bf16", "bf16"}  # the last on ARM
CHECKED = 16  # images that the written file is compared with the model on
ROUNDS = 7  # of a measurement


def export(
    model: keras.Model,
    path: str | os.PathLike,
    labels: Sequence[str] | None = None,
    preprocessing: Preprocessing | None = None,
    overwrite: bool = False,
    *,
    format: Literal["savedmodel", "openvino", "onnx", "litert"] = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "float32",
    fold: bool = True,
    images: Sequence[np.ndarray] | np.ndarray | None = None,
    tolerance: float | None = None,
    licence: str | None = None,
    training: Mapping | None = None,
) -> Path:
    """Write a model for inference, and return where it is.

    A classifier's SavedModel takes raw images, of any height and width. Its signature `serving_default` takes `images`
    (batch, height, width, channels), float32 in 0..255; `serving_uint8` the same as bytes; `from_bytes` takes `bytes`
    (batch,), the contents of files of pictures (JPEG, PNG, BMP, GIF or WebP, as `kzoo.data.pictures.decode` says), and
    turns them as EXIF says. They give `probabilities` (batch, classes), `class_id` and `label` (batch,), and of the
    five likeliest classes `top_probabilities`, `top_class_ids` and `top_labels` (batch, 5).
    `features` gives `features` (batch, n), what the classifier reads. The loaded object, called with floats or bytes of
    images, answers like `serving_default`. `tf.saved_model.load` is all that is needed to use it.

    The other formats are model.xml and model.bin (OpenVINO), model.onnx or model.tflite (LiteRT), from `images`,
    float32 in 0..255 and of the network's size, to `probabilities`.

    All these have, in `assets.extra`, labels.txt and model.json: preprocessing, licence, training, and what was
    measured. A SavedModel has requests there that warm TensorFlow Serving up.

    An algorithm of `kzoo.generative` becomes a SavedModel with the signatures that its `served` names, such as `sample`
    of `count` and `seed`; of the other arguments it takes `overwrite` alone.

    Args:
        model: a classifier that kzoo built, or any functional one together with `preprocessing`. Auxiliary classifiers
            are left out. Or an algorithm of `kzoo.generative`.
        path: `<name>/<version>`, the version a number; or `<name>`, for the next free version, from 1.
        labels: names of the classes. Default: their numbers.
        preprocessing: how raw images become the model's input. Default: as for those that its
            weights were trained on, or as its row in the registry says.
        overwrite: whether a version that is there already may be replaced.
        format: "savedmodel", "openvino", "onnx" or "litert".
        precision: "float32"; "bfloat16" (SavedModel and OpenVINO); "int8" (all but SavedModel; needs `images`); or
            "auto", the faster of the first two for one image on this machine, if its processor has bfloat16 units.
        fold: whether to fold BatchNormalizations, as `kzoo.fold` does.
        images: raw ones, (height, width, channels) each, 0..255: hundreds for int8, whose ranges they set. What was
            written is compared with the model on the first 16 of them; by default on 8 drawn ones, which have edges,
            textures and the power spectrum of photographs.
        tolerance: how far the probability of any class may be from the model's own, in float32, on any of the images;
            by default 1e-4 in float32, 0.25 in bfloat16, 0.4 in int8. Also, no image may have another likeliest class
            if the model prefers its own by more than that. At most half of what the model's probabilities differ by is
            accepted, as they are nearly the same if it is untrained; with infinity, all is, but what is no number.
        licence: of the weights. Default: that of the published ones that the model was built with.
        training: what is to be known of the training, such as its configuration and results; JSON.

    Raises:
        FileExistsError: the version is there already, or what is there is no export.
        OSError: nothing can be written there.
        ImportError: the format needs a package; the message has the command that installs it.
        ValueError: the model is not a classifier, its preprocessing is not known, another argument is wrong, or what
            was written differs from the model by more than `tolerance`; nothing is left of it then.
    """
    place = destination(path, overwrite)
    if hasattr(model, "served"):
        if (labels, preprocessing, format, precision) != (None, None, "savedmodel", "float32"):
            raise ValueError(
                "labels, preprocessing, format and precision are of classifiers; leave them out for a generative model"
            )
        with temporary_path(place) as new:
            functions.write(*model.served(), new)
            return _publish(new, place, path, overwrite)
    writer = find_format(format)
    candidates = _candidates(writer, format, precision, images)
    limits = {each: _tolerance(tolerance, each) for each in candidates}
    classifier = Classifier.of(model, labels, preprocessing)
    warn_if_random(model)
    json.dumps(training)  # fails now, if it does
    samples = classifier.sized(images)
    with temporary_path(place) as new:
        record = _choose(classifier, writer, new, candidates, samples, limits, fold)
        write_companions(classifier, new, place, {"format": format, **record}, licence, training)
        return _publish(new, place, path, overwrite)


def destination(path: str | os.PathLike, overwrite: bool = False) -> Path:
    """Return `<name>/<version>` for a path that may leave the version out; it is the next free one then.

    Raises:
        FileExistsError: the version is there already, and `overwrite` is not set; or what is there is no export.
        OSError: nothing can be written there.
    """
    path = Path(path)
    if not path.name.isdecimal():
        versions = [int(child.name) for child in path.glob("*") if child.name.isdecimal()]
        path = path / str(max(versions, default=0) + 1)
    elif path.exists() and not overwrite:
        free = destination(path.parent)
        raise FileExistsError(f"{path} is there already; export to {free}, or pass overwrite=True to replace it")
    elif path.exists() and not _may_be_replaced(path):
        raise FileExistsError(f"{path} is there already and no export, so it is not replaced; export to another path")
    _try_writing(path)
    return path


def _may_be_replaced(path):
    return path.is_dir() and (not any(path.iterdir()) or any((path / name).exists() for name in MARKS))


def _try_writing(path):
    """See whether anything can be written to a path, and leave nothing."""
    try:
        parent = next(each for each in path.parents if each.exists())
        if not parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{parent} is a file, not a folder")
        with temporary_path(parent / path.name):
            pass
    except OSError as error:
        raise type(error)(f"nothing can be exported to {path}: {error.strerror or error}") from None


def _publish(new, place, path, overwrite):
    """Rename what was written to its version, or to the next free one if none was asked for; return where it is."""
    while True:
        try:
            move_into_place(new, place, overwrite and place == Path(path))
            return place
        except FileExistsError:  # another process was faster
            free = destination(place.parent)
            if place == Path(path):
                raise FileExistsError(f"{place} is there already; export to {free}") from None
            place = free


def load(path: str | os.PathLike) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from images to probabilities, (batch, classes), for what `export` wrote, in any format.

    It takes images that are not yet normalised: float32 in 0..255, (batch, height, width, channels), of the size that
    `input` in model.json states; if it is a SavedModel, of any. Several threads may call it at once only if it is a
    SavedModel or ONNX.

    Raises:
        FileNotFoundError: kzoo exported nothing there.
        ImportError: the format needs packages that are missing.
        ValueError: model.json is wrong, or what is there cannot be loaded. So does the function, where the export does
            not run, or does not answer with finite probabilities of as many classes as model.json states.
    """
    path = Path(path)
    record = describe_export(path)
    writer = find_format(record["format"])
    try:
        run = writer.load(path, record["precision"])
    except Exception as error:  # of whichever library reads it
        raise ValueError(f"{path} cannot be loaded: {_one_line(error)}") from error

    def classify(images):
        try:
            probabilities = np.asarray(run(images), "float32")
        except Exception as error:
            raise ValueError(f"{path} does not take images of shape {images.shape}: {_one_line(error)}") from error
        if probabilities.shape != (expected := (len(images), record["classes"])):
            raise ValueError(f"{path} answers with {probabilities.shape}; by its model.json it would be {expected}")
        if not np.isfinite(probabilities).all():
            raise ValueError(
                f"{path}: probabilities are not finite; its weights, or the values of the images, are wrong"
            )
        return probabilities

    return classify


def _one_line(error):
    text = printable(" ".join(str(error).split())).strip()
    return f"{type(error).__name__}: {textwrap.shorten(text, 300)}"


def describe_export(path: str | os.PathLike) -> dict:
    """Return what model.json says of what `export` wrote.

    Raises:
        FileNotFoundError: kzoo exported nothing there.
        ValueError: it is damaged; the message has the file and the field.
    """
    record = Path(path) / FOLDER / "model.json"
    if not record.is_file():
        raise FileNotFoundError(f"{path} is no export of kzoo's: {record} is missing")
    from kzoo.exporting.record import ExportRecord, read_record

    return read_record(record, ExportRecord)


def find_format(name: str) -> ModuleType:
    """Return the module that writes and reads a format.

    Raises:
        ValueError: there is no such format.
        ImportError: it needs packages that are missing.
    """
    if name not in FORMATS:
        raise ValueError(f"format={name!r} is unknown; accepted are {', '.join(map(repr, FORMATS))}")
    writer = _module(name)
    require(f"format={name!r}", name, *writer.PACKAGES)
    return writer


def bfloat16_units(cpuinfo: str | os.PathLike = "/proc/cpuinfo") -> bool:
    """Tell whether the processor computes in bfloat16 by itself; where that cannot be found out, no."""
    try:
        lines = Path(cpuinfo).read_text().splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not BFLOAT16_UNITS.isdisjoint(flags.split())


def _module(format):
    return importlib.import_module(f"kzoo.exporting.{FORMATS[format]}")


def _candidates(writer, format, precision, images):
    """Return the precisions to write, of which the fastest is kept."""
    if precision == "auto":
        return ["float32", "bfloat16"] if "bfloat16" in writer.PRECISIONS and bfloat16_units() else ["float32"]
    if precision not in writer.PRECISIONS:
        accepted = ", ".join(map(repr, [*writer.PRECISIONS, "auto"]))
        *others, last = [repr(each) for each in FORMATS if precision in _module(each).PRECISIONS] or [""]
        hint = f"; {', '.join(others)} and {last} have {precision}" if others else ""
        raise ValueError(f"precision={precision!r} does not work for format={format!r}; accepted are {accepted}{hint}")
    if precision == "int8":
        require(f"format={format!r}", format, *writer.QUANTIZER)
        if images is None or not len(images):
            raise ValueError("precision='int8' finds the ranges of numbers by images; give some hundred raw ones")
    return [precision]


def _tolerance(tolerance, precision):
    if tolerance is None:
        return TOLERANCES[precision]
    if isinstance(tolerance, bool) or not isinstance(tolerance, Real) or not tolerance >= 0:
        raise ValueError(f"tolerance={tolerance!r} does not work; accepted are numbers from 0, or None")
    return float(tolerance)


def _choose(classifier, writer, new, candidates, samples, limits, folded):
    """Write all candidates, leave the fastest of those that are right at `new`, and return what was found out."""
    expected = classifier.expected(samples[:CHECKED])
    runs, records = {}, {}
    for precision in candidates:
        network = classifier.network(writer.PRECISIONS[precision], folded)
        folder = new.with_name(precision)
        folder.mkdir()
        writer.write(classifier, network, folder, precision, samples)
        run = writer.load(folder, precision)
        compared = Comparison.of(run(samples[:CHECKED]), expected, limits[precision])
        folding = asdict(network.folding) if folded else None
        records[precision] = {"precision": precision, **compared.record(), "folding": folding}
        if compared.accepted:
            runs[precision] = run
        elif precision == candidates[0]:
            raise ValueError(
                f"what was written differs from the model and was removed: {compared}; "
                f"accepted is a difference of {compared.tolerance:.2g} (tolerance)"
            )
    times = _milliseconds(runs, samples[:1]) if len(candidates) > 1 else {}
    fastest = min(times, key=times.get) if times else candidates[0]
    new.with_name(fastest).rename(new)
    return {**records[fastest], "milliseconds": times}


def _milliseconds(runs, image):
    """Return the median time of each function for one image."""
    times = in_turns({name: partial(run, image) for name, run in runs.items()}, ROUNDS)
    return {name: round(each, 3) for name, each in times.items()}
