"""The input pipeline: what reaches a network, in which order, from any step."""

import json
import os

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from image_data import Preprocessor, first_pixels, flat, npz, save, stream
from PIL import Image

from kzoo.data import AUGMENTATIONS, Augmentation, batches, load_source, steps_per_epoch
from kzoo.data.images import pipeline as pipeline_module
from kzoo.training import make_strategy

BLACK = Augmentation(images=lambda images, seed: images * 0)

SAME = Augmentation(images=lambda images, seed: images)


def epochs(split, batch_size, count=1, preprocessor=None, **options):
    """Give the first pixels of the first `count` training epochs."""
    steps = steps_per_epoch(split, batch_size)
    data = batches(split, preprocessor or Preprocessor(), batch_size, training=True, **options)
    seen = first_pixels(data.take(count * steps))
    return [seen[i * steps : (i + 1) * steps] for i in range(count)]


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
from image_data import Preprocessor, first_pixels
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
