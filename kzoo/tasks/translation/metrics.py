"""Metrics of translations against their references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kzoo._extras import require

Metric = Callable[[Sequence[str], Sequence[str]], dict]
"""Compares hypotheses with references; the first value of what it returns is a score, higher is better."""


def exact_match(hypotheses: Sequence[str], references: Sequence[str]) -> dict:
    """Return the share of hypotheses that equal their reference."""
    matches = sum(ours == theirs for ours, theirs in zip(hypotheses, references, strict=True))
    return {"exact_match": matches / len(references)}


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> dict:
    """Return sacrebleu's BLEU of a whole test set, in percent, with the signature that says how it was computed."""
    require("BLEU", "text", "sacrebleu")
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score = metric.corpus_score(list(hypotheses), [list(references)]).score
    return {"bleu": score, "signature": str(metric.get_signature())}
