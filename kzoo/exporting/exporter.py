"""Export a model in a format and a precision, and verify what was written."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import keras
import numpy as np

from kzoo._extras import require
from kzoo._files import check_place, move_into_place, temporary_path
from kzoo._printing import printable
from kzoo._validation import abbreviate, check, check_all
from kzoo.exporting.benchmark_timing import time_interleaved
from kzoo.exporting.classifier import Classifier, classify_with
from kzoo.exporting.formats import FORMATS, FormatName, find_format, format_module
from kzoo.exporting.metadata import METADATA_FOLDER, write_metadata
from kzoo.exporting.serving import LoadedFunctions, ServingSpec
from kzoo.registry import Preprocessing, record_of
from kzoo.weights.untrained import warn_if_random

# Every export has one of these
EXPORT_MARKERS = (METADATA_FOLDER, "saved_model.pb", "model.xml", "model.onnx", "model.tflite")
BFLOAT16_UNITS = {"avx512_bf16", "amx_bf16", "bf16"}  # CPU flags; the last on ARM
TIMING_ROUNDS = 7


def export(
    model: keras.Model,
    path: str | os.PathLike,
    labels: Sequence[str] | None = None,
    preprocessing: Preprocessing | None = None,
    overwrite: bool = False,
    *,
    format: FormatName = "savedmodel",
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "float32",
    fold: bool = True,
    images: Sequence[np.ndarray] | np.ndarray | None = None,
    tolerance: float | None = None,
    licence: str | None = None,
    training: Mapping | None = None,
) -> Path:
    """Export a model for inference, and return the path.

    A classifier's SavedModel takes raw images, of any height and width. Its signature `serving_default` takes `images`
    (batch, height, width, channels), float32 in 0..255; `serving_uint8` the same as uint8; `from_bytes` takes `bytes`
    (batch,), encoded images (JPEG, PNG, BMP, GIF or WebP, see `kzoo.data.images.decode_image`), and applies their EXIF
    orientation. They return `probabilities` (batch, classes), `class_id` and `label` (batch,), and of the top-5 classes
    `top_probabilities`, `top_class_ids` and `top_labels` (batch, 5). `features` returns `features` (batch, n), the
    input of the classifier layer. The loaded object, called with float or uint8 images, returns what `serving_default`
    does. `tf.saved_model.load` is all that is needed to use it.

    The other formats are model.xml and model.bin (OpenVINO), model.onnx or model.tflite (LiteRT); they map `images`,
    float32 in 0..255 and of the network's size, to `probabilities`.

    All have metadata in `assets.extra`: labels.txt, and model.json with preprocessing, licence, training and the
    results of the verification. A SavedModel has warm-up requests for TensorFlow Serving there, too.

    An algorithm of `kzoo.generative`, or a `kzoo.tasks.translation.Translator`, is exported as the functions of its
    `serving_spec`, such as `sample` or `translate`, in float32, and verified on examples. The other formats have those
    that they can express, a file each, such as decode.onnx; model.json has names and shapes of their inputs.

    Args:
        model: a classifier that kzoo built, or any functional one together with `preprocessing`. Auxiliary classifiers
            are left out. Or what has a method `serving_spec`.
        path: `<name>/<version>`, the version a number; or `<name>`, for the next free version, from 1.
        labels: class names. Default: those of the model's record, or class numbers.
        preprocessing: of raw images. Default: that of the model's record, as its weights want it.
        overwrite: whether an existing version may be replaced.
        format: "savedmodel", "openvino", "onnx" or "litert".
        precision: "float32"; "bfloat16" (SavedModel and OpenVINO); "int8" (all but SavedModel; needs `images`); or
            "auto", the faster of the first two for one image on this machine, if its CPU has bfloat16 units.
        fold: whether to fold BatchNormalizations, as `kzoo.fold` does.
        images: raw images, (height, width, channels) each, 0..255: the calibration set of int8, hundreds of them. The
            export is verified on the first 16; by default on 8 synthetic ones, which have edges, textures and the power
            spectrum of photographs.
        tolerance: largest difference of a probability, of any class and image, from the float32 model; by default 1e-4
            in float32, 0.25 in bfloat16, 0.4 in int8. Also, the top-1 class of an image may not change if its margin
            in the model is larger. The tolerance is at most half of the range of the model's probabilities, which are
            nearly uniform if it is untrained; with infinity, anything but NaN is accepted.
        licence: of the weights. Default: that of the published weights that the model was built with.
        training: metadata of the training, such as its configuration and results; JSON. Default: that of the model's
            record.

    Raises:
        FileExistsError: the version exists already, or the path exists and is no export.
        OSError: the path cannot be written to.
        ImportError: the format needs a package; the message has the command that installs it.
        ValueError: the model is not a classifier, its preprocessing is unknown, another argument is invalid, the format
            cannot hold the model, or the export differs from it by more than `tolerance`; it is removed then.
    """
    destination = resolve_export_path(path, overwrite)
    for name, value in (("format", format), ("precision", precision)):
        check(None, name, str, value)
    check_all(export, {"fold": fold, "licence": licence, "training": training})
    _check_json(training)
    writer = find_format(format)
    precisions = _candidate_precisions(writer, format, precision, images)
    tolerance = _check_tolerance(tolerance)
    spec = _serving_spec(model, labels, preprocessing, precision, images)
    with temporary_path(destination) as new:
        details = _write_fastest(spec, writer, new, precisions, tolerance, fold)
        write_metadata(spec, new, destination, {"format": format, **details}, licence, training)
        return _publish(new, destination, path, overwrite)


def _serving_spec(
    model: Any,
    labels: Sequence[str] | None,
    preprocessing: Preprocessing | None,
    precision: str,
    images: Sequence[np.ndarray] | np.ndarray | None,
) -> ServingSpec:
    """Return what a model serves: its own spec, or that of a classifier."""
    if not hasattr(model, "serving_spec"):
        if getattr(record_of(model).variant, "kind", None) == "language":
            raise ValueError(
                f"{model.name} is a language model, which is not exported; kzoo.save_pretrained writes it for "
                "transformers, and model.save for Keras"
            )
        spec = Classifier.from_model(model, labels, preprocessing, images)
        warn_if_random(model, stacklevel=4)
        return spec
    given = {"labels": labels, "preprocessing": preprocessing, "images": images}
    if unused := [name for name, value in given.items() if value is not None]:
        raise ValueError(f"{unused[0]} is of classifiers; leave it out for a {type(model).__name__}")
    spec = model.serving_spec()
    if precision not in spec.precisions:
        raise ValueError(
            f"precision={precision!r} does not work for a {type(model).__name__}; "
            f"accepted: {', '.join(map(repr, spec.precisions))}"
        )
    return spec


def _check_json(training: Mapping | None) -> None:
    """Raise ValueError unless `training` is strict JSON, without NaN, before anything is written."""
    try:
        json.dumps(training, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"training={abbreviate(training)} is no JSON: {error}") from None


def resolve_export_path(path: str | os.PathLike, overwrite: bool = False) -> Path:
    """Return `<name>/<version>`; if the path has no version, the next free one is added.

    Raises:
        FileExistsError: the version exists and `overwrite` is not set, or the path exists and is no export.
        OSError, ValueError: the path cannot be written to.
    """
    path = Path(path)
    if not path.name.isdecimal():
        versions = [int(child.name) for child in path.glob("*") if child.name.isdecimal()]
        path = path / str(max(versions, default=0) + 1)
    elif path.is_symlink():  # a folder cannot be renamed to a link, and what it leads to is somebody's
        raise FileExistsError(f"{path} is a link, which is not replaced; export to {resolve_export_path(path.parent)}")
    elif path.exists() and not overwrite:
        free = resolve_export_path(path.parent)
        raise FileExistsError(f"{path} is there already; export to {free}, or pass overwrite=True to replace it")
    elif path.exists() and not _is_replaceable(path):
        raise FileExistsError(f"{path} is there already and no export, so it is not replaced; export to another path")
    _check_writable(path)
    return path


def _is_replaceable(path: Path) -> bool:
    return path.is_dir() and (not any(path.iterdir()) or any((path / name).exists() for name in EXPORT_MARKERS))


def _check_writable(path: Path) -> None:
    """Raise OSError unless a path can be written to."""
    try:
        check_place(path)
    except (OSError, ValueError) as error:
        raise type(error)(f"nothing can be exported to {path}: {getattr(error, 'strerror', None) or error}") from None


def _publish(new: Path, destination: Path, path: str | os.PathLike, overwrite: bool) -> Path:
    """Move an export to its version, or to the next free one if none was requested; return the path."""
    while True:
        try:
            move_into_place(new, destination, overwrite and destination == Path(path))
            return destination
        except FileExistsError:  # another process was faster
            free = resolve_export_path(destination.parent)
            if destination == Path(path):
                raise FileExistsError(f"{destination} is there already; export to {free}") from None
            destination = free


def load(path: str | os.PathLike) -> Callable[[np.ndarray], np.ndarray]:
    """Load an export in any format; return a function that maps images to probabilities, (batch, classes).

    Images are not yet normalized: float32 in 0..255, (batch, height, width, channels), of the size that `input` in
    model.json states; of any size for a SavedModel. The function is thread-safe for SavedModel and ONNX only.

    Raises:
        FileNotFoundError: the path has no export of kzoo.
        ImportError: the format needs packages that are missing.
        ValueError: model.json is invalid, or the export cannot be loaded. The function raises it, too, where the export
            fails, or does not return finite probabilities of as many classes as model.json states.
    """
    path = Path(path)
    metadata = describe_export(path, "classifier")
    run = classify_with(load_functions(path))

    def classify(images: np.ndarray) -> np.ndarray:
        try:
            probabilities = np.asarray(run(images), "float32")
        except Exception as error:
            raise ValueError(f"{path} does not take images of shape {images.shape}: {_one_line(error)}") from error
        if probabilities.shape != (expected := (len(images), metadata["classes"])):
            raise ValueError(f"{path} answers with {probabilities.shape}; by its model.json it would be {expected}")
        if not np.isfinite(probabilities).all():
            raise ValueError(
                f"{path}: probabilities are not finite; its weights, or the values of the images, are wrong"
            )
        return probabilities

    return classify


def load_functions(path: str | os.PathLike) -> LoadedFunctions:
    """Load an export of any model in any format; return its functions by name.

    They take arrays as keyword arguments, and return arrays by name; model.json has their names and shapes. A
    classifier has `model`, of `images` as for `load`, and in a SavedModel the signatures that `export` describes.

    Raises:
        FileNotFoundError: the path has no export of kzoo.
        ImportError: the format needs packages that are missing.
        ValueError: model.json is invalid, or the export cannot be loaded.
    """
    path = Path(path)
    metadata = describe_export(path)
    module = find_format(metadata["format"])
    try:
        functions = module.load(path, metadata["precision"])
    except Exception as error:  # each library has its own
        raise ValueError(f"{path} cannot be loaded: {_one_line(error)}") from error
    if not functions:
        raise ValueError(f"{path} cannot be loaded: it has no functions, some of its files are missing")
    return functions


def _one_line(error: Exception) -> str:
    text = printable(" ".join(str(error).split())).strip()
    return f"{type(error).__name__}: {textwrap.shorten(text, 300)}"


def describe_export(path: str | os.PathLike, kind: str | None = None) -> dict:
    """Return the metadata of an export: the content of its model.json.

    Args:
        kind: that it is to be of, such as "classifier"; None for any.

    Raises:
        FileNotFoundError: the path has no export of kzoo.
        ValueError: model.json is invalid; the message has the file and the field. Or the export is of another kind.
    """
    file = Path(path) / METADATA_FOLDER / "model.json"
    if not file.is_file():
        raise FileNotFoundError(f"{path} is no export of kzoo's: {file} is missing")
    from kzoo.exporting.schemas import ClassifierExportMetadata, ExportMetadata, read_metadata

    metadata = {"kind": "classifier", **read_metadata(file, ExportMetadata)}
    if kind not in (None, metadata["kind"]):
        raise ValueError(f"{path} is an export of a {metadata['kind']}, not of a {kind}; load_functions loads it")
    return read_metadata(file, ClassifierExportMetadata) if metadata["kind"] == "classifier" else metadata


def bfloat16_units(cpuinfo: str | os.PathLike = "/proc/cpuinfo") -> bool:
    """Return whether the CPU has bfloat16 instructions; False where that is unknown."""
    try:
        lines = Path(cpuinfo).read_text().splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not BFLOAT16_UNITS.isdisjoint(flags.split())


def _candidate_precisions(
    writer: ModuleType, format: str, precision: str, images: Sequence[np.ndarray] | np.ndarray | None
) -> list[str]:
    """Return the precisions to write; the fastest is kept."""
    if precision == "auto":
        return ["float32", "bfloat16"] if "bfloat16" in writer.PRECISIONS and bfloat16_units() else ["float32"]
    if precision not in writer.PRECISIONS:
        accepted = ", ".join(map(repr, [*writer.PRECISIONS, "auto"]))
        *others, last = [repr(each) for each in FORMATS if precision in format_module(each).PRECISIONS] or [""]
        hint = f"; {', '.join(others)} and {last} have {precision}" if others else ""
        raise ValueError(f"precision={precision!r} does not work for format={format!r}; accepted are {accepted}{hint}")
    if precision == "int8":
        require(f"format={format!r}", format, *writer.QUANTIZER)
        if images is None or not len(images):
            raise ValueError("precision='int8' is calibrated on images; give some hundred raw ones")
    return [precision]


def _check_tolerance(tolerance: float | None) -> float | None:
    if tolerance is None:
        return None
    if isinstance(tolerance, bool) or not isinstance(tolerance, Real) or not tolerance >= 0:
        raise ValueError(f"tolerance={tolerance!r} does not work; accepted are numbers from 0, or None")
    return float(tolerance)


def _write_fastest(
    spec: ServingSpec,
    writer: ModuleType,
    new: Path,
    precisions: Sequence[str],
    tolerance: float | None,
    fold_batch_norm: bool,
) -> dict[str, Any]:
    """Write and verify all precisions, leave the fastest accepted one at `new`, and return its metadata."""
    functions, details = {}, {}
    for precision in precisions:
        prepared = spec.prepare(writer.PRECISIONS[precision], fold_batch_norm)
        folder = new.with_name(precision)
        folder.mkdir()
        try:
            writer.write(prepared, folder, precision)
            loaded = writer.load(folder, precision)
            verification = spec.verify(loaded, precision, tolerance)
        except OSError:
            raise
        except Exception as error:  # each library has its own
            raise ValueError(
                f"{spec.name} cannot be exported in this format in {precision}: {_one_line(error)}; "
                "give another format or precision"
            ) from error
        details[precision] = {"precision": precision, **verification.metadata(), **prepared.details}
        if verification.accepted:
            functions[precision] = loaded
        elif precision == precisions[0]:
            raise ValueError(f"what was written differs from the model and was removed: {verification}")
    latencies = _latencies(spec, functions) if len(precisions) > 1 else {}
    fastest = min(latencies, key=latencies.__getitem__) if latencies else precisions[0]
    new.with_name(fastest).rename(new)
    return {**details[fastest], "milliseconds": latencies}


def _latencies(spec: ServingSpec, functions: Mapping[str, LoadedFunctions]) -> dict[str, float]:
    """Return the median latency of the example in each precision, in milliseconds."""
    latencies = time_interleaved(
        {name: partial(spec.run_example, run) for name, run in functions.items()}, TIMING_ROUNDS
    )
    return {name: round(each, 3) for name, each in latencies.items()}
