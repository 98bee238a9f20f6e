"""Translation of texts by a trained Transformer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np

from kzoo._validation import PositiveInt, abbreviate, check
from kzoo.exporting import FunctionsSpec
from kzoo.generation import beam_search, make_generate_function
from kzoo.tasks.translation.serving import make_serving_spec, random_texts
from kzoo.tokenizers import PAD, Tokenizer


class Translator:
    """Translate texts with a trained Transformer.

    Texts of similar length are batched together; batches are padded, so that few shapes are compiled.

    Args:
        model: source and target tokens to logits.
        tokenizer: of both.
        max_length: tokens of a translation, its end included; it is cut off there.
        search: as `kzoo.generation.make_generate_function` takes it; by default a beam search of 4 beams.
        batch_size: texts a batch.
        xla: whether to compile with XLA.

    Raises:
        ValueError: `max_length` or `batch_size` is below 1, or the model knows fewer tokens than the tokenizer.
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
        if len(tokenizer) > (known := model.output_shape[-1]):  # embeddings under XLA take another token unnoticed
            raise ValueError(f"tokenizer has {len(tokenizer)} tokens, but {model.name} knows {known}")
        self.model, self.tokenizer = model, tokenizer
        self.batch_size = check(None, "batch_size", PositiveInt, batch_size)
        self.max_length, self.search = max_length, search
        self.generate = make_generate_function(model, max_length, search, xla=xla)

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the translation of each text; that of an empty one is empty.

        Raises:
            ValueError: it is a single text.
        """
        if isinstance(texts, str | bytes):
            raise ValueError(f"texts={abbreviate(texts)} does not work; accepted: a list of texts")
        encoded = [self.tokenizer.encode(text) for text in texts]
        order = sorted((i for i in range(len(texts)) if encoded[i]), key=lambda i: len(encoded[i]))
        translations = [""] * len(texts)
        for start in range(0, len(order), self.batch_size):
            members = order[start : start + self.batch_size]
            tokens = np.asarray(self.generate(self._batch([encoded[i] for i in members])).tokens)
            for i, row in zip(members, tokens, strict=False):
                translations[i] = self.tokenizer.decode(row if row.ndim == 1 else row[0])
        return translations

    def serving_spec(self, examples: Sequence[str] = ()) -> FunctionsSpec:
        """Return what `kzoo.export` serves: `translate` and `translate_tokens`, the whole search in the graph.

        Args:
            examples: texts that exports are verified on; by default some of random tokens.
        """
        return make_serving_spec(
            self.model, self.tokenizer, self.max_length, self.search, list(examples) or random_texts(self.tokenizer)
        )

    def _batch(self, sources: Sequence[Sequence[int]]) -> np.ndarray:
        length = 16
        while length < len(sources[-1]):  # the longest
            length *= 2
        batch = np.full((self.batch_size, length), PAD, "int32")
        for row, tokens in zip(batch, sources, strict=False):
            row[: len(tokens)] = tokens
        return batch
