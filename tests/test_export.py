"""SavedModels, as whoever serves them meets them."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, one_line, randomise

import kzoo
from kzoo._files import atomic_path
from kzoo.exporting import classifier_module, describe_export, resolve_export_path, saved_model
from kzoo.exporting.synthetic_images import dead_leaves
from kzoo.exporting.verification import Comparison
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


def test_other_channels_than_images_have(tmp_path):
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
    assert resolve_export_path(tmp_path / "net") == tmp_path / "net" / "1"
    assert resolve_export_path(tmp_path / "net" / "7") == tmp_path / "net" / "7"
    (tmp_path / "net" / "10").mkdir(parents=True)
    assert resolve_export_path(tmp_path / "net") == tmp_path / "net" / "11"


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


def test_exports_at_once_get_versions_of_their_own(lenet, tmp_path, monkeypatch):
    """The second one begins while the first is written, and is done before it."""
    write, second = saved_model.write, []

    def writing(*arguments):
        write(*arguments)
        if not second:
            second.append(None)
            second[0] = kzoo.export(lenet, tmp_path / "net")

    monkeypatch.setattr(saved_model, "write", writing)
    first = kzoo.export(lenet, tmp_path / "net", labels=LABELS)
    assert (first.name, second[0].name) == ("2", "1")
    assert tf.saved_model.load(first)(raw(1, 28, 28, 1))["label"].numpy()[0].startswith(b"class ")
    assert sorted(path.name for path in first.parent.iterdir()) == ["1", "2"]
    second.clear()
    monkeypatch.setattr(
        saved_model, "write", lambda *arguments: (write(*arguments), (tmp_path / "net/3/x").mkdir(parents=True))
    )
    with pytest.raises(FileExistsError) as error:
        kzoo.export(lenet, tmp_path / "net" / "3")
    assert one_line(error) == f"{tmp_path / 'net' / '3'} is there already; export to {tmp_path / 'net' / '4'}"
    assert [path.name for path in (tmp_path / "net" / "3").iterdir()] == ["x"]


def test_destinations_that_nothing_can_be_written_to(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "images" / "2024").mkdir(parents=True)
    (tmp_path / "images" / "2024" / "a.png").touch()
    for path, message in (
        (tmp_path / "file", f"{tmp_path / 'file'} is no folder"),
        (tmp_path / "link", f"{tmp_path / 'link'} is no folder"),
        (tmp_path / "file" / "1", f"{tmp_path / 'file'} is no folder"),
        (tmp_path / "file" / "net" / "1", f"{tmp_path / 'file'} is no folder"),
        (Path("/proc/net7"), "nothing can be exported to /proc/net7/1: "),
        (tmp_path / "images" / "2024", "is there already and no export"),
    ):
        with pytest.raises(OSError) as error:
            resolve_export_path(path, overwrite=True)
        assert message in one_line(error) and str(path) in one_line(error)
    with pytest.raises(ValueError, match="not UTF-8"):
        resolve_export_path(tmp_path / "a\udcff")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2024", "a.png", "file", "images", "link"]


@pytest.mark.parametrize("target", ["../other/1", "nowhere"])
def test_a_version_that_is_a_link_is_refused_before_anything_is_written(tmp_path, target):
    (tmp_path / "other" / "1").mkdir(parents=True)
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "1").symlink_to(target)
    for overwrite in (False, True):
        with pytest.raises(FileExistsError, match=r"net/1 is a link.*export to .*net/2") as error:
            resolve_export_path(tmp_path / "net" / "1", overwrite)
        one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_must_not_be_written_to(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match=r"nothing can be exported to .*: Permission denied"):
        resolve_export_path(tmp_path / "net")


def test_a_full_disk_is_an_error_of_one_line(tmp_path, run_python):
    code = f"""
import resource, signal, sys
import kzoo
from kzoo._errors import one_line_errors
model = kzoo.LeNet5()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with one_line_errors({{OSError: 2}}):
    kzoo.export(model, {str(tmp_path / "net")!r})
"""
    result = run_python(code, check=False)
    assert result.returncode == 2
    last = result.stderr.splitlines()[-1]
    assert last == f"error: {tmp_path / 'net' / '1'} could not be written: File too large"
    assert list(tmp_path.iterdir()) == []


def test_empty_batches_are_answered(saved):
    signatures = tf.saved_model.load(saved).signatures
    empty = {
        "serving_default": {"images": tf.zeros((0, 28, 28, 1))},
        "serving_uint8": {"images": tf.zeros((0, 9, 7, 1), tf.uint8)},
        "features": {"images": tf.zeros((0, 32, 32, 1))},
        "from_bytes": {"bytes": tf.zeros((0,), tf.string)},
    }
    for name, inputs in empty.items():
        answer, one = signatures[name](**inputs), signatures[name].structured_outputs
        assert {key: value.shape for key, value in answer.items()} == {
            key: (0, *spec.shape[1:]) for key, spec in one.items()
        }


@pytest.mark.parametrize(
    "precision, scale, wrong",
    [
        ("bfloat16", 1, "nan"),
        ("bfloat16", 1, "classes"),
        ("bfloat16", 1, "channels"),
        ("float32", 1, "channels"),
        ("bfloat16", 1e-3, "classes"),  # where all probabilities are nearly the same
    ],
)
def test_a_wrong_export_is_refused(precision, scale, wrong, tmp_path, monkeypatch):
    inputs = keras.Input((16, 16, 3))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(8, 3, activation="relu")(inputs))
    model = randomise(keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x)))
    kernel, bias = model.layers[-1].weights
    kernel.assign(5 * scale * kernel)
    bias.assign(scale * bias)
    if wrong != "nan":  # and a right one accepted
        record = describe_export(kzoo.export(model, tmp_path / "right", preprocessing=TF, precision=precision))
        assert 0 <= record["difference"] <= record["tolerance"] and record["images"] == 8
        assert record["agreement"] >= 0.5
    write = classifier_module._function

    def broken(network, constants):
        run, variables = write(network, constants)

        def changed(images):
            outputs, features = run(images[..., ::-1] if wrong == "channels" else images)
            change = {"nan": lambda x: x * np.nan, "classes": lambda x: tf.roll(x, 1, -1)}.get(wrong, tf.identity)
            return change(outputs), features

        return changed, variables

    monkeypatch.setattr(classifier_module, "_function", broken)
    with pytest.raises(ValueError) as error:
        kzoo.export(model, tmp_path / "net", preprocessing=TF, precision=precision)
    assert "probabilities differ by up to " in one_line(error) and "the top-1 class agrees on" in one_line(error)
    assert not (tmp_path / "net").exists()


def test_what_counts_as_another_answer():
    sure, unsure = np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([[0.9, 0.1], [0.49, 0.51]])
    compared = Comparison.of(np.array([[0.85, 0.15], [0.32, 0.68]]), sure, 0.1)
    assert compared.accepted and compared.difference == pytest.approx(0.05) and compared.agreement == 1
    compared = Comparison.of(np.array([[0.85, 0.15], [0.51, 0.49]]), unsure, 0.1)
    assert compared.accepted and compared.agreement == 0.5 and not compared.flips
    compared = Comparison.of(np.array([[0.9, 0.1], [0.52, 0.48]]), sure, 0.3)
    assert not compared.accepted and compared.difference < 0.3 and compared.flips == 1
    uniform = np.full((2, 1000), 1e-3)
    assert Comparison.of(uniform + 1e-9, uniform, 0.1).accepted
    assert not Comparison.of(uniform[:, ::-1] * [[np.nan]], uniform, np.inf).accepted
    assert Comparison.of(sure[::-1], sure, np.inf).accepted
    assert Comparison.of(sure[::-1], sure, np.inf).metadata()["tolerance"] is None  # which JSON has no infinity for


def test_synthetic_images_are_always_the_same():
    images = dead_leaves(40, 30, 3, 4)
    assert images.shape == (4, 40, 30, 3) and images.dtype == "float32"
    assert images.min() >= 0 and images.max() <= 255
    np.testing.assert_array_equal(images, dead_leaves(40, 30, 3, 4))
    power = (np.abs(np.fft.rfft(dead_leaves(64, 64, 1, 8)[..., 0])) ** 2).mean((0, 1))
    slope = np.polyfit(np.log(np.arange(1, 20)), np.log(power[1:20]), 1)[0]
    assert -2.5 < slope < -1  # of photographs; noise has 0
    assert {dead_leaves(1, 1, 1, 2).shape, dead_leaves(1, 7, 4, 2).shape} == {(2, 1, 1, 1), (2, 1, 7, 4)}


IMAGES = np.zeros((2, 28, 28, 1), "uint8")


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda m, p: kzoo.export(m, p, labels="abcdefghij"), "labels='abcdefghij' is a str; give a list of one name"),
        (lambda m, p: kzoo.export(m, p, labels=7), "labels=7 is a int; give a list of one name a class"),
        (lambda m, p: kzoo.export(m, p, labels=range(10)), "labels[0]=0 is a int; give names, strings"),
        (lambda m, p: kzoo.export(m, p, labels=[*"abcdefghi", "j\nk"]), "labels[9]='j\\nk' has a line break"),
        (lambda m, p: kzoo.export(m, p, labels=[*"abcdefghi", "\u2028"]), "labels[9]='\\u2028' has a line break"),
        (lambda m, p: kzoo.export(m, p, labels=["a\x85", *"bcdefghij"]), "labels[0]='a\\x85' has a line break"),
        (lambda m, p: kzoo.export(m, p, labels=[*"abcdefghi", " "]), "labels[9]=' ' is empty"),
        (
            lambda m, p: kzoo.export(m, p, labels=["\ufeffa", *"bcdefghij"]),
            "labels[0]='\\ufeffa' begins with a byte",
        ),
        (lambda m, p: kzoo.export(m, p, labels=["\ud800", *"bcdefghij"]), "labels[0]='\\ud800' is no Unicode text"),
        (lambda m, p: kzoo.export(m, p, training={"loss": np.nan}), "training={'loss': nan} is no JSON: "),
        (
            lambda m, p: kzoo.export(m, p, training={"loss": np.float32(1)}),
            "training={'loss': np.float32(1.0)} is no",
        ),
        (lambda m, p: kzoo.export(m, p, training="three epochs"), "training='three epochs' does not work"),
        (lambda m, p: kzoo.export(m, p, licence=5), "licence=5 does not work; accepted: a string or None"),
        (lambda m, p: kzoo.export(m, p, fold="no"), "fold='no' does not work; accepted: True or False"),
        (
            lambda m, p: kzoo.export(m, p, format=["savedmodel"]),
            "format=['savedmodel'] does not work; accepted: a string",
        ),
        (lambda m, p: kzoo.export(m, p, precision=[]), "precision=[] does not work; accepted: a string"),
        (
            lambda m, p: kzoo.export(m, p, preprocessing="tf"),
            "preprocessing='tf' does not work; accepted: None, or",
        ),
        (
            lambda m, p: kzoo.export(m, p, preprocessing=kzoo.registry.Preprocessing("mine", crop=2.0)),
            "crop=2.0 does not work; accepted: a number above 0 to 1",
        ),
        (
            lambda m, p: kzoo.export(kzoo.GANGenerator(), p),
            "with output (None, 28, 28, 1), not in classes; export",
        ),
        (
            lambda m, p: kzoo.export(kzoo.GANDiscriminator(), p),
            "gandiscriminator does not say how images are",
        ),
        (lambda m, p: kzoo.export(m, p, images=IMAGES[0]), "images[0] has shape (28, 1) and type uint8; accepted are"),
        (lambda m, p: kzoo.export(m, p, images=IMAGES[None]), "images[0] has shape (2, 28, 28, 1) and type uint8"),
        (lambda m, p: kzoo.export(m, p, images=np.zeros((2, 28, 28, 7))), "with 1 or 2 or 3 or 4 channels"),
        (lambda m, p: kzoo.export(m, p, images=IMAGES.astype(str)), "images[0] has shape (28, 28, 1) and type <U"),
        (lambda m, p: kzoo.export(m, p, images=IMAGES * np.nan), "images[0] has values that are no numbers"),
        (lambda m, p: kzoo.export(m, p, images=["a.png"]), "images[0] has shape () and type <U5"),
        (lambda m, p: kzoo.export(m, p, images="a.png"), "images is a str; give arrays (height, width, channels)"),
        (lambda m, p: kzoo.export(m, p, images=[[[1], [2, 3]]]), "images are no arrays ("),
        (lambda m, p: kzoo.export(m, p, images=[]), "images has none; give some, or leave the argument out"),
        (lambda m, p: kzoo.export(m, p, tolerance="x"), "tolerance='x' does not work; accepted are numbers from 0"),
        (lambda m, p: kzoo.export(m, p, tolerance=np.nan), "tolerance=nan does not work"),
        (lambda m, p: kzoo.export(m, p, tolerance=-1), "tolerance=-1 does not work"),
        (lambda m, p: kzoo.export(m, p, tolerance=True), "tolerance=True does not work"),
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
    model.record = replace(lenet.record, preprocessing=replace(TF, pad=2))  # as loading a file does
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
    with pytest.raises(RuntimeError), atomic_path(path) as new:
        new.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with atomic_path(path) as new:
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
