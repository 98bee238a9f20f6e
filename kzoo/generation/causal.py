"""Generation of text by a language model: a prompt is continued, one token after the other, with a key-value cache."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import keras
import numpy as np
import tensorflow as tf
from annotated_types import Ge

from kzoo._validation import NonNegativeInt, PositiveFloat, PositiveInt, abbreviate, check
from kzoo.generation.beam import beam_search
from kzoo.generation.decoders import NEGATIVE_INFINITY, Decoder, State
from kzoo.generation.decoding import greedy_search, sample
from kzoo.layers import TokenPositions, TransformerBlock
from kzoo.registry import record_of

Ids = Annotated[int, Ge(0)]
Cache = tuple[tf.Tensor, tf.Tensor]
BUCKET = 32  # lengths of prompts and of what is generated are rounded up to a multiple, so that few are compiled


@dataclass(frozen=True)
class Prompt:
    """Prompts, padded on the left: tokens and mask, (batch, length) int32 and bool."""

    token_ids: tf.Tensor
    mask: tf.Tensor


class CausalDecoder(Decoder):
    """Decode with a language model of `kzoo.models.text`: the prompt at once, then one token a step.

    Args:
        model: with a causal_lm head.
        ends: tokens that end a text; pad: what follows them.
        repetition_penalty: what logits of tokens that a text has, its prompt included, are divided by if positive, and
            multiplied by if negative (Keskar et al., 2019, arXiv:1909.05858).
        no_repeat_ngram_size: no sequence of so many tokens comes twice in a text, its prompt included; 0 for any.
    """

    excluded = ()

    def __init__(
        self,
        model: keras.Model,
        ends: Sequence[int] = (),
        pad: int = 0,
        repetition_penalty: float = 1.0,
        no_repeat_ngram_size: int = 0,
    ):
        self.ends, self.pad = tuple(ends), pad
        self.repetition_penalty, self.no_repeat_ngram_size = repetition_penalty, no_repeat_ngram_size
        layers = {layer.name: layer for layer in model.layers}
        self.blocks = [layer for layer in model.layers if isinstance(layer, TransformerBlock)]
        self.table, self.position_table = layers["token_embedding"], layers.get("position_embedding")
        self.final_norm, self.head = layers.get("final_norm"), layers.get("lm_head")

    def start(self, source: Prompt, max_length: int) -> State:
        """Pass all of the prompt but its last token through the model."""
        token_ids, mask = source.token_ids, source.mask
        batch, length = tf.shape(token_ids)[0], token_ids.shape[1]
        columns = length + max_length
        caches = [block.attention.make_cache(batch, columns) for block in self.blocks]
        visible = tf.pad(mask, [[0, 0], [0, max_length]], constant_values=True)
        positions = TokenPositions()(mask)
        state = {"visible": visible, "last": positions[:, -1], "token_ids": token_ids, "caches": caches}
        if length > 1:
            causal = tf.range(columns) <= tf.range(length - 1)[:, None]
            attention_mask = visible[:, None, None] & causal
            _, state["caches"] = self._forward(token_ids[:, :-1], positions[:, :-1], attention_mask, caches, 0)
        return state

    def first_tokens(self, source: Prompt) -> tf.Tensor:
        """Return the last tokens of the prompts."""
        return source.token_ids[:, -1]

    def step(self, state: State, tokens: tf.Tensor, position: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Pass one token through the model."""
        visible = state["visible"]
        column = state["token_ids"].shape[1] - 1 + position
        attention_mask = (visible & (tf.range(visible.shape[1]) <= column))[:, None, None]
        positions = (state["last"] + position)[:, None]
        x, caches = self._forward(tokens[:, None], positions, attention_mask, state["caches"], column)
        return self._logits(x)[:, 0], {**state, "caches": caches}

    def _forward(
        self,
        token_ids: tf.Tensor,
        positions: tf.Tensor,
        attention_mask: tf.Tensor,
        caches: list[Cache],
        start: tf.Tensor | int,
    ) -> tuple[tf.Tensor, list[Cache]]:
        """Return features (batch, length, hidden_dim), and the caches with what has been computed for them."""
        x = self.table(token_ids)
        if self.position_table is not None:
            x = x + self.position_table(positions)
        updated = []
        for block, cache in zip(self.blocks, caches, strict=True):
            x, cache = block(x, attention_mask, positions, cache=cache, start=start, training=False)
            updated.append(cache)
        return x, updated

    def _logits(self, x: tf.Tensor) -> tf.Tensor:
        x = x if self.final_norm is None else self.final_norm(x)
        return self.table(x, reverse=True) if self.head is None else self.head(x)

    def process(self, state: State, logits: tf.Tensor, tokens: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        """Apply the repetition penalty, then exclude repeated n-grams."""
        logits = tf.cast(logits, tf.float32)
        if self.repetition_penalty == 1.0 and not self.no_repeat_ngram_size:
            return logits
        length = state["token_ids"].shape[1]
        text = tf.concat([state["token_ids"], tokens], axis=1)
        present = state["visible"] & (tf.range(text.shape[1]) < length + position)
        if self.repetition_penalty != 1.0:
            repeated = _mark(text, present, logits.shape[-1])
            penalized = tf.where(logits < 0, logits * self.repetition_penalty, logits / self.repetition_penalty)
            logits = tf.where(repeated, penalized, logits)
        if self.no_repeat_ngram_size:
            banned = _mark(text, self._follows_ngram(text, present, length + position), logits.shape[-1])
            logits = tf.where(banned, NEGATIVE_INFINITY, logits)
        return logits

    def _follows_ngram(self, text: tf.Tensor, present: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
        """Return where texts have a token that followed what they now end with, before column `end`."""
        before = self.no_repeat_ngram_size - 1
        repeats = present
        for back in range(1, before + 1):
            last = tf.gather(text, tf.maximum(end - back, 0), axis=1)[:, None]
            # the token that stands as far before each as this one before the next
            shifted = tf.pad(text, [[0, 0], [back, 0]])[:, :-back]
            shifted_present = tf.pad(present, [[0, 0], [back, 0]])[:, :-back]
            repeats &= shifted_present & (shifted == last)
        return repeats

    def reorder(self, state: State, rows: tf.Tensor) -> State:
        """Return the state of other rows; a cache has a row a head of each."""
        heads = self.blocks[0].attention.num_kv_heads
        cache_rows = tf.reshape(rows[:, None] * heads + tf.range(heads), (-1,))
        caches = tf.nest.map_structure(lambda each: tf.gather(each, cache_rows), state["caches"])
        rest = {name: tf.gather(each, rows) for name, each in state.items() if name != "caches"}
        return {**rest, "caches": caches}


def _mark(text: tf.Tensor, present: tf.Tensor, vocabulary_size: int) -> tf.Tensor:
    """Return which tokens stand in a text where `present` is True, (batch, vocabulary_size)."""
    batch = tf.shape(text)[0]
    rows = tf.broadcast_to(tf.range(batch)[:, None], tf.shape(text))
    indices = tf.stack([rows, text], axis=-1)
    marks = tf.zeros((batch, vocabulary_size), tf.int32)
    return tf.tensor_scatter_nd_max(marks, indices, tf.cast(present, tf.int32)) > 0


def generate(
    model: keras.Model,
    token_ids: Any,
    padding_mask: Any = None,
    *,
    max_new_tokens: int = 20,
    num_beams: int = 1,
    do_sample: bool = False,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    no_repeat_ngram_size: int = 0,
    length_penalty: float = 1.0,
    eos_token_id: int | Sequence[int] | None = None,
    pad_token_id: int | None = None,
    seed: int = 0,
    xla: bool = True,
) -> np.ndarray:
    """Continue prompts by a language model; the arguments have the names and meanings of transformers' `generate`.

    The prompt is computed at once, and each new token with a key-value cache. What a row becomes does not depend on the
    others, nor on its padding, which may be on either side. Functions are compiled once for each batch size and for
    lengths rounded up to multiples of 32.

    Args:
        model: as a builder returns it, with a causal_lm head.
        token_ids: int32 (batch, length), the prompts.
        padding_mask: (batch, length), 1 for tokens and 0 for padding; None if all are tokens.
        max_new_tokens: at most so many are generated.
        num_beams: hypotheses of a beam search; 1 for greedy search or sampling.
        do_sample: whether tokens are sampled.
        temperature, top_k, top_p, min_p: of sampling: see `kzoo.generation.sample`; top_k=0 is None.
        repetition_penalty, no_repeat_ngram_size: see `kzoo.generation.CausalDecoder`.
        length_penalty: of beam search: scores are divided by the number of new tokens to this power.
        eos_token_id: the token, or tokens, that end a text.
        pad_token_id: what follows the end; by default the first of `eos_token_id`. Beam search takes 0 for None, as
            that of transformers does.
        seed: of sampling; the same seed gives the same tokens.
        xla: whether to compile with XLA.

    Returns:
        int32 (batch, length + new tokens): the prompts as they were given, and what was generated, as long as the
        longest.

    Raises:
        ValueError: an argument does not fit the model or the others; the message names it.
    """
    config = _check_model(model)
    token_ids, mask = _check_prompts(token_ids, padding_mask, config["vocabulary_size"])
    max_new_tokens = check(None, "max_new_tokens", NonNegativeInt, max_new_tokens)
    num_beams = check(None, "num_beams", PositiveInt, num_beams)
    if do_sample and num_beams > 1:
        raise ValueError(f"num_beams={num_beams} does not work with do_sample=True; accepted: 1")
    pad_token_id = None if num_beams > 1 and pad_token_id == 0 else pad_token_id
    ends, pad = _check_special(eos_token_id, pad_token_id, config["vocabulary_size"])
    longest = int(mask.sum(axis=1).max(initial=0)) + max_new_tokens
    if "rope_theta" not in config and longest > config["max_sequence_length"]:
        raise ValueError(
            f"max_new_tokens={max_new_tokens} with a prompt of {longest - max_new_tokens} tokens makes {longest}, but "
            f"the model has {config['max_sequence_length']} positions; give a shorter prompt, or ask for fewer"
        )
    if not max_new_tokens or not len(token_ids):
        return token_ids
    settings: dict[str, Any] = {
        "ends": ends,
        "pad": pad,
        "repetition_penalty": check(None, "repetition_penalty", PositiveFloat, repetition_penalty),
        "no_repeat_ngram_size": check(None, "no_repeat_ngram_size", NonNegativeInt, no_repeat_ngram_size),
    }
    search: tuple[tuple[str, Any], ...] = ()
    if do_sample:
        search = (("temperature", temperature), ("top_k", top_k or None), ("top_p", top_p), ("min_p", min_p))
    elif num_beams > 1:
        search = (("num_beams", num_beams), ("length_penalty", length_penalty))
    if not do_sample and (temperature, top_k, top_p, min_p) != (1.0, None, None, None):
        warnings.warn("temperature, top_k, top_p and min_p do nothing without do_sample=True", stacklevel=2)
    padded, padded_mask = _pad_left(token_ids, mask)
    key = (padded.shape, _round_up(max_new_tokens), tuple(settings.items()), do_sample, search, xla)
    functions = model.__dict__.setdefault("_generate_functions", {})  # with the model: compiling takes seconds
    if key not in functions:
        functions[key] = make_function(model, *key).get_concrete_function()
    seeds = tf.constant([check(None, "seed", NonNegativeInt, seed), 0])
    found = functions[key](tf.constant(padded), tf.constant(padded_mask), seeds, tf.constant(max_new_tokens)).numpy()
    return np.concatenate([token_ids, _trim(found[:, :max_new_tokens], ends)], axis=1)


def power_penalty(length: tf.Tensor, length_penalty: float) -> tf.Tensor:
    """Return what transformers divides the log-probability of so many tokens by."""
    return tf.cast(length, tf.float32) ** length_penalty


def make_function(
    model: keras.Model,
    shape: tuple[int, int],
    max_length: int,
    settings: tuple[tuple[str, Any], ...],
    do_sample: bool,
    search: tuple[tuple[str, Any], ...],
    xla: bool,
) -> Any:
    """Return the function of prompts of a shape, their mask, a seed and a number of tokens that generates."""
    decoder = CausalDecoder(model, **dict(settings))
    find: Callable = greedy_search
    if do_sample:
        find = partial(sample, **dict(search))
    elif search:
        find = partial(beam_search, penalize=power_penalty, **dict(search))

    prompt = tf.TensorSpec(shape, tf.int32), tf.TensorSpec(shape, tf.bool)
    signature = [*prompt, tf.TensorSpec((2,), tf.int32), tf.TensorSpec((), tf.int32)]

    @tf.function(input_signature=signature, jit_compile=xla, autograph=False)
    def function(token_ids: tf.Tensor, mask: tf.Tensor, seed: tf.Tensor, limit: tf.Tensor) -> tf.Tensor:
        tokens = find(decoder, Prompt(token_ids, mask), max_length, seed=seed, limit=limit).tokens
        return tokens[:, 0] if tokens.shape.rank == 3 else tokens

    return function


def _check_model(model: keras.Model) -> dict[str, Any]:
    record = record_of(model)
    if getattr(record.variant, "kind", None) != "language" or record.options.get("head") != "causal_lm":
        raise ValueError(
            f"model={getattr(model, 'name', abbreviate(model))!r} does not predict the next token; accepted: a "
            "language model of kzoo with head='causal_lm'"
        )
    if record.options.get("use_segment_ids"):
        raise ValueError("model was built with use_segment_ids=True, which generation does not know; leave it out")
    return dict(record.options)


def _check_prompts(token_ids: Any, padding_mask: Any, vocabulary_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return prompts as int32 and their mask as bool."""
    token_ids = np.asarray(token_ids)
    if token_ids.ndim != 2 or token_ids.dtype.kind not in "iu" or not token_ids.shape[1]:
        raise ValueError(
            f"token_ids of shape {token_ids.shape} and type {token_ids.dtype} do not work; accepted: integers (batch, "
            "length), of at least one token"
        )
    mask = np.ones(token_ids.shape, bool) if padding_mask is None else np.asarray(padding_mask).astype(bool)
    if mask.shape != token_ids.shape:
        raise ValueError(f"padding_mask of shape {mask.shape} does not fit token_ids of shape {token_ids.shape}")
    if (empty := np.flatnonzero(~mask.any(axis=1))).size:
        raise ValueError(f"padding_mask leaves row {empty[0]} without a token; a prompt has at least one")
    outside = token_ids[mask & ((token_ids < 0) | (token_ids >= vocabulary_size))]
    if outside.size:
        raise ValueError(f"token_ids has {outside[0]}, which is no token; accepted: 0 to {vocabulary_size - 1}")
    return token_ids.astype(np.int32), mask


def _check_special(
    eos_token_id: int | Sequence[int] | None, pad_token_id: int | None, vocabulary_size: int
) -> tuple[tuple[int, ...], int]:
    """Return the tokens that end a text, and the one that follows."""
    ends = () if eos_token_id is None else tuple(np.atleast_1d(eos_token_id).tolist())
    pad = (ends or (0,))[0] if pad_token_id is None else pad_token_id
    for name, ids in (("eos_token_id", ends), ("pad_token_id", (pad,))):
        for each in ids:
            if check(None, name, Ids, each) >= vocabulary_size:
                raise ValueError(f"{name}={each} is no token; accepted: 0 to {vocabulary_size - 1}")
    return ends, pad


def _trim(tokens: np.ndarray, ends: Sequence[int]) -> np.ndarray:
    """Return tokens without the columns behind the ends of all rows."""
    if not ends:
        return tokens
    is_end = np.isin(tokens, ends)
    until_end: np.ndarray = np.cumsum(is_end, axis=1) - is_end == 0
    return tokens[:, : int(until_end.sum(axis=1).max())]


def _round_up(length: int) -> int:
    return math.ceil(length / BUCKET) * BUCKET


def _pad_left(token_ids: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move the tokens of each row to its right end, and pad to a multiple of the bucket."""
    length = _round_up(int(mask.sum(axis=1).max()))
    padded, padded_mask = np.zeros((len(token_ids), length), np.int32), np.zeros((len(token_ids), length), bool)
    for row, (tokens, real) in enumerate(zip(token_ids, mask, strict=True)):
        kept = tokens[real]
        padded[row, length - len(kept) :], padded_mask[row, length - len(kept) :] = kept, True
    return padded, padded_mask
