"""How good translations are, beside their references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kzoo._extras import require

Measure = Callable[[Sequence[str], Sequence[str]], dict]
"""Compares translations with references; the first of what it returns is a number that is better higher."""


def exact_match(translations: Sequence[str], references: Sequence[str]) -> dict:
    """Return the share of translations that are their reference, letter by letter."""
    right = sum(ours == theirs for ours, theirs in zip(translations, references, strict=True))
    return {"exact_match": right / len(references)}


def bleu(translations: Sequence[str], references: Sequence[str]) -> dict:
    """Return sacrebleu's BLEU of a whole test set, in percent, with the signature that says how it was computed."""
    require("BLEU", "text", "sacrebleu")
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score = metric.corpus_score(list(translations), [list(references)]).score
    return {"bleu": score, "signature": str(metric.get_signature())}
