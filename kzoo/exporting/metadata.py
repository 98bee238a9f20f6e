"""Metadata of an export: model.json, and the files of its spec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from kzoo import __version__
from kzoo.exporting.serving import ServingSpec

METADATA_FOLDER = "assets.extra"  # where TensorFlow Serving looks for warm-up requests


def write_metadata(
    spec: ServingSpec, folder: Path, path: Path, details: Mapping, licence: str | None, training: Mapping | None
):
    """Write model.json and the files of the spec to an export.

    Args:
        folder: temporary path of the export; path: final path, `<name>/<version>`.
        details: of the export: format, precision, verification, folding.
    """
    extra = folder / METADATA_FOLDER
    extra.mkdir()
    metadata = make_metadata(spec, details, licence, training)
    (extra / "model.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    spec.write_extra(extra, details["format"], path.parent.name)


def make_metadata(spec: ServingSpec, details: Mapping, licence: str | None, training: Mapping | None) -> dict:
    """Return the content of model.json."""
    record = spec.record
    variant, weights = record.variant, record.weights
    fields = ("name", "paper", "year", "reference")
    return {
        "kind": spec.kind,
        "name": spec.name,
        "variant": variant and {key: getattr(variant, key) for key in fields},
        **spec.metadata(),
        "licence": licence or (weights and weights.licence),
        "weights": weights and {key: asdict(weights)[key] for key in ("tag", "url", "top1", "top5", "accuracy_from")},
        "training": training or record.training,
        **details,
        "versions": {"kzoo": __version__, **{name: version(name) for name in ("tensorflow", "keras", "numpy")}},
    }
