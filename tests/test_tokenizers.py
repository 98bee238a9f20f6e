"""The tokenizers of published checkpoints give the tokens that transformers gives."""

import json

import numpy as np
import pytest
from helpers import ROOT, one_line

import kzoo
from kzoo.generation import TextGenerator
from kzoo.tokenizers import PretrainedTokenizer

GOLDENS = ROOT / "tests" / "goldens" / "tokenizers"
CASES = json.loads((GOLDENS / "golden.json").read_text(encoding="utf-8"))["golden"]
NAMES = ["gpt1", "gpt2", "bert_cased", "bert_uncased", "llama3"]


def load(name, folder=GOLDENS):
    return PretrainedTokenizer.from_folder(folder / name, lowercase=name != "bert_cased")


@pytest.mark.parametrize("name", NAMES)
def test_tokens_are_those_of_the_reference(name):
    """A third of the texts are made to break tokenizers."""
    tokenizer = load(name)
    for case in CASES[name]:
        ids = tokenizer.encode(case["text"], case["pair"])
        assert ids == case["ids"], case["text"]
        assert tokenizer.to_strings(ids) == case["tokens"]
        assert tokenizer.decode(ids) == case["decoded"]


def test_the_case_of_bert_is_that_of_its_configuration(tmp_path):
    for name in ("bert_cased", "bert_uncased"):
        (tmp_path / "vocab.txt").write_text((GOLDENS / name / "vocab.txt").read_text())
        (tmp_path / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": name == "bert_uncased"}))
        assert PretrainedTokenizer.from_folder(tmp_path).encode("Hello world") == CASES[name][0]["ids"]


def test_what_cannot_be_read_is_said_in_one_line(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"has neither tokenizer\.json, vocab\.json and merges\.txt, nor vocab"):
        PretrainedTokenizer.from_folder(tmp_path)
    (tmp_path / "tokenizer.model").write_bytes(b"x")
    with pytest.raises(FileNotFoundError, match="is sentencepiece's: convert it to tokenizer"):
        PretrainedTokenizer.from_folder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ValueError, match="the tokenizer cannot be read") as error:
        PretrainedTokenizer.from_folder(tmp_path)
    one_line(error)
    with pytest.raises(ValueError, match="tokens has 5000, which is not in the vocabulary"):
        load("gpt2").decode([5000])


@pytest.fixture(scope="module")
def model():
    sizes = {"hidden_dim": 16, "num_heads": 2, "num_layers": 1, "intermediate_dim": 32, "max_sequence_length": 64}
    return kzoo.GPT2Small(vocabulary_size=len(load("gpt2")), **sizes)


def test_text_in_text_out(model):
    tokenizer = load("gpt2")
    texts = ["Hello world", "M\u00e4rchen"]
    together = TextGenerator(model, tokenizer, max_new_tokens=6, eos_token_id=None)(texts)
    for text, found in zip(texts, together, strict=True):
        ids = tokenizer.encode(text)
        expected = kzoo.generate(model, [ids], max_new_tokens=6)[0, len(ids) :]
        assert found == tokenizer.decode(expected)
    assert TextGenerator(model, tokenizer)([]) == []


def test_the_end_is_no_text(model):
    tokenizer = load("gpt2")
    ids = tokenizer.encode("Hello world")
    new = kzoo.generate(model, [ids], max_new_tokens=5)[0, len(ids) :]
    end = int(new[2])
    found = TextGenerator(model, tokenizer, max_new_tokens=5, eos_token_id=end)(["Hello world"])
    assert found == [tokenizer.decode(new[: int(np.flatnonzero(new == end)[0])])]


@pytest.mark.parametrize(
    "texts, message",
    [("Hello", "texts='Hello' does not work; accepted: a list of strings"), ([""], "texts[0] has no tokens")],
)
def test_wrong_texts(model, texts, message):
    with pytest.raises(ValueError) as error:
        TextGenerator(model, load("gpt2"))(texts)
    assert message in one_line(error)


def test_a_tokenizer_of_another_model():
    small = kzoo.GPT2Small(vocabulary_size=10, hidden_dim=8, num_heads=2, num_layers=1, intermediate_dim=8)
    with pytest.raises(ValueError, match=r"tokenizer has \d+ tokens, but gpt2small knows 10"):
        TextGenerator(small, load("gpt2"))
