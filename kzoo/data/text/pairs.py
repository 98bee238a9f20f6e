"""Pairs of texts to be translated, a source and its target each, and their tokens."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kzoo.data.fingerprint import fingerprint
from kzoo.tokenizers import Tokenizer

NAMED = 3  # how many of each kind of problem are named

Pair = tuple[str, str]


class Problems:
    """The examples left out of some data: each kind of problem counted, and the first few places named."""

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = {}
        self.counts: dict[str, int] = {}

    def add(self, kind: str, place: str) -> None:
        """Count one, such as ("no TAB", "pairs.tsv:7")."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= NAMED:
            self.places.setdefault(kind, []).append(place)

    def __bool__(self) -> bool:
        return bool(self.counts)

    def __str__(self) -> str:
        said = []
        for kind, count in self.counts.items():
            more = ", ..." if count > NAMED else ""
            said.append(f"{count} {kind} ({', '.join(self.places[kind])}{more})")
        return "; ".join(said) or "nothing"


@dataclass(frozen=True)
class Pairs:
    """A data set of pairs.

    Args:
        spec: the text that names it, as `load_pairs` takes it.
        train, test: pairs of source and target.
        further: more test sets, by name, that are evaluated apart.
        problems: what was left out.
    """

    spec: str
    train: list[Pair]
    test: list[Pair]
    further: Mapping[str, list[Pair]] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    @property
    def description(self) -> str:
        """One line of what there is."""
        further = "".join(f", {len(pairs):,} {name}" for name, pairs in self.further.items())
        digest = fingerprint(self.train, self.test, self.further.values())
        counts = f"{len(self.train):,} training and {len(self.test):,} test{further} pairs"
        return f"{counts} of {self.spec}; fingerprint {digest}"


def encode_pairs(
    pairs: Iterable[Pair], tokenizer: Tokenizer, max_length: int, problems: Problems, place: str
) -> list[tuple[array, array]]:
    """Return pairs as tokens, without start and end; those too long are left out and counted.

    Args:
        max_length: tokens of either side, the end of the target included.
        place: name of these pairs, such as "training pair".
    """
    encoded = []
    for number, (source, target) in enumerate(pairs, 1):
        tokens = tokenizer.encode(source), tokenizer.encode(target)
        if len(tokens[0]) > max_length or len(tokens[1]) + 1 > max_length:
            problems.add(f"longer than {max_length} tokens", f"{place} {number}")
        else:
            # of millions, a tenth of the memory that lists take
            encoded.append((array("i", tokens[0]), array("i", tokens[1])))
    return encoded
