"""Time how fast a Transformer writes, with a cache of keys and values and by running all again for each token.

    make bench
    python benchmarks/decoding.py --lengths 32 --lengths 128

Both write greedily, the same tokens, each text to its full length. "cached" is `kzoo.sequence.writer`, one program that
XLA compiles. "again" is the usual loop, in Python, that runs the model on what has been written so far for each token;
it is a `tf.function` for any length, without XLA, which would compile it once a length. A figure is the median of
`rounds`; compilation is not in it, and is given apart. Nothing else should run on the machine meanwhile.
"""

import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import circumstances, write

from kzoo.exporting.clock import in_turns
from kzoo.sequence import Cached, TransformerConfig, transformer, writer
from kzoo.sequence.decoding import NEVER
from kzoo.sequence.text import END, PAD, START


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    lengths: tuple[int, ...] = (32, 128, 512)
    batch: int = 8
    width: int = 256
    depth: int = 4
    vocabulary: int = 8000
    rounds: int = 3


class Endless(Cached):
    """Never ends a text, so that all are of full length."""

    def step(self, state, tokens, position):
        logits, state = super().step(state, tokens, position)
        return tf.where(tf.range(logits.shape[-1]) == END, NEVER, logits), state


def main(config: Config) -> list[dict]:
    """Run all lengths, print a table and write the results as CSV."""
    print(circumstances())
    print(f"{config.batch} texts at once; width {config.width}, {config.depth} blocks; medians of {config.rounds}\n")
    print(f"{'length':>6}{'cached tokens/s':>17}{'again tokens/s':>16}{'ratio':>7}{'compiling, s':>14}")
    rows = []
    for length in config.lengths:
        rows.append(measure(config, length))
        row = rows[-1]
        print(
            f"{length:6}{row['cached_tokens_per_second']:17,.0f}{row['again_tokens_per_second']:16,.0f}"
            f"{row['ratio']:7.1f}{row['compile_seconds']:14.1f}",
            flush=True,
        )
    write("decoding", rows)
    return rows


def measure(config: Config, length: int) -> dict:
    """Time both, alternating."""
    keras.utils.set_random_seed(0)
    size = {"width": config.width, "heads": config.width // 64, "hidden": 4 * config.width, "depth": config.depth}
    model = transformer(TransformerConfig(config.vocabulary, **size))
    source = np.random.default_rng(0).integers(4, config.vocabulary, (config.batch, 32)).astype("int32")
    write_cached, again = writer(model, length, steps=Endless), run_again(model)
    start = time.perf_counter()
    tokens = np.asarray(write_cached(source).tokens)
    first = time.perf_counter() - start
    agree = float(np.mean(tokens == again(source, length)))
    runs = {"cached": lambda: np.asarray(write_cached(source).tokens), "again": lambda: again(source, length)}
    seconds = {name: each / 1000 for name, each in in_turns(runs, config.rounds, warm_up=0).items()}
    rate = {name: config.batch * length / each for name, each in seconds.items()}
    return {
        "length": length,
        "batch": config.batch,
        "width": config.width,
        "depth": config.depth,
        "cached_tokens_per_second": round(rate["cached"], 1),
        "again_tokens_per_second": round(rate["again"], 1),
        "ratio": round(rate["cached"] / rate["again"], 2),
        "compile_seconds": round(first - seconds["cached"], 1),
        "same_tokens": round(agree, 4),
    }


def run_again(model):
    """Return the loop that runs the whole model for each token."""

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int32)] * 2, autograph=False)
    def following(source, target):
        logits = model([source, target], training=False)[:, -1]
        never = tf.reduce_any(tf.range(logits.shape[-1])[:, None] == [PAD, START, END], axis=1)
        return tf.argmax(tf.where(never, NEVER, logits), axis=-1, output_type=tf.int32)

    def run(source, length):
        target = tf.fill((len(source), 1), START)
        for _ in range(length):
            target = tf.concat([target, following(source, target)[:, None]], axis=1)
        return target[:, 1:].numpy()

    return run


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
