"""Layers of a Transformer beside the paper in numpy: scale, masks, layer norms, their order."""

import numpy as np
import pytest
from helpers import difference

from kzoo.layers import TransformerDecoder, TransformerEncoder

HEADS, HIDDEN_DIM = 2, 8
MASK = np.array([[True] * 5, [True, True, True, False, False]])


def drawn(layer, *shapes):
    """Build a layer with weights of which each matters, small enough that epsilons do; return them by name."""
    rng = np.random.default_rng(0)
    x = [rng.normal(0, 0.05, shape).astype("float32") for shape in shapes]
    layer(*x, MASK)
    for weight in layer.weights:
        value = rng.uniform(0.5, 1.5, weight.shape) if weight.name == "gamma" else rng.normal(0, 0.5, weight.shape)
        weight.assign(0.01 * value if weight.name in ("bias", "output") else value)
    return {"/".join(weight.path.split("/")[-2:]): weight.numpy().astype("float64") for weight in layer.weights}, x


def attend(given, name, query, value, mask):
    """Section 3.2: softmax(Q K' / sqrt(d)) V of each head, side by side, times a matrix."""
    head_dim = HIDDEN_DIM // HEADS
    heads = []
    for head in range(HEADS):
        columns = slice(head * head_dim, (head + 1) * head_dim)
        queries, keys, values = (
            each @ given[f"{name}/{part}"][:, columns]
            for each, part in ((query, "query"), (value, "key"), (value, "value"))
        )
        scores = np.where(mask, queries @ keys.swapaxes(1, 2) / np.sqrt(head_dim), -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        heads.append(scores / scores.sum(axis=-1, keepdims=True) @ values)
    return np.concatenate(heads, axis=-1) @ given[f"{name}/output"]


def transformer_layer(given, x, attentions, normalize_first):
    """Section 3.1, of two or three sublayers."""

    def norm(x, name):
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-6) * given[f"{name}_layer_norm/gamma"] + given[
            f"{name}_layer_norm/beta"
        ]

    def feedforward(x):
        hidden = np.maximum(
            x @ given["feedforward_intermediate_dense/kernel"] + given["feedforward_intermediate_dense/bias"], 0
        )
        return hidden @ given["feedforward_output_dense/kernel"] + given["feedforward_output_dense/bias"]

    for name, sublayer in {**attentions, "feedforward": feedforward}.items():
        x = x + sublayer(norm(x, name)) if normalize_first else norm(x + sublayer(x), name)
    return x


# measured: 3e-7 of the largest output
@pytest.mark.parametrize("normalize_first", [False, True])
def test_an_encoder_layer_is_the_papers(normalize_first):
    layer = TransformerEncoder(16, HEADS, normalize_first=normalize_first)
    given, (x,) = drawn(layer, (2, 5, HIDDEN_DIM))
    attentions = {"attention": lambda x: attend(given, "attention", x, x, MASK[:, None, :])}
    assert difference(layer(x, MASK), transformer_layer(given, x, attentions, normalize_first)) < 2e-5


@pytest.mark.parametrize("normalize_first", [False, True])
def test_a_decoder_layer_is_the_papers(normalize_first):
    layer = TransformerDecoder(16, HEADS, normalize_first=normalize_first)
    given, (x, encoder_output) = drawn(layer, (2, 4, HIDDEN_DIM), (2, 5, HIDDEN_DIM))
    attentions = {
        "attention": lambda x: attend(given, "attention", x, x, np.tri(4, dtype=bool)),
        "cross_attention": lambda x: attend(given, "cross_attention", x, encoder_output, MASK[:, None, :]),
    }
    assert difference(layer(x, encoder_output, MASK), transformer_layer(given, x, attentions, normalize_first)) < 2e-5
