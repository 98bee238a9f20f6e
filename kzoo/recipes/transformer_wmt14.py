"""The Transformer's base model on WMT 2014, English to German, as in its paper.

- Paper: Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762, sections 5 and 6.1.
- Command: python recipes/transformer_wmt14.py --precision mixed_bfloat16
- Time: 12 hours on eight P100 (the paper's)
- Expected: 27.3 BLEU on newstest2014 (the paper's, tokenised, compounds split; sacrebleu's figure is a little lower)
- Result: not run, WMT14 was not available

4.5 million pairs, a shared vocabulary of 37,000 byte pairs, 25,000 tokens of either side a step (here padding
included), 100,000 steps, and the average of five checkpoints. The paper writes one every ten minutes; here an epoch is
1,500 steps, about as long. TFDS has newstest2014 as the split `test`.
"""

from dataclasses import dataclass, field
from pathlib import Path

import kzoo
from kzoo.tasks.translation import TranslatorConfig
from kzoo.training import command_line


@dataclass(frozen=True)
class Config(TranslatorConfig):
    """The paper's options."""

    data: str = "tfds:wmt14_translate/de-en"
    swap: bool = True
    out: Path = Path("runs/transformer_wmt14")
    epochs: int = 67
    steps_per_epoch: int | None = 1500
    tokens: int = 25_000
    lengths: tuple[int, ...] = (16, 32, 64, 128, 256)
    model: str = "TransformerBase"
    options: dict[str, float | bool] = field(default_factory=dict)
    vocabulary_size: int | None = 37_000
    warmup_steps: int = 4000
    label_smoothing: float = 0.1
    average_epochs: int = 5
    num_beams: int = 4
    length_penalty: float = 0.6


def main(config: Config = Config()) -> dict:
    """Train, write `config.out` and `config.export`, and return the metrics."""
    return kzoo.tasks.train(kzoo.tasks.Translation(config, kzoo.tasks.translation.bleu)).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
