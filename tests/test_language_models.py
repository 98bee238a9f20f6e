"""Language models: counts of papers and checkpoints, outputs of transformers 5.23, checkpoints read and written."""

import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import prod

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line, tensor_from_name
from safetensors.numpy import load_file, save_file

import kzoo
from kzoo.generation.causal import CausalDecoder, Prompt, make_function
from kzoo.generation.decoding import keep_probable
from kzoo.layers import Attention, FeedForward, RMSNormalization, RotaryEmbedding
from kzoo.models.text.pretrained import FAMILIES, builder_options
from kzoo.weights.adapt import NewClassifierWarning

GOLDENS = ROOT / "tests" / "goldens" / "language"
NAMES = {
    **{f"BERT-{size}": f"BERT{size}" for size in ("Tiny", "Mini", "Small", "Medium")},
    "TinyLlama1.1B": "TinyLlama",
}
# transformers' forward without position_ids counts the padding before a text, too; kzoo never does
LEFT_OUT = ("greedy", "greedy_end", "beam", "penalised", "left_padded_naive")


class Golden:
    """A file of outputs of transformers, and the tensors that they are of."""

    def __init__(self, name):
        with np.load(GOLDENS / f"{name}.npz") as file:
            self.arrays = {key: file[key] for key in file.files}
        self.tensors, self.tied, self.config, self.cases, self.noise = (
            json.loads(str(self.arrays.pop(key))) for key in ("tensors", "tied", "config", "cases", "noise")
        )

    def write(self, folder, head, **config):
        """Write a checkpoint, and return its folder."""
        folder.mkdir(exist_ok=True)
        save_file({k: tensor_from_name(k, tuple(v)) for k, v in self.tensors.items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({**self.config, "architectures": [head], **config}))
        return folder

    def case(self, name):
        return {key: self.arrays[f"{name}.{key}"] for key in self.cases[name]["arrays"]}


FILES = sorted(path.stem for path in GOLDENS.glob("*.npz"))
CASES = [(file, case) for file in FILES for case in Golden(file).cases if case not in LEFT_OUT]


def inputs(model, case):
    """Return the inputs of a model for a case."""
    given = {
        "token_ids": case["input_ids"],
        "padding_mask": case.get("attention_mask", np.ones_like(case["input_ids"])),
        "segment_ids": case.get("token_type_ids", np.zeros_like(case["input_ids"])),
    }
    return {each.name: given[each.name] for each in model.inputs}


def count_parameters(name):
    with keras.StatelessScope(initialize_variables=False):
        model = kzoo.build(name)
    return sum(prod(weight.shape) for weight in model.weights)


@pytest.mark.parametrize("row", list(csv.DictReader((GOLDENS / "rows.csv").open())), ids=lambda row: row["name"])
def test_counts_are_the_papers_without_memory_for_them(row):
    name = NAMES.get(row["name"], row["name"].replace("-", "_").replace(".", "_"))
    # in a thread of its own: Keras would allocate the weights at the end of that thread's next scope of the kind
    with ThreadPoolExecutor(1) as thread:
        count = thread.submit(count_parameters, name).result()
    assert count == int(row["parameters"]) == kzoo.info(name).parameters
    assert kzoo.info(name).weights == () or kzoo.info(name).weights[0].url in f"hf-hub:{row['hub']}"


@pytest.mark.parametrize("file, case", CASES)
def test_outputs_are_those_of_transformers(file, case, tmp_path):
    golden = Golden(file)
    changes = {"num_labels": 3} if case in ("classify", "tag") else {}
    changes |= {"use_segment_ids": True} if case == "token_types" else {}
    model = kzoo.from_pretrained(golden.write(tmp_path / "net", golden.cases[case]["head"]), **changes)
    arrays = golden.case(case)
    found = model(inputs(model, arrays))
    for name, ours in (found if isinstance(found, dict) else {"logits": found}).items():
        error = np.abs(np.asarray(ours) - arrays[name])
        if "valid" in arrays and error.shape[:2] == arrays["valid"].shape:
            error = error[arrays["valid"].astype(bool)]
        assert ours.dtype == "float32"
        assert error.max() < max(10 * golden.noise[case], 2e-5) or (np.isnan(golden.noise[case]) and error.max() < 5e-5)


@pytest.mark.parametrize("file", ["gpt1", "gpt2", "llama", "llama_gqa_tied", "bert", "roberta", "distilbert"])
def test_what_is_saved_is_what_transformers_saves(file, tmp_path):
    golden = Golden(file)
    head = next(iter(golden.cases.values()))["head"]
    model = kzoo.from_pretrained(golden.write(tmp_path / "theirs", head))
    kzoo.save_pretrained(model, tmp_path / "ours")
    written, read = (load_file(tmp_path / name / "model.safetensors") for name in ("ours", "theirs"))
    assert written.keys() <= read.keys()
    assert all("classifier" in name or "score" in name or "qa_outputs" in name for name in read.keys() - written.keys())
    for name, tensor in written.items():
        np.testing.assert_array_equal(tensor, read[name])
    config = json.loads((tmp_path / "ours" / "config.json").read_text())
    assert config["architectures"] == [head]
    for key in golden.config.keys() & config.keys():
        assert config[key] == golden.config[key], key
    again = kzoo.from_pretrained(tmp_path / "ours")
    case = golden.case(next(iter(golden.cases)))
    for ours, theirs in zip(*(keras.tree.flatten(each(inputs(each, case))) for each in (model, again)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.fixture
def gpt2(tmp_path):
    return Golden("gpt2").write(tmp_path / "gpt2", "GPT2LMHeadModel")


def rewrite(folder, change):
    """Change the tensors of a checkpoint."""
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")


def logits(folder, **changes):
    tokens = np.arange(1, 11, dtype="int32").reshape(2, 5)
    return np.asarray(kzoo.from_pretrained(folder, **changes)({"token_ids": tokens, "padding_mask": np.ones((2, 5))}))


def test_spellings_of_checkpoints(gpt2):
    expected = logits(gpt2)
    rewrite(gpt2, lambda tensors: tensors.update(lm_head=tensors.pop("score.weight")) or tensors.pop("lm_head"))

    def old(tensors):
        for name in list(tensors):
            tensors[name.removeprefix("transformer.")] = tensors.pop(name)
        tensors["lm_head.weight"] = tensors["wte.weight"].copy()  # repeated
        tensors["h.0.attn.bias"] = np.tril(np.ones((1, 1, 32, 32), "float32"))
        tensors["h.0.attn.masked_bias"] = np.array(-1e4, "float32")

    rewrite(gpt2, old)
    np.testing.assert_array_equal(logits(gpt2), expected)


def test_gamma_and_beta_of_the_oldest_files(tmp_path):
    golden = Golden("bert")
    folder = golden.write(tmp_path / "bert", "BertForPreTraining")
    case = golden.case("plain")
    before = kzoo.from_pretrained(folder)
    expected = before(inputs(before, case))

    def old(tensors):
        for name in list(tensors):
            for new, spelling in ((".LayerNorm.weight", ".LayerNorm.gamma"), (".LayerNorm.bias", ".LayerNorm.beta")):
                if name.endswith(new):
                    tensors[name.replace(new, spelling)] = tensors.pop(name)
        tensors["bert.embeddings.position_ids"] = np.arange(24, dtype="int64")[None]

    rewrite(folder, old)
    again = kzoo.from_pretrained(folder)
    np.testing.assert_array_equal(again(inputs(again, case))["prediction_logits"], expected["prediction_logits"])


def test_bfloat16_shards(gpt2):
    import ml_dtypes

    expected = logits(gpt2)
    tensors = {name: value.astype(ml_dtypes.bfloat16) for name, value in load_file(gpt2 / "model.safetensors").items()}
    names = sorted(tensors)
    files = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(names)}
    for file in set(files.values()):
        save_file({name: tensors[name] for name in names if files[name] == file}, gpt2 / file)
    (gpt2 / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    assert 1e-4 < np.abs(logits(gpt2) - expected).max() < 0.2
    (gpt2 / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks model-00002-of-00002\.safetensors") as error:
        logits(gpt2)
    one_line(error)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.pop("transformer.h.1.ln_2.bias"), "tensor 'h.1.ln_2.bias' of shape (32,) is missing"),
        (lambda t: t.pop("transformer.wpe.weight"), "tensor 'wpe.weight' of shape (32, 32) is missing"),
        (lambda t: t.update({"transformer.h.3.ln_1.bias": np.ones(32, "float32")}), "'transformer.h.3.ln_1.bias' of"),
        (lambda t: t.update({"mystery": np.ones(3, "float32")}), "tensor 'mystery' is left over"),
        (lambda t: t.update({"transformer.wte.weight": np.ones((70, 32), "float32")}), "has shape (70, 32), the"),
        (lambda t: t.update({"transformer.wpe.weight": np.ones((32, 32), "int8")}), "is of type I8; accepted are"),
        (lambda t: t.update({"lm_head.weight": np.ones((71, 32), "float32")}), "'lm_head.weight' differs from"),
    ],
)
def test_tensors_that_do_not_fit_are_named(gpt2, change, message):
    rewrite(gpt2, lambda tensors: [change(tensors), None][1])
    with pytest.raises(ValueError) as error:
        logits(gpt2)
    assert message.replace(" of", "") in one_line(error).replace(" of", "")


@pytest.mark.parametrize(
    "config, message",
    [
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx=True is not known here"),
        ({"mystery_gate": 3}, "mystery_gate=3 is not known here, and may change what is computed"),
        ({"activation_function": "quick_gelu"}, "the activation 'quick_gelu' is not known here; accepted: gelu_new"),
        ({"architectures": ["GPT2DoubleHeadsModel"]}, "architecture 'GPT2DoubleHeadsModel' has no head here"),
        ({"model_type": "mamba"}, "is of model_type 'mamba'; accepted: openai-gpt, gpt2, llama, bert"),
        ({"n_head": 5}, "num_heads=5 does not divide hidden_dim=32"),
    ],
)
def test_configurations_that_are_not_understood_are_refused(gpt2, config, message):
    given = json.loads((gpt2 / "config.json").read_text())
    (gpt2 / "config.json").write_text(json.dumps({**given, **config}))
    with pytest.raises(ValueError) as error:
        logits(gpt2)
    assert message in one_line(error)


SUMMARY = {f"summary_{key}": None for key in ("activation", "first_dropout", "proj_to_labels", "type", "use_proj")}
# As they are on the hub, besides sizes
HUB_CONFIGS = {
    "distilgpt2": {
        **{"_num_labels": 1, "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], **SUMMARY},
        **{"attn_pdrop": 0.1, "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "n_ctx": 1024},
        **{"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}, "layer_norm_epsilon": 1e-05, "model_type": "gpt2"},
        **{"resid_pdrop": 0.1, "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}}},
    },
    "openai-gpt": {
        **{"afn": "gelu", "architectures": ["OpenAIGPTLMHeadModel"], "model_type": "openai-gpt", "n_special": 0},
        **{"predict_special_tokens": True, "layer_norm_epsilon": 1e-05, **SUMMARY},
    },
    "bert-base-uncased": {
        **{"architectures": ["BertForMaskedLM"], "attention_probs_dropout_prob": 0.1, "gradient_checkpointing": False},
        **{"hidden_act": "gelu", "hidden_dropout_prob": 0.1, "layer_norm_eps": 1e-12, "model_type": "bert"},
        **{"pad_token_id": 0, "position_embedding_type": "absolute", "transformers_version": "4.6.0.dev0"},
        **{"type_vocab_size": 2, "use_cache": True},
    },
    "distilbert-base-uncased": {
        **{"activation": "gelu", "architectures": ["DistilBertForMaskedLM"], "attention_dropout": 0.1, "dropout": 0.1},
        **{"model_type": "distilbert", "pad_token_id": 0, "qa_dropout": 0.1, "seq_classif_dropout": 0.2},
        **{"sinusoidal_pos_embds": False, "tie_weights_": True, "transformers_version": "4.10.0.dev0"},
    },
    "llama-7b": {
        **{"architectures": ["LlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu"},
        **{"max_position_embeddings": 2048, "max_sequence_length": 2048, "model_type": "llama", "pad_token_id": 0},
        **{"rms_norm_eps": 1e-06, "tie_word_embeddings": False, "torch_dtype": "float16", "use_cache": True},
    },
    "SmolLM2-135M": {
        **{"architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "mlp_bias": False},
        **{"is_llama_config": True, "model_type": "llama", "pretraining_tp": 1, "rope_interleaved": False},
        **{"rope_scaling": None, "rope_theta": 100000, "tie_word_embeddings": True, "hidden_act": "silu"},
    },
    "Llama-3.1-8B": {
        **{"architectures": ["LlamaForCausalLM"], "eos_token_id": [128001, 128008], "model_type": "llama"},
        **{"rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "rope_type": "llama3"}},
    },
}
HUB_CONFIGS["Llama-3.1-8B"]["rope_scaling"]["original_max_position_embeddings"] = 8192


@pytest.mark.parametrize("name", HUB_CONFIGS)
def test_configurations_of_the_hub_are_understood(name, tmp_path):
    config = HUB_CONFIGS[name]
    options = builder_options(FAMILIES[config["model_type"]], config, tmp_path)
    assert options["head"] == ("masked_lm" if "bert" in name else "causal_lm")
    if name == "openai-gpt":
        assert options["activation"] == "gelu_tanh"
    if "llama" in name.lower() or name.startswith("Smol"):
        scaling = config.get("rope_scaling")
        assert (options["rope_theta"], options["rope_scaling"]) == (config.get("rope_theta", 10_000.0), scaling)


def test_what_a_configuration_leaves_out_is_the_default_of_its_family(tmp_path):
    model = kzoo.build("DistilGPT2", num_layers=1, vocabulary_size=9, max_sequence_length=4)
    kzoo.save_pretrained(model, tmp_path / "net")
    kept = ("architectures", "model_type", "n_layer", "vocab_size", "n_positions")
    config = json.loads((tmp_path / "net" / "config.json").read_text())
    (tmp_path / "net" / "config.json").write_text(json.dumps({key: config[key] for key in kept}))
    again = kzoo.from_pretrained(tmp_path / "net")
    np.testing.assert_array_equal(call(again, np.array([[1, 2]])), call(model, np.array([[1, 2]])))


def test_folders_that_are_no_checkpoints(gpt2, tmp_path):
    with pytest.raises(FileNotFoundError, match="is no folder; accepted: a folder, or 'hf-hub:owner/name'"):
        kzoo.from_pretrained(tmp_path / "gone")
    (gpt2 / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ValueError, match="not a safetensors file, or a damaged one"):
        kzoo.from_pretrained(gpt2)
    (gpt2 / "model.safetensors").rename(gpt2 / "pytorch_model.bin")
    with pytest.raises(FileNotFoundError, match=r"pytorch_model\.bin is torch's own format: convert it to safetensors"):
        kzoo.from_pretrained(gpt2)
    (gpt2 / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"config.json is damaged"):
        kzoo.from_pretrained(gpt2)
    with pytest.raises(FileExistsError, match="holds something else; give a new one"):
        kzoo.save_pretrained(kzoo.BERTTiny(), tmp_path)
    with pytest.raises(FileExistsError, match="holds a checkpoint; give a new one, or pass overwrite=True"):
        kzoo.save_pretrained(small("GPT2Small"), gpt2)
    with pytest.raises(ValueError, match="is a language model, which is not exported; "):
        kzoo.export(small("GPT2Small"), tmp_path / "export")
    with pytest.raises(ValueError, match="is no language model that kzoo built"):
        kzoo.save_pretrained(kzoo.LeNet5(), tmp_path / "new")


def test_a_checkpoint_is_replaced_whole(gpt2):
    """Of one in shards no index stays, which would be read instead; other files stay."""
    (gpt2 / "model.safetensors").rename(gpt2 / "model-00001-of-00001.safetensors")
    weight_map = dict.fromkeys(Golden("gpt2").tensors, "model-00001-of-00001.safetensors")
    (gpt2 / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    (gpt2 / "notes.txt").write_text("mine")
    model = kzoo.from_pretrained(gpt2)
    model.set_weights([weight + 1 for weight in model.get_weights()])
    kzoo.save_pretrained(model, gpt2, overwrite=True)
    assert {path.name for path in gpt2.iterdir()} == {"config.json", "model.safetensors", "notes.txt"}
    for ours, theirs in zip(kzoo.from_pretrained(gpt2).get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_tokenizer_is_copied(gpt2, tmp_path):
    (gpt2 / "tokenizer.json").write_text("{}")
    kzoo.save_pretrained(kzoo.from_pretrained(gpt2), tmp_path / "copy")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {
        *("config.json", "model.safetensors", "tokenizer.json")
    }


def test_a_head_that_was_not_trained_is_warned_of(tmp_path):
    golden = Golden("bert")
    folder = golden.write(tmp_path / "bert", "BertForPreTraining")
    rewrite(folder, lambda tensors: [tensors.pop(name) for name in list(tensors) if name.startswith("classifier")])
    with pytest.warns(NewClassifierWarning, match="has no classifier.weight, classifier.bias"):
        model = kzoo.from_pretrained(folder, head="sequence_classification", num_labels=4)
    assert model.output_shape == (None, 4)


SMALL = {
    "GPT": {"num_heads": 4},
    "GPT2Small": {"num_heads": 4},
    "LLaMA7B": {"num_heads": 4, "num_kv_heads": 2},
    "BERTBase": {"num_heads": 4},
}
SIZES = {"vocabulary_size": 50, "max_sequence_length": 16, "hidden_dim": 16, "num_layers": 2, "intermediate_dim": 24}


def small(name, **options):
    keras.utils.set_random_seed(0)
    return kzoo.build(name, **{**SIZES, **SMALL[name], **options})


def tokens(length=9, batch=3):
    return np.random.default_rng(0).integers(1, 50, (batch, length)).astype("int32")


def call(model, token_ids, mask=None):
    case = {"input_ids": token_ids, "attention_mask": np.ones_like(token_ids) if mask is None else mask}
    return np.asarray(keras.tree.flatten(model(inputs(model, case)))[0])


@pytest.mark.parametrize("name", ["GPT", "GPT2Small", "LLaMA7B"])
def test_a_later_token_changes_no_earlier_logit(name):
    model, given = small(name), tokens()
    other = given.copy()
    other[:, 5] = (other[:, 5] + 1) % 50
    before, after = call(model, given), call(model, other)
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    assert (np.abs(before[:, 5:] - after[:, 5:]).max(axis=(0, 2)) > 1e-4).all()


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", ["GPT2Small", "LLaMA7B"])
def test_a_text_does_not_depend_on_its_padding(name, side):
    model, given = small(name), tokens()
    padded = np.pad(given, ((0, 0), (3, 0) if side == "left" else (0, 3)), constant_values=7)
    mask = np.pad(np.ones_like(given), ((0, 0), (3, 0) if side == "left" else (0, 3)))
    found = call(model, padded, mask)[:, 3:] if side == "left" else call(model, padded, mask)[:, :9]
    np.testing.assert_allclose(found, call(model, given), atol=2e-5)
    assert np.isfinite(call(model, padded, mask)).all()


def test_a_classifier_reads_the_last_token_wherever_padding_is():
    model, given = small("GPT2Small", head="sequence_classification"), tokens()
    expected = call(model, given)
    for padding in ((3, 0), (0, 3)):
        mask = np.pad(np.ones_like(given), ((0, 0), padding))
        np.testing.assert_allclose(call(model, np.pad(given, ((0, 0), padding)), mask), expected, atol=2e-5)


@pytest.mark.parametrize("name", SMALL)
def test_saved_and_loaded(name, tmp_path, run_python):
    model, given = small(name), tokens()
    model.save(tmp_path / "net.keras")
    code = f"""
import kzoo, keras, numpy as np
from kzoo.registry import record_of
model = keras.models.load_model({str(tmp_path / "net.keras")!r})
assert record_of(model).variant.name == {name!r} and record_of(model).options["hidden_dim"] == 16
given = np.array({given.tolist()}, "int32")
inputs = {{each.name: given if each.name == "token_ids" else np.ones_like(given) for each in model.inputs}}
outputs = keras.tree.flatten(model(inputs))[0]
np.save({str(tmp_path / "found.npy")!r}, outputs)
kzoo.save_pretrained(model, {str(tmp_path / "hub")!r})
"""
    run_python(code)
    found = np.load(tmp_path / "found.npy")
    case = {"token_ids": given, "padding_mask": np.ones_like(given), "segment_ids": np.ones_like(given)}
    outputs = keras.tree.flatten(model({each.name: case[each.name] for each in model.inputs}))[0]
    np.testing.assert_array_equal(found, outputs)
    assert (tmp_path / "hub" / "config.json").is_file()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", ["GPT2Small", "LLaMA7B"])
def test_mixed_precision_is_near(name, policy):
    whole = small(name)
    keras.config.set_dtype_policy(policy)
    half = small(name)
    half.set_weights(whole.get_weights())
    ours, theirs = call(half, tokens()), call(whole, tokens())
    assert ours.dtype == "float32" and np.abs(ours - theirs).max() < 0.02 * np.abs(theirs).max()
    assert (ours != theirs).any()


def test_initial_values_are_those_of_transformers():
    model = small("GPT2Small", hidden_dim=256, intermediate_dim=1024, vocabulary_size=2000, num_layers=8)
    deviations = {weight.path: float(np.std(weight)) for weight in model.weights}
    assert deviations["token_embedding/embeddings"] == pytest.approx(0.02, rel=0.02)
    assert deviations["block_3/attention/qkv/kernel"] == pytest.approx(0.02, rel=0.02)
    for name in ("attention/output", "feed_forward/down"):
        assert deviations[f"block_3/{name}/kernel"] == pytest.approx(0.02 / 16**0.5, rel=0.02)
    bert = small("BERTBase", hidden_dim=256, vocabulary_size=2000)
    table = np.asarray(bert.get_layer("token_embedding").embeddings)
    assert np.std(table) == pytest.approx(0.0176, rel=0.02) and np.abs(table).max() <= 0.04


# Layers


def test_rotary_embedding_by_hand():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6)).astype("float32")
    positions = np.array([[0, 1, 2, 3], [5, 6, 7, 1000]], "int32")
    ours = RotaryEmbedding(6, theta=100.0)(x, positions)
    angles = positions[:, None, :, None] * 100.0 ** (-np.arange(0, 6, 2) / 6)
    z = (x[..., :3] + 1j * x[..., 3:]) * np.exp(1j * angles)  # a rotation in the complex plane
    np.testing.assert_allclose(ours, np.concatenate([z.real, z.imag], -1), atol=2e-5)


@pytest.mark.parametrize(
    "make, message",
    [
        (partial(RotaryEmbedding, 5), "head_dim=5 does not work"),
        (partial(RotaryEmbedding, 4, theta=0.0), "theta=0.0 does not work"),
        (partial(RotaryEmbedding, 4, scaling={"rope_type": "yarn"}), "has an unknown rope_type; accepted: linear"),
        (partial(RotaryEmbedding, 4, scaling={"rope_type": "linear"}), "lacks factor"),
        (partial(RotaryEmbedding, 4, scaling={"rope_type": "linear", "factor": -1.0}), "scaling['factor']=-1.0 does"),
        (partial(Attention, 4, num_kv_heads=3), "num_kv_heads=3 does not divide num_heads=4"),
        (partial(FeedForward, 4, activation="tanh"), "activation='tanh' is unknown; accepted: gelu"),
        (partial(RMSNormalization, epsilon=-1.0), "epsilon=-1.0 does not work"),
        (partial(kzoo.GPT2Small, hidden_dim=10, num_heads=3), "num_heads=3 does not divide hidden_dim=10"),
        (partial(kzoo.LLaMA7B, num_kv_heads=3), "num_kv_heads=3 does not divide num_heads=32"),
        (partial(kzoo.GPT2Small, head="masked_lm"), "head='masked_lm' does not work for GPT2Small; accepted: 'causal"),
        (partial(kzoo.GPT2Small, dropout=1.0), "dropout=1.0 does not work"),
        (partial(kzoo.BERTTiny, vocabulary_size=0), "vocabulary_size=0 does not work"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert message in one_line(error)


def test_grouped_queries_read_the_keys_of_their_group():
    """The same as full attention whose keys and values are repeated, not tiled."""
    x = np.random.default_rng(0).normal(size=(2, 5, 12)).astype("float32")
    grouped, full = Attention(6, 2), Attention(6)
    mask = np.tri(5, dtype=bool)[None, None]
    grouped(x, mask), full(x, mask)
    weights = grouped.get_weights()
    for i in (2, 3, 4, 5):  # keys and values, kernels and biases
        heads = weights[i].reshape(*weights[i].shape[:-1], 2, 2)
        weights[i] = np.repeat(heads, 3, axis=-2).reshape(*weights[i].shape[:-1], 12)
    full.set_weights(weights)
    np.testing.assert_allclose(grouped(x, mask), full(x, mask), atol=1e-6)


def test_rms_normalization_is_of_float32_in_bfloat16():
    x = tf.cast(np.random.default_rng(0).normal(size=(4, 8)) * 600, "float16")  # whose squares are beyond float16
    layer = RMSNormalization(1e-6, dtype="float16")
    expected = np.asarray(x, "float64") / np.sqrt(np.mean(np.asarray(x, "float64") ** 2, -1, keepdims=True) + 1e-6)
    np.testing.assert_allclose(np.asarray(layer(x), "float64"), expected, atol=2e-3)


# Generation

DECODERS = ["gpt1", "gpt2", "llama", "llama_gqa_tied", "llama_rope_llama3", "llama_meta_layout"]


@pytest.mark.parametrize("case", ["greedy", "greedy_end", "beam", "penalised"])
@pytest.mark.parametrize("file", DECODERS)
def test_generates_what_transformers_generates(file, case, tmp_path):
    """Prompts of several lengths, padded on the left; the penalised ones with a penalty and no bigram twice."""
    golden = Golden(file)
    described, arrays = golden.cases[case], golden.case(case)
    model = kzoo.from_pretrained(golden.write(tmp_path / "net", described["head"]))
    settings = {
        key: value for key, value in described["settings"].items() if key not in ("early_stopping", "use_cache")
    }
    found = kzoo.generate(model, arrays["input_ids"], arrays["attention_mask"], xla=False, **settings)
    np.testing.assert_array_equal(found, arrays["sequences"])


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "no-xla"])
@pytest.mark.parametrize("name", ["GPT", "GPT2Small", "LLaMA7B"])
def test_the_cache_changes_nothing(name, xla):
    """The same as running the whole model again for every token."""
    model, text = small(name), tokens(length=4)
    found = kzoo.generate(model, text, max_new_tokens=8, xla=xla)
    for _ in range(8):
        text = np.concatenate([text, call(model, text)[:, -1].argmax(-1)[:, None]], axis=1)
    np.testing.assert_array_equal(found, text)


@pytest.mark.parametrize(
    "settings", [{}, {"num_beams": 3}, {"repetition_penalty": 1.5, "no_repeat_ngram_size": 2}], ids=str
)
def test_a_text_does_not_depend_on_its_neighbours_nor_on_padding(settings):
    model, prompts = small("LLaMA7B"), [[5, 6, 7], [8, 9, 10, 11, 12], [13]]
    alone = [kzoo.generate(model, [prompt], max_new_tokens=6, **settings)[0, len(prompt) :] for prompt in prompts]
    for side in ("left", "right"):
        padded, mask = np.zeros((3, 5), "int32"), np.zeros((3, 5), "int32")
        for row, prompt in enumerate(prompts):
            where = slice(5 - len(prompt), 5) if side == "left" else slice(0, len(prompt))
            padded[row, where], mask[row, where] = prompt, 1
        together = kzoo.generate(model, padded, mask, max_new_tokens=6, **settings)
        np.testing.assert_array_equal(together[:, :5], padded)
        np.testing.assert_array_equal(together[:, 5:], alone)


def test_what_is_compiled_serves_prompts_of_other_lengths():
    model = small("GPT2Small", max_sequence_length=64)
    for length, new in ((1, 3), (7, 20), (32, 32)):
        assert kzoo.generate(model, tokens(length=length), max_new_tokens=new).shape == (3, length + new)
    assert len(model._generate_functions) == 1
    kzoo.generate(model, tokens(length=33), max_new_tokens=1)
    assert len(model._generate_functions) == 2
    model.set_weights([0 * weight for weight in model.get_weights()])  # what is compiled reads the weights of today
    assert kzoo.generate(model, tokens(length=7), max_new_tokens=2)[:, 7:].tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("batch", [1, 2])
def test_the_cache_is_updated_in_place(batch):
    """XLA copies none of its tensors in the loop over tokens; `tf.einsum` of other layouts would have it copied."""
    model = small("LLaMA7B")
    kzoo.generate(model, tokens(length=4, batch=batch), max_new_tokens=4)
    (key,) = model._generate_functions
    function = make_function(model, *key)
    arguments = tf.zeros((batch, 32), tf.int32), tf.fill((batch, 32), True), tf.constant([0, 0]), tf.constant(4)
    text = function.experimental_get_compiler_ir(*arguments)(stage="optimized_hlo")
    cache = f"f32[{2 * batch},64,4]"
    loops = [part for part in text.split("\n\n") if f"{cache}" in part and "dynamic-update-slice" in part]
    assert loops
    assert not re.findall(rf"= {re.escape(cache)}\S* copy\(", "\n".join(loops))


def test_an_end_token_in_a_prompt_ends_nothing():
    model = small("GPT2Small")
    free = kzoo.generate(model, tokens(length=4), max_new_tokens=6)
    end = int(free[0, 6])  # the third new token of the first row
    found = kzoo.generate(model, tokens(length=4), max_new_tokens=6, eos_token_id=[end], pad_token_id=49)
    for row, given in zip(found[:, 4:].tolist(), free[:, 4:].tolist(), strict=True):
        expected = given[: given.index(end) + 1] if end in given else given
        assert row == (expected + [49] * 6)[: len(row)]
    again = kzoo.generate(model, [[end, end]], max_new_tokens=6, eos_token_id=end)
    assert again.shape[1] > 2


def test_sampling_keeps_what_its_arguments_say():
    logits = np.log(np.array([[0.5, 0.25, 0.15, 0.07, 0.03]], "float32"))

    def kept(**options):
        return np.flatnonzero(np.asarray(keep_probable(tf.constant(logits), **options))[0] > -1e8).tolist()

    assert kept() == [0, 1, 2, 3, 4]
    assert kept(top_k=2) == [0, 1] and kept(top_k=9) == [0, 1, 2, 3, 4]
    assert kept(top_p=0.5) == [0] and kept(top_p=0.51) == [0, 1] and kept(top_p=0.95) == [0, 1, 2, 3]
    assert kept(top_p=0.0) == [0] and kept(top_p=1.0) == [0, 1, 2, 3, 4]
    assert kept(min_p=0.2) == [0, 1, 2] and kept(min_p=0.0) == [0, 1, 2, 3, 4] and kept(min_p=1.0) == [0]
    assert kept(top_k=4, top_p=0.9) == [0, 1, 2]


def test_samples_are_drawn_by_probability():
    model = small("GPT2Small", vocabulary_size=4, num_layers=1)
    text = np.ones((3000, 2), "int32")
    expected = np.asarray(keras.ops.softmax(3 * call(model, text[:1])[0, -1]))
    draw = partial(kzoo.generate, model, text, max_new_tokens=1, do_sample=True, temperature=1 / 3)
    shares = np.bincount(draw(seed=1)[:, 2], minlength=4) / 3000
    np.testing.assert_allclose(shares, expected, atol=0.04)
    np.testing.assert_array_equal(draw(seed=1), draw(seed=1))
    assert (draw(seed=1) != draw(seed=2)).any()
    assert set(draw(top_k=1)[:, 2]) == {int(expected.argmax())}
    np.testing.assert_array_equal(draw(seed=1, top_k=0), draw(seed=1))
    with pytest.warns(UserWarning, match="do nothing without do_sample=True"):
        kzoo.generate(model, text[:1], max_new_tokens=1, top_p=0.5)


def test_generates_in_bfloat16_as_the_whole_model_computes():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = small("LLaMA7B")
    decoder = CausalDecoder(model)
    text = tokens(length=6)
    state = decoder.start(Prompt(tf.constant(text), tf.fill(text.shape, True)), 4)
    assert {cache.dtype for pair in state["caches"] for cache in pair} == {tf.bfloat16}
    logits, _ = decoder.step(state, text[:, -1], tf.constant(0))
    np.testing.assert_allclose(logits, call(model, text)[:, -1], atol=0.02)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"token_ids": [[50]]}, "token_ids has 50, which is no token; accepted: 0 to 49"),
        ({"token_ids": [1, 2]}, "token_ids of shape (2,) and type int64 do not work"),
        ({"token_ids": [[0.5]]}, "token_ids of shape (1, 1) and type float64 do not work"),
        ({"token_ids": np.zeros((2, 0), int)}, "token_ids of shape (2, 0)"),
        ({"padding_mask": [[1, 1]]}, "padding_mask of shape (1, 2) does not fit token_ids of shape (1, 3)"),
        ({"padding_mask": [[0, 0, 0]]}, "padding_mask leaves row 0 without a token"),
        (
            {"max_new_tokens": 14},
            "max_new_tokens=14 with a prompt of 3 tokens makes 17, but the model has 16 positions",
        ),
        ({"max_new_tokens": -1}, "max_new_tokens=-1 does not work"),
        ({"num_beams": 0}, "num_beams=0 does not work"),
        ({"num_beams": 2, "do_sample": True}, "num_beams=2 does not work with do_sample=True"),
        ({"do_sample": True, "temperature": 0.0}, "temperature=0.0 does not work"),
        ({"do_sample": True, "top_p": 1.5}, "top_p=1.5 does not work"),
        ({"do_sample": True, "min_p": -0.5}, "min_p=-0.5 does not work"),
        ({"repetition_penalty": 0.0}, "repetition_penalty=0.0 does not work"),
        ({"no_repeat_ngram_size": -1}, "no_repeat_ngram_size=-1 does not work"),
        ({"eos_token_id": 50}, "eos_token_id=50 is no token; accepted: 0 to 49"),
        ({"pad_token_id": 50}, "pad_token_id=50 is no token; accepted: 0 to 49"),
        ({"model": "BERTBase"}, "'bertbase' does not predict the next token"),
    ],
)
def test_what_cannot_be_generated_is_said_in_one_line(arguments, message):
    model = small(arguments.pop("model", "GPT2Small")) if "model" in arguments else small("GPT2Small")
    with pytest.raises(ValueError) as error:
        kzoo.generate(model, **{"token_ids": [[1, 2, 3]], "max_new_tokens": 4, **arguments})
    assert message in one_line(error)


def test_nothing_to_generate():
    model = small("GPT2Small")
    assert kzoo.generate(model, [[1, 2]], max_new_tokens=0).tolist() == [[1, 2]]
    assert kzoo.generate(model, np.zeros((0, 3), "int32"), max_new_tokens=5).shape == (0, 3)
