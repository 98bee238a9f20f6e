"""Verification of an export: its probabilities are compared with those of the model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Largest accepted difference of a probability, twice what a trained network needs: EfficientNet-Lite0 with ImageNet's
# weights differs by 2e-6 in float32, and by up to 0.12 in bfloat16, on 240 photographs and synthetic images, where its
# top-1 class changes on one in twenty, but only if the second class is as probable within 0.15; in int8 (LiteRT) by up
# to 0.26, and the top-1 class changes on one in five.
TOLERANCES = {"float32": 1e-4, "bfloat16": 0.25, "int8": 0.4}
NOISE = 1e-6  # rounding errors of float32, where all probabilities are nearly the same
NUM_SYNTHETIC_IMAGES = 8  # that exports are verified on where no images are given
NUM_VERIFIED = 16  # images that an export is verified on


@dataclass(frozen=True)
class Comparison:
    """The differences between the probabilities of an export and of the model.

    Args:
        difference: the largest, over all classes and images.
        agreement: share of the images on which both have the same top-1 class.
        images: how many were compared.
        tolerance: the largest accepted difference.
        flips: images on which the top-1 class changes although its margin in the model is larger than the tolerance.
    """

    difference: float
    agreement: float
    images: int
    tolerance: float
    flips: int

    @classmethod
    def of(cls, outputs: np.ndarray, expected: np.ndarray, tolerance: float) -> Comparison:
        """Compare probabilities, (images, classes) each.

        The probabilities of an untrained network are nearly uniform, and so within any tolerance of another's.
        Therefore the tolerance is at most half of the range of the model's own probabilities.
        """
        if not math.isinf(tolerance):
            tolerance = min(tolerance, max(np.ptp(expected) / 2, NOISE))
        rows = np.arange(len(expected))
        expected_top1, output_top1 = expected.argmax(-1), outputs.argmax(-1)
        margin = expected[rows, expected_top1] - expected[rows, output_top1]
        return cls(
            difference=float(np.abs(outputs - expected).max()),
            agreement=float(np.mean(expected_top1 == output_top1)),
            images=len(expected),
            tolerance=float(tolerance),
            flips=int(np.sum(margin > tolerance)),
        )

    @property
    def accepted(self) -> bool:
        """Whether the export is within the tolerance; NaN is not."""
        return self.difference <= self.tolerance and not self.flips

    def metadata(self) -> dict[str, float | None]:
        """Return the entries of model.json; JSON has no infinity."""
        own = {key: getattr(self, key) for key in ("difference", "agreement", "images", "tolerance")}
        return {**own, "tolerance": None} if math.isinf(self.tolerance) else own

    def __str__(self):
        return (
            f"probabilities differ by up to {self.difference:.2g}, "
            f"the top-1 class agrees on {self.agreement:.0%} of {self.images} images; "
            f"accepted is a difference of {self.tolerance:.2g} (tolerance)"
        )
