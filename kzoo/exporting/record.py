"""What model.json says: of an export in `assets.extra`, of a run in its folder. It is checked before it is believed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kzoo._files import atomic_path
from kzoo._printing import printable

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=1, le=8192)]  # pixels; an image of 8192x8192 takes 800 MB
PREPROCESSING = ("mean", "std", "bgr", "crop", "pad")


class Preprocessing(BaseModel):
    """As `kzoo.registry.Preprocessing`, without the name."""

    model_config = ConfigDict(strict=True, extra="forbid")

    mean: Annotated[tuple[Finite, ...], Field(min_length=1)]
    std: Annotated[tuple[Positive, ...], Field(min_length=1)]
    bgr: bool
    crop: Annotated[Positive, Field(le=1)]
    pad: Annotated[int, Field(ge=0, le=1024)]


class Record(BaseModel):
    """What is to be known to give a classifier an image, and to name what it answers."""

    model_config = ConfigDict(strict=True)

    input: tuple[Side, Side, Annotated[int, Field(ge=1, le=64)]]
    preprocessing: Preprocessing
    classes: Annotated[int, Field(ge=1, le=1_000_000)]


class ExportRecord(Record):
    """What else is to be known to run an export."""

    format: Literal["savedmodel", "openvino", "onnx", "litert"]
    precision: Literal["float32", "bfloat16", "int8"]


class RunRecord(Record):
    """What else is to be known to build the network of a run."""

    model: str
    options: dict[str, Any]


def read_record(path: Path, schema: type[Record]) -> dict:
    """Return what a model.json says, checked.

    Raises:
        ValueError: it is not what kzoo writes; the message names the file and the field.
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
    """Write names of classes, one a line."""
    path.write_bytes("".join(f"{label}\n" for label in labels).encode())


def read_labels(path: Path, classes: int | None = None) -> list[str]:
    """Return the names in a text file, one a line; only a line feed, or one after a carriage return, ends a line.

    Args:
        classes: how many there must be.

    Raises:
        ValueError: a line is empty, there are too few or too many, or it is no text in UTF-8; the message has the path.
        OSError: it cannot be read.
    """
    try:
        labels = path.read_bytes().decode("utf-8-sig").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise ValueError(f"labels={str(path)!r} is not a text file in UTF-8") from None
    labels = [label.removesuffix("\r") for label in labels]
    if not all(map(str.strip, labels)):
        raise ValueError(
            f"labels={str(path)!r} has {'an empty line' if labels != [''] else 'no lines'}; give a name a line"
        )
    if classes is not None and len(labels) != classes:
        raise ValueError(f"labels={str(path)!r} has {len(labels)} names, but there are {classes} classes")
    return labels


def write_run(folder: Path, model: str, options: dict, prepare, labels: Sequence[str]):
    """Write what `kzoo predict --run` needs beside the weights of a run: model.json and labels.txt.

    Args:
        model, options: name of the network, and the arguments that it was built with.
        prepare: a `kzoo.layers.Preprocessor`, from raw images to its input.
    """
    record = {
        "model": model,
        "options": options,
        "classes": len(labels),
        "input": [*prepare.size, prepare.channels],
        "preprocessing": {key: getattr(prepare, key) for key in PREPROCESSING},
    }
    with atomic_path(folder / "labels.txt") as new:
        write_labels(new, labels)
    with atomic_path(folder / "model.json") as new:
        new.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
