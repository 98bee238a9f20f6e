"""The options of recipes of generative models; importing them loads no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kzoo._validation import NonNegativeInt, PositiveFloat, PositiveInt
from kzoo.training.config import RecipeConfig


@dataclass(frozen=True)
class GenerativeConfig(RecipeConfig):
    """The options of a recipe of a generative model; a recipe gives them its own defaults."""

    data: str
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: PositiveInt
    batch_size: PositiveInt
    """images a step, over all replicas"""
    learning_rate: PositiveFloat
    samples: NonNegativeInt = 2000
    """images that are generated for the evaluation at the end; 0 for no evaluation"""
    evaluator: Literal["lenet5", "inception"] = "lenet5"
    """feature extractor of the evaluation: LeNet-5, trained on the same data at the end; or Inception v3, downloaded"""
    evaluator_epochs: PositiveInt = 20
    """that LeNet-5 is trained for"""

    def validate(self):
        if 0 < self.samples < 10:
            raise ValueError(f"samples={self.samples} does not work; at least 10 are needed to evaluate, or 0 for none")
