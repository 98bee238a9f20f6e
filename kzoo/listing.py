"""Tables of models: columns of the registry's rows, sorted, for people or as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from kzoo import registry


def _accuracy(row, measure):
    """Return a published accuracy in percent, of the first weights that state one."""
    return next((value for each in row.weights if (value := getattr(each, measure))), None)


COLUMNS: dict[str, Callable] = {
    "name": lambda row: row.name,
    "kind": lambda row: row.kind,
    "year": lambda row: row.year,
    "parameters": lambda row: row.parameters,
    "macs": lambda row: getattr(row, "macs", None),
    "input": lambda row: "x".join(map(str, row.input_shape)) if row.kind == "classifier" else None,
    "classes": lambda row: getattr(row, "classes", None),
    "top1": partial(_accuracy, measure="top1"),
    "top5": partial(_accuracy, measure="top5"),
}
HIGHEST_FIRST = ("top1", "top5")
LARGE = ("parameters", "macs")


def find(
    names: Sequence[str], columns: Sequence[str] = ("name",), sort: str | None = None, max_params: str | None = None
) -> list[dict]:
    """Return the values of columns, a row for each model.

    Args:
        names: of the models.
        columns: those of `COLUMNS` that are wanted.
        sort: one of them: accuracies from the highest, all else from the lowest; what has no value comes last.
        max_params: the most parameters that a model may have, such as 10M.

    Raises:
        ValueError: there is no such column, or `max_params` is no number.
    """
    for option, given in (("columns", columns), ("sort", [sort] if sort else [])):
        if unknown := [name for name in given if name not in COLUMNS]:
            raise ValueError(f"{option}={unknown[0]!r} is no column; accepted are {', '.join(COLUMNS)}")
    limit = None if max_params is None else _number(max_params)
    rows = [row for row in map(registry.info, names) if limit is None or row.parameters <= limit]
    if sort:
        rows.sort(key=partial(_rank, sort=sort))
    return [{column: COLUMNS[column](row) for column in columns} for row in rows]


def _rank(row, sort):
    value = COLUMNS[sort](row)
    if value is None:
        return 1, 0
    return 0, -value if sort in HIGHEST_FIRST else value


def _number(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kMG]?)", text.replace("_", ""), re.IGNORECASE)
    if not found:
        raise ValueError(f"max_params={text!r} is no number; accepted are such as 5000000, 500k, 10M or 1.5G")
    return float(found[1]) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[found[2].upper()]


def table(rows: Sequence[dict]) -> str:
    """Return rows below each other, numbers to the right, with a head if there are several columns."""
    columns = list(rows[0])
    lines = [[_text(row[column], column) for column in columns] for row in rows]
    lines = [columns, *lines] if len(columns) > 1 else lines
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    numbers = [all(isinstance(row[column], int | float | None) for row in rows) for column in columns]
    return "\n".join(
        "  ".join(
            f"{cell:{'>' if number else '<'}{width}}" for cell, width, number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    )


def _text(value, column):
    if value is None:
        return ""
    return f"{value:,}" if column in LARGE else str(value)
