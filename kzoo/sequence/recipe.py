"""What every translation recipe does, from its configuration to a folder of results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras

from kzoo import registry
from kzoo._extras import require
from kzoo._files import atomic_path, save_weights
from kzoo.exporting.cloning import clone
from kzoo.sequence.batches import TokenBatches
from kzoo.sequence.config import TranslatorConfig
from kzoo.sequence.decoding import beam_search, greedy_search
from kzoo.sequence.exporting import export_translator
from kzoo.sequence.losses import TokenAccuracy, TokenCrossentropy, count_tokens
from kzoo.sequence.metrics import Metric
from kzoo.sequence.pairs import Pairs, encode_pairs
from kzoo.sequence.sources import load_pairs
from kzoo.sequence.tokenizers import BytePairTokenizer, CharacterTokenizer, Tokenizer, load_tokenizer
from kzoo.sequence.translator import Translator, cross_attention_scores, plot_attention
from kzoo.training.config import check_options
from kzoo.training.curves import plot_history
from kzoo.training.optimizers import make_optimizer
from kzoo.training.recipe import across_epochs, check_run, open_run, precision, summarize, write_json
from kzoo.training.schedules import InverseSquareRoot
from kzoo.training.strategy import make_strategy
from kzoo.training.trainer import Trainer
from kzoo.training.weight_averaging import average_weights


@dataclass(frozen=True)
class TrainedTranslator:
    """The result of a run: the network with the better weights, its tokenizer, and the metrics of metrics.json."""

    network: keras.Model
    tokenizer: Tokenizer
    metrics: dict


def train_translator(config: TranslatorConfig, metric: Metric) -> TrainedTranslator:
    """Train a Transformer on pairs of texts as its paper does; write `config.out` and, where asked to, a SavedModel.

    Writes config.json, vocabulary.json, history.csv, metrics.json, curves.png, attention.png, translations.tsv,
    best.weights.h5 (of the epoch with the best accuracy of tokens), average.weights.h5 (of the last epochs),
    checkpoints/, epochs/ and tensorboard/. A run that was broken off goes on with `resume`, and ends as it would have.

    Args:
        metric: compares translations with references. It is computed on the test pairs for the best epoch and for the
            average, of which the better one is kept, the average if they are equal; then on all further sets.

    Raises:
        ValueError, FileNotFoundError, FileExistsError: the configuration or the data are wrong, or the export or a
            run that was not to be replaced is there already; nothing has been written then.
        DivergedError: the loss became NaN or infinite.
        PreemptedError: SIGTERM came; the state has been saved.
    """
    check(config)
    metric(["a"], ["a"])  # fails now, not after the training, if it needs a package that is missing
    keras.utils.set_random_seed(config.seed)
    strategy = make_strategy(config.strategy, config.replicas)
    pairs = load_pairs(config.data, seed=config.seed, swap=config.swap)
    tokenizer = _tokenizer(config, pairs)
    batches = _batches(config, pairs, tokenizer, strategy.num_replicas_in_sync)
    steps = min(config.steps_per_epoch or batches[0].steps, batches[0].steps)
    with strategy.scope(), precision(config.precision):
        network = registry.build(config.model, **{**config.options, "vocabulary_size": len(tokenizer)})
        trainer = Trainer(network, xla=config.xla, count=count_tokens)
        trainer.compile(
            _optimizer(config, network), TokenCrossentropy(config.label_smoothing), metrics=[TokenAccuracy()]
        )
    training = across_epochs(partial(batches[0].training, config.seed), steps, batches[0].steps)
    validation = batches[1].dataset().take(config.steps_per_epoch or -1)
    rows = _rows(config, network, pairs, tokenizer, batches)
    with open_run(config, strategy, steps, rows, config.tokens, "tokens") as run:
        if run.chief:
            tokenizer.save(config.out / "vocabulary.json")
        callbacks = _callbacks(config, network, tokenizer, pairs) if run.chief else []
        history = run.fit(trainer, training, config.epochs, callbacks, validation_data=validation)
        metrics = summarize(history, run)
        network = clone(network)
        if run.chief:
            metrics |= _finish(config, network, tokenizer, pairs, metric)
            write_json(config.out / "metrics.json", metrics)
            plot_history(history, config.out / "curves.png", title=f"{config.model} on {config.data}")
    return TrainedTranslator(network, tokenizer, metrics)


def check(config: TranslatorConfig):
    """See that a configuration can be run, as far as that can be told before the data are read.

    Raises:
        ValueError, FileExistsError: as `train_translator` does.
    """
    check_run(config)
    if config.vocabulary_size is not None:
        require("a byte-pair tokenizer", "text", "tokenizers")
    if (kind := registry.info(config.model).kind) != "sequence":
        raise ValueError(f"model={config.model!r} is a {kind} network; list_models(kind='sequence') names what is not")
    check_options(config.model, config.options)


def _tokenizer(config, pairs) -> Tokenizer:
    """Return the tokenizer of a run that is resumed, or train it."""
    path = config.out / "vocabulary.json"
    if config.resume and path.exists():
        return load_tokenizer(path)
    texts = (text for pair in pairs.train for text in pair)
    if config.vocabulary_size is None:
        return CharacterTokenizer.train(texts)
    return BytePairTokenizer.train(texts, config.vocabulary_size)


def _batches(config, pairs: Pairs, tokenizer, replicas) -> list[TokenBatches]:
    """Return training and test batches; what is too long is added to the problems of the pairs."""
    halves = {"training pair": pairs.train, "test pair": pairs.test}
    encoded = [encode_pairs(half, tokenizer, config.lengths[-1], pairs.problems, name) for name, half in halves.items()]
    return [TokenBatches(each, config.lengths, config.tokens, replicas) for each in encoded]


def _optimizer(config, network):
    hidden_dim = network.get_layer("embedding").output_dim
    rate = InverseSquareRoot(config.factor / (hidden_dim * config.warmup_steps) ** 0.5, config.warmup_steps)
    return make_optimizer(
        "adam",
        rate,
        beta_1=0.9,
        beta_2=0.98,
        epsilon=1e-9,
        accumulate=config.accumulate,
        loss_scale=config.precision == "mixed_float16",
    )


def _rows(config, network, pairs, tokenizer, batches):
    kind = "characters" if isinstance(tokenizer, CharacterTokenizer) else "byte pairs"
    shapes = ", ".join(f"{rows}x{source}/{target}" for rows, source, target in batches[0].shapes)
    return {
        "model": f"{config.model} {config.options or ''}, {network.count_params():,} parameters",
        "data": pairs.description,
        "left out": str(pairs.problems),
        "tokenizer": f"{len(tokenizer):,} {kind}",
        "shapes": f"{shapes} (pairs x source/target tokens)",
    }


def _callbacks(config, network, tokenizer, pairs):
    callbacks = [KeepEpochs(config.out / "epochs", config.average_epochs)]
    if config.samples:
        apart = clone(network)
        translator = Translator(
            apart, tokenizer, config.lengths[-1], greedy_search, batch_size=config.samples, xla=config.xla
        )
        callbacks.append(Samples(translator, pairs.test[: config.samples]))
    return [*callbacks, keras.callbacks.TensorBoard(str(config.out / "tensorboard"), write_graph=False)]


class KeepEpochs(keras.callbacks.Callback):
    """Keep the network's weights of the last epochs, for their average.

    Args:
        folder: where they are; made when the first is saved.
        keep: how many.
    """

    def __init__(self, folder: Path, keep: int):
        super().__init__()
        self.folder, self.keep = folder, keep

    def on_epoch_end(self, epoch, logs=None):
        save_weights(self.model.network, self.folder / f"{epoch + 1:05}.weights.h5")
        for old in self.paths()[: -self.keep]:
            old.unlink()

    def paths(self) -> list[Path]:
        """Return the files that are there, the last epoch's last."""
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9][0-9].weights.h5"))


class Samples(keras.callbacks.Callback):
    """Print how a few texts are translated after each epoch, greedily.

    Args:
        translator: of a copy of the network that is trained.
        pairs: sources and references.
    """

    def __init__(self, translator: Translator, pairs: Sequence[tuple[str, str]]):
        super().__init__()
        self.translator, self.pairs = translator, pairs

    def on_epoch_end(self, epoch, logs=None):
        self.translator.model.set_weights(self.model.network.get_weights())
        for (source, target), translation in zip(
            self.pairs, self.translator([source for source, _ in self.pairs]), strict=True
        ):
            verdict = "" if translation == target else f"  (reference: {target})"
            print(f"  {source} -> {translation}{verdict}")


def _finish(config, network, tokenizer, pairs, metric) -> dict:
    """Give the network the better of two sets of weights, and write its translations of the test pairs."""
    out = config.out
    average_weights(
        KeepEpochs(out / "epochs", config.average_epochs).paths()[-config.average_epochs :], out / "average.weights.h5"
    )
    search = partial(beam_search, num_beams=config.num_beams, length_penalty=config.length_penalty)
    translator = Translator(network, tokenizer, config.lengths[-1], search, xla=config.xla)
    test, found = pairs.test[: config.test_pairs], {}
    for name in ("average", "best"):
        network.load_weights(out / f"{name}.weights.h5")
        translations = translator([source for source, _ in test])
        found[name] = metric(translations, [target for _, target in test]), translations
    # where they are equal the first, the average, which is what the paper takes
    chosen = max(found, key=lambda name: next(iter(found[name][0].values())))
    network.load_weights(out / f"{chosen}.weights.h5")
    metrics = {"weights": chosen, **found[chosen][0]}
    metrics |= {f"{name}_{key}": value for name in found for key, value in found[name][0].items()}
    for name, further in pairs.further.items():
        translations = translator([source for source, _ in further[: config.test_pairs]])
        evaluated = metric(translations, [target for _, target in further[: config.test_pairs]])
        metrics |= {f"{name.replace(' ', '_').replace('-', '_')}_{key}": value for key, value in evaluated.items()}
    _write_translations(out / "translations.tsv", test, found[chosen][1])
    _plot_attention(network, tokenizer, test[0][0], found[chosen][1][0], out / "attention.png")
    if config.export:
        path = export_translator(network, tokenizer, config.export, config.lengths[-1], search, config.overwrite)
        print(f"exported   {path}")
    return metrics


def _write_translations(path, pairs, translations):
    with atomic_path(path) as new:
        lines = (
            f"{source}\t{target}\t{hypothesis}\n"
            for (source, target), hypothesis in zip(pairs, translations, strict=True)
        )
        new.write_text("".join(["source\treference\ttranslation\n", *lines]), encoding="utf-8")


def _plot_attention(network, tokenizer, source, translation, path):
    tokens = tokenizer.encode(source), tokenizer.encode(translation)
    strings = [tokenizer.to_strings(each) for each in tokens]
    plot_attention(path, strings[0], [*strings[1], "<end>"], cross_attention_scores(network, *tokens))
