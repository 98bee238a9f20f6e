"""The tokenizers of published checkpoints, read by the library `tokenizers`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzoo._extras import require
from kzoo._validation import abbreviate
from kzoo.tokenizers.trained import check_tokens

if TYPE_CHECKING:
    import tokenizers

# What ends a text, and what pads it, where tokenizer_config.json says nothing; the first that a vocabulary has
EOS_TOKENS = ("<|endoftext|>", "</s>", "<|end_of_text|>", "[SEP]")
PAD_TOKENS = ("<pad>", "[PAD]")


class PretrainedTokenizer:
    """Tokenize text as a published checkpoint wants it.

    Args:
        tokenizer: of the library `tokenizers`.
        eos_token, pad_token: the tokens that end and pad a text; None if there is none.
    """

    def __init__(self, tokenizer: tokenizers.Tokenizer, eos_token: str | None = None, pad_token: str | None = None):
        self.tokenizer = tokenizer
        self.eos_token_id, self.pad_token_id = (
            None if token is None else tokenizer.token_to_id(token) for token in (eos_token, pad_token)
        )

    @classmethod
    def from_folder(cls, folder: str | os.PathLike, lowercase: bool | None = None) -> PretrainedTokenizer:
        """Read the tokenizer of a checkpoint.

        Args:
            folder: with tokenizer.json; or vocab.json and merges.txt (GPT, GPT-2, RoBERTa), or vocab.txt (BERT).
            lowercase: of vocab.txt, whether texts are lower-cased and stripped of accents; by default as
                tokenizer_config.json says, else True.

        Raises:
            FileNotFoundError: the folder has none of these.
            ValueError: a file is damaged.
            ImportError: the library is missing; the message has the command that installs it.
        """
        folder = Path(os.path.expanduser(folder))
        require("a tokenizer", "text", "tokenizers")
        config = _read_json(folder / "tokenizer_config.json")
        try:
            tokenizer = _read(folder, _read_json(folder / "config.json"), config, lowercase)
        except (FileNotFoundError, ImportError):
            raise
        except Exception as error:  # tokenizers raises bare ones
            raise ValueError(f"{folder}: the tokenizer cannot be read: {' '.join(str(error).split())}") from None
        known = [
            next((each for each in (_text(config.get(key)), *usual) if each and tokenizer.token_to_id(each)), None)
            for key, usual in (("eos_token", EOS_TOKENS), ("pad_token", PAD_TOKENS))
        ]
        return cls(tokenizer, *known)

    def __len__(self) -> int:
        return self.tokenizer.get_vocab_size()

    def encode(self, text: str, pair: str | None = None, add_special_tokens: bool = True) -> list[int]:
        """Return the tokens of a text, or of a pair of texts.

        Args:
            add_special_tokens: whether what the checkpoint puts around texts is added, such as [CLS] and [SEP].
        """
        return self.tokenizer.encode(text, pair, add_special_tokens=add_special_tokens).ids

    def decode(self, tokens: Iterable[int], skip_special_tokens: bool = True) -> str:
        """Return the text of tokens."""
        known = list(check_tokens(tokens, len(self)))
        return self.tokenizer.decode(known, skip_special_tokens=skip_special_tokens)

    def to_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return each token as a string, for display."""
        return [str(self.tokenizer.id_to_token(each)) for each in check_tokens(tokens, len(self))]


def _read(folder: Path, model: dict, config: dict, lowercase: bool | None) -> tokenizers.Tokenizer:
    import tokenizers

    if (folder / "tokenizer.json").is_file():
        return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        vocabulary = str(folder / "vocab.json"), str(folder / "merges.txt")
        if any(token.endswith("</w>") for token in _read_json(folder / "vocab.json")):
            return _gpt(*vocabulary)
        return _byte_level(*vocabulary, roberta=model.get("model_type") == "roberta")
    if (folder / "vocab.txt").is_file():
        return _bert(folder / "vocab.txt", config.get("do_lower_case", True) if lowercase is None else lowercase)
    hint = "; tokenizer.model is sentencepiece's: convert it to tokenizer.json" * (folder / "tokenizer.model").is_file()
    raise FileNotFoundError(f"{folder} has neither tokenizer.json, vocab.json and merges.txt, nor vocab.txt{hint}")


def _gpt(vocabulary: str, merges: str) -> tokenizers.Tokenizer:
    """Return GPT's tokenizer: words of lower-case letters, whose ends are marked."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

    model = models.BPE.from_file(vocabulary, merges, unk_token="<unk>", end_of_word_suffix="</w>")
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    tokenizer.add_special_tokens(["<unk>"])
    return tokenizer


def _byte_level(vocabulary: str, merges: str, roberta: bool) -> tokenizers.Tokenizer:
    """Return the tokenizer of GPT-2, or of RoBERTa, which puts <s> and </s> around a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.BPE.from_file(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = [each for each in ("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>") if _has(tokenizer, each)]
    tokenizer.add_special_tokens(special)
    if roberta:
        start, end = (_with_id(tokenizer, each) for each in ("<s>", "</s>"))
        tokenizer.post_processor = processors.RobertaProcessing(end, start, add_prefix_space=False)
    return tokenizer


def _bert(path: Path, lowercase: bool) -> tokenizers.Tokenizer:
    """Return BERT's tokenizer: WordPiece, with [CLS] before a text and [SEP] behind it."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece.from_file(str(path), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = [each for each in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if _has(tokenizer, each)]
    tokenizer.add_special_tokens(special)
    start, end = (_with_id(tokenizer, each) for each in ("[CLS]", "[SEP]"))
    tokenizer.post_processor = processors.BertProcessing(end, start)
    return tokenizer


def _has(tokenizer: tokenizers.Tokenizer, token: str) -> bool:
    return tokenizer.token_to_id(token) is not None


def _with_id(tokenizer: tokenizers.Tokenizer, token: str) -> tuple[str, int]:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ValueError(f"the vocabulary lacks {token}")
    return token, number


def _read_json(path: Path) -> dict[str, Any]:
    """Return the content of a file of JSON; nothing if it is not there."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} is damaged: it holds {abbreviate(content)}")
    return content


def _text(token: Any) -> str | None:
    """Return a token of tokenizer_config.json, which may be a dict with its properties."""
    return token.get("content") if isinstance(token, dict) else token


def pad_tokens(rows: Sequence[Sequence[int]], pad: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return rows of tokens padded on the left to the longest, and their mask."""
    length = max(map(len, rows), default=0)
    missing = [length - len(row) for row in rows]
    return (
        [[pad] * count + list(row) for row, count in zip(rows, missing, strict=True)],
        [[0] * count + [1] * len(row) for row, count in zip(rows, missing, strict=True)],
    )
