"""Tokenizers: single characters, or byte pairs (Sennrich et al., 2015, arXiv:1508.07909)."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval

from kzoo._extras import require
from kzoo._files import atomic_path
from kzoo._validation import abbreviate, check

if TYPE_CHECKING:
    import tokenizers

PAD, START, END, UNKNOWN = range(4)
SPECIAL_TOKENS = ("<pad>", "<start>", "<end>", "<unknown>")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # what an unknown token is decoded to

# Of a byte-pair tokenizer: the 256 bytes and the special tokens at least; the library allocates memory for all at once
VocabularySize = Annotated[int, Interval(ge=256 + len(SPECIAL_TOKENS), le=1_000_000)]


class CharacterTokenizer:
    """Tokenize text into single characters, normalized to NFC; the first four tokens are the special ones.

    Args:
        characters: all that there are, in the order of their tokens.

    Raises:
        ValueError: one is there twice, or is not a single character in NFC, which no text would be encoded to.
    """

    def __init__(self, characters: Sequence[str]):
        self.characters = list(characters)
        for each in self.characters:
            if not isinstance(each, str) or len(each) != 1 or normalize(each) != each:
                raise ValueError(f"characters has {abbreviate(each)}; give single characters, composed (NFC)")
        self.tokens = {character: i for i, character in enumerate(self.characters, len(SPECIAL_TOKENS))}
        if len(self.tokens) < len(self.characters):
            twice = Counter(self.characters).most_common(1)[0][0]
            raise ValueError(f"characters has {twice!r} twice; give each once")

    @classmethod
    def train(cls, texts: Iterable[str]) -> CharacterTokenizer:
        """Make a tokenizer of all characters of some texts, the most frequent first."""
        count = Counter(character for text in texts for character in normalize(text))
        return cls(sorted(count, key=lambda character: (-count[character], character)))

    def __len__(self) -> int:
        return len(SPECIAL_TOKENS) + len(self.characters)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without start and end."""
        return [self.tokens.get(character, UNKNOWN) for character in normalize(text)]

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens up to the end, without start and padding."""
        return "".join(
            REPLACEMENT if token == UNKNOWN else self.characters[token - len(SPECIAL_TOKENS)]
            for token in strip_special(check_tokens(tokens, len(self)))
        )

    def to_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return each token as a string, for display."""
        names = [*SPECIAL_TOKENS, *self.characters]
        return [names[token] for token in check_tokens(tokens, len(self))]

    def save(self, path: str | os.PathLike) -> None:
        """Write the tokenizer as JSON."""
        with atomic_path(Path(path)) as new:
            new.write_text(json.dumps({"characters": self.characters}, ensure_ascii=False), encoding="utf-8")


class BytePairTokenizer:
    """Tokenize text into subwords learnt from texts, by byte-level BPE: any text is encoded and decoded unchanged.

    Args:
        tokenizer: of the library `tokenizers`, whose first four tokens are SPECIAL_TOKENS.
    """

    def __init__(self, tokenizer: tokenizers.Tokenizer):
        self.tokenizer = tokenizer

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> BytePairTokenizer:
        """Learn a vocabulary of at most so many tokens, the 256 bytes and the four special ones among them.

        Raises:
            ValueError: `vocabulary_size` is too small for those, or above a million.
        """
        vocabulary_size = check(None, "vocabulary_size", VocabularySize, vocabulary_size)
        require("a byte-pair tokenizer", "text", "tokenizers")
        from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary_size,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        # a text that contains the name of a special token is a text
        tokenizer.encode_special_tokens = True
        return cls(tokenizer)

    def __len__(self) -> int:
        return self.tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without start and end."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens up to the end, without start and padding."""
        known = strip_special(check_tokens(tokens, len(self)))
        return self.tokenizer.decode(list(known), skip_special_tokens=False)

    def to_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return each token as a string, for display."""
        tokens = check_tokens(tokens, len(self))
        return [SPECIAL_TOKENS[t] if t < len(SPECIAL_TOKENS) else self.tokenizer.decode([t]) for t in tokens]

    def save(self, path: str | os.PathLike) -> None:
        """Write the tokenizer as the tokenizer.json of `tokenizers`."""
        with atomic_path(Path(path)) as new:
            self.tokenizer.save(str(new))


Tokenizer = CharacterTokenizer | BytePairTokenizer


def load_tokenizer(path: str | os.PathLike) -> Tokenizer:
    """Read a tokenizer of either kind from the file that `save` wrote.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it is no tokenizer.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; a training writes it beside its weights")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if "characters" in content:
            return CharacterTokenizer(content["characters"])
        require("a byte-pair tokenizer", "text", "tokenizers")
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except ImportError:
        raise
    except Exception as error:  # tokenizers raises bare ones
        raise ValueError(f"{path} is not a tokenizer that kzoo wrote: {' '.join(str(error).split())}") from error
    tokenizer.encode_special_tokens = True
    return BytePairTokenizer(tokenizer)


def normalize(text: str) -> str:
    """Return a text in composed form (NFC), so that the same letters are the same characters."""
    return unicodedata.normalize("NFC", text)


def check_tokens(tokens: Iterable[int], size: int) -> Iterable[int]:
    """Yield tokens as Python's integers.

    Args:
        size: of the vocabulary.

    Raises:
        ValueError: one is not in the vocabulary.
    """
    for token in map(int, tokens):
        if not 0 <= token < size:
            raise ValueError(f"tokens has {token}, which is not in the vocabulary; accepted are 0 to {size - 1}")
        yield token


def strip_special(tokens: Iterable[int]) -> Iterable[int]:
    """Yield the tokens up to END, without START and padding."""
    for token in tokens:
        if token == END:
            return
        if token not in (PAD, START):
            yield token
