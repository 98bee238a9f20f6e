"""A translator as a SavedModel."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import keras
import tensorflow as tf

from kzoo._files import atomic_path
from kzoo._validation import PositiveInt, check
from kzoo.exporting import resolve_export_path
from kzoo.exporting.cloning import clone
from kzoo.generation import CachedDecoder, Hypotheses, beam_search
from kzoo.tokenizers import PAD, REPLACEMENT, SPECIAL_TOKENS, UNKNOWN, CharacterTokenizer, Tokenizer, normalize


def export_translator(
    model: keras.Model,
    tokenizer: Tokenizer,
    path: str | os.PathLike,
    max_length: int,
    search: Callable[..., Hypotheses] = beam_search,
    overwrite: bool = False,
) -> Path:
    """Write a Transformer as a SavedModel that translates, and return where it is.

    With a `CharacterTokenizer` its signature `translate` takes `texts`, strings (batch,), and gives `translations`,
    strings (batch,), and `scores` (batch,). With any other it takes `tokens`, int32 (batch, length), padded with 0, and
    gives `tokens` (batch, max_length) and `scores`; the tokenizer is in `assets/vocabulary.json`, for the library
    `tokenizers`. It is `serving_default` too, and what the loaded object does when called. The whole search is in the
    graph, of operations that need no XLA; `tf.saved_model.load` is all that is needed to use it.

    Args:
        path: `<name>/<version>`, the version a number; or `<name>`, for the next free version, from 1.
        max_length: tokens of a translation, its end included.
        search: as `kzoo.generation.make_generate_function` takes it; by default a beam search of 4 beams.
        overwrite: whether a version that is there already may be replaced.

    Raises:
        FileExistsError: the version is there already.
        ValueError: `max_length` is below 1.
    """
    max_length = check(None, "max_length", PositiveInt, max_length)
    path = resolve_export_path(path, overwrite)
    with tempfile.TemporaryDirectory() as scratch:
        module = _module(clone(model), tokenizer, max_length, search, Path(scratch))
        translate = module.__call__.get_concrete_function()
        with atomic_path(path, overwrite) as new:
            tf.saved_model.save(module, str(new), signatures={"translate": translate, "serving_default": translate})
    return path


def _module(model, tokenizer, max_length, search, scratch):
    decoder, of_characters = CachedDecoder(model), isinstance(tokenizer, CharacterTokenizer)
    spec = (
        tf.TensorSpec((None,), tf.string, "texts") if of_characters else tf.TensorSpec((None, None), tf.int32, "tokens")
    )

    class Translation(tf.Module):
        """The saved object: weights, the tokenizer, and one function."""

        def __init__(self):
            super().__init__()
            self.weights = [variable.value for variable in model.variables]
            if of_characters:
                self.tokenizer = GraphTokenizer(tokenizer)
            else:
                tokenizer.save(scratch / "vocabulary.json")
                self.vocabulary = tf.saved_model.Asset(str(scratch / "vocabulary.json"))

        @tf.function(input_signature=[spec], autograph=False)
        def __call__(self, given):
            if not of_characters:
                # the embedding would count negative ones from its end
                in_vocabulary = tf.debugging.Assert(
                    tf.reduce_all((given >= 0) & (given < len(tokenizer))),
                    [f"tokens must be 0 to {len(tokenizer) - 1}"],
                )
                with tf.control_dependencies([in_vocabulary]):
                    tokens, scores = self.generate(tf.identity(given))
                return {"tokens": tokens, "scores": scores}
            tokens, scores = self.generate(self.tokenizer.encode(given))
            return {"translations": self.tokenizer.decode(tokens), "scores": scores}

        def generate(self, source):
            # a column of padding more: a batch of empty texts has none
            tokens, scores = search(
                decoder, tf.pad(source, [[0, 0], [0, 1]], constant_values=PAD), max_length, seed=(0, 0)
            )
            if len(scores.shape) == 2:  # of the beams the best
                tokens, scores = tokens[:, 0], scores[:, 0]
            empty = tf.reduce_all(source == PAD, axis=1)  # nothing is the translation of nothing
            return tf.where(empty[:, None], PAD, tokens), tf.where(empty, 0.0, scores)

    return Translation()


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
        # TensorFlow has no NFC: of what the vocabulary has, all other forms are replaced, those of many marks first,
        # which others are the beginning of
        characters = sorted(tokenizer.characters, key=lambda each: -len(unicodedata.normalize("NFD", each)))
        self.composed = {"|".join(forms): each for each in characters if (forms := decomposed_forms(each))}

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
    base, *marks = unicodedata.normalize("NFD", character)
    orders = ["".join([base, *order]) for order in permutations(marks)]
    forms = {normalize(form[:i]) + form[i:] for form in orders for i in range(1, len(form) + 1)}
    return sorted(form for form in forms if form != character and normalize(form) == character)
