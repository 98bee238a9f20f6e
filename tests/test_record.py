"""The record of a model: what is known of it survives saving, cloning, folding, features and exporting."""

import copy
import json
import subprocess
import sys
from dataclasses import replace

import keras
import pytest

import kzoo
from kzoo.exporting import describe_export
from kzoo.exporting.cloning import clone
from kzoo.registry import ModelRecord, record_of

TINY = {
    "LeNet5": {"classes": 3},
    "MobileNetV2": {"alpha": 0.35, "include_top": False, "input_shape": (32, 32, 3)},
    "GANGenerator": {},
    "CycleGANGenerator6": {"base_filters": 2},
    "TransformerBase": {
        "vocabulary_size": 20,
        "hidden_dim": 8,
        "num_heads": 2,
        "intermediate_dim": 8,
        "num_layers": 1,
        "normalize_first": True,
    },
}


@pytest.fixture(scope="module")
def model():
    """A classifier whose record has all that there is."""
    weights = kzoo.info("ResNet50").weights[0]
    model = kzoo.LeNet5(classes=3)
    model.set_weights([each + 0.01 for each in model.get_weights()])
    model.record = replace(
        model.record,
        weights=weights,
        labels=("cat", "dog", "hen"),
        training={"configuration": {"epochs": 3}},
        preprocessing=replace(model.record.preprocessing, mean=(3.0,)),
    )
    return model


@pytest.mark.parametrize("name", TINY)
def test_the_record_is_saved_with_the_model(name, tmp_path):
    built = kzoo.build(name, **TINY[name])
    assert built.record.variant is kzoo.info(name)
    built.save(tmp_path / "net.keras")
    loaded = keras.models.load_model(tmp_path / "net.keras")
    assert loaded.record.to_config() == built.record.to_config()
    assert loaded.record.variant is kzoo.info(name) and loaded.record.preprocessing == built.record.preprocessing
    assert json.loads(json.dumps(built.record.to_config(), allow_nan=False)) == built.record.to_config()


def test_all_fields_survive_a_new_process(model, tmp_path):
    model.save(tmp_path / "net.keras")
    code = "import sys, json, keras, kzoo\nprint(json.dumps(keras.models.load_model(sys.argv[1]).record.to_config()))"
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "net.keras"], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == model.record.to_config()
    assert ModelRecord.from_config(json.loads(run.stdout)) == model.record


@pytest.mark.parametrize(
    "change", [clone, kzoo.fold, kzoo.to_plain_keras, copy.deepcopy], ids=lambda each: each.__name__
)
def test_copies_have_the_record(model, change):
    assert record_of(change(model)) == model.record


def test_features_and_columns_have_the_record(tmp_path):
    network = kzoo.ResNet18(include_top=False, input_shape=(64, 64, 3))
    extractor = kzoo.features(network, (4, 8))
    extractor.save(tmp_path / "features.keras")
    loaded = keras.models.load_model(tmp_path / "features.keras")
    assert loaded.record == network.record and list(loaded.output) == ["stride4", "stride8"]
    assert kzoo.preprocessor(loaded).std == kzoo.preprocessor("ResNet18").std


def test_a_loaded_model_is_exported_with_what_is_known_of_it(model, tmp_path):
    model.save(tmp_path / "net.keras")
    path = kzoo.export(keras.models.load_model(tmp_path / "net.keras"), tmp_path / "net")
    metadata = describe_export(path)
    assert metadata["licence"] == model.record.weights.licence and metadata["weights"]["tag"] == "imagenet"
    assert metadata["training"] == {"configuration": {"epochs": 3}} and metadata["preprocessing"]["mean"] == [3.0]
    assert (path / "assets.extra" / "labels.txt").read_text().split() == ["cat", "dog", "hen"]


def test_a_folded_network_keeps_its_licence(model, tmp_path):
    assert describe_export(kzoo.export(kzoo.fold(model), tmp_path / "net"))["licence"] == model.record.weights.licence


def test_options_that_json_lacks_are_saved_as_text(model, tmp_path):
    genotype = kzoo.info("NASNetCIFAR").config["genotype"]
    model = clone(model)
    model.record = replace(model.record, options={"genotype": genotype, "sizes": (1, 2)})
    model.save(tmp_path / "net.keras")
    loaded = keras.models.load_model(tmp_path / "net.keras")
    assert loaded.record.options["sizes"] == [1, 2] and loaded.record.options["genotype"]


def test_rows_of_other_versions_are_unknown(model):
    config = {**model.record.to_config(), "variant": "NetOfTheFuture"}
    assert ModelRecord.from_config(config) == replace(model.record, variant=None)


def test_models_of_the_user_have_an_empty_record(tmp_path):
    inputs = keras.Input((4,))
    mine = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    assert record_of(mine) == ModelRecord()
    assert type(kzoo.fold(mine)) is type(mine)  # and stay Keras' own, so that their files open without kzoo
