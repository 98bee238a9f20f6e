"""Translation of texts by a Transformer, from a configuration to a folder of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kzoo import registry
from kzoo._extras import require
from kzoo._files import atomic_path, load_weights
from kzoo.data.text.batches import TokenBatches
from kzoo.data.text.pairs import Pair, encode_pairs
from kzoo.data.text.sources import load_pairs
from kzoo.exporting.cloning import clone
from kzoo.generation import beam_search, greedy_search
from kzoo.tasks.task import Task
from kzoo.tasks.translation.attention import cross_attention_scores, plot_attention
from kzoo.tasks.translation.callbacks import KeepEpochs, PrintTranslations, epoch_path
from kzoo.tasks.translation.config import TranslatorConfig
from kzoo.tasks.translation.metrics import Metric
from kzoo.tasks.translation.translator import Translator
from kzoo.tokenizers import BytePairTokenizer, CharacterTokenizer, Tokenizer, load_tokenizer
from kzoo.training.config import check_options
from kzoo.training.curves import plot_history
from kzoo.training.losses import TokenCrossentropy
from kzoo.training.metrics import TokenAccuracy, count_tokens
from kzoo.training.optimizers import make_optimizer
from kzoo.training.run import Run
from kzoo.training.schedules import InverseSquareRoot
from kzoo.training.trainer import Trainer
from kzoo.training.weight_averaging import average_weights


class Translation(Task[TranslatorConfig]):
    """Train a Transformer on pairs of texts as its paper does.

    Also writes vocabulary.json, attention.png, translations.tsv, best.weights.h5 (of the epoch with the best accuracy
    of tokens), average.weights.h5 (of the last epochs), epochs/ and tensorboard/.

    Args:
        config: its options.
        metric: compares translations with references. It is computed on the test pairs for the best epoch and for the
            average, of which the better one is kept, the average if they are equal; then on all further sets.
    """

    unit = "tokens"

    def __init__(self, config: TranslatorConfig, metric: Metric):
        super().__init__(config)
        self.metric = metric

    def check(self) -> None:
        config = self.config
        if config.vocabulary_size is not None:
            require("a byte-pair tokenizer", "text", "tokenizers")
        if (kind := registry.info(config.model).kind) != "sequence":
            raise ValueError(
                f"model={config.model!r} is a {kind} network; list_models(kind='sequence') names what is not"
            )
        check_options(config.model, config.options)
        self.metric(["a"], ["a"])  # fails now, not after the training, if it needs a package that is missing

    def load_data(self, replicas: int) -> None:
        config = self.config
        self.pairs = load_pairs(config.data, seed=config.seed, swap=config.swap)
        self.tokenizer = self._tokenizer()
        halves = {"training pair": self.pairs.train, "test pair": self.pairs.test}
        encoded = [  # what is too long is added to the problems of the pairs
            encode_pairs(half, self.tokenizer, config.lengths[-1], self.pairs.problems, name)
            for name, half in halves.items()
        ]
        self.train, self.test = (TokenBatches(each, config.lengths, config.tokens, replicas) for each in encoded)
        self.steps_per_epoch = self.train.steps

    def _tokenizer(self) -> Tokenizer:
        """Return the tokenizer of a run that is resumed, or train it."""
        path = self.config.out / "vocabulary.json"
        if self.config.resume and path.exists():
            return load_tokenizer(path)
        texts = (text for pair in self.pairs.train for text in pair)
        if self.config.vocabulary_size is None:
            return CharacterTokenizer.train(texts)
        return BytePairTokenizer.train(texts, self.config.vocabulary_size)

    @property
    def batch_size(self) -> int:
        return self.config.tokens

    def build(self, steps: int) -> Trainer:
        config = self.config
        network = registry.build(config.model, **{**config.options, "vocabulary_size": len(self.tokenizer)})
        trainer = Trainer(network, xla=config.xla, count=count_tokens)
        loss, optimizer = TokenCrossentropy(config.label_smoothing), make_translator_optimizer(config, network)
        trainer.compile(optimizer, loss, metrics=[TokenAccuracy()])
        return trainer

    def train_data(self, epoch: int, step: int) -> tf.data.Dataset:
        return self.train.training(self.config.seed, epoch, step)

    def validation_data(self) -> tf.data.Dataset:
        return self.test.dataset().take(self.config.steps_per_epoch or -1)

    def describe(self, model: Any) -> dict[str, str]:
        config = self.config
        kind = "characters" if isinstance(self.tokenizer, CharacterTokenizer) else "byte pairs"
        shapes = ", ".join(f"{rows}x{source}/{target}" for rows, source, target in self.train.shapes)
        return {
            "model": f"{config.model} {config.options or ''}, {model.network.count_params():,} parameters",
            "data": self.pairs.description,
            "left out": str(self.pairs.problems),
            "tokenizer": f"{len(self.tokenizer):,} {kind}",
            "shapes": f"{shapes} (pairs x source/target tokens)",
        }

    def write_start(self) -> None:
        self.tokenizer.save(self.config.out / "vocabulary.json")

    def callbacks(self, model: Any, run: Run) -> list[keras.callbacks.Callback]:
        if not run.chief:
            return []
        config = self.config
        callbacks = [KeepEpochs(config.out / "epochs", config.average_epochs)]
        if config.samples:
            apart = Translator(
                clone(model.network),
                self.tokenizer,
                config.lengths[-1],
                greedy_search,
                batch_size=config.samples,
                xla=config.xla,
            )
            callbacks.append(PrintTranslations(apart, self.pairs.test[: config.samples]))
        return [*callbacks, keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False)]

    def evaluate(self, model: Any) -> dict:
        """Give the network the better of two sets of weights, and write its translations of the test pairs."""
        config, out = self.config, self.config.out
        last = range(max(0, config.epochs - config.average_epochs), config.epochs)
        epochs = [epoch_path(out / "epochs", each) for each in last]
        if lost := [path for path in epochs if not path.is_file()]:
            raise FileNotFoundError(
                f"{lost[0]}: no such file, though its epoch is to be averaged; put it back, or begin again with "
                "--overwrite"
            )
        average_weights(epochs, out / "average.weights.h5")
        self.network = network = clone(model.network)  # apart from the strategy
        self.search = partial(beam_search, num_beams=config.num_beams, length_penalty=config.length_penalty)
        translator = Translator(network, self.tokenizer, config.lengths[-1], self.search, xla=config.xla)
        test, found = self.pairs.test[: config.test_pairs], {}
        for name in ("average", "best"):
            load_weights(network, out / f"{name}.weights.h5")
            found[name] = self._translate(translator, test)
        # where they are equal the first, the average, which is what the paper takes
        chosen = max(found, key=lambda name: next(iter(found[name][0].values())))
        load_weights(network, out / f"{chosen}.weights.h5")
        model.network.set_weights(network.get_weights())
        metrics = {"weights": chosen, **found[chosen][0]}
        metrics |= {f"{name}_{key}": value for name in found for key, value in found[name][0].items()}
        for name, further in self.pairs.further.items():
            evaluated, _ = self._translate(translator, further[: config.test_pairs])
            metrics |= {f"{name.replace(' ', '_').replace('-', '_')}_{key}": each for key, each in evaluated.items()}
        write_translations(out / "translations.tsv", test, found[chosen][1])
        tokens = [self.tokenizer.encode(text) for text in (test[0][0], found[chosen][1][0])]
        source, target = map(self.tokenizer.to_strings, tokens)
        plot_attention(out / "attention.png", source, [*target, "<end>"], cross_attention_scores(network, *tokens))
        return metrics

    def _translate(self, translator: Translator, pairs: list[Pair]) -> tuple[dict[str, float], list[str]]:
        """Return metrics and translations of pairs."""
        translations = translator([source for source, _ in pairs])
        return self.metric(translations, [target for _, target in pairs]), translations

    def plot(self, history: Mapping[str, Sequence[float]], path: Path) -> None:
        plot_history(history, path, title=f"{self.config.model} on {self.config.data}")

    def servable(self, model: Any) -> Any:
        return Translator(self.network, self.tokenizer, self.config.lengths[-1], self.search, xla=self.config.xla)


def make_translator_optimizer(config: TranslatorConfig, network: keras.Model) -> keras.optimizers.Optimizer:
    """Make Adam with the schedule of the paper (section 5.3)."""
    hidden_dim = network.get_layer("embedding").output_dim
    rate = InverseSquareRoot(config.factor / (hidden_dim * config.warmup_steps) ** 0.5, config.warmup_steps)
    return make_optimizer(
        "adam",
        rate,
        beta_1=0.9,
        beta_2=0.98,
        epsilon=1e-9,
        accumulation_steps=config.accumulation_steps,
        loss_scale=config.precision == "mixed_float16",
    )


def write_translations(path: Path, pairs: Sequence[Pair], hypotheses: Sequence[str]) -> None:
    """Write sources, references and translations, a pair a line."""
    rows = zip(pairs, hypotheses, strict=True)
    lines = (f"{source}\t{target}\t{hypothesis}\n" for (source, target), hypothesis in rows)
    with atomic_path(path) as new:
        new.write_text("".join(["source\treference\ttranslation\n", *lines]), encoding="utf-8")
