"""Translation of texts, and the attention behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np

from kzoo._extras import require
from kzoo.sequence.decoding import beam_search, make_generate_function
from kzoo.sequence.tokenizers import PAD, START, Tokenizer


class Translator:
    """Translate texts with a trained Transformer.

    Texts of similar length are batched together; batches are padded, so that few shapes are compiled.

    Args:
        model: source and target tokens to logits.
        tokenizer: of both.
        max_length: tokens of a translation, its end included; it is cut off there.
        search: as `kzoo.sequence.make_generate_function` takes it; by default a beam search of 4 beams.
        batch_size: texts a batch.
        xla: whether to compile with XLA.
    """

    def __init__(
        self,
        model: keras.Model,
        tokenizer: Tokenizer,
        max_length: int,
        search: Callable = beam_search,
        batch_size: int = 64,
        xla: bool = True,
    ):
        self.model, self.tokenizer, self.batch_size = model, tokenizer, batch_size
        self.generate = make_generate_function(model, max_length, search, xla=xla)

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the translation of each text; that of an empty one is empty."""
        encoded = [self.tokenizer.encode(text) for text in texts]
        order = sorted((i for i in range(len(texts)) if encoded[i]), key=lambda i: len(encoded[i]))
        translations = [""] * len(texts)
        for start in range(0, len(order), self.batch_size):
            members = order[start : start + self.batch_size]
            tokens = np.asarray(self.generate(self._batch([encoded[i] for i in members])).tokens)
            for i, row in zip(members, tokens, strict=False):
                translations[i] = self.tokenizer.decode(row if row.ndim == 1 else row[0])
        return translations

    def _batch(self, sources):
        length = 16
        while length < len(sources[-1]):  # the longest
            length *= 2
        batch = np.full((self.batch_size, length), PAD, "int32")
        for row, tokens in zip(batch, sources, strict=False):
            row[: len(tokens)] = tokens
        return batch


def cross_attention_scores(model: keras.Model, source: Sequence[int], target: Sequence[int]) -> np.ndarray:
    """Return the attention weights of each target token over the source, (layers, heads, target + 1, source).

    Args:
        source, target: tokens, without start and end; the last row is of the token that ended the target.
    """
    from kzoo.layers import TransformerDecoder

    layers = [layer for layer in model.layers if isinstance(layer, TransformerDecoder)]
    tokens = [np.array([source], "int32"), np.array([[START, *target]], "int32")]
    inputs = keras.Model(model.inputs, [tensor for layer in layers for tensor in layer.input])(tokens)
    return np.stack([layer.cross_attention_scores(*inputs[3 * i : 3 * i + 3])[0] for i, layer in enumerate(layers)])


def plot_attention(path, source: Sequence[str], target: Sequence[str], scores: np.ndarray):
    """Draw how much each generated token attends to each source token, the mean over a layer's heads, as a PNG.

    All layers have one scale of colours, from 0 to the largest weight.

    Args:
        source, target: the tokens as strings.
        scores: as `cross_attention_scores` returns them.
    """
    require("a plot", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from kzoo._files import atomic_path

    means = scores.mean(axis=1)
    width, height = 1.7 + 0.22 * len(source), 1.5 + 0.22 * len(target)
    figure = Figure(figsize=(max(4, width) * len(scores) + 1, height), layout="constrained")
    FigureCanvasAgg(figure)
    rotation = 90 if max(map(len, source)) > 2 else 0
    panels = figure.subplots(1, len(scores), squeeze=False)[0]
    for i, (axes, weights) in enumerate(zip(panels, means, strict=True)):
        image = axes.imshow(weights, cmap="Greys", vmin=0, vmax=means.max(), aspect="auto")
        axes.set_xticks(range(len(source)), source, rotation=rotation)
        axes.set_yticks(range(len(target)), target)
        axes.set(xlabel="source tokens", ylabel="generated tokens")
        axes.set_title(f"layer {i + 1} of the decoder, mean of {scores.shape[1]} heads", fontsize=9)
    figure.colorbar(image, ax=panels, label="attention weight")
    with atomic_path(path) as new:
        figure.savefig(new, dpi=120)
