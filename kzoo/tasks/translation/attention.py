"""The attention of a translation: its weights, and a picture of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo.layers import TransformerDecoder
from kzoo.tokenizers import START


def cross_attention_scores(model: keras.Model, source: Sequence[int], target: Sequence[int]) -> np.ndarray:
    """Return the attention weights of each target token over the source, (layers, heads, target + 1, source).

    Args:
        source, target: tokens, without start and end; the last row is of the token that ended the target.
    """
    layers = [layer for layer in model.layers if isinstance(layer, TransformerDecoder)]
    tokens = [np.array([source], "int32"), np.array([[START, *target]], "int32")]
    inputs = keras.Model(model.inputs, [tensor for layer in layers for tensor in layer.input])(tokens)
    return np.stack([layer.cross_attention_scores(*inputs[3 * i : 3 * i + 3])[0] for i, layer in enumerate(layers)])


def plot_attention(path: Path, source: Sequence[str], target: Sequence[str], scores: np.ndarray) -> None:
    """Draw how much each generated token attends to each source token, the mean over a layer's heads, as a PNG.

    All layers have one scale of colours, from 0 to the largest weight.

    Args:
        source, target: the tokens as strings.
        scores: as `cross_attention_scores` returns them.
    """
    require("a plot", "train", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

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
