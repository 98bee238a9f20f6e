"""The options of translation recipes; importing them loads no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

from kzoo._validation import NonNegativeInt, PositiveFloat, PositiveInt, PositiveInts
from kzoo.tokenizers import VocabularySize
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
    """batch size, in tokens of either side, padding included, over all replicas"""
    lengths: PositiveInts
    """bucket lengths that batches are padded to, tokens; pairs longer than the last are left out"""
    swap: bool = False
    """translate from the second text of a pair to the first"""
    model: str = "TransformerBase"
    """name of the network, as in kzoo.list_models(kind="sequence")"""
    options: dict[str, int | float | bool] = field(default_factory=dict)
    """of the network, such as hidden_dim, num_heads, intermediate_dim, num_layers, dropout or normalize_first"""
    vocabulary_size: VocabularySize | None = None
    """of a byte-pair tokenizer, learnt from the training pairs; a tokenizer of characters if not given"""
    factor: PositiveFloat = 1.0
    """what the paper's learning rate is multiplied by"""
    warmup_steps: PositiveInt = 4000
    label_smoothing: Annotated[float, Interval(ge=0, lt=1)] = 0.1
    accumulation_steps: PositiveInt = 1
    """gradient accumulation: batches for one update"""
    average_epochs: PositiveInt = 5
    """the last ones, whose weights are averaged"""
    num_beams: PositiveInt = 4
    """of the beam search; 1 is greedy search"""
    length_penalty: Annotated[float, Interval(ge=0, le=10)] = 0.6
    """exponent of the length that scores are divided by"""
    samples: NonNegativeInt = 3
    """translations that are shown after each epoch"""
    test_pairs: PositiveInt | None = None
    """how many are translated at the end; all if not given"""

    def validate(self) -> None:
        if list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError(f"lengths={self.lengths} does not work; give them in rising order")
