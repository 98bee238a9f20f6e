"""Texts as numbers and back: characters, or pairs of bytes that a text is often made of (Sennrich et al., 2015)."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kzoo._extras import require
from kzoo._files import whole

if TYPE_CHECKING:
    import tokenizers

PAD, START, END, UNKNOWN = range(4)
SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # what an unknown token is written as


class Characters:
    """A vocabulary of single characters, in composed form (NFC); the first four tokens are of other use.

    Args:
        characters: all that there are, in the order of their tokens.

    Raises:
        ValueError: one is there twice.
    """

    def __init__(self, characters: Sequence[str]):
        self.characters = list(characters)
        self.tokens = {character: i for i, character in enumerate(self.characters, len(SPECIAL))}
        if len(self.tokens) < len(self.characters):
            twice = Counter(self.characters).most_common(1)[0][0]
            raise ValueError(f"characters has {twice!r} twice; give each once")

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Characters:
        """Make a vocabulary of all characters of some texts, the most frequent first."""
        count = Counter(character for text in texts for character in normal(text))
        return cls(sorted(count, key=lambda character: (-count[character], character)))

    def __len__(self):
        return len(SPECIAL) + len(self.characters)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without start and end."""
        return [self.tokens.get(character, UNKNOWN) for character in normal(text)]

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens up to the end, without start and padding."""
        return "".join(
            REPLACEMENT if token == UNKNOWN else self.characters[token - len(SPECIAL)] for token in written(tokens)
        )

    def pieces(self, tokens: Iterable[int]) -> list[str]:
        """Return each token as text, to be read."""
        return [SPECIAL[t] if t < len(SPECIAL) else self.characters[t - len(SPECIAL)] for t in map(int, tokens)]

    def save(self, path: str | os.PathLike):
        """Write the vocabulary as JSON."""
        with whole(Path(path)) as new:
            new.write_text(json.dumps({"characters": self.characters}, ensure_ascii=False), encoding="utf-8")


class BytePairs:
    """A vocabulary of pieces of words, learnt from texts: any text can be written with it, and read back unchanged.

    Args:
        tokenizer: of the library `tokenizers`, whose first four tokens are SPECIAL.
    """

    def __init__(self, tokenizer: tokenizers.Tokenizer):
        self.tokenizer = tokenizer

    @classmethod
    def learn(cls, texts: Iterable[str], size: int) -> BytePairs:
        """Learn a vocabulary of at most so many tokens, the 256 bytes and the four special ones among them.

        Raises:
            ValueError: `size` is too small for those.
        """
        require("a byte-pair vocabulary", "text", "tokenizers")
        from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

        alphabet = pre_tokenizers.ByteLevel.alphabet()
        if size < len(alphabet) + len(SPECIAL):
            raise ValueError(f"size={size} does not work; at least {len(alphabet) + len(SPECIAL)} tokens are needed")
        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=list(SPECIAL), initial_alphabet=sorted(alphabet), show_progress=False
        )
        tokenizer.train_from_iterator(texts, trainer)
        # a text that contains the name of a special token is a text
        tokenizer.encode_special_tokens = True
        return cls(tokenizer)

    def __len__(self):
        return self.tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without start and end."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens up to the end, without start and padding."""
        return self.tokenizer.decode(list(written(tokens)), skip_special_tokens=False)

    def pieces(self, tokens: Iterable[int]) -> list[str]:
        """Return each token as text, to be read."""
        tokens = list(map(int, tokens))
        return [SPECIAL[t] if t < len(SPECIAL) else self.tokenizer.decode([t]) for t in tokens]

    def save(self, path: str | os.PathLike):
        """Write the vocabulary as the JSON of `tokenizers`."""
        with whole(Path(path)) as new:
            self.tokenizer.save(str(new))


Vocabulary = Characters | BytePairs


def load_vocabulary(path: str | os.PathLike) -> Vocabulary:
    """Read a vocabulary of either kind from the file that `save` wrote.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it is no vocabulary.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; a training writes it beside its weights")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if "characters" in content:
            return Characters(content["characters"])
        require("a byte-pair vocabulary", "text", "tokenizers")
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path))
    except ImportError:
        raise
    except Exception as error:  # tokenizers raises bare ones
        raise ValueError(f"{path} is not a vocabulary that kzoo wrote: {' '.join(str(error).split())}") from error
    tokenizer.encode_special_tokens = True
    return BytePairs(tokenizer)


def normal(text: str) -> str:
    """Return a text in composed form, so that the same letters are the same characters."""
    return unicodedata.normalize("NFC", text)


def written(tokens: Iterable[int]) -> Iterable[int]:
    """Give the tokens that are text, up to the end."""
    for token in map(int, tokens):
        if token == END:
            return
        if token not in (PAD, START):
            yield token
