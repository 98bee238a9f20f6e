"""Decoding: a cache changes nothing, one beam is greedy, many find what trying everything finds."""

import re
from functools import partial
from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT, one_line

from kzoo.sequence import (
    BytePairs,
    Cached,
    Characters,
    Recomputed,
    TokenBatches,
    TokenCrossentropy,
    TransformerConfig,
    Translator,
    beam,
    count_tokens,
    export_translator,
    greedy,
    sample,
    transformer,
    writer,
)
from kzoo.sequence.text import END, PAD, START
from kzoo.training import Trainer

LENGTH = 12


@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["post-norm", "pre-norm"]
)
def model(request):
    """Has begun to learn to write backwards: its texts differ, and end at different lengths."""
    keras.utils.set_random_seed(0)
    model = transformer(TransformerConfig(11, 32, 4, 64, 2, dropout=0.1, norm_first=request.param))
    rng = np.random.default_rng(0)
    texts = [list(rng.integers(4, 11, rng.integers(2, 8))) for _ in range(800)]
    batches = TokenBatches([(text, text[::-1]) for text in texts], (8,), 256)
    trainer = Trainer(model, count=count_tokens)
    trainer.compile(keras.optimizers.Adam(3e-3), TokenCrossentropy())
    trainer.fit(batches.training(0), steps_per_epoch=150, verbose=0, shuffle=False)
    return model


SOURCES = np.random.default_rng(0).integers(4, 11, (6, 7)).astype("int32")
SOURCES[1, 4:] = PAD  # of unequal lengths
SOURCES[2, 2:] = PAD


def probabilities(model, source, tokens):
    """Return the log-probability of each of the tokens of one text, with nothing but the model."""
    logits = np.array(model([source[None], np.array([[START, *tokens[:-1]]])])[0], "float64")
    logits[:, [PAD, START]] = -np.inf
    logits -= logits.max(-1, keepdims=True)
    return (logits - np.log(np.exp(logits).sum(-1, keepdims=True)))[np.arange(len(tokens)), tokens]


def text(row):
    row = list(map(int, row))
    return row[: row.index(END) + 1] if END in row else row


@pytest.fixture(scope="module")
def greedily(model):
    return writer(model, LENGTH)(SOURCES)


def test_cached_greedy_is_the_whole_model_run_again(model, greedily):
    again = writer(model, LENGTH, steps=Recomputed, xla=False)(SOURCES)
    np.testing.assert_array_equal(greedily.tokens, again.tokens)
    np.testing.assert_allclose(greedily.scores, again.scores, atol=1e-4)
    lengths = {len(text(row)) for row in np.asarray(greedily.tokens)}
    assert len(lengths) > 1 and min(lengths) < LENGTH  # some end by themselves
    for row, score, source in zip(np.asarray(greedily.tokens), greedily.scores, SOURCES, strict=True):
        np.testing.assert_allclose(probabilities(model, source, text(row)).sum(), score, atol=1e-3)
        assert not {PAD, START} & set(text(row)) and (row[len(text(row)) :] == PAD).all()


@pytest.mark.parametrize("norm_first", [False, True])
def test_step_by_step_gives_the_logits_of_the_whole(norm_first):
    model = transformer(TransformerConfig(11, 16, 4, 32, 2, dropout=0.3, norm_first=norm_first))
    target = np.array([[START, 5, 6, 7, 8]] * len(SOURCES), "int32")
    cached, expected = Cached(model), np.asarray(model([SOURCES, target], training=False))
    state = cached.begin(SOURCES, 6)
    for position in range(5):
        logits, state = cached.step(state, target[:, position], position)
        np.testing.assert_allclose(logits, expected[:, position], atol=1e-5)


def test_one_beam_is_greedy(model, greedily):
    one = writer(model, LENGTH, partial(beam, beams=1), xla=False)(SOURCES)
    np.testing.assert_array_equal(one.tokens[:, 0], greedily.tokens)


def test_what_else_is_in_the_batch_changes_nothing(model):
    search = writer(model, LENGTH, partial(beam, beams=3), xla=False)
    together = search(SOURCES)
    for i, source in enumerate(SOURCES):
        alone = search(source[None, : np.count_nonzero(source)])
        np.testing.assert_array_equal(alone.tokens[0], together.tokens[i])
        np.testing.assert_allclose(alone.scores[0], together.scores[i], atol=1e-4)


def test_beams_have_the_scores_of_the_model(model):
    penalty = 0.6
    found = writer(model, LENGTH, partial(beam, beams=4, penalty=penalty))(SOURCES)
    cached = writer(model, LENGTH, partial(beam, beams=4, penalty=penalty), steps=Recomputed, xla=False)(SOURCES)
    np.testing.assert_array_equal(found.tokens, cached.tokens)
    for tokens, scores, source in zip(np.asarray(found.tokens), np.asarray(found.scores), SOURCES, strict=True):
        assert (np.diff(scores) <= 0).all()
        assert len({tuple(row) for row in tokens[scores > -1e8]}) == np.sum(scores > -1e8)
        for row, score in zip(tokens, scores, strict=True):
            if score > -1e8:
                expected = probabilities(model, source, text(row)).sum() / ((5 + len(text(row))) / 6) ** penalty
                np.testing.assert_allclose(score, expected, atol=1e-3)


def test_a_wide_beam_finds_what_trying_everything_finds():
    keras.utils.set_random_seed(1)
    model = transformer(TransformerConfig(6, 8, 2, 16, 1, dropout=0.0))  # END, UNKNOWN and two more
    source, longest = np.array([[4, 5]], "int32"), 4
    texts = [(*begun, END) for length in range(longest) for begun in product((3, 4, 5), repeat=length)]
    likelihood = {each: probabilities(model, source[0], each).sum() for each in texts}
    for penalty in (0.0, 0.6, 2.0):
        everything = {each: score / ((5 + len(each)) / 6) ** penalty for each, score in likelihood.items()}
        found = beam(Cached(model), source, longest, beams=128, penalty=penalty)
        ours = {tuple(text(row)): float(score) for row, score in zip(found.tokens[0], found.scores[0], strict=True)}
        ours = {tokens: score for tokens, score in ours.items() if score > -1e8}
        assert len(everything) == 40 and ours.keys() == everything.keys()
        assert tuple(text(found.tokens[0, 0])) == max(everything, key=everything.get)
        for tokens, score in everything.items():
            np.testing.assert_allclose(ours[tokens], score, atol=1e-4)


class Table:
    """Scores of each token that depend on the one before alone, so that a search can be followed by hand."""

    def __init__(self, rows):
        self.rows = tf.math.log(tf.constant(rows))

    def begin(self, source, length):
        return {"source": source}

    def step(self, state, tokens, position):
        return tf.gather(self.rows, tokens), state


def test_two_beams_find_what_greed_misses():
    """START: A 0.6, B 0.4. After A all is unlikely; after B comes END for sure."""
    tiny = 1e-9
    table = Table([[tiny] * 6, [tiny] * 4 + [0.6, 0.4], [tiny] * 6, [tiny] * 6, [tiny, tiny, 0.3, tiny, 0.4, 0.3],
                   [tiny, tiny, 1.0, tiny, tiny, tiny]])  # fmt: skip
    source = np.ones((1, 1), "int32")
    assert text(greedy(table, source, 2).tokens[0]) == [4, 4]
    found = beam(table, source, 2, beams=2, penalty=0.0)
    assert text(found.tokens[0, 0]) == [5, END]
    np.testing.assert_allclose(np.exp(found.scores[0, 0]), 0.4, rtol=1e-5)


def test_draws_by_probability(model):
    table = Table([[1.0] * 6, [1e-9, 1e-9, 0.2, 1e-9, 0.5, 0.3], *[[1.0] * 6] * 4])
    source = np.ones((4000, 1), "int32")
    draw = lambda **settings: np.asarray(sample(table, source, 1, tf.constant([0, 1]), **settings).tokens)[:, 0]  # noqa: E731
    np.testing.assert_allclose(np.bincount(draw(), minlength=6)[[2, 4, 5]] / 4000, [0.2, 0.5, 0.3], atol=0.03)
    assert set(draw(top=2)) == {4, 5} and set(draw(temperature=0.01)) == {4}
    write = writer(model, LENGTH, sample)
    np.testing.assert_array_equal(write(SOURCES, (0, 1)).tokens, write(SOURCES, (0, 1)).tokens)
    assert np.any(np.asarray(write(SOURCES, (0, 1)).tokens) != np.asarray(write(SOURCES, (0, 2)).tokens))


LOAD = """
import sys
sys.modules.update(keras=None, kzoo=None)
import tensorflow as tf
"""


def test_exports_strings_to_strings(model, tmp_path, run_python):
    """Loaded where neither kzoo nor Keras is: what Python translates, tokens, search and all."""
    vocabulary, search = Characters("abcdef\u00e9"), partial(beam, beams=3)
    path = export_translator(model, vocabulary, tmp_path / "backwards", LENGTH, search)
    assert path.name == "1"
    texts = ["abc", "fedcba\u00e9", "", "e\u0301a", "x?a", "b"]
    expected = Translator(model, vocabulary, LENGTH, search, rows=8, xla=False)(texts)
    code = f"""{LOAD}
served = tf.saved_model.load({str(path)!r})
for name in ("translate", "serving_default"):
    found = served.signatures[name](texts=tf.constant({texts!r}))
    print([text.decode() for text in found["translations"].numpy()])
    assert found["scores"].shape == (6,)
assert served(tf.constant(["", ""]))["translations"].numpy().tolist() == [b"", b""]
"""
    assert run_python(code).stdout.splitlines() == [repr(expected)] * 2
    assert expected[2] == "" and len(set(expected)) >= 4
    with pytest.raises(FileExistsError, match="is there already") as error:
        export_translator(model, vocabulary, path, LENGTH)
    one_line(error)


def test_exports_tokens_where_the_text_cannot_be_in_the_graph(tmp_path, run_python):
    """The README's loader is what is run."""
    vocabulary = BytePairs.learn(["ein M\u00e4rchen, noch ein M\u00e4rchen"] * 3, 270)
    model = transformer(TransformerConfig(len(vocabulary), 16, 2, 32, 1))
    path = export_translator(model, vocabulary, tmp_path / "pairs" / "1", LENGTH, greedy)
    texts = ["ein M\u00e4rchen", "noch ein neues"]
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (loader,) = (block for block in blocks if "tokenizers" in block)
    assert len([line for line in loader.splitlines() if line]) <= 10
    code = LOAD + loader.replace("saved_models/translator/1", str(path)) + f"\nprint(translate({texts!r}))"
    expected = Translator(model, vocabulary, LENGTH, greedy, rows=2, xla=False)(texts)
    assert run_python(code).stdout.splitlines() == [repr(expected)]


def test_is_one_compiled_program_a_shape(model):
    """The loop is inside: no Python runs between two tokens."""
    calls = []

    class Counted(Cached):
        def step(self, *arguments):
            calls.append(1)
            return super().step(*arguments)

    write = writer(model, LENGTH, steps=Counted, xla=False)
    for rows in (1, 2, 6):
        write(SOURCES[:rows])
    assert len(calls) == 1


@pytest.mark.parametrize("settings, message", [({"beams": 0}, "beams=0"), ({"temperature": 0}, "temperature=0")])
def test_refuses_what_does_not_work(settings, message):
    search = beam if "beams" in settings else partial(sample, seed=tf.constant([0, 0]))
    with pytest.raises(ValueError, match=message) as error:
        search(None, SOURCES, 3, **settings)
    one_line(error)
