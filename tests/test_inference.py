"""Images, ten crops, ensembles, and the recipe that predicts from files."""

import importlib.util
import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, difference, one_line, randomise
from PIL import Image

import kzoo
from kzoo.applications import imagenet
from kzoo.data import read_image
from kzoo.inference import center_crop, predict, predict_files, ten_crops
from kzoo.layers import Preprocessor

RECIPE = ROOT / "recipes" / "predict.py"
PIXELS = np.random.default_rng(0).integers(0, 256, (30, 40, 3)).astype("uint8")


def smooth(height, width):
    """Return an image that JPEG keeps nearly as it is."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows * 255 // height, columns * 255 // width, 0 * rows + 99], axis=-1).astype("uint8")


# ten crops


def test_ten_crops_are_corners_center_and_flips():
    prepare = Preprocessor((224, 224), 3)  # crop 0.875: of 256
    image = np.random.default_rng(0).integers(0, 256, (256, 256, 3)).astype("uint8")
    crops = np.array(ten_crops(prepare, image))
    assert crops.shape == (10, 224, 224, 3)
    top, left, bottom, right = slice(0, 224), slice(0, 224), slice(32, 256), slice(32, 256)
    centre = slice(16, 240)
    expected = [image[top, left], image[top, right], image[bottom, left], image[bottom, right], image[centre, centre]]
    np.testing.assert_array_equal(crops[:5], expected)
    np.testing.assert_array_equal(crops[5:], np.stack(expected)[:, :, ::-1])


def test_ten_crops_are_of_the_central_square_of_an_image():
    oblong = np.zeros((100, 300, 3), "float32")
    oblong[:, 100:200] = 255
    crops = np.array(ten_crops(Preprocessor((64, 64), 3, mean=(255.0,)), oblong))
    np.testing.assert_allclose(crops, 0, atol=1e-3)  # white all over, and brought to the network's levels


def test_the_center_crop_is_the_preprocessing():
    prepare = kzoo.preprocessor("SqueezeNet1_1")
    image = smooth(512, 512)
    np.testing.assert_allclose(ten_crops(prepare, image)[4], center_crop(prepare, image)[0], atol=0.05)


def test_ten_crops_of_a_network_with_a_margin():
    with pytest.raises(ValueError) as error:
        ten_crops(kzoo.preprocessor("LeNet5"), PIXELS)
    assert "ten crops do not work for a network whose images are fitted inside a margin" in one_line(error)


# ensembles


def small(name, side, **arguments):
    return randomise(kzoo.build(name, input_shape=(side, side, 3), classes=7, **arguments), seed=side)


def test_an_ensemble_is_the_mean_of_its_networks():
    models = [small("MobileNetV3Small", 64), small("SqueezeNet1_1", 96)]
    images = [PIXELS, smooth(100, 90), PIXELS[:, :, :1]]
    each = [predict([model], images) for model in models]
    assert each[0].shape == (3, 7) and difference(*each) > 0.1
    np.testing.assert_allclose(predict(models, images), np.mean(each, axis=0), rtol=1e-5)
    for model, probabilities, name in zip(models, each, ("MobileNetV3Small", "SqueezeNet1_1"), strict=True):
        inputs = kzoo.preprocessor(name, model.input_shape[1:])(images[1][None])
        np.testing.assert_allclose(probabilities[1:2], model(inputs), rtol=1e-4, atol=1e-6)


def test_ten_crops_are_averaged():
    model = small("SqueezeNet1_1", 96)
    images = [smooth(100, 90), PIXELS]
    inputs = ten_crops(kzoo.preprocessor(model), images[1])
    expected = np.mean(model(inputs), axis=0)
    np.testing.assert_allclose(predict([model], images, ten_crops)[1], expected, rtol=1e-4, atol=1e-6)


def test_logits_become_probabilities():
    model = small("SqueezeNet1_1", 96, classifier_activation=None)
    expected = predict([small("SqueezeNet1_1", 96)], [PIXELS])
    np.testing.assert_allclose(predict([model], [PIXELS]), expected, rtol=1e-4)


def test_of_several_outputs_the_first_counts():
    model = small("SqueezeNet1_1", 96)
    several = keras.Model(model.inputs, [model.output, keras.ops.negative(model.output)])
    several.record = model.record
    np.testing.assert_allclose(predict([several], [PIXELS]), predict([model], [PIXELS]), rtol=1e-5)


def test_networks_that_make_no_ensemble():
    with pytest.raises(ValueError) as error:
        predict([small("SqueezeNet1_1", 96), kzoo.LeNet5()], [PIXELS])
    assert one_line(error) == (
        "the models of an ensemble have the same classes, but squeezenet1_1 has 7, lenet5 has 10"
    )
    with pytest.raises(ValueError, match="lenet5 has 10, lenet5 has 5"):  # one name
        predict([kzoo.LeNet5(), kzoo.LeNet5(classes=5)], [PIXELS])
    with pytest.raises(ValueError, match=r"lenet5 makes .* of an image; accepted are classifiers"):
        predict([kzoo.LeNet5(include_top=False)], [PIXELS])
    with pytest.raises(ValueError, match="does not say how images are prepared for it"):
        predict([keras.Sequential([keras.Input((3,)), keras.layers.Dense(7)])], [PIXELS])


# the recipe


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Weights that recipes/lenet5_digits.py trained, and images of digits it has not seen."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("digits")
    train = [
        sys.executable,
        ROOT / "recipes" / "lenet5_digits.py",
        "--no-xla",
        "--epochs",
        "6",
        "--out",
        folder / "out",
    ]
    subprocess.run([str(part) for part in train], check=True, capture_output=True)
    with np.load(ROOT / "kzoo" / "data" / "digits.npz") as arrays:
        images, labels = arrays["x_test"][:20], arrays["y_test"][:20]
    paths = []
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        paths.append(folder / f"{label}_{i}.png")
        resized = Image.fromarray(image).resize((80, 80), Image.Resampling.BICUBIC)
        (resized.convert("RGB") if i % 2 else resized).save(paths[-1])
    return folder / "out" / "best.weights.h5", paths, labels


def test_digits_from_training_to_prediction(digits, run_python, tmp_path):
    weights, paths, labels = digits
    out = tmp_path / "new" / "digits.json"
    result = run_python(RECIPE, *paths, "--model", "LeNet5", "--weights", weights, "--out", out)
    written = json.loads(out.read_text())
    assert written["models"] == [{"model": "LeNet5", "weights": str(weights)}] and written["ten_crop"] is False
    assert [row["image"] for row in written["images"]] == [str(path) for path in paths]
    best = [row["top"][0] for row in written["images"]]
    assert np.mean([int(each["label"]) == label for each, label in zip(best, labels, strict=True)]) >= 0.9
    for row in written["images"]:
        probabilities = [each["probability"] for each in row["top"]]
        assert len(probabilities) == 5 and probabilities == sorted(probabilities, reverse=True)
        assert all(each["label"] == str(each["class_id"]) for each in row["top"])
    load_run = predict_files(paths, run=weights.parent)["images"]
    assert [row["top"] for row in load_run] == [row["top"] for row in written["images"]]
    lines = result.stdout.splitlines()
    assert len(lines) == 6 * len(paths) and lines[0] == str(paths[0])
    assert lines[1].split() == [f"{best[0]['probability']:.2%}", best[0]["label"]]


def test_names_from_a_file(digits, run_python, tmp_path):
    weights, paths, _ = digits
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    (tmp_path / "names.txt").write_text("\n".join(names) + "\n")
    run_python(
        RECIPE, paths[0], "--model", "LeNet5", "--weights", weights, "--labels", tmp_path / "names.txt", cwd=tmp_path
    )
    (row,) = json.loads((tmp_path / "runs" / "predictions.json").read_text())["images"]
    assert all(each["label"] == names[each["class_id"]] for each in row["top"])


@pytest.fixture(scope="module")
def random_weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    paths = []
    for seed, name in enumerate(("SqueezeNet1_1", "MobileNetV3Small")):
        paths.append(folder / f"{name}.weights.h5")
        randomise(kzoo.build(name), seed).save_weights(paths[-1])
    return paths


def test_an_ensemble_with_ten_crops(random_weights, run_python, tmp_path):
    images = {"photo.jpg": smooth(300, 400), "icon.png": np.dstack([PIXELS, PIXELS[..., 0]])}
    for name, pixels in images.items():
        Image.fromarray(pixels).save(tmp_path / name)
    squeeze, mobile = random_weights
    run_python(
        RECIPE,
        *images,
        *("--ten-crop", "--out", "both.json"),
        *("--model", "SqueezeNet1_1", "--weights", squeeze, "--model", "MobileNetV3Small", "--weights", mobile),
        cwd=tmp_path,
    )
    models = [kzoo.SqueezeNet1_1(weights=squeeze), kzoo.MobileNetV3Small(weights=mobile)]
    expected = predict(models, [read_image(tmp_path / name) for name in images], ten_crops)
    written = json.loads((tmp_path / "both.json").read_text())
    assert written["ten_crop"] is True and len(written["models"]) == 2
    for row, probabilities in zip(written["images"], expected, strict=True):
        assert [each["class_id"] for each in row["top"]] == list(probabilities.argsort()[::-1][:5])
        np.testing.assert_allclose(
            [each["probability"] for each in row["top"]], np.sort(probabilities)[:-6:-1], atol=1e-5
        )
        assert all(each["label"] == imagenet.class_names()[each["class_id"]] for each in row["top"])


@pytest.fixture(scope="module")
def recipe():
    spec = importlib.util.spec_from_file_location("predict_recipe", RECIPE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "options, message",
    [
        ({"images": ("good.png", "bad.png")}, "bad.png: not a readable image: "),
        ({"images": ("good.png", "gone.png")}, "gone.png: no such file"),
        ({"images": ()}, "images is empty; give at least one file"),
        ({"weights": ()}, "--model is given 1 and --weights 0 times; each network needs both"),
        ({"labels": "empty.txt"}, "labels='empty.txt' has no lines; give a name a line"),
        ({"labels": "good.png"}, "labels='good.png' is not a text file in UTF-8"),
        ({"labels": "gone.txt"}, "gone.txt"),
        ({"labels": "two.txt"}, "these weights do not know the 2 classes of the data"),
        ({"ten_crop": True}, "ten crops do not work"),
        ({"model": ("LeNet6",)}, "there is no model 'LeNet6'"),
        ({"weights": ("imagenet",)}, "weights='imagenet' is unknown for LeNet5"),
    ],
)
def test_wrong_options_are_said_in_one_line_and_write_nothing(recipe, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(PIXELS).save("good.png")
    Path("bad.png").write_bytes(Path("good.png").read_bytes()[:99])
    Path("empty.txt").write_text("")
    Path("two.txt").write_text("a\nb\n")
    kzoo.LeNet5().save_weights("lenet.weights.h5")
    before = sorted(tmp_path.iterdir())
    given = {"images": ("good.png",), "model": ("LeNet5",), "weights": ("lenet.weights.h5",), **options}
    given["images"] = tuple(map(Path, given["images"]))
    given["labels"] = Path(given["labels"]) if "labels" in given else None
    with pytest.raises((ValueError, OSError)) as error:
        recipe.main(recipe.Config(**given))
    assert message in one_line(error)
    assert sorted(tmp_path.iterdir()) == before


def test_wrong_options_on_the_command_line(run_python, tmp_path):
    result = run_python(RECIPE, "gone.png", "--model", "LeNet5", "--weights", "x.h5", check=False, cwd=tmp_path)
    assert result.returncode == 2 and result.stderr.splitlines()[-1] == "error: gone.png: no such file"
    assert "Traceback" not in result.stderr


def test_unknown_options_fail(run_python, tmp_path):
    assert run_python(RECIPE, "--models", "LeNet5", check=False, cwd=tmp_path).returncode == 2


def test_floats_and_bytes_are_the_same():
    model = small("SqueezeNet1_1", 96)
    np.testing.assert_allclose(predict([model], [PIXELS]), predict([model], [tf.cast(PIXELS, tf.float32)]), rtol=1e-5)
