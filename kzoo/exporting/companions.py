"""What travels with a classifier: labels, preprocessing, licence, training, and requests that warm a server up."""

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
from kzoo.exporting.record import PREPROCESSING, write_labels

FOLDER = "assets.extra"  # as TensorFlow Serving calls it


def write_companions(
    classifier: Classifier, folder: Path, path: Path, record: Mapping, licence: str | None, training: Mapping | None
):
    """Write labels.txt, model.json and, for a SavedModel, warm-up requests beside what was exported.

    Args:
        folder: where it is now; path: where it will be, `<name>/<version>`.
        record: what was done and measured.
    """
    extra = folder / FOLDER
    extra.mkdir()
    write_labels(extra / "labels.txt", classifier.labels)
    content = describe(classifier, record, licence, training)
    (extra / "model.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    if record["format"] == "savedmodel":
        write_requests(classifier, extra / "tf_serving_warmup_requests", path.parent.name)


def describe(classifier: Classifier, record: Mapping, licence: str | None, training: Mapping | None) -> dict:
    """Return what model.json says."""
    model, prepare = classifier.model, classifier.prepare
    variant, source = getattr(model, "variant", None), getattr(model, "source", None)
    facts = ("name", "paper", "year", "reference")
    return {
        "name": model.name,
        "variant": variant and {key: getattr(variant, key) for key in facts},
        "parameters": model.count_params(),
        "classes": len(classifier.labels),
        "input": [*prepare.size, prepare.channels],
        "preprocessing": {key: getattr(prepare, key) for key in PREPROCESSING},
        "licence": licence or (source and source.licence),
        "weights": source and {key: asdict(source)[key] for key in ("tag", "url", "top1", "top5", "accuracy_from")},
        "training": training,
        **record,
        "versions": {"kzoo": __version__, **{name: version(name) for name in ("tensorflow", "keras", "numpy")}},
    }


def write_requests(classifier: Classifier, path: Path, name: str):
    """Write requests that TensorFlow Serving answers before it opens, one for each signature; it can do without."""
    if missing("tensorflow_serving"):
        warnings.warn(
            "requests that warm TensorFlow Serving up are left out; pip install 'kzoo[serving]' for them", stacklevel=2
        )
        return
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    image = np.zeros((1, *classifier.prepare.size, classifier.prepare.channels), "uint8")
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
