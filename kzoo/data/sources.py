"""Sources of labelled images: `digits`, `npz:PATH`, `folder:PATH` or `tfds:NAME[/CONFIG]`.

A source has two `Split`s, each of small keys and a function that reads the image of a key, so that a pipeline can
shuffle keys (indices, file names, encoded bytes), or start in the middle, before anything is decoded.
"""

import difflib
import os
import re
import textwrap
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import tensorflow as tf

from kzoo._printing import fault_of_name, printable
from kzoo._validation import Accepted, NonNegativeInt, check
from kzoo.data.images import NAME_SCOPE, SUFFIXES, CropWindow, crop, decode_image, error_reason

if TYPE_CHECKING:
    import tensorflow_datasets as tfds  # imports slowly, and most sources do not need it

Spec = Annotated[str, Accepted("digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]")]
DIGITS = Path(__file__).with_name("digits.npz")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
MAX_CLASSES = 1_000_000  # a larger label is a mistake
NEARLY_BLACK = 64  # float images in 0..255 with a lower maximum were probably scaled differently
TEST_EVERY = 5  # where a folder has no split, every fifth file of a class is a test image
SHUFFLE_BYTES = 2**29  # encoded bytes of a TFDS split that are shuffled in memory
RETRIES = 3  # of a download of TFDS, with exponential backoff: 3 s in all


@dataclass(frozen=True)
class Split:
    """The training or test split of a source: small keys, and a function that reads the image of a key.

    `keys(seed, start)` returns a dataset of (key, int32 label) from position `start` on, in a fixed order if seed is
    None, else in an order that is a function of seed (two integers) alone. A key is an index, a file name or encoded
    bytes. `read(key, label, window)` is a graph function that returns (image, label): image (H, W, C), C static, uint8
    or float32 in 0..255. `window` maps height and width to (top, left, height, width), which the image is cropped to;
    no more of a JPEG is decoded. Labels are in 0..classes - 1. `source` is the spec that opened it. All keys are
    shuffled together; only a TFDS split of more than SHUFFLE_BYTES shuffles its files, then blocks of that size.
    """

    source: str
    count: int
    classes: int
    keys: Callable[..., tf.data.Dataset] = field(repr=False)
    read: Callable[..., tuple[tf.Tensor, tf.Tensor]] = field(repr=False)

    def dataset(self) -> tf.data.Dataset:
        """Return a dataset of (image, label), not batched, in a fixed order."""
        return self.keys().map(self.read, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


@dataclass(frozen=True)
class Source:
    """Training and test split, class names by label, and a one-line description of the split."""

    spec: str
    description: str
    labels: tuple[str, ...]
    train: Split
    test: Split

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.labels)


def load_source(spec: str, *, seed: int = 0) -> Source:
    """Open `digits`, `npz:PATH`, `folder:PATH` or `tfds:NAME[/CONFIG]`.

    - digits: 1,797 bundled 8x8 images, see digits.md.
    - npz: arrays x_train, y_train, x_test, y_test; images (N, H, W) or (N, H, W, C) with C 1 or 3, uint8 or float.
      A float set whose training maximum is at most 1 is read as 0..1, any other as 0..255.
    - folder: train/ and test/ (or val/) with a folder per class; or class folders alone, of which every fifth file, in
      an order shuffled by `seed`, is the test split. Classes are numbered by name.
    - tfds: a TFDS dataset with the features image and label, from TFDS_DATA_DIR or downloaded; its split train, and
      test or, if it has no labelled test split, validation.

    Raises ValueError or FileNotFoundError, each of one line that names the file, folder, array or dataset at fault.
    """
    seed = check(None, "seed", NonNegativeInt, seed)
    kind, _, location = check(None, "spec", Spec, spec).partition(":")
    if spec == "digits":
        return _load_npz(spec, DIGITS)
    if location and kind == "npz":
        return _load_npz(spec, Path(os.path.expanduser(location)))
    if location and kind == "folder":
        return _load_folder(spec, Path(os.path.expanduser(location)), seed)
    if location and kind == "tfds":
        return _load_tfds(spec, location)
    raise ValueError(f"data source {spec!r} is none of digits, npz:PATH, folder:PATH, tfds:NAME[/CONFIG]")


@contextmanager
def report_unreadable_images(source: Source) -> Iterator[None]:
    """Raise ValueError with the name of the unreadable file when decoding a folder source fails inside this context.

    TensorFlow reports a decoding error without the file, so all files are then decoded one by one until one fails.
    Other errors are not changed.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if source.spec.startswith("folder:") and re.search(f"{NAME_SCOPE}|DecodeImage|Jpeg", str(error)):
            for split in (source.train, source.test):
                _raise_unreadable(split)
        raise


def _raise_unreadable(split: Split) -> None:
    for path, label in split.keys().as_numpy_iterator():
        try:
            split.read(path, label)
        except tf.errors.InvalidArgumentError as error:
            raise ValueError(f"{printable(os.fsdecode(path))}: not a readable image: {error_reason(error)}") from error


def _one_line(text: object) -> str:
    return textwrap.shorten(str(text), 300)


def shuffled_indices(count: int, seed: tf.Tensor, block: tf.Tensor | int = 0) -> tf.Tensor:
    """Return a permutation of 0..count-1, a function of seed, two integers, and of the number of a block."""
    return tf.random.experimental.stateless_shuffle(tf.range(count), tf.random.fold_in(seed, tf.cast(block, tf.int64)))


def _keys_in_memory(keys: tf.Tensor, labels: tf.Tensor) -> Callable[..., tf.data.Dataset]:
    """Return the `keys` of a split whose keys are all in memory."""

    def pairs(seed: tf.Tensor | None = None, start: tf.Tensor | int = 0) -> tf.data.Dataset:
        order = (tf.range(len(keys)) if seed is None else shuffled_indices(len(keys), seed))[start:]
        return tf.data.Dataset.from_tensor_slices((tf.gather(keys, order), tf.gather(labels, order)))

    return pairs


def _describe(train: Split, test: Split, classes: int, split_by: str) -> str:
    return f"{train.count} training and {test.count} test images, {classes} classes; {split_by}"


# npz


def _load_npz(spec: str, path: Path) -> Source:
    arrays, name = _read_npz(path), path.name
    x_train = _check_images(arrays["x_train"], "x_train", name)
    x_test = _check_images(arrays["x_test"], "x_test", name)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ValueError(f"{name}: x_train is {_size(x_train)} but x_test {_size(x_test)}")
    y_train = _check_labels(arrays["y_train"], "train", len(x_train), name)
    y_test = _check_labels(arrays["y_test"], "test", len(x_test), name)
    _check_range(y_train, "y_train", name, MAX_CLASSES, "labels are")
    classes = int(y_train.max()) + 1
    _check_range(y_test, "y_test", name, classes, "y_train has")
    x_train, x_test = _scale(x_train, x_test, name)
    train, test = _array_split(spec, x_train, y_train, classes), _array_split(spec, x_test, y_test, classes)
    labels = tuple(str(label) for label in range(classes))
    return Source(spec, _describe(train, test, classes, f"split as in {name}"), labels, train, test)


def _array_split(spec: str, images: np.ndarray, labels: np.ndarray, classes: int) -> Split:
    with tf.device("CPU"):  # where tf.data runs: on a GPU it would be copied back for every image
        images, labels = tf.constant(images), tf.constant(labels.astype(np.int32))
        keys = _keys_in_memory(tf.range(len(labels)), labels)

    def read(key: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        image = tf.gather(images, key)
        return crop(image, window) if window else image, label

    return Split(spec, len(labels), classes, keys, read)


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path}: not an npz file")
    try:
        archive = np.load(path, allow_pickle=False)
    except Exception as error:  # the archive is damaged
        raise ValueError(f"{path}: cannot be read: {_one_line(error)}") from error
    with archive:
        if missing := [key for key in ARRAYS if key not in archive.files]:
            raise ValueError(f"{path.name}: {', '.join(missing)} missing; it has {', '.join(archive.files)}")
        return {key: _read_array(archive, key, path.name) for key in ARRAYS}


def _read_array(archive: np.lib.npyio.NpzFile, key: str, name: str) -> np.ndarray:
    try:
        return np.asarray(archive[key])
    except Exception as error:  # any: a header may state more than there is memory
        raise ValueError(f"{key} in {name}: cannot be read: {_one_line(error)}") from error


def _check_images(images: np.ndarray, key: str, name: str) -> np.ndarray:
    """Return images as (N, H, W, C)."""
    if images.dtype != np.uint8 and images.dtype.kind != "f":
        raise ValueError(f"{key} in {name}: images of type {images.dtype}; they are uint8 or float")
    shape = images.shape if images.ndim != 3 else (*images.shape, 1)
    if len(shape) != 4 or shape[-1] not in (1, 3):
        raise ValueError(
            f"{key} in {name}: images of shape {images.shape}; they are (N, H, W) or (N, H, W, C) with C 1 or 3"
        )
    if 0 in shape:
        raise ValueError(f"{key} in {name}: no images, its shape is {images.shape}")
    return images.reshape(shape)


def _size(images: np.ndarray) -> str:
    _, height, width, channels = images.shape
    return f"{height}x{width}" + (f"x{channels}" if channels > 1 else "")


def _scale(train: np.ndarray, test: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Scale float images to float32 in 0..255; uint8 is returned as it is."""
    if (train.dtype == np.uint8) != (test.dtype == np.uint8):
        raise ValueError(f"{name}: x_train is {train.dtype} but x_test is {test.dtype}, so their scales may differ")
    if train.dtype == np.uint8:
        return train, test
    white = 1 if train.max() <= 1 else 255
    for key, images in (("x_train", train), ("x_test", test)):
        if not np.isfinite(images).all():
            raise ValueError(f"{key} in {name}: some values are not finite")
        low, high = images.min(), images.max()
        if low < 0 or high > white:
            raise ValueError(
                f"{key} in {name}: values {low:g}..{high:g} are outside 0..{white}, by the maximum of x_train"
            )
    if white == 255 and train.max() < NEARLY_BLACK:
        seen = f"{train.min():g}..{train.max():g}"
        # Four frames up is whoever called load_source.
        warnings.warn(f"x_train in {name}: values are {seen}; read as 0..255, which is nearly black", stacklevel=4)
    return train.astype(np.float32) * (255 / white), test.astype(np.float32) * (255 / white)


def _check_labels(labels: np.ndarray, split_name: str, images: int, name: str) -> np.ndarray:
    """Return integer labels as (N,), one for each of `images` images."""
    location = f"y_{split_name} in {name}"
    if labels.dtype.kind not in "iuf":
        raise ValueError(f"{location}: labels of type {labels.dtype}; they are integers")
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise ValueError(f"{location}: labels of shape {labels.shape}; they are (N,) or (N, 1), one integer per image")
    if len(labels) != images:
        raise ValueError(f"{name}: x_{split_name} has {images} images but y_{split_name} has {len(labels)} labels")
    if (fractions := labels[labels != np.floor(labels)]).size:
        raise ValueError(f"{location}: label {fractions[0]} is not an integer")
    return labels


def _check_range(labels: np.ndarray, key: str, name: str, stop: int, accepted: str) -> None:
    if (outside := labels[(labels < 0) | (labels >= stop)]).size:
        raise ValueError(f"{key} in {name}: label {outside[0]} is out of range; {accepted} 0..{stop - 1}")


# folder


def _load_folder(spec: str, root: Path, seed: int) -> Source:
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder")
    train_root = root / "train"
    test_root = next((root / name for name in ("test", "val") if (root / name).is_dir()), None)
    # A single train/ full of images is a class: trains.
    if train_root.is_dir() and (test_root or _class_folders(train_root)):
        if not test_root:
            raise ValueError(f"{root}: has train/ but neither test/ nor val/")
        train, test = _list_files(train_root), _list_files(test_root)
        _check_same_classes(train, train_root, test, test_root)
        split_by = f"split by train/ and {test_root.name}/"
    else:
        train, test = _split_classes(_list_files(root), seed)
        if not any(test.values()):
            raise ValueError(f"{root}: no class has {TEST_EVERY} images, of which one would be for the test")
        split_by = f"every fifth file of each class, in an order shuffled by seed {seed}, is the test split"
    train_split, test_split = _folder_split(spec, train), _folder_split(spec, test)
    return Source(spec, _describe(train_split, test_split, len(train), split_by), tuple(train), train_split, test_split)


def _folder_split(spec: str, files: dict[str, list[str]]) -> Split:
    """Number the classes in the order of `files`."""
    paths = [path for group in files.values() for path in group]
    labels = np.repeat(np.arange(len(files), dtype=np.int32), [len(group) for group in files.values()])
    with tf.device("CPU"):
        keys = _keys_in_memory(tf.constant([os.fsencode(path) for path in paths]), tf.constant(labels))

    def read(path: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        # always RGB: a folder may have grey and colour images
        return decode_image(tf.io.read_file(path), 3, window), label

    return Split(spec, len(paths), len(files), keys, read)


def _class_folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _list_files(root: Path) -> dict[str, list[str]]:
    """List the image files of each class folder, both sorted by name."""
    folders = _class_folders(root)
    if not folders:
        raise ValueError(f"{root}: no class folders in it")
    for folder in folders:
        if fault := fault_of_name(folder.name):
            raise ValueError(f"{printable(folder)}: the name of this class {fault}; rename the folder")
    return {folder.name: _images_in(folder) for folder in folders}


def _images_in(folder: Path) -> list[str]:
    # scandir, and paths as strings: Path would take half a minute for a million files
    with os.scandir(folder) as entries:
        files = sorted(
            (entry for entry in entries if entry.name.lower().endswith(SUFFIXES) and entry.is_file()),
            key=lambda entry: entry.name,
        )
    files = [entry for entry in files if not entry.name.startswith(".")]
    if not files:
        raise ValueError(f"{folder}: no images in this class folder; {' '.join(SUFFIXES)} are read")
    for entry in files:
        if entry.stat().st_size == 0:
            raise ValueError(f"{entry.path}: not a readable image: the file is empty")
    return [entry.path for entry in files]


def _check_same_classes(train: dict, train_root: Path, test: dict, test_root: Path) -> None:
    for here, here_root, there, there_root in (
        (test, test_root, train, train_root),
        (train, train_root, test, test_root),
    ):
        if extra := [name for name in here if name not in there]:
            raise ValueError(f"{here_root / extra[0]}: this class has no folder in {there_root}")


def _split_classes(files: dict[str, list[str]], seed: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    train, test = {}, {}
    for name, paths in files.items():
        # A generator for each class: a file that is added to one class does not change the split of the others.
        rng = np.random.default_rng([seed, *name.encode()])
        order = rng.permutation(len(paths))
        # The last of each five, so that all files of a class of fewer are for training.
        test[name] = [paths[i] for i in order[TEST_EVERY - 1 :: TEST_EVERY]]
        train[name] = [paths[i] for i in np.delete(order, np.s_[TEST_EVERY - 1 :: TEST_EVERY])]
    return train, test


# tfds


def prepare_tfds(
    spec: str, name: str, check: Callable[[str, "tfds.core.DatasetInfo"], None]
) -> "tfds.core.DatasetBuilder":
    """Return the builder of a dataset, which is downloaded and prepared if necessary.

    `check(spec, info)` is called before, and raises ValueError if the dataset is unsuitable. Raises ValueError, or
    FileNotFoundError if the dataset cannot be prepared.
    """
    builder = _tfds_builder(spec, name)
    check(spec, builder.info)
    try:
        with _limited_retries():
            builder.download_and_prepare()
    except Exception as error:  # raised by the code of the dataset
        raise FileNotFoundError(
            f"{spec}: {builder.info.full_name} is not in {builder.data_dir} and could not be prepared "
            f"({_one_line(error)}); set TFDS_DATA_DIR to where it is, or make it with `tfds build {name}`"
        ) from error
    return builder


@contextmanager
def _limited_retries() -> Iterator[None]:
    """Limit TFDS to RETRIES of a download; its own ten take three and a half minutes without a network."""
    from tensorflow_datasets.core.download import downloader

    before, downloader.MAX_RETRIES = downloader.MAX_RETRIES, RETRIES
    try:
        yield
    finally:
        downloader.MAX_RETRIES = before


def _load_tfds(spec: str, name: str) -> Source:
    builder = prepare_tfds(spec, name, lambda spec, info: _check_features(spec, info.features))
    if (stored := builder.info.file_format.value) != "tfrecord":
        raise ValueError(f"{spec}: {builder.info.full_name} is stored as {stored}; accepted is tfrecord")
    # A mocked builder (tfds.testing.mock_data) has no split names and accepts any.
    names = list(builder.info.splits) or ["train", "test"]
    tests = {
        split_name: _tfds_split(spec, builder, split_name)
        for split_name in ("test", "validation")
        if split_name in names
    }
    # The test labels of ImageNet and of other contests are not public: they are -1.
    split_name = next((split_name for split_name, split in tests.items() if _has_labels(split)), None)
    if "train" not in names or split_name is None:
        raise ValueError(f"{spec}: needs train and a labelled test or validation split; it has {', '.join(names)}")
    train, test = _tfds_split(spec, builder, "train"), tests[split_name]
    labels = tuple(builder.info.features["label"].names)
    split_by = f"splits train and {split_name} of {builder.info.full_name}"
    return Source(spec, _describe(train, test, len(labels), split_by), labels, train, test)


def _tfds_builder(spec: str, name: str) -> "tfds.core.DatasetBuilder":
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(name)
    except tfds.core.registered.DatasetNotFoundError as error:
        known = tfds.list_builders(with_community_datasets=False)
        nearest = ", ".join(difflib.get_close_matches(name.split("/")[0], known)) or "none"
        raise ValueError(f"{spec}: TFDS has no dataset of this name; the nearest: {nearest}") from error
    except Exception as error:  # unknown config or version, or the package of a namespace is missing
        raise ValueError(f"{spec}: {_one_line(error)}") from error


def _check_features(spec: str, features: "tfds.features.FeaturesDict") -> None:
    import tensorflow_datasets as tfds

    image, label = (dict(features.items()).get(name) for name in ("image", "label"))
    if not isinstance(image, tfds.features.Image) or not isinstance(label, tfds.features.ClassLabel):
        raise ValueError(f"{spec}: needs the features image and label (ClassLabel); it has {', '.join(features)}")
    if image.np_dtype != np.uint8:
        raise ValueError(f"{spec}: images of type {image.np_dtype}; they are to be uint8")


def _tfds_split(spec: str, builder: "tfds.core.DatasetBuilder", split_name: str) -> Split:
    stored, shuffled_records = _tfds_records(builder, split_name)
    count = int(stored.cardinality())
    block_size = _shuffle_block_size(builder, split_name, count)

    def keys(seed: tf.Tensor | None = None, start: tf.Tensor | int = 0) -> tf.data.Dataset:
        start = tf.cast(start, tf.int64)
        if seed is None:
            return stored.skip(start)
        first = start // block_size
        skipped = first * block_size
        blocks = (stored.skip(skipped) if block_size == count else shuffled_records(seed, skipped)).batch(block_size)
        numbered = tf.data.Dataset.zip(blocks, tf.data.Dataset.range(first, tf.int64.max))
        return numbered.map(partial(_shuffle_block, seed)).unbatch().skip(start % block_size)

    feature, classes = builder.info.features["image"], builder.info.features["label"].num_classes

    def read(encoded: tf.Tensor, label: tf.Tensor, window: CropWindow | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        image = decode_image(encoded, feature.shape[-1] or 3, window)
        return (image if window else tf.ensure_shape(image, feature.shape)), label

    return Split(spec, count, classes, keys, read)


def _shuffle_block(seed, block, number):
    encoded, label = block
    order = shuffled_indices(len(label), seed, number)
    return tf.gather(encoded, order), tf.gather(label, order)


def _tfds_records(builder: "tfds.core.DatasetBuilder", split_name: str) -> tuple[tf.data.Dataset, Callable]:
    """Return a dataset of (encoded image, label) in a fixed order, and a function that returns one with shuffled files.

    The function takes a seed and how many to skip: these are read, but neither parsed nor decoded.
    """
    import tensorflow_datasets as tfds

    decoders = tfds.decode.PartialDecoding(
        {"image": True, "label": True}, decoders={"image": tfds.decode.SkipDecoding()}
    )

    def pair(record):
        return record["image"], tf.cast(record["label"], tf.int32)

    config = tfds.ReadConfig(try_autocache=False, skip_prefetch=True, enable_ordering_guard=False)
    stored = builder.as_dataset(split=split_name, shuffle_files=False, decoders=decoders, read_config=config).map(pair)

    def shuffled_records(seed: tf.Tensor, skipped: tf.Tensor) -> tf.data.Dataset:
        files = [str(path) for path in builder.info.splits[split_name].filepaths]
        # -1 is not the number of any block.
        records = tf.data.TFRecordDataset(tf.gather(files, shuffled_indices(len(files), seed, -1))).skip(skipped)
        features = decoders.extract_features(builder.info.features)
        return records.map(
            lambda record: pair(features.deserialize_example(record, decoders=decoders.decoders)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )

    return stored, shuffled_records


def _shuffle_block_size(builder: "tfds.core.DatasetBuilder", split_name: str, count: int) -> int:
    """Return how many encoded images are shuffled in memory: all of them, unless they take more than SHUFFLE_BYTES."""
    size = builder.info.splits[split_name].num_bytes if split_name in builder.info.splits else 0
    return count if size <= SHUFFLE_BYTES else max(1, count * SHUFFLE_BYTES // size)


def _has_labels(split: Split) -> bool:
    return all(label >= 0 for _, label in split.keys().take(1))
