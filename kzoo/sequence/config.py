"""The options of translation recipes; importing them loads no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

from kzoo._validation import MOST, NonNegativeInt, PositiveFloat, PositiveInt, PositiveInts
from kzoo.training.config import RecipeConfig


@dataclass(frozen=True)
class TranslatorConfig(RecipeConfig):
    """The options of a translation recipe; a recipe gives them its own defaults."""

    data: str
    """dates, tsv:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: PositiveInt
    tokens: PositiveInt
    """of either side in a step, padding included, over all replicas"""
    lengths: PositiveInts
    """tokens that batches are padded to; pairs longer than the last are left out"""
    swap: bool = False
    """translate from the second text of a pair to the first"""
    model: str = "TransformerBase"
    """name of the network, as in kzoo.list_models(kind="sequence")"""
    options: dict[str, int | float | bool] = field(default_factory=dict)
    """of the network, such as width, heads, hidden, depth, dropout or norm_first"""
    vocabulary: Annotated[int, Interval(ge=260, le=MOST)] | None = None
    """tokens of a byte-pair vocabulary, learnt from the training pairs; characters if not given"""
    factor: PositiveFloat = 1.0
    """what the paper's learning rate is multiplied by"""
    warmup_steps: PositiveInt = 4000
    label_smoothing: Annotated[float, Interval(ge=0, lt=1)] = 0.1
    accumulate: PositiveInt = 1
    """batches whose gradients make one update"""
    average: PositiveInt = 5
    """epochs, the last ones, whose weights are averaged"""
    beams: PositiveInt = 4
    penalty: Annotated[float, Interval(ge=0, le=10)] = 0.6
    """exponent of the length that scores are divided by"""
    samples: NonNegativeInt = 3
    """translations that are shown after each epoch"""
    measured: PositiveInt | None = None
    """test pairs that are translated at the end; all if not given"""

    def __post_init__(self):
        super().__post_init__()
        if list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError(f"lengths={self.lengths} does not work; give them in rising order")
