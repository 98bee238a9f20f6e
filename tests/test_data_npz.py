"""Labelled images of NumPy's archives and the bundled digits: what is accepted and refused."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from image_data import arrays, described, npz, pairs

from kzoo.data import Source, load_source
from kzoo.data.images import DIGITS

RNG = np.random.default_rng(0)


def test_digits_are_the_bundled_1797():
    source = load_source("digits")
    assert (source.spec, source.classes, source.labels) == ("digits", 10, tuple("0123456789"))
    assert (source.train.count, source.test.count) == (1437, 360)
    assert (
        source.description
        == "1437 training and 360 test images, 10 classes; split as in digits.npz; fingerprint 1b369ba3"
    )
    with np.load(DIGITS) as stored:
        for half, split in (("train", source.train), ("test", source.test)):
            read = pairs(split.dataset())
            assert len(read) == split.count
            np.testing.assert_array_equal(np.stack([image[..., 0] for image, _ in read]), stored[f"x_{half}"])
            np.testing.assert_array_equal([label for _, label in read], stored[f"y_{half}"])


def test_digits_are_split_in_proportion_to_the_classes():
    with np.load(DIGITS) as stored:
        counts = np.bincount(stored["y_test"])
        assert counts.sum() == 360 and set(counts) <= {35, 36, 37}
        assert stored["x_train"].dtype == stored["x_test"].dtype == np.uint8
        # 0..16 became 0..255: seventeen grey levels.
        np.testing.assert_array_equal(np.unique(stored["x_train"]), np.round(np.arange(17) * 255 / 16))


def test_elements_are_uint8_of_rank_3_and_int32():
    image, label = load_source("digits").train.dataset().element_spec
    assert (image.shape, image.dtype) == ((8, 8, 1), tf.uint8)
    assert (label.shape, label.dtype) == ((), tf.int32)


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
    assert Path(seen[0].filename).name == "image_data.py"  # it points at who called load_source
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


def test_an_npz_that_may_not_be_read_is_not_called_another_file(tmp_path, monkeypatch):
    def denied(path, *arguments):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.npz").touch()
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(PermissionError, match=r"a\.npz"):
        load_source(f"npz:{tmp_path / 'a.npz'}")


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


@pytest.mark.parametrize("shape", [(6, 5), (6, 5, 3)])
def test_a_window_of_an_array(tmp_path, shape):
    image, _ = npz(tmp_path, shape=shape, x_train=RNG.integers(0, 255, (20, *shape), dtype=np.uint8)).train.read(
        3, 0, lambda height, width: tf.stack([1, 2, height - 2, width - 2])
    )
    with np.load(tmp_path / "mine.npz") as stored:
        np.testing.assert_array_equal(image, stored["x_train"][3].reshape(6, 5, -1)[1:5, 2:5])


@pytest.mark.parametrize("arguments", [{"spec": None}, {"spec": b"digits"}, {"seed": -1}, {"seed": 1.5}, {"seed": "a"}])
def test_arguments_of_load_source(arguments):
    (name, value), *_ = arguments.items()
    with pytest.raises(ValueError) as error:
        load_source(**{"spec": "digits", **arguments})
    assert one_line(error).startswith(f"{name}={value!r} does not work; accepted: ")


def test_source_says_what_it_is(tmp_path):
    source = npz(tmp_path)
    assert isinstance(source, Source)
    assert (source.spec, source.train.source) == (f"npz:{tmp_path}/mine.npz",) * 2
    assert described(source) == "20 training and 7 test images, 4 classes; split as in mine.npz"
    shutil.rmtree(tmp_path)
    assert len(pairs(source.train.dataset())) == 20  # all in memory
