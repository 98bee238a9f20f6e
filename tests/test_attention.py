"""Blocks of a Transformer beside a plain reading of the paper in numpy: scale, masks, normalisations, their order."""

import numpy as np
import pytest
from conftest import difference

from kzoo.layers import DecoderBlock, EncoderBlock

HEADS, WIDTH = 2, 8
SEEN = np.array([[True] * 5, [True, True, True, False, False]])


def drawn(layer, *shapes):
    """Build a block with weights of which each matters, small enough that epsilons do; return them by name."""
    rng = np.random.default_rng(0)
    x = [rng.normal(0, 0.05, shape).astype("float32") for shape in shapes]
    layer(*x, SEEN)
    for weight in layer.weights:
        value = rng.uniform(0.5, 1.5, weight.shape) if weight.name == "gamma" else rng.normal(0, 0.5, weight.shape)
        weight.assign(0.01 * value if weight.name in ("bias", "output") else value)
    return {"/".join(weight.path.split("/")[-2:]): weight.numpy().astype("float64") for weight in layer.weights}, x


def attend(given, name, x, memory, visible):
    """Section 3.2: softmax(Q K' / sqrt(d)) V of each head, side by side, times a matrix."""
    width = WIDTH // HEADS
    found = []
    for head in range(HEADS):
        columns = slice(head * width, (head + 1) * width)
        query, key, value = (
            each @ given[f"{name}/{part}"][:, columns]
            for each, part in ((x, "query"), (memory, "key"), (memory, "value"))
        )
        scores = np.where(visible, query @ key.swapaxes(1, 2) / np.sqrt(width), -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        found.append(scores / scores.sum(axis=-1, keepdims=True) @ value)
    return np.concatenate(found, axis=-1) @ given[f"{name}/output"]


def block(given, x, attentions, norm_first):
    """Section 3.1, of two or three sublayers."""

    def norm(x, name):
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-6) * given[f"{name}_norm/gamma"] + given[f"{name}_norm/beta"]

    def feed(x):
        hidden = np.maximum(x @ given["rise/kernel"] + given["rise/bias"], 0)
        return hidden @ given["fall/kernel"] + given["fall/bias"]

    for name, sublayer in {**attentions, "feed_forward": feed}.items():
        x = x + sublayer(norm(x, name)) if norm_first else norm(x + sublayer(x), name)
    return x


# measured: 3e-7 of the largest output
@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_block_is_the_papers(norm_first):
    layer = EncoderBlock(HEADS, 16, norm_first=norm_first)
    given, (x,) = drawn(layer, (2, 5, WIDTH))
    attentions = {"attention": lambda x: attend(given, "attention", x, x, SEEN[:, None, :])}
    assert difference(layer(x, SEEN), block(given, x, attentions, norm_first)) < 2e-5


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_decoder_block_is_the_papers(norm_first):
    layer = DecoderBlock(HEADS, 16, norm_first=norm_first)
    given, (x, memory) = drawn(layer, (2, 4, WIDTH), (2, 5, WIDTH))
    attentions = {
        "attention": lambda x: attend(given, "attention", x, x, np.tri(4, dtype=bool)),
        "cross_attention": lambda x: attend(given, "cross_attention", x, memory, SEEN[:, None, :]),
    }
    assert difference(layer(x, memory, SEEN), block(given, x, attentions, norm_first)) < 2e-5
