"""Metrics of translations against their references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kzoo._extras import require

Metric = Callable[[Sequence[str], Sequence[str]], dict]
"""Compares hypotheses with references; the first value of what it returns is a score, higher is better."""


def check_pairs(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """Check that there is a reference for each hypothesis, and at least one.

    Raises:
        ValueError: there is not.
    """
    if not len(hypotheses) == len(references) > 0:
        raise ValueError(
            f"hypotheses has {len(hypotheses)} texts and references {len(references)}; accepted: as many, at least one"
        )


def exact_match(hypotheses: Sequence[str], references: Sequence[str]) -> dict:
    """Return the share of hypotheses that equal their reference."""
    check_pairs(hypotheses, references)
    matches = sum(ours == theirs for ours, theirs in zip(hypotheses, references, strict=True))
    return {"exact_match": matches / len(references)}


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> dict:
    """Return sacrebleu's BLEU of a whole test set, in percent, with the signature that says how it was computed."""
    require("BLEU", "text", "sacrebleu")
    check_pairs(hypotheses, references)
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score = metric.corpus_score(list(hypotheses), [list(references)]).score
    return {"bleu": score, "signature": str(metric.get_signature())}
