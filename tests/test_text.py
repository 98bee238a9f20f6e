"""Texts as tokens and back, in Python and in a graph; pairs, and what is wrong with them."""

import unicodedata

import numpy as np
import pytest
import tensorflow_datasets as tfds
from helpers import one_line

from kzoo.data.text import Problems, encode_pairs, load_pairs
from kzoo.data.text.dates import HELD_OUT_STYLES, SHORT_STYLES, STYLES, date_pairs
from kzoo.tasks.translation.serving import GraphTokenizer
from kzoo.tokenizers import END, PAD, START, UNKNOWN, BytePairTokenizer, CharacterTokenizer, load_tokenizer

TEXTS = ["März, über", "das Märchen", "ab <end>", "日本語 🙂", "e\u0301te\u0301"]


def test_characters_come_back(tmp_path):
    tokenizer = CharacterTokenizer.train(TEXTS)
    for text in TEXTS[:4]:
        assert tokenizer.decode([START, *tokenizer.encode(text), END, 7, PAD]) == text
    assert tokenizer.encode("e\u0301") == tokenizer.encode("\u00e9")  # composed or not: the same letter
    assert tokenizer.encode("a?") == [tokenizer.encode("a")[0], UNKNOWN]
    assert tokenizer.decode(tokenizer.encode("a?")) == "a\N{REPLACEMENT CHARACTER}"
    tokenizer.save(tmp_path / "vocabulary.json")
    again = load_tokenizer(tmp_path / "vocabulary.json")
    assert again.characters == tokenizer.characters and len(again) == len(tokenizer)
    assert min(tokenizer.encode("März")) > UNKNOWN


def test_a_graph_reads_and_writes_as_python_does():
    tokenizer = CharacterTokenizer.train(TEXTS)
    graph, texts = GraphTokenizer(tokenizer), [*TEXTS, "", "unknown: ?", "e\u0301 and u\u0308"]
    tokens = graph.encode(np.array(texts)).numpy()
    for text, row in zip(texts, tokens, strict=True):
        assert row[: np.count_nonzero(row)].tolist() == tokenizer.encode(text)
    rows = [[*tokenizer.encode("ab"), END, PAD], [UNKNOWN, END, PAD, PAD], [END, PAD, PAD, PAD]]
    assert [text.decode() for text in graph.decode(np.array(rows)).numpy()] == [tokenizer.decode(row) for row in rows]


@pytest.mark.parametrize("characters", ["\u1ebf\u00ea\u1ec7\u1eb9", "\ud558\ud55c\ud558", "\u01d6\u00fc\u1fe7"])
def test_a_graph_composes_characters_of_several_marks(characters):
    """Vietnamese, Korean and Greek, however a keyboard or a file system writes them."""
    tokenizer = CharacterTokenizer.train([characters, *characters[1:]])  # what others begin with is more frequent
    apart = [unicodedata.normalize("NFD", each) for each in characters]
    partly = [unicodedata.normalize("NFC", each[:2]) + each[2:] for each in apart]
    other_order = ["e\u0302\u0323", "\u00ea\u0323"] if "\u1ec7" in characters else []
    for text in ("".join(apart), "".join(partly), "".join(other_order), characters):
        row = GraphTokenizer(tokenizer).encode(np.array([text])).numpy()[0].tolist()
        assert row == tokenizer.encode(text) and UNKNOWN not in row


@pytest.mark.parametrize("characters", [["ab"], ["a", ""], [1], [None], ["\u212b"]])
def test_what_is_no_single_character_is_refused(characters):
    with pytest.raises(ValueError, match=r"characters has .*; give single characters") as error:
        CharacterTokenizer(characters)
    one_line(error)


@pytest.mark.parametrize("tokenizer", [CharacterTokenizer("abc"), BytePairTokenizer.train(TEXTS, 260)])
@pytest.mark.parametrize("token", [-1, 260, 10**12])
def test_tokens_of_another_vocabulary_are_refused(tokenizer, token):
    for write in (tokenizer.decode, tokenizer.to_strings):
        with pytest.raises(ValueError, match=f"tokens has {token}, .* 0 to {len(tokenizer) - 1}") as error:
            list(write([4, token]))
        one_line(error)


def test_byte_pairs_write_any_text(tmp_path):
    tokenizer = BytePairTokenizer.train(["ein Märchen und noch ein Märchen"] * 5, 270)
    assert 260 < len(tokenizer) <= 270
    for text in [*TEXTS[:4], "nie gesehen: ß\t\u2028 x", "<pad><start>", "  zwei Leerzeichen  "]:
        tokens = tokenizer.encode(text)
        assert tokenizer.decode([START, *tokens, END, 99]) == text and min(tokens) > UNKNOWN
    assert len(tokenizer.encode("Märchen")) < len("Märchen".encode())
    tokenizer.save(tmp_path / "vocabulary.json")
    again = load_tokenizer(tmp_path / "vocabulary.json")
    assert all(again.encode(text) == tokenizer.encode(text) for text in TEXTS)
    for size in (100, 2**31, 300.5, None):  # of two thousand million the library ends the process
        with pytest.raises(ValueError, match=f"vocabulary_size={size} .* from 260 to 1000000") as error:
            BytePairTokenizer.train(TEXTS, size)
        one_line(error)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"model": 3}'])
def test_what_is_no_tokenizer_is_refused(tmp_path, content):
    (tmp_path / "v.json").write_text(content)
    with pytest.raises(ValueError, match=r"v\.json is not a tokenizer that kzoo wrote") as error:
        load_tokenizer(tmp_path / "v.json")
    one_line(error)


def test_bad_lines_are_counted_and_named(tmp_path):
    good = [f"a{i}\tb{i}" for i in range(40)]
    bad = ["no tab", "two\tta\tbs", "\tempty", "empty\t", *["again"] * 3]
    text = "\ufeff" + "\r\n".join([*good, *bad]) + "\r\n"
    (tmp_path / "pairs.tsv").write_bytes(text.encode() + b"caf\xe9\tcoffee\nlast\tline")
    pairs = load_pairs(f"tsv:{tmp_path / 'pairs.tsv'}", seed=1)
    assert str(pairs.problems) == (
        "5 not source TAB target (pairs.tsv:41, pairs.tsv:42, pairs.tsv:45, ...); "
        "2 with an empty side (pairs.tsv:43, pairs.tsv:44); 1 invalid UTF-8 (pairs.tsv:48)"
    )
    every = sorted([*pairs.train, *pairs.test])
    assert every == sorted([*((f"a{i}", f"b{i}") for i in range(40)), ("last", "line")]) and len(pairs.test) == 3


def test_no_source_is_both_for_training_and_for_the_test(tmp_path):
    (tmp_path / "pairs.tsv").write_text("".join(f"s{i % 30}\tt{i}\n" for i in range(90)))
    pairs = load_pairs(f"tsv:{tmp_path / 'pairs.tsv'}")
    sources = [{source for source, _ in half} for half in (pairs.train, pairs.test)]
    assert not sources[0] & sources[1] and len(pairs.train) + len(pairs.test) == 90 and len(pairs.test) == 6
    swapped = load_pairs(f"tsv:{tmp_path / 'pairs.tsv'}", swap=True)
    assert swapped.train == [(target, source) for source, target in pairs.train]


def test_what_is_too_long_is_counted():
    tokenizer, problems = CharacterTokenizer("ab"), Problems()
    kept = encode_pairs([("a", "bb"), ("aaaa", "b"), ("a", "bbb")], tokenizer, 3, problems, "training pair")
    assert [tuple(map(list, pair)) for pair in kept] == [([4], [5, 5])]
    assert str(problems) == "2 longer than 3 tokens (training pair 2, training pair 3)"


@pytest.mark.parametrize(
    "content, message", [("x\n", "no training pairs; left out were 1 not source"), ("a\tb\n", "no test pairs")]
)
def test_a_file_without_pairs_is_refused(tmp_path, content, message):
    (tmp_path / "pairs.tsv").write_text(content)
    with pytest.raises(ValueError, match=message) as error:
        load_pairs(f"tsv:{tmp_path / 'pairs.tsv'}")
    one_line(error)


def test_translation_sets_of_tfds():
    with tfds.testing.mock_data(num_examples=4):
        pairs = load_pairs("tfds:ted_hrlr_translate/pt_to_en")
        assert len(pairs.train) == len(pairs.test) == 4 and all(isinstance(each, str) for each in pairs.train[0])
        with pytest.raises(ValueError, match="needs a translation set, of two languages; it has text, label") as error:
            load_pairs("tfds:imdb_reviews")
        one_line(error)


def test_dates_are_a_function_of_the_seed_and_days_are_apart():
    pairs, again, other = date_pairs(0, 400, 50), date_pairs(0, 400, 50), date_pairs(1, 400, 50)
    assert pairs.train == again.train and pairs.further == again.further and pairs.train != other.train
    days = [{iso for _, iso in half} for half in (pairs.train, pairs.test, pairs.further["held-out styles"])]
    assert not days[0] & days[1] and not days[0] & days[2]


def test_a_written_date_means_one_day():
    """No two days are written alike, whatever the style, and no held-out style is one of the others."""
    from datetime import date, timedelta

    meaning = {}
    for offset in range(0, 36524, 7):
        day = date(1950, 1, 1) + timedelta(offset)
        known = [style(day) for style in (*STYLES, *(SHORT_STYLES if day.year < 2050 else ()))]
        held_out = [style(day) for style in HELD_OUT_STYLES]
        assert not set(known) & set(held_out)
        for text in (*known, *held_out):
            assert meaning.setdefault(text.lower(), day) == day, text
    assert STYLES[1](date(2021, 3, 5)) == "5 March 2021" and SHORT_STYLES[0](date(2021, 3, 5)) == "3/5/21"
    assert STYLES[2](date(2021, 3, 22)) == "22nd March 2021" and STYLES[2](date(2021, 3, 12)) == "12th March 2021"
    assert "1er mars 2021" in {style(date(2021, 3, 1)) for style in STYLES}
