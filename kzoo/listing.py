"""Tables of models: columns of the registry, filtered and sorted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from kzoo import registry


def _accuracy(row, measure):
    """Return the published accuracy in percent, of the first weights that have one."""
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
DESCENDING = ("top1", "top5")
WITH_THOUSANDS_SEPARATORS = ("parameters", "macs")


def select_models(
    names: Sequence[str], columns: Sequence[str] = ("name",), sort: str | None = None, max_params: str | None = None
) -> list[dict]:
    """Select models by their number of parameters, and return their columns, a row for each.

    Args:
        names: of the models.
        columns: keys of `COLUMNS`.
        sort: one of them: accuracies in descending order, others ascending; missing values are last.
        max_params: maximum number of parameters, such as 10M.

    Raises:
        ValueError: a column is unknown, or `max_params` is not a number.
    """
    for option, given in (("columns", columns), ("sort", [sort] if sort else [])):
        if unknown := [name for name in given if name not in COLUMNS]:
            raise ValueError(f"{option}={unknown[0]!r} is no column; accepted are {', '.join(COLUMNS)}")
    limit = None if max_params is None else _parse_count(max_params)
    rows = [row for row in map(registry.info, names) if limit is None or row.parameters <= limit]
    if sort:
        rows.sort(key=partial(_sort_key, sort=sort))
    return [{column: COLUMNS[column](row) for column in columns} for row in rows]


def _sort_key(row, sort):
    value = COLUMNS[sort](row)
    if value is None:
        return 1, 0
    return 0, -value if sort in DESCENDING else value


def _parse_count(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kMG]?)", text.replace("_", ""), re.IGNORECASE)
    if not match:
        raise ValueError(f"max_params={text!r} is no number; accepted are such as 5000000, 500k, 10M or 1.5G")
    return float(match[1]) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[match[2].upper()]


def format_table(rows: Sequence[dict]) -> str:
    """Format rows as text, numbers right-aligned, with a header if there are several columns."""
    columns = list(rows[0])
    cells_by_line = [[_format_cell(row[column], column) for column in columns] for row in rows]
    cells_by_line = [columns, *cells_by_line] if len(columns) > 1 else cells_by_line
    widths = [max(map(len, cells)) for cells in zip(*cells_by_line, strict=True)]
    is_numeric = [all(isinstance(row[column], int | float | None) for row in rows) for column in columns]
    return "\n".join(
        "  ".join(
            f"{cell:{'>' if number else '<'}{width}}"
            for cell, width, number in zip(line, widths, is_numeric, strict=True)
        ).rstrip()
        for line in cells_by_line
    )


def _format_cell(value, column):
    if value is None:
        return ""
    return f"{value:,}" if column in WITH_THOUSANDS_SEPARATORS else str(value)
