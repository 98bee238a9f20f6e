"""Labelled images of folders: how they are split and decoded, and what is refused."""

import dataclasses
import os
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from image_data import Preprocessor, class_folders, described, file_names, pairs, save
from PIL import Image

from kzoo.data import Augmentation, batches, load_source, report_unreadable_images
from kzoo.data.images import decode_image, list_image_files


@pytest.mark.parametrize("test_name", ["test", "val"])
def test_folder_with_a_split_of_its_own(tmp_path, test_name):
    class_folders(tmp_path / "train", {"owl": 3, "bat": 2})
    class_folders(tmp_path / test_name, {"bat": 1, "owl": 2})
    source = load_source(f"folder:{tmp_path}")
    assert source.labels == ("bat", "owl")  # numbered by name
    assert described(source) == f"5 training and 3 test images, 2 classes; split by train/ and {test_name}/"
    assert [(int(image.max()), label) for image, label in pairs(source.train.dataset())] == [
        *((0, 0), (10, 0)),
        *((0, 1), (10, 1), (20, 1)),
    ]
    assert [label for _, label in pairs(source.test.dataset())] == [0, 1, 1]


def test_test_is_preferred_to_val(tmp_path):
    for half, count in (("train", 3), ("val", 1), ("test", 2)):
        class_folders(tmp_path / half, {"bat": count})
    assert load_source(f"folder:{tmp_path}").test.count == 2


def test_class_folders_alone_hold_out_every_fifth_file(tmp_path):
    class_folders(tmp_path, {"bat": 11, "owl": 5, "fox": 4})
    source = load_source(f"folder:{tmp_path}", seed=3)
    assert source.labels == ("bat", "fox", "owl")
    assert described(source) == (
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


def test_image_files_of_subfolders(tmp_path):
    for name in ("b.png", "a/2.jpg", "a/1.PNG", "c/d/3.gif", ".cache/4.png", "a/.5.png", "a/6.txt"):
        save((tmp_path / name).with_suffix(".bmp")).rename(tmp_path / name)
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "c" / "again").symlink_to(tmp_path)
    found = [os.path.relpath(path, tmp_path) for path in list_image_files(tmp_path, recursive=True)]
    assert found == ["a/1.PNG", "a/2.jpg", "b.png", "c/d/3.gif"]
    assert list_image_files(tmp_path) == [str(tmp_path / "b.png")]


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
    top = tf.function(lambda encoded: decode_image(encoded, 3, lambda h, w: tf.stack([0, 0, h // 8, w])))
    assert top(tf.constant(encoded[:-200])).shape == (37, 300, 3)
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode_image(encoded[:-200])


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


def test_an_image_that_has_gone_is_named(tmp_path):
    source, bad = photos_with_one_bad(tmp_path, "train", lambda good: good)
    bad.unlink()
    with pytest.raises(ValueError) as error, report_unreadable_images(source):
        list(batches(source.train, Preprocessor(), 2, training=True).take(4))
    assert one_line(error).startswith(f"{bad}: not a readable image: ") and "No such file" in str(error.value)


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
