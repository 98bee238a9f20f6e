"""Decoding: a cache changes nothing, one beam is greedy, many find what trying everything finds."""

import json
import math
import re
from functools import partial
from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line, tensor_from_name

import kzoo
from kzoo.data.text import TokenBatches
from kzoo.generation import (
    CachedDecoder,
    Decoder,
    UncachedDecoder,
    beam_search,
    greedy_search,
    make_generate_function,
    sample,
)
from kzoo.generation.causal import power_penalty
from kzoo.models.text.transformer import TransformerConfig, transformer
from kzoo.tasks.translation import Translator
from kzoo.tokenizers import END, PAD, START, BytePairTokenizer, CharacterTokenizer
from kzoo.training import TokenCrossentropy, Trainer, count_tokens

LENGTH = 12


@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["post-norm", "pre-norm"]
)
def model(request):
    """Has begun to learn to write backwards: its texts differ, and end at different lengths."""
    keras.utils.set_random_seed(0)
    model = transformer(TransformerConfig(11, 32, 4, 64, 2, dropout=0.1, normalize_first=request.param))
    rng = np.random.default_rng(0)
    texts = [list(rng.integers(4, 11, rng.integers(2, 8))) for _ in range(800)]
    batches = TokenBatches([(text, text[::-1]) for text in texts], (8,), 256)
    trainer = Trainer(model, count=count_tokens, xla=False)
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
    return make_generate_function(model, LENGTH)(SOURCES)


def test_cached_greedy_is_the_whole_model_run_again(model, greedily):
    again = make_generate_function(model, LENGTH, decoder=UncachedDecoder, xla=False)(SOURCES)
    np.testing.assert_array_equal(greedily.tokens, again.tokens)
    np.testing.assert_allclose(greedily.scores, again.scores, atol=1e-4)
    lengths = {len(text(row)) for row in np.asarray(greedily.tokens)}
    assert len(lengths) > 1 and min(lengths) < LENGTH  # some end by themselves
    for row, score, source in zip(np.asarray(greedily.tokens), greedily.scores, SOURCES, strict=True):
        np.testing.assert_allclose(probabilities(model, source, text(row)).sum(), score, atol=1e-3)
        assert not {PAD, START} & set(text(row)) and (row[len(text(row)) :] == PAD).all()


@pytest.mark.parametrize("normalize_first", [False, True])
def test_step_by_step_gives_the_logits_of_the_whole(normalize_first):
    model = transformer(TransformerConfig(11, 16, 4, 32, 2, dropout=0.3, normalize_first=normalize_first))
    target = np.array([[START, 5, 6, 7, 8]] * len(SOURCES), "int32")
    cached, expected = CachedDecoder(model), np.asarray(model([SOURCES, target], training=False))
    state = cached.start(SOURCES, 6)
    for position in range(5):
        logits, state = cached.step(state, target[:, position], position)
        np.testing.assert_allclose(logits, expected[:, position], atol=1e-5)


def penalised(scores, tokens, penalty):
    """Divide the log-probabilities of texts, padded, by their length penalties."""
    return np.asarray(scores) / ((5 + np.count_nonzero(tokens, axis=-1)) / 6) ** penalty


def test_one_beam_is_greedy(model, greedily):
    one = make_generate_function(model, LENGTH, partial(beam_search, num_beams=1, length_penalty=1.5), xla=False)(
        SOURCES
    )
    np.testing.assert_array_equal(one.tokens[:, 0], greedily.tokens)
    np.testing.assert_allclose(one.scores[:, 0], penalised(greedily.scores, greedily.tokens, 1.5), atol=1e-4)


def test_what_else_is_in_the_batch_changes_nothing(model):
    search = make_generate_function(model, LENGTH, partial(beam_search, num_beams=3), xla=False)
    together = search(SOURCES)
    for i, source in enumerate(SOURCES):
        alone = search(source[None, : np.count_nonzero(source)])
        np.testing.assert_array_equal(alone.tokens[0], together.tokens[i])
        np.testing.assert_allclose(alone.scores[0], together.scores[i], atol=1e-4)


def test_beams_have_the_scores_of_the_model(model, greedily):
    penalty = 0.6
    found = make_generate_function(model, LENGTH, partial(beam_search, num_beams=4, length_penalty=penalty), xla=False)(
        SOURCES
    )
    cached = make_generate_function(
        model, LENGTH, partial(beam_search, num_beams=4, length_penalty=penalty), decoder=UncachedDecoder, xla=False
    )(SOURCES)
    np.testing.assert_array_equal(found.tokens, cached.tokens)
    assert np.all(found.scores[:, 0] >= penalised(greedily.scores, greedily.tokens, penalty) - 1e-4)
    for tokens, scores, source in zip(np.asarray(found.tokens), np.asarray(found.scores), SOURCES, strict=True):
        assert (np.diff(scores) <= 0).all()
        assert len({tuple(row) for row in tokens[scores > -1e8]}) == np.sum(scores > -1e8)
        for row, score in zip(tokens, scores, strict=True):
            if score > -1e8:
                expected = probabilities(model, source, text(row)).sum() / ((5 + len(text(row))) / 6) ** penalty
                np.testing.assert_allclose(score, expected, atol=1e-3)


def every_text(tokens, longest):
    """List all texts of some tokens: those that end, and those that are cut off."""
    ended = [(*begun, END) for length in range(longest) for begun in product(tokens, repeat=length)]
    return ended + list(product(tokens, repeat=longest))


def test_a_wide_beam_finds_what_trying_everything_finds():
    keras.utils.set_random_seed(1)
    model = transformer(TransformerConfig(6, 8, 2, 16, 1, dropout=0.0))  # END, UNKNOWN and two more
    source, longest = np.array([[4, 5]], "int32"), 4
    texts = every_text((3, 4, 5), longest)
    likelihood = {each: probabilities(model, source[0], each).sum() for each in texts}
    for penalty in (0.0, 0.6, 2.0):
        everything = {each: score / ((5 + len(each)) / 6) ** penalty for each, score in likelihood.items()}
        found = beam_search(CachedDecoder(model), source, longest, num_beams=128, length_penalty=penalty)
        ours = {tuple(text(row)): float(score) for row, score in zip(found.tokens[0], found.scores[0], strict=True)}
        ours = {tokens: score for tokens, score in ours.items() if score > -1e8}
        assert len(everything) == 121 and ours.keys() == everything.keys()
        assert tuple(text(found.tokens[0, 0])) == max(everything, key=everything.get)
        for tokens, score in everything.items():
            np.testing.assert_allclose(ours[tokens], score, atol=1e-4)


class Table(Decoder):
    """Scores of each token that depend on the one before alone, so that a search can be followed by hand."""

    def __init__(self, rows):
        self.rows = tf.math.log(tf.constant(rows))

    def start(self, source, length):
        return {"source": source}

    def step(self, state, tokens, position):
        return tf.gather(self.rows, tokens), state


def test_two_beams_find_what_greed_misses():
    """START: A 0.6, B 0.4. After A all is unlikely; after B comes END for sure."""
    tiny = 1e-9
    table = Table([[tiny] * 6, [tiny] * 4 + [0.6, 0.4], [tiny] * 6, [tiny] * 6, [tiny, tiny, 0.3, tiny, 0.4, 0.3],
                   [tiny, tiny, 1.0, tiny, tiny, tiny]])  # fmt: skip
    source = np.ones((1, 1), "int32")
    assert text(greedy_search(table, source, 2).tokens[0]) == [4, 4]
    found = beam_search(table, source, 2, num_beams=2, length_penalty=0.0)
    assert text(found.tokens[0, 0]) == [5, END]
    np.testing.assert_allclose(np.exp(found.scores[0, 0]), 0.4, rtol=1e-5)


class Peaked(Decoder):
    """Random networks, one a source, that are sure of each token, and for which END is never far from the best.

    Logits depend on the position and the last token.
    """

    def __init__(self, seed, count, length, vocabulary=7):
        rng = np.random.default_rng(seed)
        logits = 4 * rng.normal(size=(count, length, vocabulary, vocabulary))
        logits[..., END] = logits[..., 3:].max(-1) + rng.uniform(-4, 0.5, logits.shape[:-1])
        logits[..., [PAD, START]] = -np.inf
        self.logp = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        self.logits = tf.constant(np.where(np.isfinite(logits), logits, 0), tf.float32)
        self.sources, self.calls = np.arange(count, dtype="int32")[:, None], 0

    def start(self, source, length):
        return {"source": source[:, 0]}

    def step(self, state, tokens, position):
        self.calls += 1
        return tf.gather_nd(self.logits[:, position], tf.stack([state["source"], tokens], axis=1)), state

    def likelihood(self, source, text):
        before = (START, *text[:-1])
        return sum(self.logp[source, i, before[i], token] for i, token in enumerate(text))

    def hypotheses(self, source, length, beams, penalty):
        """Search as transformers does, without ever stopping early; the greedy hypothesis competes too."""

        def continued(hypotheses):
            every = ((*text, token) for text in hypotheses for token in range(END, self.logp.shape[-1]))
            return sorted(every, key=lambda text: -self.likelihood(source, text))

        running, greedy, finished = [()], [()], set()
        for position in range(length):
            candidates, greedy = continued(running), continued(greedy)[:1]
            best = candidates[:beams] + greedy
            finished |= {text for text in best if text[-1] == END or position == length - 1}
            running, greedy = ([text for text in texts if text[-1] != END] for texts in (candidates, greedy))
            running = running[:beams]
        scores = {text: self.likelihood(source, text) / ((5 + len(text)) / 6) ** penalty for text in finished}
        return sorted(scores.items(), key=lambda item: -item[1])[:beams]


PENALTIES = (-0.5, 0.0, 0.6, 1.0, 2.0)


@pytest.mark.parametrize("beams", [2, 3, 4, 5])
def test_keeps_what_a_search_without_early_stop_keeps(beams):
    """Whatever is in the batch beside a source, and however late its best hypotheses are finished."""
    steps, length = Peaked(beams, 12, 6), 6
    for penalty in PENALTIES:
        found = beam_search(steps, steps.sources, length, num_beams=beams, length_penalty=penalty)
        for source, (tokens, scores) in enumerate(zip(found.tokens.numpy(), found.scores.numpy(), strict=True)):
            texts, expected = zip(*steps.hypotheses(source, length, beams, penalty), strict=True)
            assert [tuple(text(row)) for row in tokens] == list(texts)
            np.testing.assert_allclose(scores, expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_no_beam_is_worse_than_greed_nor_better_than_everything(penalty):
    steps, length = Peaked(0, 60, 5, vocabulary=6), 5
    texts = every_text((3, 4, 5), length)
    lengths = np.array([len(each) for each in texts])
    likelihood = np.array([[steps.likelihood(source, each) for each in texts] for source in range(60)])
    everything = likelihood / ((5 + lengths) / 6) ** penalty
    alone = greedy_search(steps, steps.sources, length)
    least = penalised(alone.scores, alone.tokens, penalty)
    assert (least < everything.max(1) - 1e-3).any()  # there is something to find
    for beams in (1, 2, 3, 4, 5, len(texts)):
        found = beam_search(steps, steps.sources, length, num_beams=beams, length_penalty=penalty)
        best = found.scores[:, 0].numpy()
        assert (best >= least - 2e-5).all() and (best <= everything.max(1) + 2e-5).all(), beams
    np.testing.assert_allclose(found.scores, -np.sort(-everything), rtol=2e-5, atol=2e-5)
    assert [tuple(text(row)) for row in found.tokens[:, 0].numpy()] == [texts[i] for i in everything.argmax(1)]


def sure(length=12, likeliest=0.9, end=0.06):
    """Return a network that writes 3, 4, 5, 3, 4, 5, ... of `length` with END, where END is second at each step."""
    steps = Peaked(0, 1, 2 * length, vocabulary=8)
    shares = np.full((2 * length, 8), (1 - likeliest - end) / 4)
    shares[:, [PAD, START]] = 1e-12
    for position, row in enumerate(shares):
        row[END], row[3 + position % 3] = end, likeliest
    shares[length - 1, [END, 3 + (length - 1) % 3]] = likeliest, end
    steps.logits = tf.constant(np.log(np.repeat(shares[None, :, None], 8, axis=2)), tf.float32)
    return steps, [*(3 + position % 3 for position in range(length - 1)), END]


@pytest.mark.parametrize("beams", [1, 2, 3, 4, 5])
def test_a_sure_network_is_not_cut_off(beams):
    """END is among the likeliest continuations at every step, and its hypotheses are worse than the whole text."""
    steps, whole = sure()
    for penalty in (0.0, 0.6, 1.0, 2.0):
        assert text(greedy_search(steps, steps.sources, 24).tokens[0]) == whole
        assert (
            text(beam_search(steps, steps.sources, 24, num_beams=beams, length_penalty=penalty).tokens[0, 0]) == whole
        )


def test_stops_when_nothing_can_be_better():
    steps, whole = sure(likeliest=0.9999, end=9e-5)
    steps.calls = 0
    beam_search(steps, steps.sources, 24, num_beams=2, length_penalty=0.0)
    assert steps.calls == len(whole)


def table(**rows):
    """Return a Table of 30 tokens from shares, {token: share}, of START and of tokens by number; others are near 0."""
    shares = np.full((30, 30), 1e-9)
    for name, row in rows.items():
        shares[START if name == "start" else int(name[1:]), list(row)] = list(row.values())
    return Table(shares.astype("float32"))


def test_goes_on_while_a_longer_text_would_be_better():
    """6 goes on for sure: behind both finished texts at first, ahead of them by the penalty of its length."""
    steps = table(start={END: 0.55, 4: 0.3, 5: 0.15}, _4={END: 1.0}, _5={6: 1.0}, _6={6: 1.0})
    found = beam_search(steps, np.ones((1, 1), "int32"), LENGTH, num_beams=2, length_penalty=2.0)
    assert [text(row) for row in found.tokens[0].numpy()] == [[5, *[6] * 11], [END]]
    np.testing.assert_allclose(found.scores[0], np.log([0.15, 0.55]) / [(17 / 6) ** 2, 1], rtol=1e-5)


def test_goes_on_while_the_next_token_would_be_better_under_a_negative_penalty():
    steps = table(start={END: 0.6, 4: 0.39, 5: 0.01}, _4={6: 1.0}, _5={END: 1.0}, _6={END: 1.0})
    found = beam_search(steps, np.ones((1, 1), "int32"), LENGTH, num_beams=2, length_penalty=-2.0)
    assert [text(row) for row in found.tokens[0].numpy()] == [[END], [4, 6, END]]


def test_the_greedy_hypothesis_competes_where_the_beam_loses_it():
    """4, 7 is behind 5, 8 and 5, 9, after which nothing is likely."""
    rest = dict.fromkeys(range(10, 30), 0.94 / 20)
    steps = table(
        start={4: 0.4, 5: 0.32, 6: 0.28},
        _4={7: 0.34, **dict.fromkeys(range(10, 30), 0.66 / 20)},
        _5={8: 0.5, 9: 0.5},
        _7={11: 1.0},
        _8={END: 0.06, **rest},
        _9={END: 0.06, **rest},
        _11={END: 1.0},
    )
    source = np.ones((1, 1), "int32")
    assert text(greedy_search(steps, source, 8).tokens[0]) == [4, 7, 11, END]
    found = beam_search(steps, source, 8, num_beams=2, length_penalty=0.0)
    assert text(found.tokens[0, 0]) == [4, 7, 11, END] and text(found.tokens[0, 1])[0] == 5
    np.testing.assert_allclose(np.exp(found.scores[0, 0]), 0.4 * 0.34, rtol=1e-5)


def test_fewer_hypotheses_than_beams_leave_padding():
    steps = Table([[1e-9, 1e-9, 0.5, 0.5]] * 4)  # END or UNKNOWN
    found = beam_search(steps, np.ones((1, 1), "int32"), 2, num_beams=5, length_penalty=0.6)
    np.testing.assert_array_equal(found.tokens[0], [[END, 0], [3, 2], [3, 3], [0, 0], [0, 0]])
    shorter, longer = np.log(0.5), np.log(0.25) / (7 / 6) ** 0.6
    np.testing.assert_allclose(found.scores[0], [shorter, longer, longer, -1e9, -1e9], rtol=1e-5)


@pytest.mark.parametrize("beams", [1, 3])
def test_one_xla_program_gives_the_same(beams):
    steps = Peaked(1, 8, 6)
    search = partial(beam_search, steps, max_length=6, num_beams=beams)
    compiled = tf.function(lambda source: search(source), jit_compile=True, autograph=False)
    expected, found = search(steps.sources), compiled(steps.sources)
    np.testing.assert_array_equal(found.tokens, expected.tokens)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=2e-5)


class GPT1(Decoder):
    """OpenAI's GPT, in numpy, after a prompt; END is the token that ended texts of the reference.

    Tokens are kzoo's specials up to END, then all of the reference's but its own end.
    """

    def __init__(self, golden):
        shapes, self.end = json.loads(str(golden["tensors"])), json.loads(str(golden["settings"]))["eos_token_id"]
        self.weights = {
            name.removeprefix("transformer."): tensor_from_name(name, tuple(shape)).astype("float64")
            for name, shape in shapes.items()
        }
        self.layers, self.heads, self.epsilon = (golden[name] for name in ("layers", "heads", "epsilon"))
        rest = np.delete(np.arange(len(self.weights["tokens_embed.weight"])), self.end)
        self.theirs = np.array([self.end] * 3 + rest.tolist(), "int32")

    def start(self, source, length):
        return source

    def step(self, state, tokens, position):
        if position > 0:
            state = tf.concat([state, tf.gather(self.theirs, tokens)[:, None]], axis=1)
        return tf.constant(self.logits(state.numpy())[:, self.theirs], tf.float32), state

    def logits(self, ids):
        x = self.weights["tokens_embed.weight"][ids] + self.weights["positions_embed.weight"][: ids.shape[1]]
        for i in range(self.layers):
            x = self.norm(f"h.{i}.ln_1", x + self.attention(f"h.{i}.attn", x))
            y = self.linear(f"h.{i}.mlp.c_fc", x)
            y = 0.5 * y * (1 + np.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * y**3)))
            x = self.norm(f"h.{i}.ln_2", x + self.linear(f"h.{i}.mlp.c_proj", y))
        return x[:, -1] @ self.weights["tokens_embed.weight"].T

    def attention(self, name, x):
        parts = np.split(self.linear(f"{name}.c_attn", x), 3, axis=-1)
        q, k, v = (each.reshape(*x.shape[:2], self.heads, -1).transpose(0, 2, 1, 3) for each in parts)
        scores = np.where(np.tri(x.shape[1]), q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1]), -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True)) @ v
        return self.linear(f"{name}.c_proj", mixed.transpose(0, 2, 1, 3).reshape(x.shape))

    def linear(self, name, x):
        return x @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def norm(self, name, x):
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x**2).mean(-1, keepdims=True) + self.epsilon)
        return x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def test_writes_what_transformers_writes():
    """Its penalty is tokens ** penalty; of the three texts one ends and two are cut off."""
    with np.load(ROOT / "tests" / "goldens" / "gpt1_beam.npz") as golden:
        steps, settings = GPT1(golden), json.loads(str(golden["settings"]))
        prompts, sequences, scores = (golden[name] for name in ("input_ids", "sequences", "sequences_scores"))
    length, beams, penalty = (settings[name] for name in ("max_new_tokens", "num_beams", "length_penalty"))
    settings = {"num_beams": beams, "length_penalty": penalty, "penalize": power_penalty}
    found = beam_search(steps, tf.constant(prompts), length, **settings)
    np.testing.assert_allclose(found.scores[:, 0], scores, atol=2e-5)
    for ours, theirs in zip(found.tokens[:, 0].numpy(), sequences[:, prompts.shape[1] :], strict=True):
        ours = steps.theirs[text(ours)]
        np.testing.assert_array_equal(ours, theirs[: len(ours)])
        assert (theirs[len(ours) :] == steps.end).all()


def test_draws_by_probability(model):
    table = Table([[1.0] * 6, [1e-9, 1e-9, 0.2, 1e-9, 0.5, 0.3], *[[1.0] * 6] * 4])
    source = np.ones((4000, 1), "int32")
    draw = lambda **settings: np.asarray(sample(table, source, 1, tf.constant([0, 1]), **settings).tokens)[:, 0]  # noqa: E731
    np.testing.assert_allclose(np.bincount(draw(), minlength=6)[[2, 4, 5]] / 4000, [0.2, 0.5, 0.3], atol=0.03)
    assert set(draw(top_k=2)) == {4, 5} and set(draw(temperature=0.01)) == {4}
    generate = make_generate_function(model, LENGTH, sample)
    np.testing.assert_array_equal(generate(SOURCES, (0, 1)).tokens, generate(SOURCES, (0, 1)).tokens)
    assert np.any(np.asarray(generate(SOURCES, (0, 1)).tokens) != np.asarray(generate(SOURCES, (0, 2)).tokens))


LOAD = """
import sys
sys.modules.update(keras=None, kzoo=None)
import tensorflow as tf
"""


def test_exports_strings_to_strings(model, tmp_path, run_python):
    """Loaded where neither kzoo nor Keras is: what Python translates, tokens, search and all."""
    tokenizer, search = CharacterTokenizer("abcdef\u00e9"), partial(beam_search, num_beams=3)
    translator = Translator(model, tokenizer, LENGTH, search, batch_size=8, xla=False)
    path = kzoo.export(translator, tmp_path / "backwards")
    assert path.name == "1"
    texts = ["abc", "fedcba\u00e9", "", "e\u0301a", "x?a", "b"]
    expected = translator(texts)
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
        kzoo.export(translator, path)
    one_line(error)


def test_exports_tokens_where_the_text_cannot_be_in_the_graph(tmp_path, run_python):
    """The README's loader is what is run."""
    tokenizer = BytePairTokenizer.train(["ein M\u00e4rchen, noch ein M\u00e4rchen"] * 3, 270)
    model = transformer(TransformerConfig(len(tokenizer), 16, 2, 32, 1))
    translator = Translator(model, tokenizer, LENGTH, greedy_search, batch_size=2, xla=False)
    path = kzoo.export(translator, tmp_path / "pairs" / "1")
    texts = ["ein M\u00e4rchen", "noch ein neues"]
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (loader,) = (block for block in blocks if "translate_tokens" in block)
    assert len([line for line in loader.splitlines() if line]) <= 10
    code = LOAD + loader.replace("saved_models/translator/1", str(path)) + f"\nprint(translate({texts!r}))"
    expected = translator(texts)
    assert run_python(code).stdout.splitlines() == [repr(expected)]


def test_is_one_compiled_program_a_shape(model):
    """The loop is inside: no Python runs between two tokens."""
    calls = []

    class Counted(CachedDecoder):
        def step(self, *arguments):
            calls.append(1)
            return super().step(*arguments)

    generate = make_generate_function(model, LENGTH, decoder=Counted, xla=False)
    for rows in (1, 2, 6):
        generate(SOURCES[:rows])
    assert len(calls) == 1


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"num_beams": 0}, "num_beams=0"),
        ({"length_penalty": math.nan}, "length_penalty=nan"),
        ({"length_penalty": 11}, "length_penalty=11 .* from -10 to 10"),
        ({"num_beams": 2.5}, "num_beams=2.5"),
        ({"temperature": 0}, "temperature=0"),
        ({"temperature": 1e-40}, "temperature=1e-40 .* from 1e-06"),
        ({"temperature": 1.0, "top_k": 0}, "top_k=0"),
    ],
)
def test_refuses_what_does_not_work(settings, message):
    search = partial(sample, seed=tf.constant([0, 0])) if "temperature" in settings else beam_search
    with pytest.raises(ValueError, match=message) as error:
        search(None, SOURCES, 3, **settings)
    one_line(error)


@pytest.mark.parametrize("settings", [{"batch_size": -1}, {"batch_size": 0}, {"max_length": 0}, {"max_length": 2.5}])
def test_a_translator_refuses_what_does_not_work(model, settings):
    ((name, value),) = settings.items()
    with pytest.raises(ValueError, match=f"{name}={value} .* from 1") as error:
        Translator(model, CharacterTokenizer("abc"), **{"max_length": LENGTH, **settings})
    one_line(error)


def test_a_translator_takes_a_list(model):
    with pytest.raises(ValueError, match=r"texts='abc' .* a list of texts") as error:
        Translator(model, CharacterTokenizer("abc"), LENGTH)("abc")
    one_line(error)


def test_an_export_refuses_tokens_that_are_none(tmp_path):
    tokenizer = BytePairTokenizer.train(["abc"], 260)
    model = transformer(TransformerConfig(len(tokenizer), 16, 2, 32, 1))
    served = tf.saved_model.load(kzoo.export(Translator(model, tokenizer, 3, greedy_search), tmp_path / "pairs"))
    for token in (-1, 260):
        with pytest.raises(tf.errors.InvalidArgumentError, match="tokens must be 0 to 259"):
            served(tf.constant([[5, token]]))
