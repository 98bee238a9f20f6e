"""Language models from folders and repositories in the format of the Hugging Face hub, and back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzoo import registry
from kzoo._files import atomic_path
from kzoo._validation import abbreviate
from kzoo.models.text.bert import BERT_FAMILY, DISTILBERT_FAMILY, ROBERTA_FAMILY
from kzoo.models.text.gpt import GPT2_FAMILY, GPT_FAMILY
from kzoo.models.text.language_model import Family
from kzoo.models.text.llama import LLAMA_FAMILY
from kzoo.registry import record_of
from kzoo.registry.weights import HUB

if TYPE_CHECKING:
    import keras

FAMILIES = {
    family.model_type: family
    for family in (GPT_FAMILY, GPT2_FAMILY, LLAMA_FAMILY, BERT_FAMILY, ROBERTA_FAMILY, DISTILBERT_FAMILY)
}
# Names of activations in a config.json -> here; GPT's "gelu" is that with tanh, too
ACTIVATIONS = {
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu": "gelu",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}
# Keys of a config.json that say nothing of the arithmetic of a forward pass, or that are read elsewhere
IGNORED = {
    *("architectures", "model_type", "_name_or_path", "transformers_version", "torch_dtype", "dtype", "use_cache"),
    *("bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id", "sep_token_id", "cls_token_id", "mask_token_id"),
    *("decoder_start_token_id", "task_specific_params", "id2label", "label2id", "num_labels", "problem_type"),
    *("finetuning_task", "gradient_checkpointing", "n_ctx", "n_special", "n_head_dim", "pretraining_tp", "auto_map"),
    *("attn_pdrop", "embd_pdrop", "attention_probs_dropout_prob", "attention_dropout", "qa_dropout"),
    *("seq_classif_dropout", "classifier_dropout", "summary_type", "summary_use_proj", "summary_activation"),
    *("summary_first_dropout", "summary_proj_to_logits", "summary_proj_to_labels", "output_past", "directionality"),
    *("pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type"),
    *("output_hidden_states", "output_attentions", "return_dict", "rope_theta", "rope_scaling", "rope_parameters"),
    *("is_llama_config", "transformers.js_config", "return_dict_in_generate", "max_length"),
    *("do_sample", "temperature", "top_k", "top_p", "num_beams", "chunk_size_feed_forward", "use_return_dict"),
    *(
        "tokenizer_class",
        "prefix",
        "torchscript",
        "use_bfloat16",
        "language",
        "_num_labels",
        "max_sequence_length",
        "xla_device",
    ),
}
# Files beside the weights that belong to a tokenizer
TOKENIZER_FILES = (
    *("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.json", "merges.txt", "vocab.txt", "generation_config.json"),
)


def from_pretrained(source: str | os.PathLike, head: str | None = None, **changes: Any) -> keras.Model:
    """Build a language model, and load its weights from a repository of the Hugging Face hub or a folder.

    Args:
        source: "hf-hub:owner/name", or a folder, with config.json and safetensors files.
        head: "causal_lm", "masked_lm", "sequence_classification" and so on, as the builders take it; by default that of
            the architecture in config.json. A head that the files lack is drawn at random, with a warning.
        changes: further arguments of the builder, such as `num_labels` or `dropout`.

    Returns:
        A model as `kzoo.GPT2Small()` and the other builders return it.

    Raises:
        ValueError: config.json is of another kind of network, or has a field whose meaning is not known here; or a
            tensor is missing, left over or of another shape; the message names it.
        FileNotFoundError: there is no such folder, or it lacks a file.
        OSError: the download failed.
    """
    from kzoo.weights.hub import load_checkpoint, warn_new_weights

    folder = locate(source)
    config = read_config(folder)
    family = FAMILIES[config["model_type"]]
    options = {**builder_options(family, config, folder), **({} if head is None else {"head": head}), **changes}
    model = registry.build(family.variant, **options)
    built = record_of(model).options  # all of them, those too that config.json leaves out
    head_dim = built.get("head_dim") or built["hidden_dim"] // built["num_heads"]
    tied = family.tied if built.get("tie_word_embeddings", True) else {}
    heads = (*family.heads, *family.optional)
    missing = load_checkpoint(model, folder, family.modules, family.prefix, heads, tied, head_dim)
    warn_new_weights(folder, missing)
    model.source = folder
    return model


def save_pretrained(model: keras.Model, folder: str | os.PathLike, overwrite: bool = False):
    """Write a language model to a folder that transformers opens: config.json and model.safetensors.

    The files of a tokenizer are copied from the folder that the model was loaded from.

    Args:
        model: as a builder of a language model, or `from_pretrained`, returned it.
        folder: new or empty, or with a checkpoint that may be replaced.
        overwrite: whether a checkpoint may be replaced; other files in its folder stay.

    Raises:
        ValueError: the model is no language model of kzoo.
        FileExistsError: the folder holds something.
    """
    from kzoo.weights.hub import FILE, remove_shards, save_checkpoint

    family = _family_of(model)
    folder = Path(os.path.expanduser(folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / "config.json").is_file():
            raise FileExistsError(f"folder={str(folder)!r} holds something else; give a new one")
        if not overwrite:
            raise FileExistsError(f"folder={str(folder)!r} holds a checkpoint; give a new one, or pass overwrite=True")
    folder.mkdir(parents=True, exist_ok=True)
    save_checkpoint(model, folder / FILE, family.modules[0], family.prefix, family.heads)
    with atomic_path(folder / "config.json") as new:
        new.write_text(json.dumps(hub_config(family, record_of(model).options), indent=2) + "\n")
    remove_shards(folder)
    source = getattr(model, "source", None)
    for name in TOKENIZER_FILES:
        if source and source != folder and (source / name).is_file():
            shutil.copyfile(source / name, folder / name)


def locate(source: str | os.PathLike) -> Path:
    """Return the folder of a checkpoint, which is downloaded if it is of the hub.

    Raises:
        FileNotFoundError: there is no such folder.
        OSError: the download failed.
    """
    if isinstance(source, str) and source.startswith(HUB):
        from kzoo.weights.download import fetch_repository

        return fetch_repository(source.removeprefix(HUB), ("config.json", "*.safetensors*", *TOKENIZER_FILES))
    folder = Path(os.path.expanduser(source))
    if not folder.is_dir():
        raise FileNotFoundError(f"source={str(source)!r} is no folder; accepted: a folder, or 'hf-hub:owner/name'")
    return folder


def read_config(folder: Path) -> dict[str, Any]:
    """Return the content of a config.json of a known kind.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged, or of another kind of network.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise FileNotFoundError(f"{folder} has no config.json")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}") from None
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in FAMILIES:
        raise ValueError(f"{path} is of model_type {kind!r}; accepted: {', '.join(FAMILIES)}")
    return config


def builder_options(family: Family, config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the arguments of a builder for a config.json.

    Raises:
        ValueError: a field is not understood, or has a value that would change the arithmetic.
    """
    path = folder / "config.json"
    for key, value in config.items():
        if key in family.fixed:
            if value not in family.fixed[key]:
                accepted = ", ".join(map(str, family.fixed[key]))
                raise ValueError(f"{path}: {key}={abbreviate(value)} is not known here; accepted: {accepted}")
        elif key not in family.fields and key not in IGNORED and value is not None:
            raise ValueError(f"{path}: {key}={abbreviate(value)} is not known here, and may change what is computed")
    options = {name: config[key] for key, name in family.fields.items() if config.get(key) is not None}
    if "activation" in options:
        options["activation"] = _activation(family, options["activation"], path)
    if "intermediate_dim" not in options and "hidden_dim" in options:
        options["intermediate_dim"] = 4 * options["hidden_dim"]
    if config.get("id2label") or config.get("num_labels"):
        options["num_labels"] = len(config.get("id2label") or range(config["num_labels"]))
    options |= family.read_config(config)
    architecture = next(iter(config.get("architectures") or []), None)
    if architecture is not None:
        if architecture not in family.architectures:
            raise ValueError(
                f"{path}: architecture {architecture!r} has no head here; accepted: {', '.join(family.architectures)}"
            )
        options["head"] = family.architectures[architecture]
    return options


def _activation(family, name, path):
    if name not in ACTIVATIONS:
        raise ValueError(f"{path}: the activation {name!r} is not known here; accepted: {', '.join(ACTIVATIONS)}")
    return "gelu_tanh" if family is GPT_FAMILY and name == "gelu" else ACTIVATIONS[name]


def hub_config(family: Family, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config.json of a network."""
    values = {each.name: options.get(each.name, each.default) for each in fields(family.config)}
    heads = {head: name for name, head in reversed(list(family.architectures.items()))}
    names = {ours: theirs for theirs, ours in reversed(ACTIVATIONS.items())}
    config: dict[str, Any] = {"architectures": [heads[values["head"]]], "model_type": family.model_type}
    for key, name in family.fields.items():
        config[key] = names[values[name]] if name == "activation" else values[name]
    if family is GPT_FAMILY and values["activation"] == "gelu_tanh":
        config["afn"] = "gelu"
    if "rope_theta" in values:
        scaling = values["rope_scaling"] or {"rope_type": "default"}
        config["rope_parameters"] = {**scaling, "rope_theta": values["rope_theta"]}
        config["num_key_value_heads"] = values["num_kv_heads"] or values["num_heads"]
        config["head_dim"] = values["head_dim"] or values["hidden_dim"] // values["num_heads"]
    if values["head"] in ("sequence_classification", "token_classification"):
        config["id2label"] = {str(i): f"LABEL_{i}" for i in range(values["num_labels"])}
        config["label2id"] = {f"LABEL_{i}": i for i in range(values["num_labels"])}
    return config


def _family_of(model) -> Family:
    variant = record_of(model).variant
    for family in FAMILIES.values():
        if variant is not None and getattr(variant, "make", None) is family.make:
            return family
    raise ValueError(f"model={abbreviate(getattr(model, 'name', model))} is no language model that kzoo built")
