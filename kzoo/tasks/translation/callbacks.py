"""Keras callbacks of translations: weights of the last epochs, and translations to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras

from kzoo._files import save_weights
from kzoo.tasks.translation.translator import Translator


def epoch_path(folder: Path, epoch: int) -> Path:
    """Return the file of the weights of an epoch, counted from 0."""
    return folder / f"{epoch + 1:05}.weights.h5"


class KeepEpochs(keras.callbacks.Callback):
    """Keep the network's weights of the last epochs, for their average.

    Args:
        folder: where they are; made when the first is saved.
        keep: how many.
    """

    def __init__(self, folder: Path, keep: int):
        super().__init__()
        self.folder, self.keep = folder, keep

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        save_weights(self.model.network, epoch_path(self.folder, epoch))
        for old in self.paths()[: -self.keep]:
            old.unlink()

    def paths(self) -> list[Path]:
        """Return the files that are there, the last epoch's last."""
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9][0-9].weights.h5"))


class PrintTranslations(keras.callbacks.Callback):
    """Print translations of a few texts after each epoch, by greedy search.

    Args:
        translator: of a copy of the network that is trained.
        pairs: sources and references.
    """

    def __init__(self, translator: Translator, pairs: Sequence[tuple[str, str]]):
        super().__init__()
        self.translator, self.pairs = translator, pairs

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.translator.model.set_weights(self.model.network.get_weights())
        for (source, target), translation in zip(
            self.pairs, self.translator([source for source, _ in self.pairs]), strict=True
        ):
            verdict = "" if translation == target else f"  (reference: {target})"
            print(f"  {source} -> {translation}{verdict}")
