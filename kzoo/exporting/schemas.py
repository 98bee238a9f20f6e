"""Schemas that model.json, of an export or of a run, is validated by; and labels.txt, the class names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kzoo._files import atomic_path
from kzoo._printing import printable
from kzoo.exporting.formats import check_format

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=1, le=8192)]  # pixels; a float32 image of 8192x8192 takes 800 MB
PREPROCESSING = ("mean", "std", "bgr", "crop", "pad")


class Preprocessing(BaseModel):
    """`kzoo.registry.Preprocessing` without its name."""

    model_config = ConfigDict(strict=True, extra="forbid")

    mean: Annotated[tuple[Finite, ...], Field(min_length=1)]
    std: Annotated[tuple[Positive, ...], Field(min_length=1)]
    bgr: bool
    crop: Annotated[Positive, Field(le=1)]
    pad: Annotated[int, Field(ge=0, le=1024)]


class ExportMetadata(BaseModel):
    """Metadata of any export."""

    model_config = ConfigDict(strict=True)

    kind: str = "classifier"
    format: Annotated[str, AfterValidator(check_format)]
    precision: Literal["float32", "bfloat16", "int8"]


class ModelMetadata(BaseModel):
    """Metadata of any classifier: its input, preprocessing and number of classes."""

    model_config = ConfigDict(strict=True)

    input: tuple[Side, Side, Annotated[int, Field(ge=1, le=64)]]
    preprocessing: Preprocessing
    classes: Annotated[int, Field(ge=1, le=1_000_000)]


class ClassifierExportMetadata(ModelMetadata, ExportMetadata):
    """Metadata of an export of a classifier."""


class RunMetadata(ModelMetadata):
    """Metadata of a run, from which its network is built."""

    model: str
    options: dict[str, Any]


def read_metadata(path: Path, schema: type[BaseModel]) -> dict:
    """Return the content of a model.json, validated.

    Raises:
        ValueError: it does not match the schema; the message names the file and the field.
    """
    content = path.read_bytes()
    try:
        schema.model_validate_json(content)
        return json.loads(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        given = "" if first["type"] in ("json_invalid", "missing") else f", not {first['input']!r:.100}"
        raise ValueError(printable(f"{path}: {where + ': ' if where else ''}{first['msg']}{given}")) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(printable(f"{path}: {error}")) from None


def write_labels(path: Path, labels: Sequence[str]):
    """Write class names, one a line."""
    path.write_bytes("".join(f"{label}\n" for label in labels).encode())


def read_labels(path: Path, classes: int | None = None) -> list[str]:
    """Read class names from a text file, one a line; lines end with LF or CRLF, and with nothing else.

    Args:
        classes: the expected number.

    Raises:
        ValueError: a line is empty, the number is another, or the file is not UTF-8; the message has the path.
        OSError: it cannot be read.
    """
    try:
        labels = path.read_bytes().decode("utf-8-sig").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise ValueError(f"labels={str(path)!r} is not a text file in UTF-8") from None
    except OSError as error:
        raise type(error)(f"labels={str(path)!r} cannot be read: {error.strerror}") from None
    labels = [label.removesuffix("\r") for label in labels]
    if not all(map(str.strip, labels)):
        raise ValueError(
            f"labels={str(path)!r} has {'an empty line' if labels != [''] else 'no lines'}; give a name a line"
        )
    if classes is not None and len(labels) != classes:
        raise ValueError(f"labels={str(path)!r} has {len(labels)} names, but there are {classes} classes")
    return labels


def write_run_metadata(folder: Path, model: str, options: dict, preprocessor, labels: Sequence[str]):
    """Write model.json and labels.txt, which `kzoo predict --run` reads beside the weights.

    Args:
        model, options: name of the network, and the options that it was built with.
        preprocessor: a `kzoo.layers.Preprocessor`, maps raw images to its input.
    """
    metadata = {
        "model": model,
        "options": options,
        "classes": len(labels),
        "input": [*preprocessor.size, preprocessor.channels],
        "preprocessing": {key: getattr(preprocessor, key) for key in PREPROCESSING},
    }
    with atomic_path(folder / "labels.txt") as new:
        write_labels(new, labels)
    with atomic_path(folder / "model.json") as new:
        new.write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
