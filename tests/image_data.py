"""Sources of images for the tests, of which the first pixel tells the image."""

import itertools

import numpy as np
import tensorflow as tf
from PIL import Image

from kzoo.data import Augmentation, batches, load_source


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


def described(source):
    """Return the description of a source without its fingerprint."""
    text, _, digits = source.description.partition("; fingerprint ")
    assert len(digits) == 8
    return text


def file_names(split):
    return [key.numpy().decode() for key, _ in split.keys()]  # noqa: SIM118 - not a dict


def first_pixels(dataset):
    """Give per batch the first pixel of each image, which tells the image."""
    return [np.round(images[:, 0, 0, 0].numpy() * 255).astype(int).tolist() for images, _ in dataset]


def flat(lists):
    return list(itertools.chain(*lists))


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
