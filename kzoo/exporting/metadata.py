"""Metadata of an exported classifier: labels.txt, model.json and warm-up requests for TensorFlow Serving."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo import __version__
from kzoo._extras import missing
from kzoo.exporting.classifier import Classifier
from kzoo.exporting.schemas import PREPROCESSING, write_labels
from kzoo.registry import record_of

METADATA_FOLDER = "assets.extra"  # where TensorFlow Serving looks for warm-up requests


def write_metadata(
    classifier: Classifier, folder: Path, path: Path, details: Mapping, licence: str | None, training: Mapping | None
):
    """Write labels.txt, model.json and, for a SavedModel, warm-up requests to an export.

    Args:
        folder: temporary path of the export; path: final path, `<name>/<version>`.
        details: of the export: format, precision, verification, folding.
    """
    extra = folder / METADATA_FOLDER
    extra.mkdir()
    write_labels(extra / "labels.txt", classifier.labels)
    metadata = make_metadata(classifier, details, licence, training)
    (extra / "model.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    if details["format"] == "savedmodel":
        write_warmup_requests(classifier, extra / "tf_serving_warmup_requests", path.parent.name)


def make_metadata(classifier: Classifier, details: Mapping, licence: str | None, training: Mapping | None) -> dict:
    """Return the content of model.json."""
    model, preprocessor = classifier.model, classifier.preprocessor
    record = record_of(model)
    variant, source = record.variant, record.weights
    fields = ("name", "paper", "year", "reference")
    return {
        "name": model.name,
        "variant": variant and {key: getattr(variant, key) for key in fields},
        "parameters": model.count_params(),
        "classes": len(classifier.labels),
        "input": [*preprocessor.size, preprocessor.channels],
        "preprocessing": {key: getattr(preprocessor, key) for key in PREPROCESSING},
        "licence": licence or (source and source.licence),
        "weights": source and {key: asdict(source)[key] for key in ("tag", "url", "top1", "top5", "accuracy_from")},
        "training": training or record.training,
        **details,
        "versions": {"kzoo": __version__, **{name: version(name) for name in ("tensorflow", "keras", "numpy")}},
    }


def write_warmup_requests(classifier: Classifier, path: Path, name: str):
    """Write warm-up requests of TensorFlow Serving, one for each signature; they are optional."""
    if missing("tensorflow_serving"):
        warnings.warn(
            "requests that warm TensorFlow Serving up are left out; pip install 'kzoo[serving]' for them", stacklevel=2
        )
        return
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    image = np.zeros((1, *classifier.preprocessor.size, classifier.preprocessor.channels), "uint8")
    requests = {
        "serving_default": {"images": image.astype("float32")},
        "serving_uint8": {"images": image},
        "features": {"images": image.astype("float32")},
    }
    if image.shape[-1] in (1, 3):
        requests["from_bytes"] = {"bytes": [tf.io.encode_jpeg(image[0]).numpy()]}
    with tf.io.TFRecordWriter(str(path)) as file:
        for signature, inputs in requests.items():
            log = PredictionLog()
            request = log.predict_log.request
            request.model_spec.name, request.model_spec.signature_name = name, signature
            for key, value in inputs.items():
                request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
            file.write(log.SerializeToString())
