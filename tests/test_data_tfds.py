"""Images of TFDS: what is read, in which order, and what is refused."""

import io
from functools import partial

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from helpers import one_line
from image_data import Preprocessor, described, flat, pairs, stream
from PIL import Image

from kzoo.data import batches, load_source
from kzoo.data.images import tfds as tfds_module
from kzoo.data.images.unlabelled import tfds_images


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
    assert described(source) == (
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
    monkeypatch.setattr(tfds_module, "SHUFFLE_BYTES", builder.info.splits["train"].num_bytes // blocks)
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
    monkeypatch.setattr(tfds_module, "SHUFFLE_BYTES", 1)
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
        monkeypatch.setattr(tfds_module, "SHUFFLE_BYTES", limit)
        assert tfds_module._shuffle_block_size(builder, "train", 9) == window


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
