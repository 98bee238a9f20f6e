"""Data sets of pairs: `dates`, `tsv:PATH` or `tfds:NAME[/CONFIG]`.

Lines and examples that cannot be used are left out, counted and named.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kzoo.data.text.dates import date_pairs
from kzoo.data.text.pairs import Pair, Pairs, Problems

if TYPE_CHECKING:
    import tensorflow_datasets as tfds  # imports slowly, and most sources do not need it

HELD_OUT = 20  # every twentieth source is for the test, where a file has no split of its own


def load_pairs(spec: str, *, seed: int = 0, swap: bool = False) -> Pairs:
    """Open `dates`, `tsv:PATH` or `tfds:NAME[/CONFIG]`.

    - dates: dates as people write them and in ISO 8601, made from the seed; see `kzoo.data.text.dates`.
    - tsv: UTF-8 lines of source TAB target. A folder has train.tsv and test.tsv; of a file, every twentieth source, in
      an order shuffled by the seed, is for the test, with all its targets.
    - tfds: a translation set, its splits train and test (or validation).

    With `swap`, source is target and target source.

    Raises:
        ValueError, FileNotFoundError: it cannot be read; one line names what is at fault.
    """
    pairs = _load(spec, seed)
    if not swap:
        return pairs
    train, test, *further = (
        [(target, source) for source, target in half] for half in (pairs.train, pairs.test, *pairs.further.values())
    )
    return replace(pairs, train=train, test=test, further=dict(zip(pairs.further, further, strict=True)))


def _load(spec: str, seed: int) -> Pairs:
    kind, _, where = spec.partition(":")
    if spec == "dates":
        return date_pairs(seed)
    if where and kind == "tsv":
        return _load_tsv(spec, Path(os.path.expanduser(where)), seed)
    if where and kind == "tfds":
        return _load_tfds(spec, where)
    raise ValueError(f"data source {spec!r} is none of dates, tsv:PATH, tfds:NAME[/CONFIG]")


def _load_tsv(spec: str, path: Path, seed: int) -> Pairs:
    problems = Problems()
    if path.is_dir():
        train, test = (list(read_tsv(path / f"{half}.tsv", problems)) for half in ("train", "test"))
    elif path.is_file():
        train, test = _hold_out(list(read_tsv(path, problems)), seed)
    else:
        raise FileNotFoundError(f"{path}: no such file or folder")
    return _checked(spec, train, test, problems)


def read_tsv(path: Path, problems: Problems) -> Iterator[Pair]:
    """Yield the pairs of a file, and count the lines that hold none.

    Raises:
        FileNotFoundError: it is not there.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    with path.open("rb") as lines:  # bytes: one bad line must not end the reading
        for number, line in enumerate(lines, 1):
            place = f"{path.name}:{number}"
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                problems.add("invalid UTF-8", place)
                continue
            columns = [column.strip() for column in text.rstrip("\r\n").split("\t")]
            if len(columns) != 2:
                problems.add("not source TAB target", place)
            elif not all(columns):
                problems.add("with an empty side", place)
            else:
                yield columns[0], columns[1]


def _hold_out(pairs: list[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    """Divide pairs so that no source is on both sides."""
    sources = sorted({source for source, _ in pairs})
    order = np.random.default_rng(seed).permutation(len(sources))
    test = {sources[i] for i in order[::HELD_OUT]} if len(sources) > 1 else set()
    return [pair for pair in pairs if pair[0] not in test], [pair for pair in pairs if pair[0] in test]


def _checked(spec: str, train: list[Pair], test: list[Pair], problems: Problems) -> Pairs:
    for name, half in (("training", train), ("test", test)):
        if not half:
            raise ValueError(f"{spec}: no {name} pairs; left out were {problems}")
    return Pairs(spec, train, test, problems=problems)


def _load_tfds(spec: str, name: str) -> Pairs:
    from kzoo.data.tfds import prepare_tfds

    builder = prepare_tfds(spec, name, _check_translation)
    names = list(builder.info.splits) or ["train", "test"]  # a mocked builder knows no names
    half = next((half for half in ("test", "validation") if half in names), None)
    if "train" not in names or half is None:
        raise ValueError(f"{spec}: needs train and test or validation; it has {', '.join(names)}")
    problems = Problems()
    train, test = (list(_read_tfds(builder, each, problems)) for each in ("train", half))
    return _checked(spec, train, test, problems)


def _check_translation(spec: str, info: tfds.core.DatasetInfo) -> None:
    import tensorflow_datasets as tfds

    texts = all(isinstance(each, tfds.features.Text) for each in info.features.values())
    if not texts or len(info.supervised_keys or ()) != 2:
        raise ValueError(f"{spec}: needs a translation set, of two languages; it has {', '.join(info.features)}")


def _read_tfds(builder: tfds.core.DatasetBuilder, half: str, problems: Problems) -> Iterator[Pair]:
    source, target = builder.info.supervised_keys
    for number, record in enumerate(builder.as_dataset(split=half, shuffle_files=False).as_numpy_iterator(), 1):
        place = f"{half}:{number}"
        try:
            texts = [" ".join(record[key].decode("utf-8").split()) for key in (source, target)]
        except UnicodeDecodeError:
            problems.add("invalid UTF-8", place)
            continue
        if all(texts):
            yield texts[0], texts[1]
        else:
            problems.add("with an empty side", place)
