"""Exports in every format and precision: right, described, and usable where users are."""

import json
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference, one_line, randomise, settle, small_input
from keras import layers

import kzoo
from kzoo.exporting import bfloat16_units, classifier_module, describe_export, exporter, load, saved_model
from kzoo.exporting.formats import format_module

LABELS = [f"class {i}" for i in range(7)]
ALL = {"serving_default", "serving_uint8", "from_bytes", "features"}


def photos(*shape):
    return np.random.default_rng(1).integers(0, 256, shape).astype("uint8")


@pytest.fixture(scope="module")
def net():
    """A small network of the usual parts, whose answers depend on the image."""
    inputs = x = keras.Input((16, 16, 3))
    for i, make in enumerate((layers.Conv2D, layers.SeparableConv2D, partial(kzoo.layers.Conv2D, groups=2))):
        x = make(8, 3, use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(name=f"bn{i}")(x)
        x = layers.ReLU(name=f"relu{i}")(x)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(7, activation="softmax")(x), name="small")
    settle(randomise(model), np.random.default_rng(0).normal(size=(4, 16, 16, 3)).astype("float32"))
    return model


def ship(model, path, **arguments):
    return kzoo.export(model, path, LABELS, kzoo.registry.TF, **arguments)


@pytest.fixture(scope="module")
def saved(net, tmp_path_factory):
    return ship(net, tmp_path_factory.mktemp("models") / "small", licence="CC0", training={"epochs": 3})


@pytest.mark.parametrize(
    "format, precision, tolerance",
    [
        ("savedmodel", "float32", 1e-5),
        ("savedmodel", "bfloat16", 0.03),
        ("openvino", "float32", 1e-5),
        ("openvino", "bfloat16", 0.03),
        ("openvino", "int8", 0.1),
        ("onnx", "float32", 1e-5),
        ("onnx", "int8", 0.1),
        ("litert", "float32", 1e-5),
        ("litert", "int8", 0.1),
    ],
)
def test_formats_and_precisions(net, tmp_path, format, precision, tolerance):
    for package in format_module(format).PACKAGES:
        pytest.importorskip(package)
    if (format, precision) == ("openvino", "int8"):
        pytest.importorskip("nncf")
    images = photos(32, 16, 16, 3)
    path = ship(net, tmp_path / "small", format=format, precision=precision, images=images, tolerance=tolerance)
    expected = np.asarray(net((images - 127.5).astype("float32") / 127.5))
    run = load(path)
    assert difference(run(images.astype("float32")), expected) < 1.5 * tolerance  # not only on the first 16
    assert difference(run(images[3:4].astype("float32")), expected[3:4]) < 1.5 * tolerance
    record = describe_export(path)
    assert record["format"] == format and record["precision"] == precision and record["difference"] < tolerance
    assert (record["difference"] > 1e-6) == (precision != "float32")  # it is of the precision that it says
    assert record["folding"]["folded"] == {f"bn{i}": f"conv{i}" for i in range(3)}
    assert (path / "assets.extra" / "labels.txt").read_text().splitlines() == LABELS
    assert [each.name for each in path.parent.iterdir()] == ["1"]


def test_onnx_has_the_exact_gelu(tmp_path):
    """Of ConvNeXt: TensorFlow computes it by an operation that ONNX lacks."""
    for package in format_module("onnx").PACKAGES:
        pytest.importorskip(package)
    inputs = keras.Input((4, 4, 3))
    x = layers.Activation("gelu")(layers.Flatten()(inputs))
    model = randomise(keras.Model(inputs, layers.Dense(7)(x)))
    images = photos(4, 4, 4, 3)
    run = load(ship(model, tmp_path / "net", format="onnx"))
    expected = keras.ops.softmax(model((images - 127.5).astype("float32") / 127.5))
    assert difference(run(images.astype("float32")), expected) < 1e-5


@pytest.mark.parametrize("function", ["write", "load"])
def test_what_a_library_cannot_export_is_said_in_one_line(net, tmp_path, monkeypatch, function):
    def fail(*arguments):
        raise RuntimeError("unsupported operation\n  Erfc")

    monkeypatch.setattr(saved_model, function, fail)
    with pytest.raises(ValueError, match=r"small cannot be exported .* in float32: RuntimeError: unsupported") as error:
        ship(net, tmp_path / "net")
    one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_what_travels_with_it(saved, tmp_path):
    record = describe_export(saved)
    assert record["training"] == {"epochs": 3} and record["licence"] == "CC0" and record["input"] == [16, 16, 3]
    assert record["preprocessing"]["mean"] == [127.5] and record["variant"] is None
    model = kzoo.LeNet5(classes=7)
    weights = kzoo.info("ResNet50").weights[0]
    model.record = replace(model.record, weights=weights)  # as building with published weights does
    path = kzoo.export(model, tmp_path / "lenet5", fold=False)
    record = describe_export(path)
    assert record["variant"]["year"] == 1998 and record["folding"] is None
    assert record["licence"] == weights.licence and record["weights"]["tag"] == "imagenet"


def test_answers(net, saved):
    images = photos(3, 16, 16, 3)
    answer = tf.saved_model.load(saved).signatures["serving_default"](images=tf.constant(images, tf.float32))
    expected = np.asarray(net((images - 127.5).astype("float32") / 127.5))
    order = np.argsort(-expected, axis=-1)[:, :5]
    np.testing.assert_array_equal(answer["top_class_ids"], order)
    np.testing.assert_allclose(answer["top_probabilities"], np.take_along_axis(expected, order, -1), rtol=1e-4)
    assert [[label.decode() for label in row] for row in answer["top_labels"].numpy()] == [
        [LABELS[i] for i in row] for row in order
    ]


def test_features_are_what_the_classifier_reads(net, saved):
    images = photos(3, 16, 16, 3)
    features = tf.saved_model.load(saved).signatures["features"](images=tf.constant(images, tf.float32))["features"]
    classifier = net.layers[-1]
    np.testing.assert_allclose(classifier(features), net((images - 127.5).astype("float32") / 127.5), rtol=1e-4)


def test_encoded_images(net, saved):
    from_bytes = tf.saved_model.load(saved).signatures["from_bytes"]
    raw = [photos(16, 16, 3), photos(40, 30, 3), photos(1, 1, 3), photos(16, 16, 1)]
    files = [*(tf.io.encode_png(each).numpy() for each in raw), tf.io.encode_jpeg(raw[1]).numpy()]
    answer = from_bytes(bytes=tf.constant(files))["probabilities"].numpy()
    prepare = kzoo.preprocessor(net, preprocessing=kzoo.registry.TF)
    expected = np.concatenate([net(prepare(each[None])) for each in raw])
    np.testing.assert_allclose(answer[:4], expected, rtol=1e-3, atol=1e-5)
    decoded = tf.io.decode_jpeg(files[4], dct_method="INTEGER_ACCURATE").numpy()
    np.testing.assert_allclose(answer[4:], net(prepare(decoded[None])), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("broken", [b"", b"no image", "half a PNG"])
def test_broken_files_are_named_by_their_positions(saved, broken):
    whole = tf.io.encode_png(photos(40, 30, 3)).numpy()
    broken = whole[: len(whole) // 2] if isinstance(broken, str) else broken
    from_bytes = tf.saved_model.load(saved).signatures["from_bytes"]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"at these positions of the batch, from 0:\] \[1 3\]"):
        from_bytes(bytes=tf.constant([whole, broken, whole, broken]))


def test_warm_up_requests_are_answered(saved):
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    signatures = tf.saved_model.load(saved).signatures
    seen = set()
    for record in tf.data.TFRecordDataset(str(saved / "assets.extra" / "tf_serving_warmup_requests")):
        request = PredictionLog.FromString(record.numpy()).predict_log.request
        assert request.model_spec.name == "small"
        inputs = {name: tf.constant(tf.make_ndarray(value)) for name, value in request.inputs.items()}
        assert signatures[request.model_spec.signature_name](**inputs)
        seen.add(request.model_spec.signature_name)
    assert seen == ALL == set(signatures)


def test_saved_model_cli_runs_it(net, saved, run_python, tmp_path):
    images = photos(2, 20, 24, 3)
    np.save(tmp_path / "images.npy", images.astype("float32"))
    cli = Path(tf.__file__).parent / "python" / "tools" / "saved_model_cli.py"
    run = f"run --dir {saved} --tag_set serve --signature_def serving_default --outdir {tmp_path} --inputs images="
    run_python(cli, *f"{run}{tmp_path / 'images.npy'}".split())
    expected = net(kzoo.preprocessor(net, preprocessing=kzoo.registry.TF)(images))
    assert difference(np.load(tmp_path / "probabilities.npy"), expected) < 1e-4


def test_weights_beyond_what_may_be_constants_are_variables(net, saved, tmp_path, monkeypatch):
    monkeypatch.setattr(classifier_module, "CONSTANT_BYTES", {"float32": 1000})
    loaded = tf.saved_model.load(ship(net, tmp_path / "small"))
    assert {tuple(each.shape) for each in loaded.tracked_variables} == {(3, 3, 3, 8), (3, 3, 4, 8)}  # the largest
    images = photos(3, 16, 16, 3)
    np.testing.assert_array_equal(loaded(images)["probabilities"], tf.saved_model.load(saved)(images)["probabilities"])


def test_threads_batches_and_extreme_images(net, saved):
    serve = tf.saved_model.load(saved)
    prepare = kzoo.preprocessor(net, preprocessing=kzoo.registry.TF)
    batches = [
        photos(size, *shape, 3) for size, shape in ((1, (16, 16)), (64, (20, 30)), (1, (3000, 4000)), (1, (1, 1)))
    ]
    expected = [np.asarray(net(prepare(batch))) for batch in batches]
    wrong = []

    def work(order):
        for i in order:
            if difference(serve(batches[i])["probabilities"], expected[i]) > 1e-4:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(order,)) for order in ([0, 1, 2, 3] * 3, [3, 2, 1, 0] * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_auto_takes_the_faster_and_says_so(net, tmp_path, monkeypatch):
    monkeypatch.setattr(exporter, "bfloat16_units", lambda: True)
    for faster in ("float32", "bfloat16"):
        times = {"float32": 2.0, "bfloat16": 2.0, faster: 1.0}
        monkeypatch.setattr(
            exporter, "_latencies", lambda spec, functions, times=times: {each: times[each] for each in functions}
        )
        path = ship(net, tmp_path / faster, precision="auto")
        record = describe_export(path)
        assert record["precision"] == faster and record["milliseconds"] == times
        assert [each.name for each in path.parent.iterdir()] == ["1"]
    weights = [(tmp_path / each / "1" / "saved_model.pb").stat().st_size for each in ("bfloat16", "float32")]
    assert weights[0] != weights[1]
    monkeypatch.undo()
    monkeypatch.setattr(exporter, "bfloat16_units", lambda: True)
    record = describe_export(ship(net, tmp_path / "measured", precision="auto"))
    assert record["milliseconds"][record["precision"]] == min(record["milliseconds"].values()) > 0


def test_auto_without_bfloat16_units(net, tmp_path, monkeypatch):
    monkeypatch.setattr(exporter, "bfloat16_units", lambda: False)
    record = describe_export(ship(net, tmp_path / "net", precision="auto"))
    assert record["precision"] == "float32" and record["milliseconds"] == {}


def test_bfloat16_units(tmp_path):
    for flags, has in (
        ("flags : fpu avx512f avx512_bf16 vme", True),
        ("Features : fp asimd bf16", True),
        ("flags : fpu avx512f avx512_vnni", False),
        ("model name : avx512_bf16\nflags : avx2", False),
    ):
        (tmp_path / "cpuinfo").write_text(f"processor : 0\n{flags}\n")
        assert bfloat16_units(tmp_path / "cpuinfo") == has
    assert not bfloat16_units(tmp_path / "missing")


def test_what_is_wrong_is_removed(net, tmp_path):
    with pytest.raises(ValueError) as error:
        ship(net, tmp_path / "net", precision="bfloat16", tolerance=1e-6)
    message = one_line(error)
    assert message.startswith(
        "what was written differs from the model and was removed: probabilities differ by up to 0.0"
    )
    assert "the top-1 class agrees on" in message and "accepted is a difference of 1e-06 (tolerance)" in message
    assert list(tmp_path.iterdir()) == []


def test_no_number_is_an_error(tmp_path):
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, layers.Dense(7, activation="softmax")(layers.Flatten()(inputs)))
    model.layers[-1].bias.assign(np.full(7, np.nan))
    with pytest.raises(ValueError, match="probabilities differ by up to nan"):
        ship(model, tmp_path / "net")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"format": "coreml"}, "format='coreml' is unknown; accepted are 'savedmodel', 'openvino', 'onnx', 'litert'"),
        ({"precision": "float16"}, "precision='float16' does not work for format='savedmodel'; accepted are 'float32'"),
        ({"precision": "int8"}, "'float32', 'bfloat16', 'auto'; 'openvino', 'onnx' and 'litert' have int8"),
        ({"format": "litert", "precision": "int8"}, "precision='int8' is calibrated on images"),
    ],
)
def test_wrong_arguments(net, tmp_path, arguments, message):
    if "litert" in arguments.values():
        pytest.importorskip("ai_edge_litert")
    with pytest.raises(ValueError) as error:
        ship(net, tmp_path / "net", **arguments)
    assert message in one_line(error) and list(tmp_path.iterdir()) == []


def test_a_missing_package(net, tmp_path, monkeypatch):
    monkeypatch.setattr("kzoo._extras.find_spec", lambda name: None)
    for format in ("openvino", "onnx", "litert"):
        with pytest.raises(ImportError) as error:
            ship(net, tmp_path / "net", format=format)
        assert f"not installed here; pip install 'kzoo[{format}]'" in one_line(error)
    with pytest.raises(FileNotFoundError) as error:
        load(tmp_path)
    assert "is no export of kzoo's" in one_line(error)


@pytest.mark.slow
@pytest.mark.parametrize("name", kzoo.list_models(kind="classifier"))
def test_names_are_the_same_for_all_networks(name, tmp_path):
    shape = small_input(kzoo.info(name))
    model = randomise(kzoo.build(name, input_shape=shape))
    images = photos(2, *shape)  # others than it settled on would drive some networks to where rounding decides
    settle(model, np.asarray(kzoo.preprocessor(model)(images)))
    path = kzoo.export(model, tmp_path / "net", images=images, tolerance=1e-3)
    signatures = tf.saved_model.load(path).signatures
    assert set(signatures) == ALL
    for name in ALL:
        inputs = "bytes" if name == "from_bytes" else "images"
        assert list(signatures[name].structured_input_signature[1]) == [inputs]
    outputs = signatures["serving_default"].structured_outputs
    answers = {"probabilities", "class_id", "label", "top_probabilities", "top_class_ids", "top_labels"}
    assert set(outputs) == set(signatures["from_bytes"].structured_outputs) == answers
    features = signatures["features"].structured_outputs
    assert list(features) == ["features"] and features["features"].shape.rank == 2
    record = json.loads((tmp_path / "net" / "1" / "assets.extra" / "model.json").read_text())
    assert record["input"] == list(shape)
