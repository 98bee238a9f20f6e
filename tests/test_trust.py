"""Predictions from what may be damaged or hostile: exports, folders of runs, names of classes, arrays."""

import functools
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line, randomise
from PIL import Image

import kzoo
from kzoo import cli
from kzoo.evaluation import plot_confusion_matrix
from kzoo.exporting.schemas import read_labels, write_labels, write_run_metadata
from kzoo.inference import predict, predict_files, predict_files_by_export, print_predictions

LABELS = ["a\u2028b", "c\x85d", "e\x0cf", "\x1b[31mg", *"hijklm"]
NAMES = ["\x1b[31mg", *"abcdefghi"]  # an export refuses line breaks


@pytest.fixture(scope="module")
def lenet():
    return randomise(kzoo.LeNet5())


@pytest.fixture(scope="module")
def exported(lenet, tmp_path_factory):
    return kzoo.export(lenet, tmp_path_factory.mktemp("exports") / "lenet", NAMES)


@pytest.fixture
def export(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "net" / "1")


@pytest.fixture
def image_file(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8)).save(path)
    return path


def record(path, **changes):
    file = path / "assets.extra" / "model.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def write(name, content):
    return lambda path: (path / "assets.extra" / name).write_bytes(content)


def preprocessing(**changes):
    row = {"mean": [0.0], "std": [255.0], "bgr": False, "crop": 0.875, "pad": 2, **changes}
    return functools.partial(record, preprocessing=row)


def without(key):
    def change(path):
        file = path / "assets.extra" / "model.json"
        file.write_text(json.dumps({name: each for name, each in json.loads(file.read_text()).items() if name != key}))

    return change


def replace_module(function, signatures):
    def change(path):
        module = tf.Module()
        module.f = tf.function(function, [tf.TensorSpec((None, None, None, 1), tf.float32, name="images")])
        shutil.rmtree(path / "variables")
        tf.saved_model.save(module, str(path), signatures=module.f if signatures else {})

    return change


def answer(value, classes=10, key="probabilities"):
    return lambda images: {key: tf.fill((tf.shape(images)[0], classes), value)}


HOSTILE = {
    "junk": (write("model.json", b"{x"), "model.json: Invalid JSON"),
    "nothing": (write("model.json", b""), "model.json: Invalid JSON"),
    "binary": (write("model.json", b"\xff\x00"), "model.json: Invalid JSON"),
    "deep": (write("model.json", b"[" * 100_000), "model.json: Invalid JSON"),
    "a list": (write("model.json", b"[]"), "model.json: Input should be an object"),
    "an empty object": (write("model.json", b"{}"), "model.json: format: Field required"),
    "a list of formats": (functools.partial(record, format=["x"]), "model.json: format: Input should be"),
    "another format": (functools.partial(record, format="pickle"), "not 'pickle'"),
    "another precision": (functools.partial(record, precision="int4"), "model.json: precision"),
    "no input": (functools.partial(record, input=None), "model.json: input: Input should be a valid"),
    "a short input": (functools.partial(record, input=[32, 32]), "model.json: input.2: Field required"),
    "text for input": (functools.partial(record, input=list("abc")), "model.json: input.0: Input should be"),
    "a huge input": (functools.partial(record, input=[10**9, 10**9, 1]), "model.json: input.0: Input should be less"),
    "an empty input": (functools.partial(record, input=[0, 0, 1]), "model.json: input.0: Input should be greater"),
    "a negative input": (functools.partial(record, input=[-1, -1, 1]), "model.json: input.0: Input should be greater"),
    "other channels": (functools.partial(record, input=[64, 64, 3]), "does not take images of shape (1, 40, 30, 3)"),
    "no preprocessing": (functools.partial(record, preprocessing=None), "model.json: preprocessing: Input should be"),
    "other preprocessing": (preprocessing(name="evil"), "model.json: preprocessing.name: Extra inputs are not"),
    "no deviation": (preprocessing(std=[0.0]), "model.json: preprocessing.std.0: Input should be greater"),
    "no number": (preprocessing(mean=[float("nan")]), "model.json: preprocessing.mean.0: Input should be a finite"),
    "no classes": (without("classes"), "model.json: classes: Field required"),
    "few labels": (write("labels.txt", b"a\nb\n"), "labels.txt' has 2 names, but there are 10 classes"),
    "empty labels": (write("labels.txt", b""), "labels.txt' has no lines"),
    "binary labels": (write("labels.txt", b"\xff\n" * 10), "labels.txt' is not a text file in UTF-8"),
    "no labels": (lambda path: (path / "assets.extra" / "labels.txt").unlink(), "labels.txt"),
    "no variables": (lambda path: shutil.rmtree(path / "variables"), "net/1"),
    "half a graph": (
        lambda path: (path / "saved_model.pb").write_bytes((path / "saved_model.pb").read_bytes()[:5000]),
        "cannot be loaded",
    ),
    "no signatures": (replace_module(answer(0.1), False), "it has no functions"),
    "another signature": (replace_module(answer(0.1, key="scores"), True), "does not take images of shape"),
    "no finite answer": (replace_module(answer(float("nan")), True), "probabilities are not finite"),
    "other classes": (replace_module(answer(0.1, classes=7), True), "answers with (1, 7); by its model.json"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_export_is_refused_in_one_line(export, image_file, capsys, name):
    change, message = HOSTILE[name]
    change(export)
    with pytest.raises(SystemExit) as exit:
        cli.main(["predict", str(image_file), "--export", str(export), "--json"])
    printed = capsys.readouterr()
    assert exit.value.code == 2 and printed.out == ""
    (line,) = [line for line in printed.err.splitlines() if line.startswith("error: ")]
    assert message in line and str(export) in line
    assert "Traceback" not in printed.err


def test_another_size_in_model_json_changes_nothing(export, image_file):
    before = predict_files_by_export([image_file], export)
    record(export, input=[64, 64, 1])
    assert predict_files_by_export([image_file], export) == before


def test_an_export_answers_as_its_network(lenet, exported, image_file):
    (served,) = predict_files_by_export([image_file], exported)["images"]
    expected = predict([lenet], [kzoo.data.read_image(image_file)])[0]
    assert [row["label"] for row in served["top"]] == [NAMES[i] for i in expected.argsort()[::-1][:5]]
    np.testing.assert_allclose([row["probability"] for row in served["top"]], np.sort(expected)[:-6:-1], atol=2e-5)


# names


def test_labels_with_other_line_ends_come_back(tmp_path):
    write_labels(tmp_path / "labels.txt", LABELS)
    assert read_labels(tmp_path / "labels.txt", len(LABELS)) == LABELS
    (tmp_path / "windows.txt").write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert read_labels(tmp_path / "windows.txt") == ["a", "b"]


def test_names_are_printed_without_what_a_terminal_obeys(capsys):
    top = [{"probability": 0.5, "label": label} for label in (*LABELS, "\u202egnp", "caf\u00e9 \u732b")]
    print_predictions({"image": "a\x1b]0;b\nc\udcff.png", "top": top})
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == r"a\x1b]0;b\nc\udcff.png" and len(lines) == len(top) + 2
    assert [line.split("%  ")[1] for line in lines[1:5]] == [r"a\u2028b", r"c\x85d", r"e\x0cf", r"\x1b[31mg"]
    assert [line.split("%  ")[1] for line in lines[-3:-1]] == [r"\u202egnp", "caf\u00e9 \u732b"]


# arrays


IMAGE = np.zeros((8, 8, 1), np.uint8)


@pytest.mark.parametrize(
    "images, message",
    [
        ([], "images is empty; give at least one"),
        ("cat.png", "images='cat.png' does not work; give arrays"),
        (["cat.png"], "images[0] has shape () and type <U7; accepted are numbers of 0..255, (height, width, channels)"),
        ([IMAGE, IMAGE[..., :0]], "images[1] has shape (8, 8, 0) and type uint8"),
        ([IMAGE[:0, :0]], "images[0] has shape (0, 0, 1) and type uint8"),
        ([IMAGE[..., 0]], "images[0] has shape (8, 8) and type uint8; accepted"),
        (IMAGE, "images[0] has shape (8, 1) and type uint8"),
        ([IMAGE[None]], "images[0] has shape (1, 8, 8, 1) and type uint8"),
        ([IMAGE.astype(object)], "images[0] has shape (8, 8, 1) and type object"),
        ([IMAGE + np.nan], "images[0] has values that are no numbers; accepted are 0..255"),
        ([np.repeat(IMAGE, 5, axis=-1)], "images[0] has shape (8, 8, 5) and type uint8; accepted"),
        (None, "images=None does not work; give arrays"),
    ],
)
def test_images_that_are_none(lenet, images, message):
    with pytest.raises(ValueError) as error:
        predict([lenet], images)
    assert one_line(error).startswith(message)


def test_models_that_are_none(lenet):
    for models in ([], lenet):
        with pytest.raises(ValueError, match=r"models=.* does not work; give a list of at least one network"):
            predict(models, [IMAGE])
    for model in (None, "LeNet5", keras.layers.Dense(3)):
        with pytest.raises(ValueError, match=r"models\[1\]=.* does not work; give networks"):
            predict([lenet, model], [IMAGE])
    with pytest.raises(ValueError, match="does not say how images are prepared for it"):
        predict([kzoo.GANDiscriminator()], [IMAGE])


def test_weights_that_are_no_numbers(lenet, image_file, tmp_path):
    model = keras.models.clone_model(lenet)
    model.record = lenet.record
    model.set_weights([weight + np.nan for weight in model.get_weights()])
    model.save_weights(tmp_path / "nan.weights.h5")
    with pytest.raises(ValueError, match="probabilities are not finite"):
        predict_files([image_file], ["LeNet5"], [tmp_path / "nan.weights.h5"])


def test_of_many_images_one_is_in_memory(lenet):
    """Each is gone when the next is read."""
    import weakref

    alive = []

    def read():
        for _ in range(4):
            image = np.zeros((50, 50, 3), np.uint8)
            assert not [each for each in alive if each() is not None]
            alive.append(weakref.ref(image))
            yield image
            del image

    assert predict([lenet], read()).shape == (4, 10)


# runs


@pytest.fixture
def run(lenet, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    prepare = kzoo.layers.Preprocessor((32, 32), 1, std=(127.5,), pad=4)
    write_run_metadata(folder, "LeNet5", {}, prepare, LABELS)
    lenet.save_weights(folder / "best.weights.h5")
    return folder


def test_a_run_is_enough(lenet, run, image_file, capsys):
    cli.main(["predict", str(image_file), "--run", str(run), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["models"] == [{"model": "LeNet5", "weights": str(run / "best.weights.h5")}]
    prepare = kzoo.layers.Preprocessor((32, 32), 1, std=(127.5,), pad=4)  # another than the registry's
    expected = lenet(prepare(kzoo.data.read_image(image_file)[None])).numpy()[0]
    top = found["images"][0]["top"]
    assert [row["label"] for row in top] == [LABELS[i] for i in expected.argsort()[::-1][:5]]
    np.testing.assert_allclose([row["probability"] for row in top], np.sort(expected)[:-6:-1], atol=2e-5)


def run_record(run, **changes):
    content = json.loads((run / "model.json").read_text())
    (run / "model.json").write_text(json.dumps({**content, **changes}))


@pytest.mark.parametrize(
    "change, message",
    [
        (shutil.rmtree, "has no model.json; give the --out of a classifier recipe"),
        (lambda run: (run / "best.weights.h5").unlink(), "has no best.weights.h5"),
        (lambda run: (run / "labels.txt").write_text("a\n"), "has 1 names, but there are 10 classes"),
        (lambda run: (run / "model.json").write_text("[]"), "model.json: Input should be an object"),
        (functools.partial(run_record, model="LeNet6"), "there is no model 'LeNet6'"),
        (functools.partial(run_record, options={"depth": 3}), "model.json: LeNet5 has no argument 'depth'"),
        (functools.partial(run_record, input=[32, 0, 1]), "model.json: input.1: Input should be greater"),
    ],
)
def test_a_damaged_run_is_named(run, image_file, capsys, change, message):
    change(run)
    with pytest.raises(SystemExit) as exit:
        cli.main(["predict", str(image_file), "--run", str(run)])
    printed = capsys.readouterr()
    assert exit.value.code == 2 and printed.out == ""
    (line,) = [line for line in printed.err.splitlines() if line.startswith("error: ")]
    assert message in line


def test_a_run_comes_with_its_own(run, image_file):
    with pytest.raises(ValueError, match="--run comes with a network, its weights and labels"):
        predict_files([image_file], ["LeNet5"], ["x"], run=run)


# images of results


def test_a_single_error_among_many_is_seen(tmp_path):
    names = ["$a_", "\x1b[31mb"]  # no formula, and nothing that a font lacks
    plot_confusion_matrix(np.array([[999, 1], [0, 1000]]), names, tmp_path / "new" / "confusion.png", "x$ on y")
    red, green, blue, _ = np.moveaxis(
        tf.io.decode_png((tmp_path / "new" / "confusion.png").read_bytes()).numpy(), -1, 0
    )
    assert ((red > 200) & (green < 50) & (blue < 50)).sum() > 10_000


def test_a_very_large_image_is_answered_alike(exported, image_file, monkeypatch):
    before = predict_files_by_export([image_file], exported)["images"]
    monkeypatch.setattr("kzoo.inference.MAX_IMAGE_SIZE", 100)
    after = predict_files_by_export([image_file], exported)["images"]
    for a, b in zip(before[0]["top"], after[0]["top"], strict=True):
        assert a["label"] == b["label"] and abs(a["probability"] - b["probability"]) < 2e-5
