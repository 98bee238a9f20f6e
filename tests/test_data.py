"""kzoo.data: what each source accepts and refuses, and what reaches a network."""

import dataclasses
import io
import itertools
import json
import os
import shutil
import time
import zipfile
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from conftest import one_line
from PIL import Image

from kzoo.data import (
    AUGMENTATIONS,
    Augmentation,
    Source,
    batches,
    load_source,
    report_unreadable_images,
    steps_per_epoch,
)
from kzoo.data import pipeline as pipeline_module
from kzoo.data import sources as sources_module
from kzoo.generative.datasets import tfds_images
from kzoo.training import make_strategy

RNG = np.random.default_rng(0)


class Preprocessor:
    """A network's input as `batches` sees it; `resized` counts the images read."""

    def __init__(self, height=6, width=5, channels=1):
        self.shape, self.size = (height, width, channels), (height, width)
        self.resized = 0

    def resize(self, image):
        image = tf.reduce_mean(tf.cast(image, tf.float32), axis=-1, keepdims=True)
        image = tf.image.resize(image, self.shape[:2])
        image = tf.repeat(image, self.shape[2], axis=2)
        return tf.ensure_shape(tf.numpy_function(self._count, [image], tf.float32), self.shape)

    def normalize(self, images):
        return images / 255

    def _count(self, image):
        self.resized += 1
        return image


def arrays(train=20, test=7, shape=(6, 5), classes=4, **changes):
    """Images of which the first pixel is their index, in the npz schema."""
    made = {}
    for half, count in (("train", train), ("test", test)):
        images = np.zeros((count, *shape), np.uint8)
        images += np.arange(count, dtype=np.uint8).reshape(-1, *[1] * len(shape))
        made |= {f"x_{half}": images, f"y_{half}": np.arange(count) % classes}
    made |= changes
    return {key: value for key, value in made.items() if value is not None}


def npz(tmp_path, **changes):
    path = tmp_path / "mine.npz"
    np.savez(path, **arrays(**changes))
    return load_source(f"npz:{path}")


def save(path, colour=(200, 100, 50), mode="RGB", size=(5, 6)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path)
    return path


def class_folders(root, counts, suffix="png"):
    """One folder per class; the grey of an image is 10 times its number in its class."""
    for name, count in counts.items():
        for i in range(count):
            save(root / name / f"{i:02}.{suffix}", colour=(10 * i,) * 3)
    return root


def pairs(dataset):
    return [(image.numpy(), int(label)) for image, label in dataset]


# digits


def test_digits_are_the_bundled_1797():
    source = load_source("digits")
    assert (source.spec, source.classes, source.labels) == ("digits", 10, tuple("0123456789"))
    assert (source.train.count, source.test.count) == (1437, 360)
    assert source.description == "1437 training and 360 test images, 10 classes; split as in digits.npz"
    with np.load(sources_module.DIGITS) as stored:
        for half, split in (("train", source.train), ("test", source.test)):
            read = pairs(split.dataset())
            assert len(read) == split.count
            np.testing.assert_array_equal(np.stack([image[..., 0] for image, _ in read]), stored[f"x_{half}"])
            np.testing.assert_array_equal([label for _, label in read], stored[f"y_{half}"])


def test_digits_are_split_in_proportion_to_the_classes():
    with np.load(sources_module.DIGITS) as stored:
        counts = np.bincount(stored["y_test"])
        assert counts.sum() == 360 and set(counts) <= {35, 36, 37}
        assert stored["x_train"].dtype == stored["x_test"].dtype == np.uint8
        # 0..16 became 0..255: seventeen grey levels.
        np.testing.assert_array_equal(np.unique(stored["x_train"]), np.round(np.arange(17) * 255 / 16))


def test_elements_are_uint8_of_rank_3_and_int32():
    image, label = load_source("digits").train.dataset().element_spec
    assert (image.shape, image.dtype) == ((8, 8, 1), tf.uint8)
    assert (label.shape, label.dtype) == ((), tf.int32)


# npz


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (np.array([0, 128, 255], np.uint8), [0, 128, 255]),
        (np.array([0, 1, 1], np.uint8), [0, 1, 1]),  # uint8 is 0..255 however dark
        (np.array([0, 0.5, 1], np.float32), [0, 127.5, 255]),
        (np.array([0, 0.5, 0.9], np.float16), [0, 127.5, 229.5]),
        (np.array([0, 1.5, 255], np.float64), [0, 1.5, 255]),
    ],
)
def test_scale_of_npz_images_is_told_by_the_training_maximum(tmp_path, images, expected):
    x_train = np.tile(images[:, None, None], (1, 6, 5))
    dark_test = np.zeros((2, 6, 5), images.dtype) + images[1]
    source = npz(tmp_path, train=3, test=2, x_train=x_train, x_test=dark_test)
    read = [image for image, _ in pairs(source.train.dataset())]
    assert read[0].dtype == (np.uint8 if images.dtype == np.uint8 else np.float32)
    np.testing.assert_allclose([image.max() for image in read], expected, rtol=1e-3)
    # The test images are scaled as the training ones, not by their own maximum.
    assert pairs(source.test.dataset())[0][0].max() == pytest.approx(expected[1], rel=1e-3)


def test_a_float_set_that_peaks_low_warns_of_its_range(tmp_path):
    sixteen = np.linspace(0, 16, 20, dtype=np.float32).repeat(30).reshape(20, 6, 5)
    with pytest.warns(UserWarning, match=r"^x_train in mine\.npz: values are 0\.\.16; read as 0\.\.255") as seen:
        source = npz(tmp_path, x_train=sixteen, x_test=sixteen[:7])
    assert Path(seen[0].filename).name == "test_data.py"  # it points at who called load_source
    assert pairs(source.train.dataset())[-1][0].max() == 16


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("peak", [1.0, 64.0, 255.0])
def test_other_float_sets_do_not_warn(tmp_path, peak):
    images = np.full((20, 6, 5), peak, np.float32)
    npz(tmp_path, x_train=images, x_test=images[:7])


@pytest.mark.parametrize(("shape", "read_shape"), [((6, 5), (6, 5, 1)), ((6, 5, 1), (6, 5, 1)), ((6, 5, 3), (6, 5, 3))])
def test_npz_images_have_one_or_three_channels(tmp_path, shape, read_shape):
    assert npz(tmp_path, shape=shape).train.dataset().element_spec[0].shape == read_shape


@pytest.mark.parametrize("labels", [np.uint8, np.int64, np.uint64, np.float32])
@pytest.mark.parametrize("column", [False, True])
def test_npz_labels_are_whole_numbers_of_any_type(tmp_path, labels, column):
    y_train = (np.arange(20) % 4).astype(labels)
    source = npz(tmp_path, y_train=y_train[:, None] if column else y_train)
    assert [label for _, label in pairs(source.train.dataset())] == [i % 4 for i in range(20)]
    assert source.labels == ("0", "1", "2", "3")


def test_npz_paths_may_start_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    npz(tmp_path)
    assert load_source("npz:~/mine.npz").train.count == 20
    with pytest.raises(FileNotFoundError, match=r"~nobody_of_this_name/mine\.npz: no such file"):
        load_source("npz:~nobody_of_this_name/mine.npz")


X20, X7 = arrays()["x_train"], arrays()["x_test"]
BAD_ARRAYS = {
    "label beyond train": (
        {"y_test": np.array([0, 1, 2, 3, 12, 0, 0])},
        "y_test in mine.npz: label 12 is out of range; y_train has 0..3",
    ),
    "label just beyond train": (
        {"y_test": np.array([0, 1, 2, 3, 4, 0, 0])},
        "y_test in mine.npz: label 4 is out of range; y_train has 0..3",
    ),
    "negative test label": (
        {"y_test": np.array([0, 1, 2, 3, -1, 0, 0])},
        "y_test in mine.npz: label -1 is out of range; y_train has 0..3",
    ),
    "negative training label": (
        {"y_train": np.arange(20) - 1},
        "y_train in mine.npz: label -1 is out of range; labels are 0..999999",
    ),
    "huge training label": (
        {"y_train": np.arange(20) + 2**40},
        "y_train in mine.npz: label 1099511627776 is out of range; labels are 0..999999",
    ),
    "fractional label": ({"y_train": np.arange(20) / 2}, "y_train in mine.npz: label 0.5 is not an integer"),
    "not-a-number label": ({"y_train": np.full(20, np.nan)}, "y_train in mine.npz: label nan is not an integer"),
    "one-hot labels": (
        {"y_train": np.eye(20)},
        "y_train in mine.npz: labels of shape (20, 20); they are (N,) or (N, 1), one integer per image",
    ),
    "string labels": (
        {"y_train": np.array(["cat"] * 20)},
        "y_train in mine.npz: labels of type <U3; they are integers",
    ),
    "object labels": (
        {"y_test": np.array([{}] * 7)},
        "y_test in mine.npz: cannot be read: Object arrays cannot be loaded when allow_pickle=False",
    ),
    "fewer labels": ({"y_train": np.zeros(19, int)}, "mine.npz: x_train has 20 images but y_train has 19 labels"),
    "more test labels": ({"y_test": np.zeros(8, int)}, "mine.npz: x_test has 7 images but y_test has 8 labels"),
    "sizes": (
        {"x_test": np.zeros((7, 32, 32, 3), np.uint8)},
        "mine.npz: x_train is 6x5 but x_test 32x32x3",
    ),
    "missing key": ({"y_test": None}, "mine.npz: y_test missing; it has x_train, y_train, x_test"),
    "flat images": (
        {"x_train": X20.reshape(20, 30)},
        "x_train in mine.npz: images of shape (20, 30); they are (N, H, W) or (N, H, W, C) with C 1 or 3",
    ),
    "four channels": (
        {"x_test": np.zeros((7, 6, 5, 4), np.uint8)},
        "x_test in mine.npz: images of shape (7, 6, 5, 4); they are (N, H, W) or (N, H, W, C) with C 1 or 3",
    ),
    "no images": ({"x_train": X20[:0]}, "x_train in mine.npz: no images, its shape is (0, 6, 5)"),
    "integer images": (
        {"x_train": X20.astype(np.int64)},
        "x_train in mine.npz: images of type int64; they are uint8 or float",
    ),
    "string images": (
        {"x_train": X20.astype(str)},
        "x_train in mine.npz: images of type <U3; they are uint8 or float",
    ),
    "object images": (
        {"x_train": X20.astype(object)},
        "x_train in mine.npz: cannot be read: Object arrays cannot be loaded when allow_pickle=False",
    ),
    "mixed types": (
        {"x_test": X7.astype(np.float32)},
        "mine.npz: x_train is uint8 but x_test is float32, so their scales may differ",
    ),
    "negative images": (
        {"x_train": X20 / 10 - 1, "x_test": X7 / 10},
        "x_train in mine.npz: values -1..0.9 are outside 0..1, by the maximum of x_train",
    ),
    "too bright": (
        {"x_train": X20 * 100.0, "x_test": X7 / 10},
        "x_train in mine.npz: values 0..1900 are outside 0..255, by the maximum of x_train",
    ),
    "test brighter than train": (
        {"x_train": X20 / 20, "x_test": X7 * 20.0},
        "x_test in mine.npz: values 0..120 are outside 0..1, by the maximum of x_train",
    ),
    "not-a-number image": (
        {"x_train": np.where(X20 == 3, np.nan, X20 * 10), "x_test": X7 / 1},
        "x_train in mine.npz: some values are not finite",
    ),
    "infinite test image": (
        {"x_train": X20 * 10.0, "x_test": np.where(X7 == 3, np.inf, X7)},
        "x_test in mine.npz: some values are not finite",
    ),
}


@pytest.mark.parametrize("name", BAD_ARRAYS)
def test_bad_arrays_are_named(tmp_path, name):
    changes, message = BAD_ARRAYS[name]
    with np.errstate(all="ignore"), pytest.raises(ValueError) as error:
        npz(tmp_path, **{"x_train": X20 * np.uint8(1), **changes})
    assert one_line(error) == message


def test_missing_npz_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        load_source(f"npz:{tmp_path}/none.npz")
    assert one_line(error) == f"{tmp_path}/none.npz: no such file"


@pytest.mark.parametrize("kind", ["text", "empty", "npy", "folder"])
def test_what_is_not_an_npz_is_named(tmp_path, kind):
    path = tmp_path / "mine.npz"
    {
        "text": lambda: path.write_text("x_train"),
        "empty": path.touch,
        "npy": lambda: np.save(path.open("wb"), X20),
        "folder": path.mkdir,
    }[kind]()
    with pytest.raises(ValueError) as error:
        load_source(f"npz:{path}")
    assert one_line(error) == f"{path}: not an npz file"


def test_damaged_npz_is_named(tmp_path):
    npz(tmp_path)
    damaged = bytearray((tmp_path / "mine.npz").read_bytes())
    damaged[300] ^= 0xFF  # inside x_train
    (tmp_path / "mine.npz").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"^x_train in mine\.npz: cannot be read: ") as error:
        load_source(f"npz:{tmp_path}/mine.npz")
    one_line(error)


def hostile_npz(path, header):
    """Write arrays of which x_train's header says something else."""
    np.savez(path, **arrays())
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    text = header.encode().ljust(118) + b"\n"
    files["x_train.npy"] = b"\x93NUMPY\x01\0" + len(text).to_bytes(2, "little") + text + bytes(600)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000000000,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999999, 6, 5)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 6, 5)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 6, 7)}",
        "{'descr': 'x', 'fortran_order': False, 'shape': (20, 6, 5)}",
        "((((",
    ],
)
def test_an_array_that_promises_too_much_is_named(tmp_path, header):
    hostile_npz(tmp_path / "mine.npz", header)
    with pytest.raises(ValueError, match=r"^x_train in mine\.npz: ") as error:
        load_source(f"npz:{tmp_path}/mine.npz")
    one_line(error)


@pytest.mark.parametrize("spec", ["", "digit", "digits:", "digits:3", "npz", "npz:", "folder:", "tfds:", "s3:x"])
def test_other_specs_are_told_the_four_forms(spec):
    with pytest.raises(ValueError) as error:
        load_source(spec)
    assert one_line(error) == f"data source {spec!r} is none of digits, npz:PATH, folder:PATH, tfds:NAME[/CONFIG]"


# folder


@pytest.mark.parametrize("test_name", ["test", "val"])
def test_folder_with_a_split_of_its_own(tmp_path, test_name):
    class_folders(tmp_path / "train", {"owl": 3, "bat": 2})
    class_folders(tmp_path / test_name, {"bat": 1, "owl": 2})
    source = load_source(f"folder:{tmp_path}")
    assert source.labels == ("bat", "owl")  # numbered by name
    assert source.description == f"5 training and 3 test images, 2 classes; split by train/ and {test_name}/"
    assert [(int(image.max()), label) for image, label in pairs(source.train.dataset())] == [
        *((0, 0), (10, 0)),
        *((0, 1), (10, 1), (20, 1)),
    ]
    assert [label for _, label in pairs(source.test.dataset())] == [0, 1, 1]


def test_test_is_preferred_to_val(tmp_path):
    for half, count in (("train", 3), ("val", 1), ("test", 2)):
        class_folders(tmp_path / half, {"bat": count})
    assert load_source(f"folder:{tmp_path}").test.count == 2


def file_names(split):
    return [key.numpy().decode() for key, _ in split.keys()]  # noqa: SIM118 - not a dict


def test_class_folders_alone_hold_out_every_fifth_file(tmp_path):
    class_folders(tmp_path, {"bat": 11, "owl": 5, "fox": 4})
    source = load_source(f"folder:{tmp_path}", seed=3)
    assert source.labels == ("bat", "fox", "owl")
    assert source.description == (
        "17 training and 3 test images, 3 classes; every fifth file of each class, in an order shuffled by seed 3, is "
        "the test split"
    )
    assert [label for _, label in pairs(source.test.dataset())] == [0, 0, 2]
    train, test = file_names(source.train), file_names(source.test)
    assert sorted(train + test) == sorted(str(path) for path in tmp_path.rglob("*.png"))
    assert len(train) == 17  # so nothing is in both


def test_held_out_files_are_told_by_the_seed_and_their_own_class(tmp_path):
    class_folders(tmp_path, {"bat": 20, "owl": 20})

    def held_out(seed, name="bat"):
        split = load_source(f"folder:{tmp_path}", seed=seed).test
        return [Path(path).name for path in file_names(split) if Path(path).parent.name == name]

    first = held_out(0)
    assert first == held_out(0)
    assert first != held_out(1)
    assert first != held_out(0, "owl")
    assert len({tuple(sorted(held_out(seed))) for seed in range(10)}) > 5
    save(tmp_path / "owl" / "new.png")
    assert held_out(0) == first


def test_twenty_thousand_files_start_at_once(tmp_path):
    save(tmp_path / "bat" / "0.jpg")
    (tmp_path / "owl").mkdir()
    for i in range(20_000):
        os.link(tmp_path / "bat" / "0.jpg", tmp_path / ("bat", "owl")[i % 2] / f"{i:06}.jpg")
    start = time.perf_counter()
    source = load_source(f"folder:{tmp_path}")
    next(iter(batches(source.train, Preprocessor(), 4, training=True, cache=False)))
    assert source.train.count + source.test.count == 20_001
    assert time.perf_counter() - start < 5  # 0.5 on two cores


def test_hidden_and_other_files_are_ignored(tmp_path):
    class_folders(tmp_path, {"bat": 5, ".cache": 5})
    save(tmp_path / "bat" / ".hidden.png")
    (tmp_path / "bat" / "readme.txt").write_text("five bats")
    (tmp_path / "bat" / "more.png").mkdir()
    (tmp_path / "labels.csv").touch()
    source = load_source(f"folder:{tmp_path}")
    assert source.labels == ("bat",)
    assert source.train.count + source.test.count == 5


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "png", "bmp", "gif", "webp", "JPG", "Png"])
def test_suffixes(tmp_path, suffix):
    class_folders(tmp_path, {"bat": 5}, suffix)
    assert [image.shape for image, _ in pairs(load_source(f"folder:{tmp_path}").train.dataset())] == [(6, 5, 3)] * 4


def test_a_class_may_be_called_train(tmp_path):
    class_folders(tmp_path, {"car": 5, "train": 5})
    assert load_source(f"folder:{tmp_path}").labels == ("car", "train")


MODES = [("L", "png"), ("L", "jpg"), ("L", "bmp"), ("1", "png"), ("LA", "png")]
MODES += [("RGB", "png"), ("RGB", "jpg"), ("RGB", "bmp"), ("RGBA", "png"), ("P", "png"), ("CMYK", "jpg")]


@pytest.mark.parametrize(("mode", "suffix"), MODES)
def test_images_of_any_kind_become_rgb(tmp_path, mode, suffix):
    for i in range(5):
        save(tmp_path / "bat" / f"{i}.{suffix}", mode=mode)
    split = load_source(f"folder:{tmp_path}").train
    image, label = split.dataset().element_spec
    assert (image.dtype, image.shape.as_list(), label.dtype) == (tf.uint8, [None, None, 3], tf.int32)
    image, _ = pairs(split.dataset())[0]
    with Image.open(file_names(split)[0]) as opened:
        expected = np.asarray(opened.convert("RGB"), int)
    assert expected.max() > 120 or mode == "1"
    assert image.shape == (6, 5, 3)
    assert np.abs(image - expected).max() <= (3 if suffix == "jpg" else 0)


def test_images_of_several_kinds_make_one_batch(tmp_path):
    for i, mode in enumerate(["L", "RGB", "RGBA", "LA", "P"]):
        save(tmp_path / "bat" / f"{i}.png", mode=mode)
    split = load_source(f"folder:{tmp_path}").train
    images, _ = next(iter(batches(split, Preprocessor(channels=3), 4, training=True)))
    np.testing.assert_allclose(images * 255, 120, atol=5)


def middle(height, width):
    return tf.stack([height // 4, width // 5, height // 2, width // 2])


@pytest.mark.parametrize(("mode", "suffix"), [*MODES, ("RGB", "gif")])
def test_a_window_is_what_the_whole_image_has_there(tmp_path, mode, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    (tmp_path / "bat").mkdir()
    for i in range(5):
        image = Image.fromarray(noise).resize((120, 90), Image.Resampling.BICUBIC).convert(mode)
        image.save(tmp_path / "bat" / f"{i}.{suffix}", **({"quality": 95} if suffix == "jpg" else {}))
    split = load_source(f"folder:{tmp_path}").train
    key, label = next(iter(split.keys()))
    whole, part = (split.read(key, label, window)[0] for window in (None, middle))
    assert (part.dtype, part.shape) == (tf.uint8, (45, 60, 3))
    expected = whole.numpy()[22:67, 24:84]
    assert expected.max() > 120 and len(np.unique(expected)) > 1
    # where a JPEG is cut, its colours are interpolated from one side only
    np.testing.assert_array_equal(part[1:-1, 1:-1], expected[1:-1, 1:-1])


def test_no_more_of_a_jpeg_is_decoded_than_the_window(tmp_path):
    """The bytes behind the window may be missing, unless the image has to be oriented."""
    encoded = save(tmp_path / "0.jpg", size=(300, 300)).read_bytes()
    top = tf.function(lambda encoded: sources_module.decode_image(encoded, 3, lambda h, w: tf.stack([0, 0, h // 8, w])))
    assert top(tf.constant(encoded[:-200])).shape == (37, 300, 3)
    with pytest.raises(tf.errors.InvalidArgumentError):
        sources_module.decode_image(encoded[:-200])


@pytest.mark.parametrize("shape", [(6, 5), (6, 5, 3)])
def test_a_window_of_an_array(tmp_path, shape):
    image, _ = npz(tmp_path, shape=shape, x_train=RNG.integers(0, 255, (20, *shape), dtype=np.uint8)).train.read(
        3, 0, lambda height, width: tf.stack([1, 2, height - 2, width - 2])
    )
    with np.load(tmp_path / "mine.npz") as stored:
        np.testing.assert_array_equal(image, stored["x_train"][3].reshape(6, 5, -1)[1:5, 2:5])


def test_an_animation_is_its_first_frame(tmp_path):
    (tmp_path / "bat").mkdir()
    frames = [Image.new("RGB", (5, 6), (grey,) * 3) for grey in (10, 200)]
    for i in range(5):
        frames[0].save(tmp_path / "bat" / f"{i}.gif", save_all=True, append_images=frames[1:])
    image, _ = pairs(load_source(f"folder:{tmp_path}").train.dataset())[0]
    assert image.shape == (6, 5, 3) and image.max() == 10


BAD_FOLDERS = {
    "missing": (lambda root: root.rmdir(), FileNotFoundError, "{root}: no such folder"),
    "nothing in it": (lambda root: None, ValueError, "{root}: no class folders in it"),
    "images but no class folders": (lambda root: save(root / "0.png"), ValueError, "{root}: no class folders in it"),
    "empty train": (
        lambda root: [(root / half).mkdir() for half in ("train", "test")],
        ValueError,
        "{root}/train: no class folders in it",
    ),
    "empty class": (
        lambda root: [class_folders(root, {"bat": 5}), (root / "owl").mkdir()],
        ValueError,
        "{root}/owl: no images in this class folder; .jpg .jpeg .png .bmp .gif .webp are read",
    ),
    "no test split": (
        lambda root: class_folders(root / "train", {"bat": 5}),
        ValueError,
        "{root}: has train/ but neither test/ nor val/",
    ),
    "class only in test": (
        lambda root: [class_folders(root / "train", {"bat": 1}), class_folders(root / "test", {"bat": 1, "owl": 1})],
        ValueError,
        "{root}/test/owl: this class has no folder in {root}/train",
    ),
    "class only in train": (
        lambda root: [class_folders(root / "train", {"bat": 1, "owl": 1}), class_folders(root / "val", {"bat": 1})],
        ValueError,
        "{root}/train/owl: this class has no folder in {root}/val",
    ),
    **{
        f"class named {name!r}": (
            lambda root, name=name: class_folders(root, {name: 5, "owl": 5}),
            ValueError,
            "{root}/" + shown + f": the name of this class {fault}; rename the folder",
        )
        for name, shown, fault in (
            ("a\nb", "a\\nb", "has a line break"),
            (" ", " ", "is empty"),
            ("\ufeffa", "\\ufeffa", "begins with a byte order mark"),
            ("\udcff", "\\udcff", "is no Unicode text"),
        )
    },
    "too few to hold out": (
        lambda root: class_folders(root, {"bat": 4, "owl": 4}),
        ValueError,
        "{root}: no class has 5 images, of which one would be for the test",
    ),
    "zero bytes": (
        lambda root: [class_folders(root, {"bat": 5}), (root / "bat" / "03.png").write_bytes(b"")],
        ValueError,
        "{root}/bat/03.png: not a readable image: the file is empty",
    ),
}


@pytest.mark.parametrize("name", BAD_FOLDERS)
def test_bad_folders_are_named(tmp_path, name):
    make, kind, message = BAD_FOLDERS[name]
    root = tmp_path / "photos"
    root.mkdir()
    make(root)
    with pytest.raises(kind) as error:
        load_source(f"folder:{root}")
    assert one_line(error) == message.format(root=root)


def test_files_may_have_names_that_are_no_unicode(tmp_path):
    class_folders(tmp_path, {"bat": 5})
    for path in (tmp_path / "bat").iterdir():
        path.rename(path.with_name(f"\udcff{path.name}"))
    source = load_source(f"folder:{tmp_path}")
    assert len(pairs(source.train.dataset())) == 4
    (tmp_path / "bat" / "\udcff04.png").write_bytes(b"no picture")
    with pytest.raises(ValueError) as error, report_unreadable_images(source):
        pairs(source.train.dataset()), pairs(source.test.dataset())
    assert "bat/\\udcff04.png: not a readable image" in one_line(error)


@pytest.mark.parametrize("arguments", [{"spec": None}, {"spec": b"digits"}, {"seed": -1}, {"seed": 1.5}, {"seed": "a"}])
def test_arguments_of_load_source(arguments):
    (name, value), *_ = arguments.items()
    with pytest.raises(ValueError) as error:
        load_source(**{"spec": "digits", **arguments})
    assert one_line(error).startswith(f"{name}={value!r} does not work; accepted: ")


def photos_with_one_bad(tmp_path, half, content, suffix="png"):
    for part in ("train", "test"):
        class_folders(tmp_path / part, {"bat": 4, "owl": 4}, suffix)
    bad = tmp_path / half / "owl" / f"02.{suffix}"
    bad.write_bytes(content(bad.read_bytes()))
    return load_source(f"folder:{tmp_path}"), bad


@pytest.mark.parametrize("half", ["train", "test"])
@pytest.mark.parametrize("content", [lambda good: b"not an image", lambda good: good[:60], lambda good: b"GIF89a"])
def test_unreadable_image_is_named(tmp_path, half, content):
    source, bad = photos_with_one_bad(tmp_path, half, content)
    with pytest.raises(ValueError) as error, report_unreadable_images(source):
        list(batches(getattr(source, half), Preprocessor(), 2, training=half == "train").take(4))
    assert one_line(error).startswith(f"{bad}: not a readable image: ")
    assert "{{" not in str(error.value) and "[Op:" not in str(error.value)
    assert len(str(error.value)) > len(f"{bad}: not a readable image: ") + 10  # the decoder's reason


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("augment", ["none", "inception"])
def test_truncated_image_is_named(tmp_path, suffix, share, augment):
    source, bad = photos_with_one_bad(tmp_path, "train", lambda good: good[: int(share * len(good))], suffix)
    with pytest.raises(ValueError) as error, report_unreadable_images(source):
        list(batches(source.train, Preprocessor(), 2, training=True, augment=WHOLE[augment]).take(4))
    assert one_line(error).startswith(f"{bad}: not a readable image: ")


def test_unreadable_image_is_named_out_of_fit(tmp_path):
    source, bad = photos_with_one_bad(tmp_path, "train", lambda good: good[:60])
    model = keras.Sequential([keras.Input((6, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="not a readable image") as error, report_unreadable_images(source):
        model.fit(batches(source.train, Preprocessor(), 2, training=True), steps_per_epoch=4, verbose=0)
    assert str(bad) in one_line(error)


def test_other_errors_pass_report_unreadable_images(tmp_path):
    source, _ = photos_with_one_bad(tmp_path, "train", lambda good: good[:60])
    with pytest.raises(tf.errors.InvalidArgumentError, match="shapes differ"), report_unreadable_images(source):
        raise tf.errors.InvalidArgumentError(None, None, "shapes differ")
    with pytest.raises(tf.errors.InvalidArgumentError), report_unreadable_images(load_source("digits")):
        raise tf.errors.InvalidArgumentError(None, None, "DecodeImage")
    encoded = dataclasses.replace(source, spec="tfds:bats")  # its keys are no paths
    with pytest.raises(tf.errors.InvalidArgumentError), report_unreadable_images(encoded):
        raise tf.errors.InvalidArgumentError(None, None, "DecodeImage")
    with pytest.raises(KeyError), report_unreadable_images(source):
        raise KeyError("x")


WHOLE = {
    "none": Augmentation(),
    "inception": Augmentation(crop=lambda height, width, size, seed: tf.stack([0, 0, height, width])),
}


# tfds


class KzooTiny(tfds.core.GeneratorBasedBuilder):
    """Real files, in TFDS' own format: nine images in 3 files, and a test split without labels."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = {"image": tfds.features.Image(shape=(6, 5, 1)), "label": tfds.features.ClassLabel(names=list("abc"))}
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _split_generators(self, dl_manager):
        return {"train": self._examples(9, 0), "validation": self._examples(3, 0), "test": self._examples(3, -1)}

    def _generate_examples(self):
        raise NotImplementedError

    def _examples(self, count, label):
        for i in range(count):
            yield i, {"image": np.full((6, 5, 1), i, np.uint8), "label": label if label < 0 else i % 3}


# Else TFDS looks for the source file with importlib_resources, which it does not depend on.
KzooTiny.__module__ = "kzoo_tiny"


class KzooTurned(KzooTiny):
    """Five JPEGs of 4x6 pixels, to be turned by a quarter."""

    def _info(self):
        features = {"image": tfds.features.Image(shape=(None, None, 3)), "label": tfds.features.ClassLabel(names=["a"])}
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _examples(self, count, label):
        exif = Image.Exif()
        exif[0x0112] = 6
        for i in range(count):
            file = io.BytesIO()
            Image.new("RGB", (6, 4), (50 * i,) * 3).save(file, "JPEG", exif=exif)
            yield i, {"image": io.BytesIO(file.getvalue()), "label": label}


KzooTurned.__module__ = "kzoo_turned"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Prepare KzooTiny in a folder of its own, where load_source finds it."""
    builder = tfds.builder
    monkeypatch.setattr(tfds, "builder", partial(builder, data_dir=tmp_path))
    return "tfds:kzoo_tiny"


def test_tfds_reads_what_it_prepared(tiny):
    source = load_source(tiny)
    assert source.labels == ("a", "b", "c")
    # The test split's labels are -1, so it is not the one to test on.
    assert source.description == (
        "9 training and 3 test images, 3 classes; splits train and validation of kzoo_tiny/1.0.0"
    )
    image, label = source.train.dataset().element_spec
    assert (image.shape, image.dtype, label.dtype) == ((6, 5, 1), tf.uint8, tf.int32)
    read = pairs(source.train.dataset())
    assert sorted((int(image.max()), label) for image, label in read) == [(i, i % 3) for i in range(9)]
    assert source.train.keys().element_spec[0].dtype == tf.string  # encoded: a shuffle holds no decoded image
    orders = [[key.numpy() for key, _ in source.train.keys((0, epoch))] for epoch in range(4)]
    assert len({tuple(order) for order in orders}) > 1
    assert len({frozenset(order) for order in orders}) == 1


@pytest.mark.parametrize("window", [None, lambda height, width: tf.stack([0, 0, height, width])])
def test_tfds_applies_exif_orientations(tiny, window):
    split = load_source("tfds:kzoo_turned").train
    key, label = next(iter(split.keys()))
    assert split.read(key, label, window)[0].shape == (6, 4, 3)


def test_tfds_gives_up_soon_without_a_network(tiny, monkeypatch):
    """TFDS retries ten times, and waits twice as long before each."""
    import requests
    from tensorflow_datasets.core.download import downloader

    before = downloader.MAX_RETRIES
    seen = []

    def unreachable(self, request, **options):
        seen.append(self.max_retries.total)
        raise requests.exceptions.ConnectionError("no network\nhere")

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", unreachable)
    with pytest.raises(FileNotFoundError) as error:
        load_source("tfds:mnist")
    assert "could not be prepared (no network here); set TFDS_DATA_DIR" in one_line(error)
    assert set(seen) == {3} and before == downloader.MAX_RETRIES


def test_tfds_gives_images_without_labels(tiny):
    train, validation = tfds_images(tiny, "kzoo_tiny", ["train", "validation"])
    assert (train.count, validation.count) == (9, 3)
    images = [image for image, _ in train.dataset().as_numpy_iterator()]
    assert images[0].shape == (6, 5, 3) and sorted(int(image.max()) for image in images) == list(range(9))
    with pytest.raises(ValueError, match="there is no split 'trainA'; there are ") as error:
        tfds_images(tiny, "kzoo_tiny", ["train", "trainA"])
    assert one_line(error)
    with pytest.raises(ValueError, match="TFDS has no dataset of this name"):
        tfds_images("tfds:celeb_b", "celeb_b", ["train"])


@pytest.mark.parametrize("blocks", [1, 3])
def test_tfds_starts_at_any_step(tiny, monkeypatch, blocks):
    builder = tfds.builder("kzoo_tiny")
    monkeypatch.setattr(tfds, "builder", lambda name: builder)
    monkeypatch.setattr(
        KzooTiny,
        "_split_generators",
        lambda self, _: {"train": self._examples(45, 0), "test": self._examples(4, 0)},
    )
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=4))
    assert len(builder.info.splits["train"].filepaths) == 4
    monkeypatch.setattr(sources_module, "SHUFFLE_BYTES", builder.info.splits["train"].num_bytes // blocks)
    split = load_source(tiny).train
    whole = stream(split, cache=False)
    orders = [flat(pixels for pixels, _ in whole[5 * i : 5 * i + 5]) for i in range(4)]
    assert all(len(set(order)) == 40 for order in orders)
    assert len({tuple(order) for order in orders}) == 4
    for epoch, step in ((0, 1), (0, 4), (1, 0), (2, 3), (0, 13), (3, 4)):
        done = 5 * epoch + step
        assert stream(split, cache=False, epoch=epoch, step=step, count=20 - done) == whole[done:], (epoch, step)
    assert (stream(split, cache=True) == whole) == (blocks == 1)


def test_tfds_formats_other_than_tfrecord_are_named(tiny, monkeypatch):
    builder = tfds.builder("kzoo_tiny", file_format="array_record")
    monkeypatch.setattr(tfds, "builder", lambda name: builder)
    with pytest.raises(ValueError) as error:
        load_source(tiny)
    assert one_line(error) == "tfds:kzoo_tiny: kzoo_tiny/1.0.0 is stored as array_record; accepted is tfrecord"


def test_tfds_shuffles_the_files_of_a_large_split(tiny, monkeypatch):
    """With blocks of one image the order is that of the files, each of which stays as it is."""
    monkeypatch.setattr(sources_module, "SHUFFLE_BYTES", 1)
    builder = tfds.builder("kzoo_tiny")
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=3))
    keys = load_source(tiny).train.keys
    orders = {tuple(key.numpy() for key, _ in keys((0, epoch))) for epoch in range(40)}
    assert len(orders) == 6  # 3! orders of the files
    assert len({frozenset(order) for order in orders}) == 1


def test_tfds_shuffle_window_is_bounded_in_bytes(tiny, monkeypatch):
    builder = tfds.builder("kzoo_tiny")
    builder.download_and_prepare()
    size = builder.info.splits["train"].num_bytes
    for limit, window in ((size, 9), (size // 3, 2), (1, 1)):
        monkeypatch.setattr(sources_module, "SHUFFLE_BYTES", limit)
        assert sources_module._shuffle_block_size(builder, "train", 9) == window


@pytest.mark.parametrize("name", ["mnist", "cifar10", "imagenet2012"])
def test_tfds_datasets_by_name(name):
    shape, classes = {"mnist": ((28, 28, 1), 10), "cifar10": ((32, 32, 3), 10), "imagenet2012": (None, 1000)}[name]
    with tfds.testing.mock_data(num_examples=6):
        source = load_source(f"tfds:{name}")
        assert (source.train.count, source.test.count, source.classes) == (6, 6, classes)
        batch = next(iter(batches(source.train, Preprocessor(8, 8), 4, training=True)))
        assert batch[0].shape == (4, 8, 8, 1) and batch[1].dtype == tf.int32
        if shape:
            assert pairs(source.train.dataset())[0][0].shape == shape


def test_unknown_tfds_name_is_told_the_nearest():
    with pytest.raises(ValueError) as error:
        load_source("tfds:mnst")
    assert one_line(error) == "tfds:mnst: TFDS has no dataset of this name; the nearest: mnist, kmnist, emnist"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("tfds:mnist/foo", "BuilderConfig foo not found"),
        ("tfds:mnist:1.0.0", "cannot be loaded at version 1.0.0"),
        (
            "tfds:coco",
            "needs the features image and label (ClassLabel); it has image, image/filename, image/id, objects",
        ),
        ("tfds:imdb_reviews", "needs the features image and label (ClassLabel); it has text, label"),
    ],
)
def test_tfds_datasets_that_do_not_fit_are_told_why(spec, message):
    with pytest.raises(ValueError) as error:
        load_source(spec)
    assert one_line(error).startswith(f"{spec}: ") and message in str(error.value)


def test_tfds_without_test_split_is_named(tiny, monkeypatch):
    monkeypatch.setattr(KzooTiny, "_split_generators", lambda self, _: {"train": self._examples(9, 0)})
    with pytest.raises(ValueError) as error:
        load_source(tiny)
    assert one_line(error) == f"{tiny}: needs train and a labelled test or validation split; it has train"


def test_tfds_that_cannot_be_prepared_says_what_and_where(tiny, monkeypatch, tmp_path):
    def offline(self, *_):
        raise OSError("Failed to get url https://example.org/images.tar.\nTry again.")

    monkeypatch.setattr(KzooTiny, "_split_generators", offline)
    with pytest.raises(FileNotFoundError) as error:
        load_source(tiny)
    assert one_line(error) == (
        f"tfds:kzoo_tiny: kzoo_tiny/1.0.0 is not in {tmp_path}/kzoo_tiny/1.0.0 and could not be prepared "
        "(Failed to get url https://example.org/images.tar. Try again.); "
        "set TFDS_DATA_DIR to where it is, or make it with `tfds build kzoo_tiny`"
    )


# batches


def first_pixels(dataset):
    """Give per batch the first pixel of each image, which tells the image."""
    return [np.round(images[:, 0, 0, 0].numpy() * 255).astype(int).tolist() for images, _ in dataset]


BLACK = Augmentation(images=lambda images, seed: images * 0)
SAME = Augmentation(images=lambda images, seed: images)


def epochs(split, batch_size, count=1, preprocessor=None, **options):
    """Give the first pixels of the first `count` training epochs."""
    steps = steps_per_epoch(split, batch_size)
    data = batches(split, preprocessor or Preprocessor(), batch_size, training=True, **options)
    seen = first_pixels(data.take(count * steps))
    return [seen[i * steps : (i + 1) * steps] for i in range(count)]


def flat(lists):
    return list(itertools.chain(*lists))


def numbered(tmp_path, kind, count=20):
    """A training split of images 0..count-1 of class 0, 0, ..., 1, 1, as files or as arrays."""
    if kind == "npz":
        return npz(tmp_path, train=count, y_train=np.arange(count) * 2 // count, y_test=np.zeros(7, int)).train
    for half in ("train", "test"):
        for i in range(count):
            save(tmp_path / half / "ab"[i * 2 // count] / f"{i:03}.png", colour=(i,) * 3)
    return load_source(f"folder:{tmp_path}").train


@pytest.mark.parametrize("kind", ["npz", "folder"])
def test_evaluation_keeps_the_order_and_the_partial_batch(tmp_path, kind):
    data = batches(
        numbered(tmp_path, kind),
        Preprocessor(channels=3),
        8,
        augment=Augmentation(images=lambda images, seed: images * 0),
    )
    assert first_pixels(data) == first_pixels(data) == [[*range(8)], [*range(8, 16)], [*range(16, 20)]]
    images, labels = next(iter(data))
    assert (images.shape, images.dtype, labels.shape, labels.dtype) == ((8, 6, 5, 3), tf.float32, (8,), tf.int32)
    assert float(tf.reduce_max(images)) == pytest.approx(7 / 255)  # normalised, and not augmented
    assert np.concatenate([labels for _, labels in data]).tolist() == [0] * 10 + [1] * 10


@pytest.mark.parametrize("kind", ["npz", "folder"])
@pytest.mark.parametrize("cache", [False, True])
def test_training_shuffles_all_anew_each_epoch(tmp_path, kind, cache):
    split = numbered(tmp_path, kind, 100)

    first, second, third = epochs(split, 8, 3, cache=cache)
    for epoch in (first, second, third):
        assert [len(batch) for batch in epoch] == [8] * 12  # the last 4 images are dropped
        assert len(set(flat(epoch))) == 96
        # A shuffle of all: images of the far end come up in the first batches, too.
        assert min(flat(epoch[:4])) < 20 and max(flat(epoch[:4])) >= 80
    assert first != second != third != first
    assert epochs(split, 8, 3, cache=cache) == [first, second, third]
    assert epochs(split, 8, seed=1, cache=cache)[0] != first


def test_cached_and_uncached_batches_are_the_same(tmp_path):
    split = numbered(tmp_path, "folder")
    assert epochs(split, 3, 2, cache=True) == epochs(split, 3, 2, cache=False)


def stream(split, cache=None, seed=0, epoch=0, step=0, count=20):
    """The first pixels of batches of 8, each image shifted by a number drawn from the batch's seed, and the labels."""

    def shift(images, seed):
        return images + 1000 * tf.cast(tf.random.stateless_uniform((), seed, 1, 1000, tf.int32), tf.float32)

    options = {
        "cache": cache,
        "seed": seed,
        "start_epoch": epoch,
        "start_step": step,
    }
    data = batches(split, Preprocessor(), 8, training=True, augment=Augmentation(images=shift), **options).take(count)
    return [(pixels, labels.numpy().tolist()) for pixels, (_, labels) in zip(first_pixels(data), data, strict=True)]


@pytest.mark.parametrize("kind", ["npz", "folder"])
@pytest.mark.parametrize("cache", [False, True])
def test_training_starts_at_any_step(tmp_path, kind, cache):
    split = numbered(tmp_path, kind, 45)  # 5 steps an epoch, and 5 images left over
    whole = stream(split, cache)
    assert len({str(batch) for batch in whole}) == 20
    for epoch, step in ((0, 1), (0, 4), (1, 0), (2, 3), (0, 13), (3, 4)):
        done = 5 * epoch + step
        assert stream(split, cache, epoch=epoch, step=step, count=20 - done) == whole[done:], (epoch, step)


def test_batches_do_not_depend_on_the_seed_of_the_process(tmp_path):
    split = numbered(tmp_path, "npz")
    one = stream(split)
    keras.utils.set_random_seed(123)
    assert stream(split) == one
    assert stream(split, seed=1) != one
    assert stream(split, seed=2**40 + 1) != stream(split, seed=1) != stream(split, seed=-1)


def test_what_is_skipped_is_not_decoded(tmp_path):
    images = np.zeros((4000, 6, 5), np.uint8)
    split = npz(tmp_path, train=4000, x_train=images, y_train=np.zeros(4000, int), y_test=np.zeros(7, int)).train
    preprocessor = Preprocessor()
    data = batches(split, preprocessor, 4, training=True, cache=False, start_epoch=2, start_step=990)
    next(iter(data))
    assert 4 <= preprocessor.resized < 1000  # a few more are read ahead


@pytest.mark.parametrize("option", ["start_epoch", "start_step"])
def test_negative_starts_are_refused(tmp_path, option):
    with pytest.raises(ValueError) as error:
        batches(npz(tmp_path).train, Preprocessor(), 4, training=True, **{option: -1})
    assert one_line(error) == f"{option}=-1 is less than 0"


@pytest.mark.parametrize("cache", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_two_replicas_share_each_batch(tmp_path, cache, training):
    split = numbered(tmp_path, "folder")
    data = batches(split, Preprocessor(), 8, training=training, cache=cache, replicas=2).take(5)
    shared = make_strategy("mirrored", 2).experimental_distribute_dataset(data)
    halves = [[np.round(part[:, 0, 0, 0] * 255).astype(int).tolist() for part in x.values] for x, _ in shared]
    assert [a + b for a, b in halves] == first_pixels(data)
    assert all(len(a) == len(b) == 4 for a, b in halves[:2])


WORKER = """
import json, sys
import tensorflow as tf
sys.path.insert(0, "tests")
from test_data import Preprocessor, first_pixels
from kzoo.data import batches, load_source
from kzoo.training import make_strategy
strategy = make_strategy("multiworker")
split = load_source(sys.argv[1]).train
for cache in (False, True):
    data = batches(split, Preprocessor(), 8, training=True, cache=cache, start_step=3, replicas=2).take(4)
    shares = strategy.experimental_distribute_dataset(data)
    local = strategy.experimental_local_results
    print(json.dumps(first_pixels((tf.concat(local(images), axis=0), labels) for images, labels in shares)))
"""


def test_two_workers_share_each_batch(tmp_path, on_loopback):
    split = numbered(tmp_path, "folder")
    whole = first_pixels(batches(split, Preprocessor(), 8, training=True, start_step=3).take(4))
    one, two = (
        [json.loads(line) for line in output.splitlines()[-2:]]
        for output in on_loopback("-c", WORKER, f"folder:{tmp_path}")
    )
    for cached in (0, 1):
        assert [a + b for a, b in zip(one[cached], two[cached], strict=True)] == whole
        assert [len(share) for share in one[cached]] == [4] * 4


def test_labels_stay_with_their_images(tmp_path):
    data = batches(
        numbered(tmp_path, "folder"),
        Preprocessor(),
        4,
        training=True,
        augment=Augmentation(images=lambda images, seed: images),
    )
    for images, labels in data.take(10):
        np.testing.assert_array_equal(np.round(images[:, 0, 0, 0] * 255) >= 10, labels)


@pytest.mark.parametrize("training", [False, True])
def test_cache_reads_each_image_once(tmp_path, training):
    split = numbered(tmp_path, "npz")
    read = {}
    for cache in (False, True):
        preprocessor = Preprocessor()
        if training:
            assert [len(epoch) for epoch in epochs(split, 4, 3, preprocessor, cache=cache)] == [5, 5, 5]
        else:
            data = batches(split, preprocessor, 4, cache=cache)
            assert [len(first_pixels(data)) for _ in range(3)] == [5, 5, 5]
        read[cache] = preprocessor.resized
    assert read[True] == 20 and read[False] >= 60


def test_cache_is_chosen_by_the_size_of_the_resized_set(tmp_path, monkeypatch):
    split = numbered(tmp_path, "npz")
    size = 20 * 6 * 5 * 3 * 4
    for limit, read in ((size, 20), (size - 1, 40)):
        monkeypatch.setattr(pipeline_module, "CACHE_BYTES", limit)
        preprocessor = Preprocessor(channels=3)
        data = batches(split, preprocessor, 4)
        assert len(first_pixels(data) + first_pixels(data)) == 10
        assert preprocessor.resized == read


def test_keys_of_folders_are_file_names(tmp_path):
    keys = numbered(tmp_path, "folder").keys((0, 0))
    assert keys.element_spec[0] == tf.TensorSpec((), tf.string)
    assert all(os.path.exists(key.numpy()) for key, _ in keys)


def test_augmentation_gets_a_new_seed_for_every_batch_of_every_epoch(tmp_path):
    split = numbered(tmp_path, "npz")

    def seeds(seed):
        def write_seed(images, seed):
            assert images.shape == (4, 6, 5, 1) and seed.shape == (2,)
            return tf.broadcast_to(tf.cast(seed[0] % 2**20, tf.float32), tf.shape(images))

        data = batches(split, Preprocessor(), 4, training=True, augment=Augmentation(images=write_seed), seed=seed)
        return [float(images[0, 0, 0, 0]) for images, _ in data.take(15)]

    first = seeds(0)
    assert len(set(first)) == 15
    assert seeds(0) == first
    assert not set(seeds(1)) & set(first)


def test_a_whole_training_pipeline_repeats_itself_to_the_bit():
    split = load_source("digits").train

    def run(seed=5):
        data = batches(split, Preprocessor(8, 8), 64, training=True, augment=AUGMENTATIONS["handwriting"], seed=seed)
        return np.stack([images for images, _ in data.take(44)])

    first = run()
    np.testing.assert_array_equal(first, run())
    assert not np.array_equal(first[:22], first[22:])
    assert not np.array_equal(first, run(seed=6))


def test_augmentation_comes_before_normalisation(tmp_path):
    seen = []

    def look(images, seed):
        seen.append(images.dtype)
        return tf.fill(tf.shape(images), tf.reduce_max(images))

    data = batches(numbered(tmp_path, "npz"), Preprocessor(), 20, training=True, augment=Augmentation(images=look))
    assert first_pixels(data.take(1)) == [[19] * 20]
    assert seen == [tf.float32]
    augment = Augmentation(images=look, normalized=look)
    data = batches(numbered(tmp_path, "npz"), Preprocessor(), 20, training=True, augment=augment)
    assert next(iter(data))[0].numpy().max() == pytest.approx(19 / 255)  # what comes after it sees its range


def left_half(height, width, size, seed):
    return tf.stack([0, 0, height, width // 2])


@pytest.mark.parametrize("kind", ["npz", "folder"])
def test_crops_are_for_training_only_and_resized(tmp_path, kind):
    step = np.zeros((20, 6, 8), np.uint8)
    step[:, :, 4:] = 200
    if kind == "npz":
        split = npz(tmp_path, x_train=step, x_test=step[:7]).train
    else:
        (tmp_path / "bat").mkdir()
        for i in range(5):
            Image.fromarray(step[i]).save(tmp_path / "bat" / f"{i}.png")
        split = load_source(f"folder:{tmp_path}").train
    cropped, whole = (
        next(iter(batches(split, Preprocessor(9, 7), 4, training=training, augment=Augmentation(crop=left_half))))[0]
        for training in (True, False)
    )
    assert cropped.shape == whole.shape == (4, 9, 7, 1)
    assert np.max(cropped) == 0 and np.max(whole) > 0.7


def test_a_crop_gets_the_size_and_a_seed_of_each_image(tmp_path):
    images = np.tile(np.arange(200, dtype=np.uint8), (20, 1, 1))

    def point(height, width, size, seed):
        assert size == (6, 5)
        return tf.stack([0, tf.random.stateless_uniform((), seed, 0, width, tf.int32), 1, 1])

    split = npz(tmp_path, x_train=images, x_test=images[:7]).train
    seen = epochs(split, 20, 3, augment=Augmentation(crop=point))
    assert all(len(set(flat(epoch))) > 15 for epoch in seen)
    assert seen == epochs(split, 20, 3, augment=Augmentation(crop=point))
    assert seen[0] != seen[1] != seen[2]


def test_random_crops_are_not_cached(tmp_path):
    split = npz(tmp_path).train
    preprocessor = Preprocessor()
    assert epochs(split, 20, 3, preprocessor, augment=Augmentation(crop=left_half))
    assert preprocessor.resized >= 60
    with pytest.raises(ValueError) as error:
        batches(split, preprocessor, 4, training=True, augment=Augmentation(crop=left_half), cache=True)
    assert one_line(error) == "cache=True does not work with an augmentation that crops while reading; leave it out"
    assert list(batches(split, preprocessor, 4, augment=Augmentation(crop=left_half), cache=True))  # an evaluation


def test_mixing_gives_labels_of_all_classes(tmp_path):
    for kind in ("npz", "folder"):
        (tmp_path / kind).mkdir()
        split = numbered(tmp_path / kind, kind)
        augment = Augmentation(mix=lambda images, labels, seed: (images, labels))
        images, labels = next(iter(batches(split, Preprocessor(), 4, training=True, augment=augment)))
        assert (labels.dtype, labels.shape) == (tf.float32, (4, 2))
        np.testing.assert_array_equal(labels[:, 1], np.round(images[:, 0, 0, 0] * 255) >= 10)
        _, labels = next(iter(batches(split, Preprocessor(), 4, augment=augment)))
        assert labels.dtype == tf.int32  # in evaluation nothing is mixed


def test_errors_of_augmentations_are_one_line(tmp_path):
    with pytest.raises(ValueError, match="these have 1") as error:
        batches(npz(tmp_path).train, Preprocessor(), 4, training=True, augment=AUGMENTATIONS["alexnet"])
    one_line(error)


def test_batches_are_deterministic_and_shared_by_element(tmp_path):
    options = batches(numbered(tmp_path, "npz"), Preprocessor(), 4, training=True).options()
    assert options.deterministic is True
    assert options.experimental_distribute.auto_shard_policy == tf.data.experimental.AutoShardPolicy.DATA


def test_batches_know_how_many_they_are(tmp_path):
    split = numbered(tmp_path, "npz")
    assert steps_per_epoch(split, 8) == 2
    for training, expected in ((True, tf.data.INFINITE_CARDINALITY), (False, 3)):
        data = batches(split, Preprocessor(), 8, training=training, augment=AUGMENTATIONS["handwriting"])
        assert int(data.cardinality()) == expected
    assert data.element_spec[0].shape == (None, 6, 5, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "batch_size=0 is less than 1"),
        ({"batch_size": -4}, "batch_size=-4 is less than 1"),
        ({"batch_size": 64, "training": True}, "batch_size=64 is more than the 20 training images of npz:{path}"),
        ({"batch_size": 21, "training": True}, "batch_size=21 is more than the 20 training images of npz:{path}"),
        ({"batch_size": 63, "replicas": 2}, "batch_size=63 does not divide among 2 replicas; 62 or 64 would"),
        ({"batch_size": 11, "replicas": 4}, "batch_size=11 does not divide among 4 replicas; 8 or 12 would"),
        ({"batch_size": 3, "replicas": 4}, "batch_size=3 does not divide among 4 replicas; 4 would"),
    ],
)
def test_bad_batch_sizes_are_told(tmp_path, options, message):
    split = npz(tmp_path).train
    with pytest.raises(ValueError) as error:
        batches(split, Preprocessor(), **options)
    assert one_line(error) == message.format(path=tmp_path / "mine.npz")


@pytest.mark.parametrize("options", [{"batch_size": 20, "training": True}, {"batch_size": 64}, {"batch_size": 1}])
def test_batch_sizes_at_the_edge_are_accepted(tmp_path, options):
    assert len(list(batches(npz(tmp_path).train, Preprocessor(), replicas=1, **options).take(1))) == 1


def test_source_says_what_it_is(tmp_path):
    source = npz(tmp_path)
    assert isinstance(source, Source)
    assert (source.spec, source.train.source) == (f"npz:{tmp_path}/mine.npz",) * 2
    assert source.description == "20 training and 7 test images, 4 classes; split as in mine.npz"
    shutil.rmtree(tmp_path)
    assert len(pairs(source.train.dataset())) == 20  # all in memory
