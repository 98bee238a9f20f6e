"""Text in, text out: a language model with its tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from kzoo._validation import abbreviate
from kzoo.generation.causal import generate
from kzoo.tokenizers import PretrainedTokenizer
from kzoo.tokenizers.pretrained import pad_tokens


class TextGenerator:
    """Continue texts.

    Args:
        model: with a causal_lm head.
        tokenizer: of the same checkpoint.
        settings: arguments of `kzoo.generate`; `eos_token_id` is the tokenizer's by default.

    Raises:
        ValueError: the tokenizer has more tokens than the model.
    """

    def __init__(self, model: keras.Model, tokenizer: PretrainedTokenizer, **settings: Any):
        if len(tokenizer) > (known := model.output_shape[-1]):
            raise ValueError(f"tokenizer has {len(tokenizer)} tokens, but {model.name} knows {known}")
        self.model, self.tokenizer = model, tokenizer
        self.settings = {"eos_token_id": tokenizer.eos_token_id, **settings}

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return what follows each text.

        Raises:
            ValueError: one is empty or no text.
        """
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"texts={abbreviate(texts)} does not work; accepted: a list of strings")
        rows = [self.tokenizer.encode(text) for text in texts]
        if empty := [i for i, row in enumerate(rows) if not row]:
            raise ValueError(f"texts[{empty[0]}] has no tokens; a prompt has at least one")
        if not rows:
            return []
        token_ids, mask = pad_tokens(rows, 0)
        found = generate(self.model, token_ids, mask, **self.settings)[:, len(token_ids[0]) :]
        return [self.tokenizer.decode(self._until_end(row.tolist())) for row in found]

    def _until_end(self, tokens: list[int]) -> list[int]:
        end = self.settings["eos_token_id"]
        ends = [] if end is None else [end] if isinstance(end, int) else list(end)
        return tokens[: next((i for i, token in enumerate(tokens) if token in ends), len(tokens))]
