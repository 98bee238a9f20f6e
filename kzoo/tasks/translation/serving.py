"""What an exported translator serves: texts or tokens to translations, the search within."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import permutations

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting import Function, FunctionsSpec
from kzoo.exporting.cloning import clone, in_float32
from kzoo.generation import CachedDecoder, Hypotheses
from kzoo.layers.transformer import insert_position
from kzoo.registry import record_of
from kzoo.tokenizers import PAD, REPLACEMENT, SPECIAL_TOKENS, UNKNOWN, CharacterTokenizer, Tokenizer, normalize

VOCABULARY = "vocabulary.json"
# A token or text may differ where two hypotheses are equally probable; their scores may not
TOLERANCES = {"tokens": 0.5, "translations": 0.5, "scores": 1e-3}


def make_serving_spec(
    model: keras.Model,
    tokenizer: Tokenizer,
    max_length: int,
    search: Callable[..., Hypotheses],
    examples: list[str],
) -> FunctionsSpec:
    """Return the spec of a translator.

    Its function `translate_tokens` takes `tokens`, int32 (batch, length), padded with 0, and returns `tokens`
    (batch, max_length) and `scores` (batch,). With a `CharacterTokenizer`, a SavedModel has `translate`, too: of
    `texts`, strings (batch,), to `translations`, strings (batch,), and `scores`.

    Args:
        examples: texts that exports are verified on.
    """
    model = in_float32(model)
    network = clone(model)
    own, copy = Search(model, max_length, search), Search(network, max_length, search)
    encoded = [tokenizer.encode(text) for text in examples]
    tokens = np.full((len(encoded), max(map(len, encoded)) + 1), PAD, "int32")
    for row, each in zip(tokens, encoded, strict=True):
        row[: len(each)] = each
    inputs = [tf.TensorSpec((None, None), tf.int32, "tokens")]
    functions, trackables = {}, []
    if isinstance(tokenizer, CharacterTokenizer):
        in_graph = GraphTokenizer(tokenizer)
        trackables.append(in_graph)
        texts = [tf.TensorSpec((None,), tf.string, "texts")]
        functions["translate"] = Function(
            lambda given: copy.translate(in_graph, given),
            texts,
            lambda given: own.translate(in_graph, given),
            [np.array(examples, object)],
            {name: TOLERANCES[name] for name in ("translations", "scores")},
        )
    functions["translate_tokens"] = Function(
        copy, inputs, own, [tokens], {name: TOLERANCES[name] for name in ("tokens", "scores")}, inputs
    )
    details = {"max_length": max_length, "vocabulary": VOCABULARY}
    return FunctionsSpec(
        "translator",
        model.name,
        record_of(model),
        [network],
        functions,
        details,
        default=next(iter(functions)),
        trackables=trackables,
        extra={VOCABULARY: tokenizer.save},
    )


def random_texts(tokenizer: Tokenizer, count: int = 4) -> list[str]:
    """Return texts of random tokens, the same for the same tokenizer."""
    rng, special = np.random.default_rng(0), len(SPECIAL_TOKENS)
    if len(tokenizer) == special:
        return [""]
    return [tokenizer.decode(rng.integers(special, len(tokenizer), length)) for length in range(1, 2 * count, 2)]


class Search:
    """Translate tokens.

    Args:
        search: as `kzoo.generation.make_generate_function` takes it.
    """

    def __init__(self, model: keras.Model, max_length: int, search: Callable[..., Hypotheses]):
        self.vocabulary_size = model.output_shape[-1]
        # insert_position: a SavedModel runs without XLA, and the other formats lack the operation that XLA has
        self.decoder = CachedDecoder(model, insert_position)
        self.max_length, self.search = max_length, search

    def __call__(self, tokens: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the best translation of each row and its score; nothing is the translation of nothing."""
        in_vocabulary = tf.debugging.Assert(  # the embedding would count negative ones from its end
            tf.reduce_all((tokens >= 0) & (tokens < self.vocabulary_size)),
            [f"tokens must be 0 to {self.vocabulary_size - 1}"],
        )
        with tf.control_dependencies([in_vocabulary]):
            # a column of padding more: a batch of empty texts has none
            source = tf.pad(tokens, [[0, 0], [0, 1]], constant_values=PAD)
        best, scores = self.search(self.decoder, source, self.max_length, seed=(0, 0))
        if len(scores.shape) == 2:  # of the beams the best
            best, scores = best[:, 0], scores[:, 0]
        empty = tf.reduce_all(source == PAD, axis=1)
        return {"tokens": tf.where(empty[:, None], PAD, best), "scores": tf.where(empty, 0.0, scores)}

    def translate(self, tokenizer: GraphTokenizer, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the best translation of each text, and its score."""
        found = self(tokenizer.encode(texts))
        return {"translations": tokenizer.decode(found["tokens"]), "scores": found["scores"]}


class GraphTokenizer(tf.Module):
    """A `CharacterTokenizer` in TensorFlow operations."""

    def __init__(self, tokenizer: CharacterTokenizer):
        super().__init__()
        numbers = range(len(SPECIAL_TOKENS), len(tokenizer))
        self.tokens = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tokenizer.characters, list(numbers), tf.string, tf.int32), UNKNOWN
        )
        special = [REPLACEMENT if i == UNKNOWN else "" for i in range(len(SPECIAL_TOKENS))]
        self.strings = tf.constant([*special, *tokenizer.characters])
        # TensorFlow has no NFC: of what the vocabulary has, all other forms are replaced
        self.composed = {"|".join(forms): each for each in tokenizer.characters if (forms := decomposed_forms(each))}

    def encode(self, texts: tf.Tensor) -> tf.Tensor:
        """Return the tokens of texts, (batch,), padded to the longest."""
        for forms, composed in self.composed.items():
            texts = tf.strings.regex_replace(texts, forms, composed)
        characters = tf.strings.unicode_split(texts, "UTF-8")
        return characters.with_flat_values(self.tokens.lookup(characters.flat_values)).to_tensor(PAD)

    def decode(self, tokens: tf.Tensor) -> tf.Tensor:
        """Return the texts of tokens, (batch, length), that padding follows."""
        return tf.strings.reduce_join(tf.gather(self.strings, tokens), axis=-1)


def decomposed_forms(character: str) -> list[str]:
    """Return what NFC turns into a character, other than itself: its marks in any order, some of them composed."""
    base, *marks = list(unicodedata.normalize("NFD", character))
    orders = ["".join([base, *order]) for order in permutations(marks)]
    forms = {normalize(form[:i]) + form[i:] for form in orders for i in range(1, len(form) + 1)}
    return sorted(form for form in forms if form != character and normalize(form) == character)
