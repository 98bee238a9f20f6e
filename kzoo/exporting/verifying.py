"""Whether what was written answers as the model does, in the terms of those who ask it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# The largest difference of a probability that is accepted. Twice what a trained network needs: EfficientNet-Lite0 with
# ImageNet's weights differs by 2e-6 in float32, and by up to 0.12 in bfloat16, on 240 photographs and drawn pictures,
# where its likeliest class is another on one in twenty, but only if the second one is as likely within 0.15; in int8
# (LiteRT) by up to 0.26, and the likeliest class is another on one in five.
TOLERANCES = {"float32": 1e-4, "bfloat16": 0.25, "int8": 0.4}
NOISE = 1e-6  # of float32, where all probabilities are nearly the same
PICTURES = 8  # that are drawn where no images are given


@dataclass(frozen=True)
class Comparison:
    """How far what a written file answers is from the model.

    Args:
        difference: the largest of a probability, of any class and picture.
        agreement: the share of pictures that both give the same likeliest class.
        pictures: how many there were.
        tolerance: the largest difference that is accepted.
        overruled: on how many pictures the file prefers another class although the model prefers its own by more than
            that.
    """

    difference: float
    agreement: float
    pictures: int
    tolerance: float
    overruled: int

    @classmethod
    def of(cls, found: np.ndarray, expected: np.ndarray, tolerance: float) -> Comparison:
        """Compare probabilities, (pictures, classes).

        The probabilities of an untrained network are all nearly the same, and within any tolerance of those of another
        one. Therefore no more is accepted than half of what the model's own ones differ by.
        """
        if not math.isinf(tolerance):
            tolerance = min(tolerance, max(np.ptp(expected) / 2, NOISE))
        pictures = np.arange(len(expected))
        ours, theirs = expected.argmax(-1), found.argmax(-1)
        preference = expected[pictures, ours] - expected[pictures, theirs]
        return cls(
            difference=float(np.abs(found - expected).max()),
            agreement=float(np.mean(ours == theirs)),
            pictures=len(pictures),
            tolerance=float(tolerance),
            overruled=int(np.sum(preference > tolerance)),
        )

    @property
    def accepted(self) -> bool:
        """Whether the file may take the model's place; one that answers what is no number may not."""
        return self.difference <= self.tolerance and not self.overruled

    def record(self) -> dict[str, float | None]:
        """Return what model.json says of it; JSON has no infinity."""
        own = {key: getattr(self, key) for key in ("difference", "agreement", "pictures", "tolerance")}
        return {**own, "tolerance": None} if math.isinf(self.tolerance) else own

    def __str__(self):
        return (
            f"probabilities differ by up to {self.difference:.2g}, "
            f"the top-1 class agrees on {self.agreement:.0%} of {self.pictures} pictures"
        )
