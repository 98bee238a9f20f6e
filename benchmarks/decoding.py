"""Time the decoding of a Transformer, with a key-value cache and without.

    make bench
    python benchmarks/decoding.py --lengths 32 --lengths 128

Both are greedy search, with the same tokens, each hypothesis of full length. "cached" is
`kzoo.generation.make_generate_function`, one program that XLA compiles. "uncached" is the usual loop, in Python, that
runs the model on all tokens so far for each new one; it is a `tf.function` for any length, without XLA, which would
compile it once a length. A figure is the median of `rounds`; compilation is not in it, and is given apart. Nothing else
should run on the machine meanwhile.
"""

import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import environment, write

from kzoo.exporting.benchmark_timing import time_interleaved
from kzoo.generation import CachedDecoder, make_generate_function
from kzoo.generation.decoding import NEGATIVE_INFINITY
from kzoo.models.text.transformer import TransformerConfig, transformer
from kzoo.tokenizers import END, PAD, START


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    lengths: tuple[int, ...] = (32, 128, 512)
    batch: int = 8
    hidden_dim: int = 256
    num_layers: int = 4
    vocabulary_size: int = 8000
    rounds: int = 3


class Endless(CachedDecoder):
    """Never ends a hypothesis, so that all are of full length."""

    def step(self, state, tokens, position):
        logits, state = super().step(state, tokens, position)
        return tf.where(tf.range(logits.shape[-1]) == END, NEGATIVE_INFINITY, logits), state


def main(config: Config) -> list[dict]:
    """Run all lengths, print a table and write the results as CSV."""
    print(environment())
    print(
        f"batches of {config.batch}; hidden_dim {config.hidden_dim}, {config.num_layers} layers; "
        f"medians of {config.rounds}\n"
    )
    print(f"{'length':>6}{'cached tokens/s':>17}{'uncached tokens/s':>19}{'ratio':>7}{'compiling, s':>14}")
    rows = []
    for length in config.lengths:
        rows.append(measure(config, length))
        row = rows[-1]
        print(
            f"{length:6}{row['cached_tokens_per_second']:17,.0f}{row['uncached_tokens_per_second']:19,.0f}"
            f"{row['ratio']:7.1f}{row['compile_seconds']:14.1f}",
            flush=True,
        )
    write("decoding", rows)
    return rows


def measure(config: Config, length: int) -> dict:
    """Time both, alternating."""
    keras.utils.set_random_seed(0)
    hidden_dim = config.hidden_dim
    size = {"hidden_dim": hidden_dim, "num_heads": hidden_dim // 64, "intermediate_dim": 4 * hidden_dim}
    model = transformer(TransformerConfig(config.vocabulary_size, num_layers=config.num_layers, **size))
    source = np.random.default_rng(0).integers(4, config.vocabulary_size, (config.batch, 32)).astype("int32")
    generate, uncached = make_generate_function(model, length, decoder=Endless), uncached_loop(model)
    start = time.perf_counter()
    tokens = np.asarray(generate(source).tokens)
    first = time.perf_counter() - start
    agree = float(np.mean(tokens == uncached(source, length)))
    runs = {"cached": lambda: np.asarray(generate(source).tokens), "uncached": lambda: uncached(source, length)}
    seconds = {name: each / 1000 for name, each in time_interleaved(runs, config.rounds, warmup_rounds=0).items()}
    rate = {name: config.batch * length / each for name, each in seconds.items()}
    return {
        "length": length,
        "batch": config.batch,
        "hidden_dim": config.hidden_dim,
        "num_layers": config.num_layers,
        "cached_tokens_per_second": round(rate["cached"], 1),
        "uncached_tokens_per_second": round(rate["uncached"], 1),
        "ratio": round(rate["cached"] / rate["uncached"], 2),
        "compile_seconds": round(first - seconds["cached"], 1),
        "same_tokens": round(agree, 4),
    }


def uncached_loop(model):
    """Return the loop that runs the whole model for each token."""

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int32)] * 2, autograph=False)
    def next_tokens(source, target):
        logits = model([source, target], training=False)[:, -1]
        special = tf.reduce_any(tf.range(logits.shape[-1])[:, None] == [PAD, START, END], axis=1)
        return tf.argmax(tf.where(special, NEGATIVE_INFINITY, logits), axis=-1, output_type=tf.int32)

    def run(source, length):
        target = tf.fill((len(source), 1), START)
        for _ in range(length):
            target = tf.concat([target, next_tokens(source, target)[:, None]], axis=1)
        return target[:, 1:].numpy()

    return run


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
