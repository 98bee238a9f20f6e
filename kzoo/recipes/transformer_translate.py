"""A Transformer that learns to translate from any pairs of texts.

- Paper: Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762.
- Command: python recipes/transformer_translate.py --data tsv:pairs.tsv, or --data tfds:ted_hrlr_translate/pt_to_en
- Result: not run on a set of natural language; none is on the machine

A file has UTF-8 lines of source TAB target; a folder has train.tsv and test.tsv. What cannot be used is counted and
named. The size suits some ten thousand pairs; for millions take `transformer_wmt14.py`. BLEU is sacrebleu's, of the
better of the best epoch and the average of the last ones.

Afterwards, `--translate` translates the lines of standard input by the results in `--out`:

    python recipes/transformer_translate.py --data tsv:pairs.tsv --translate < lines.txt
"""

import io
import json
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import kzoo
from kzoo import registry
from kzoo._files import load_weights
from kzoo.tasks.translation import TranslatorConfig
from kzoo.training import command_line
from kzoo.training.folder import read_config


@dataclass(frozen=True)
class Config(TranslatorConfig):
    """Options of a small translator."""

    data: str = "tfds:ted_hrlr_translate/pt_to_en"
    out: Path = Path("runs/transformer_translate")
    epochs: int = 20
    tokens: int = 4096
    lengths: tuple[int, ...] = (16, 32, 64, 128)
    options: dict[str, float | bool] = field(
        default_factory=lambda: {
            "hidden_dim": 256,
            "num_heads": 4,
            "intermediate_dim": 1024,
            "num_layers": 4,
            "dropout": 0.1,
            "normalize_first": False,
        }
    )
    vocabulary_size: int | None = 8000
    translate: bool = False
    """translate lines of standard input by what has been trained, instead of training"""


def translate(config: Config):
    """Print the translation of each line of standard input.

    Raises:
        FileNotFoundError: nothing has been trained in `config.out`.
        ValueError: its files are damaged, or of another recipe; or there is no standard input, or it is not UTF-8.
    """
    stored, metrics = read_results(config.out)
    if sys.stdin is None:
        raise ValueError("standard input is closed; --translate reads lines from it")
    tokenizer = kzoo.tokenizers.load_tokenizer(config.out / "vocabulary.json")
    network = registry.build(stored["model"], **{**stored["options"], "vocabulary_size": len(tokenizer)})
    load_weights(network, config.out / f"{metrics['weights']}.weights.h5")
    search = partial(kzoo.generation.beam_search, num_beams=config.num_beams, length_penalty=config.length_penalty)
    translator = kzoo.tasks.translation.Translator(network, tokenizer, stored["lengths"][-1], search, 16, config.xla)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")  # as files are read, whatever the locale
    try:
        lines = [line.rstrip("\n") for line in sys.stdin]
    except UnicodeDecodeError as error:
        raise ValueError(f"standard input is not UTF-8: {error}") from None
    for translation in translator(lines):
        print(translation)


def read_results(out: Path) -> tuple[dict, dict]:
    """Return the options and the metrics of a finished translator.

    Raises:
        FileNotFoundError: there is none.
        ValueError: a file is damaged, or of another recipe.
    """
    for name in ("config.json", "metrics.json"):
        if not (out / name).is_file():
            raise FileNotFoundError(f"{out / name}: no such file; train first, without --translate")
    stored = read_config(out) or {}
    if not {"model", "options", "lengths"} <= stored.keys():
        raise ValueError(f"{out} holds a run of another recipe; give the --out of a translator")
    try:
        metrics = json.loads((out / "metrics.json").read_bytes())
        if metrics["weights"] not in ("average", "best"):
            raise ValueError(f"weights={metrics['weights']!r}")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"{out / 'metrics.json'} is damaged ({error}); --resume writes it again") from None
    return stored, metrics


def main(config: Config = Config()) -> dict | None:
    """Train, write `config.out` and `config.export`, and return the metrics; or translate."""
    if config.translate:
        return translate(config)
    return kzoo.tasks.train(kzoo.tasks.Translation(config, kzoo.tasks.translation.bleu)).metrics


if __name__ == "__main__":
    command_line(main, Config, __doc__)
