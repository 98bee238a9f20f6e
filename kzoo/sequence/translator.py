"""Texts in, texts out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np

from kzoo._extras import require
from kzoo.sequence.decoding import beam, writer
from kzoo.sequence.text import PAD, START, Vocabulary


class Translator:
    """Translate texts with a trained Transformer.

    Texts of about the same length go together; batches are filled up, so that few shapes are compiled.

    Args:
        model: source and target tokens to logits.
        vocabulary: of both.
        longest: tokens of a translation, its end included; it is cut off there.
        search: as `kzoo.sequence.writer` takes it; by default a beam of 4.
        rows: texts a batch.
        xla: whether to compile with XLA.
    """

    def __init__(
        self,
        model: keras.Model,
        vocabulary: Vocabulary,
        longest: int,
        search: Callable = beam,
        rows: int = 64,
        xla: bool = True,
    ):
        self.model, self.vocabulary, self.rows = model, vocabulary, rows
        self.write = writer(model, longest, search, xla=xla)

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the translation of each text; that of an empty one is empty."""
        encoded = [self.vocabulary.encode(text) for text in texts]
        order = sorted((i for i in range(len(texts)) if encoded[i]), key=lambda i: len(encoded[i]))
        translations = [""] * len(texts)
        for start in range(0, len(order), self.rows):
            members = order[start : start + self.rows]
            tokens = np.asarray(self.write(self._batch([encoded[i] for i in members])).tokens)
            for i, row in zip(members, tokens, strict=False):
                translations[i] = self.vocabulary.decode(row if row.ndim == 1 else row[0])
        return translations

    def _batch(self, sources):
        length = 16
        while length < len(sources[-1]):  # the longest
            length *= 2
        batch = np.full((self.rows, length), PAD, "int32")
        for row, tokens in zip(batch, sources, strict=False):
            row[: len(tokens)] = tokens
        return batch


def attention_maps(model: keras.Model, source: Sequence[int], target: Sequence[int]) -> np.ndarray:
    """Return what each token of a translation looked at in its source: (blocks, heads, target + 1, source), sums 1.

    Args:
        source, target: tokens, without start and end; the last row is of the token that ended the target.
    """
    from kzoo.layers import DecoderBlock

    blocks = [layer for layer in model.layers if isinstance(layer, DecoderBlock)]
    inputs = [np.array([source], "int32"), np.array([[START, *target]], "int32")]
    reached = keras.Model(model.inputs, [tensor for block in blocks for tensor in block.input])(inputs)
    return np.stack([block.look(*reached[3 * i : 3 * i + 3])[0] for i, block in enumerate(blocks)])


def save_attention(path, pieces: Sequence[str], translation: Sequence[str], maps: np.ndarray):
    """Draw how much each generated token attends to each source token, the mean over a block's heads, as a PNG.

    All blocks have one scale of colours, from 0 to the largest weight.

    Args:
        pieces, translation: the tokens as text.
        maps: as `attention_maps` gives them.
    """
    require("a drawing", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from kzoo._files import whole

    weights = maps.mean(axis=1)
    width, height = 1.7 + 0.22 * len(pieces), 1.5 + 0.22 * len(translation)
    figure = Figure(figsize=(max(4, width) * len(maps) + 1, height), layout="constrained")
    FigureCanvasAgg(figure)
    turned = 90 if max(map(len, pieces)) > 2 else 0
    panels = figure.subplots(1, len(maps), squeeze=False)[0]
    for i, (axes, block) in enumerate(zip(panels, weights, strict=True)):
        image = axes.imshow(block, cmap="Greys", vmin=0, vmax=weights.max(), aspect="auto")
        axes.set_xticks(range(len(pieces)), pieces, rotation=turned)
        axes.set_yticks(range(len(translation)), translation)
        axes.set(xlabel="source tokens", ylabel="generated tokens")
        axes.set_title(f"block {i + 1} of the decoder, mean of {maps.shape[1]} heads", fontsize=9)
    figure.colorbar(image, ax=panels, label="attention weight")
    with whole(path) as new:
        figure.savefig(new, dpi=120)
