"""SavedModels, as whoever serves them meets them."""

import json
import shutil
import subprocess
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT, one_line, randomise

import kzoo
from kzoo._files import whole
from kzoo.exporting import destination
from kzoo.layers import Conv2D, Preprocessor
from kzoo.registry import TF

LABELS = [f"class {i}" for i in range(10)]
ANSWERS = {"probabilities", "class_id", "label", "top_probabilities", "top_class_ids", "top_labels"}


@pytest.fixture(scope="module")
def lenet():
    return randomise(kzoo.LeNet5())


@pytest.fixture(scope="module")
def saved(lenet, tmp_path_factory):
    return kzoo.export(lenet, tmp_path_factory.mktemp("models") / "lenet5" / "1", labels=LABELS)


def raw(*shape):
    return np.random.default_rng(0).integers(0, 256, shape).astype("uint8")


def test_layout(saved):
    assert saved.parts[-2:] == ("lenet5", "1")
    assert (saved / "saved_model.pb").exists() and (saved / "variables").is_dir()
    assert [path.name for path in saved.parent.iterdir()] == ["1"]  # nothing temporary beside it


@pytest.mark.parametrize("shape", [(1, 28, 28, 1), (3, 8, 8, 1), (2, 100, 37, 1), (5, 32, 32, 1), (1, 1, 1, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_equal_to_the_models_own_prediction(lenet, saved, shape, dtype):
    images = raw(*shape)
    expected = lenet.predict(kzoo.preprocessor("LeNet5")(images), verbose=0)
    loaded = tf.saved_model.load(saved)
    signature = {"uint8": "serving_uint8", "float32": "serving_default"}[dtype]
    for serve in (loaded, loaded.signatures[signature]):
        result = serve(images=tf.constant(images, dtype))
        np.testing.assert_allclose(result["probabilities"], expected, atol=1e-6)
        np.testing.assert_array_equal(result["class_id"], expected.argmax(axis=-1))
        assert [label.decode() for label in result["label"].numpy()] == [LABELS[i] for i in expected.argmax(axis=-1)]


def test_signature(saved):
    signature = tf.saved_model.load(saved).signatures["serving_default"]
    assert signature.structured_input_signature[1] == {
        "images": tf.TensorSpec((None, None, None, 1), tf.float32, name="images")
    }
    assert set(signature.structured_outputs) == ANSWERS


def test_loads_without_kzoo_or_keras(lenet, saved, run_python, tmp_path):
    images = raw(2, 28, 28, 1)
    np.save(tmp_path / "images.npy", images)
    code = f"""
import sys, json, numpy as np
sys.modules.update(keras=None, kzoo=None)  # importing either fails
import tensorflow as tf
images = np.load({str(tmp_path / "images.npy")!r})
serve = tf.saved_model.load({str(saved)!r}).signatures["serving_default"]
print(json.dumps(serve(images=tf.constant(images, tf.float32))["probabilities"].numpy().tolist()))
"""
    served = json.loads(run_python(code, cwd=tmp_path).stdout.splitlines()[-1])
    expected = lenet.predict(kzoo.preprocessor("LeNet5")(images), verbose=0)
    np.testing.assert_allclose(served, expected, atol=1e-6)


@pytest.mark.slow  # compiling takes ten seconds, and needs a compiler
@pytest.mark.skipif(not shutil.which("g++"), reason="g++ is not installed")
def test_loads_in_a_program_without_python(saved, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from cold_start import CPP, build

    program = build(CPP, tmp_path / "predict")
    files = [tmp_path / name for name in ("a.png", "b.jpg", "broken.jpg")]
    files[0].write_bytes(tf.io.encode_png(raw(28, 28, 1)).numpy())
    files[1].write_bytes(tf.io.encode_jpeg(raw(50, 40, 3)).numpy())
    files[2].write_bytes(b"nothing")
    answers = subprocess.run([program, saved, *files[:2]], check=True, capture_output=True, text=True).stdout
    serve = tf.saved_model.load(saved).signatures["from_bytes"]
    expected = serve(bytes=tf.constant([file.read_bytes() for file in files[:2]]))
    assert len(answers.splitlines()) == 2
    for i, line in enumerate(answers.splitlines()):
        name, probability = line.rsplit(", ", 1)
        assert name == f"{files[i]}: {expected['label'][i].numpy().decode()}"
        assert float(probability) == pytest.approx(float(expected["top_probabilities"][i, 0]), rel=1e-4)
    broken = subprocess.run([program, saved, *files], capture_output=True, text=True)
    assert broken.returncode == 1 and "at these positions of the batch, from 0:] [2]" in broken.stderr


@pytest.mark.slow
def test_a_photograph_network(tmp_path):
    model = randomise(kzoo.ResNet18(input_shape=(64, 64, 3), classes=4))
    loaded = tf.saved_model.load(kzoo.export(model, tmp_path / "resnet18"))
    photo = raw(1, 120, 90, 3)
    expected = model.predict(kzoo.preprocessor("ResNet18", (64, 64, 3))(photo), verbose=0)
    np.testing.assert_allclose(loaded(photo)["probabilities"], expected, atol=1e-5)
    assert loaded(photo)["label"].numpy()[0].decode() == str(expected.argmax())


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_logits_become_probabilities(tmp_path, precision):
    keras.config.set_dtype_policy(precision)
    model = randomise(kzoo.LeNet5(classifier_activation=None))
    keras.config.set_dtype_policy("float32")
    result = tf.saved_model.load(kzoo.export(model, tmp_path / "logits"))(raw(3, 28, 28, 1))
    assert result["probabilities"].dtype == tf.float32
    np.testing.assert_allclose(np.sum(result["probabilities"], axis=-1), 1, rtol=1e-5)
    logits = model.predict(kzoo.preprocessor("LeNet5")(raw(3, 28, 28, 1)), verbose=0)
    np.testing.assert_allclose(result["probabilities"], tf.nn.softmax(tf.cast(logits, tf.float32)), atol=2e-2)


def test_the_original_lenet(tmp_path):
    model = randomise(kzoo.LeNet5Original())
    result = tf.saved_model.load(kzoo.export(model, tmp_path / "original"))(raw(3, 28, 28, 1))
    expected = model.predict(kzoo.preprocessor("LeNet5Original")(raw(3, 28, 28, 1)), verbose=0)
    np.testing.assert_allclose(result["probabilities"], expected, atol=1e-5)


def test_other_channels_than_pictures_have(tmp_path):
    model = randomise(kzoo.ResNet20CIFAR(input_shape=(16, 16, 4)))
    path = kzoo.export(model, tmp_path / "net", preprocessing=TF)
    signatures = tf.saved_model.load(path).signatures
    assert set(signatures) == {"serving_default", "serving_uint8", "features"}
    images = raw(2, 16, 16, 4).astype("float32")
    expected = model.predict((images - 127.5) / 127.5, verbose=0)
    served = signatures["serving_default"](images=tf.constant(images))["probabilities"]
    np.testing.assert_allclose(served, expected, atol=1e-5)


def test_versions_count_up_and_are_never_overwritten_unasked(lenet, tmp_path):
    first = kzoo.export(lenet, tmp_path / "net")
    second = kzoo.export(lenet, tmp_path / "net")
    assert (first.name, second.name) == ("1", "2")
    before = (first / "saved_model.pb").stat().st_mtime_ns
    with pytest.raises(FileExistsError) as error:
        kzoo.export(lenet, first)
    assert f"{first} is there already; export to {tmp_path / 'net' / '3'}, or pass overwrite=True" in one_line(error)
    assert (first / "saved_model.pb").stat().st_mtime_ns == before
    assert kzoo.export(lenet, first, overwrite=True, labels=LABELS) == first
    assert tf.saved_model.load(first)(raw(1, 28, 28, 1))["label"].numpy()[0].startswith(b"class ")
    assert sorted(path.name for path in first.parent.iterdir()) == ["1", "2"]


def test_destination(tmp_path):
    assert destination(tmp_path / "net") == tmp_path / "net" / "1"
    assert destination(tmp_path / "net" / "7") == tmp_path / "net" / "7"
    (tmp_path / "net" / "10").mkdir(parents=True)
    assert destination(tmp_path / "net") == tmp_path / "net" / "11"


def test_nothing_half_written_is_left(lenet, tmp_path, monkeypatch):
    kept = kzoo.export(lenet, tmp_path / "net" / "1")

    def full_disk(module, path, **options):
        (tmp_path / "touched").write_text(path)
        tf.io.gfile.makedirs(path)
        raise OSError("no space left on device")

    monkeypatch.setattr(tf.saved_model, "save", full_disk)
    for version in ("1", "2"):
        with pytest.raises(OSError, match="no space left"):
            kzoo.export(lenet, tmp_path / "net" / version, overwrite=True)
    assert (tmp_path / "touched").exists()
    assert [path.name for path in kept.parent.iterdir()] == ["1"]
    monkeypatch.undo()
    tf.saved_model.load(kept)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda m, p: kzoo.export(m, p, labels=["a"]), "labels has 1 names, but the model has 10 classes"),
        (
            lambda m, p: kzoo.export(kzoo.LeNet5(include_top=False, input_shape=(32, 32, 1)), p),
            "lenet5 ends in 'f6' with output (None, 1, 1, 84), not in classes; export a model with its classifier",
        ),
        (
            lambda m, p: kzoo.export(keras.models.clone_model(m), p),
            "lenet5 does not say how images are prepared for it",
        ),
        (lambda m, p: kzoo.export("lenet5", p), "model is a str; accepted is a functional keras.Model"),
        (
            lambda m, p: kzoo.export(keras.Sequential([keras.layers.Dense(2)]), p),
            "model is a Sequential; accepted is a functional keras.Model",
        ),
    ],
)
def test_wrong_arguments(lenet, tmp_path, call, message):
    with pytest.raises(ValueError) as error:
        call(lenet, tmp_path / "net")
    assert message in one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_images_are_prepared_as_the_weights_of_the_model_want_them(lenet, tmp_path):
    model = keras.models.clone_model(lenet)
    model.set_weights(lenet.get_weights())
    model.variant = replace(lenet.variant, preprocessing=replace(TF, pad=2))  # as loading a file does
    serve = tf.saved_model.load(kzoo.export(model, tmp_path / "net"))
    images = raw(3, 28, 28, 1)
    expected = lenet.predict(Preprocessor.of(replace(TF, pad=2), (32, 32, 1))(images), verbose=0)
    np.testing.assert_allclose(serve(images)["probabilities"], expected, atol=1e-5)


def test_any_functional_model_with_its_preprocessing(tmp_path):
    inputs = keras.Input((16, 16, 3))
    outputs = keras.layers.Dense(2, activation="softmax")(keras.layers.GlobalAveragePooling2D()(inputs))
    path = kzoo.export(
        keras.Model(inputs, outputs), tmp_path / "own", preprocessing=kzoo.registry.TF, labels=["a", "b"]
    )
    assert tf.saved_model.load(path)(raw(2, 20, 20, 3))["probabilities"].shape == (2, 2)


def test_whole_keeps_the_old_when_the_new_fails(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole(path) as new:
        new.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with whole(path) as new:
        new.write_text("new")
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_auxiliary_classifiers_are_left_out(tmp_path):
    model = randomise(kzoo.GoogLeNetAux(classes=3))
    images = raw(1, 224, 224, 3)
    expected = model.predict(kzoo.preprocessor("GoogLeNet")(images), verbose=0)[0]
    loaded = tf.saved_model.load(kzoo.export(model, tmp_path / "googlenet"))
    np.testing.assert_allclose(loaded(images)["probabilities"], expected, atol=1e-6)
    record = kzoo.exporting.describe_export(tmp_path / "googlenet" / "1")
    assert record["parameters"] == kzoo.GoogLeNet(classes=3).count_params()
    assert (tmp_path / "googlenet" / "1" / "saved_model.pb").stat().st_size < 4.1 * record["parameters"]


def test_no_gradients_of_their_own_are_left_to_be_warned_of(tmp_path):
    """Neither of silu, nor of kzoo's grouped convolution."""
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(8, 3, activation="silu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(Conv2D(8, 3, groups=4)(x))
    network = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
    library = tf.function(network).get_concrete_function(tf.TensorSpec((None, 8, 8, 3))).graph.as_graph_def()
    assert "_gradient_op_type" in str(library)
    kzoo.export(network, tmp_path / "net", preprocessing=TF)
    assert b"_gradient_op_type" not in (tmp_path / "net" / "1" / "saved_model.pb").read_bytes()
