"""Two domains of unpaired images, for image-to-image translation."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo.data.fingerprint import fingerprint
from kzoo.data.images.augment import AUGMENTATIONS, Augmentation
from kzoo.data.images.decoding import SUFFIXES
from kzoo.data.images.folder import TEST_EVERY, list_image_files, split_of_files
from kzoo.data.images.loading import load_source
from kzoo.data.images.source import Source, Split, shuffled_indices, split_of_images
from kzoo.data.images.unlabelled import Preprocessor, image_batches, raw_images, tfds_images

SLANT = 0.35  # shear: columns to the right for each row up


@dataclass
class Domains:
    """Images of two domains; an epoch is one pass over the larger one.

    Args:
        a, b: training images of each domain, as splits whose labels are not used.
        test: test images of each domain.
        paired: whether the test images are pairs; they are for evaluation only.
        augment: augmentation of the training images.
    """

    description: str
    a: Split
    b: Split
    test: tuple[Split, Split]
    paired: bool = False
    augment: Augmentation = AUGMENTATIONS["none"]
    source: Source | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        """The number of images an epoch."""
        return max(self.a.count, self.b.count)

    @property
    def splits(self) -> tuple[Split, ...]:
        """The training and test images of both domains."""
        return self.a, self.b, *self.test

    def batches(
        self, preprocessor: Preprocessor, batch_size: int, *, seed: int, replicas: int, epoch: int, step: int
    ) -> tf.data.Dataset:
        """Return pairs of training batches (a, b) from a step of an epoch on, repeated indefinitely."""
        total_steps = epoch * (self.count // batch_size) + step

        def domain(split: Split, seed: int) -> tf.data.Dataset:
            start_epoch, start_step = divmod(total_steps, max(1, split.count // batch_size))
            position = {"start_epoch": start_epoch, "start_step": start_step}
            options = {"augment": self.augment, "seed": seed, "replicas": replicas, **position}
            return image_batches(split, preprocessor, batch_size, **options)

        return tf.data.Dataset.zip(domain(self.a, 2 * seed), domain(self.b, 2 * seed + 1))

    def real_images(self, preprocessor: Preprocessor, max_images: int) -> np.ndarray:
        """Return real images of domain b at the network's size, uint8."""
        return raw_images(self.b, preprocessor, max_images)

    def test_images(self, preprocessor: Preprocessor, max_images: int) -> tuple[np.ndarray, np.ndarray]:
        """Return test images of both domains at the network's size, uint8."""
        a, b = (raw_images(split, preprocessor, max_images) for split in self.test)
        return a, b


def load_domains(spec: str, seed: int = 0, augment: Augmentation = AUGMENTATIONS["none"]) -> Domains:
    """Load two domains.

    - digits: one half of the bundled training digits upright and light on dark; the other half slanted, dark on light.
      The test digits are both, as pairs.
    - folder:A,B: two folders of images, of which every fifth is a test image.
    - tfds:NAME: a TFDS dataset with splits trainA, trainB, testA, testB, such as cycle_gan/horse2zebra.

    Raises:
        ValueError: `spec` is none of these, or a domain has too few images.
        FileNotFoundError: a folder is missing.
    """
    kind, _, location = spec.partition(":")
    if spec == "digits":
        return _digits(seed, augment)
    if kind == "folder" and location.count(",") == 1:
        files = [_list_files(spec, Path(os.path.expanduser(folder))) for folder in location.split(",")]
        a, b = (split_of_files(spec, [f for i, f in enumerate(each) if i % TEST_EVERY]) for each in files)
        test_a, test_b = (split_of_files(spec, each[::TEST_EVERY]) for each in files)
        return _domains(spec, a, b, (test_a, test_b), augment)
    if kind == "tfds" and location:
        a, b, test_a, test_b = tfds_images(spec, location, ("trainA", "trainB", "testA", "testB"))
        return _domains(spec, a, b, (test_a, test_b), augment)
    raise ValueError(f"data={spec!r} is none of digits, folder:A,B, tfds:NAME")


def _domains(
    spec: str, a: Split, b: Split, test: tuple[Split, Split], augment: Augmentation, paired: bool = False
) -> Domains:
    digest = fingerprint(a.fingerprint, b.fingerprint)
    description = f"{a.count} and {b.count} training images of {spec}, unpaired; fingerprint {digest}"
    return Domains(description, a, b, test, paired=paired, augment=augment)


def _list_files(spec: str, folder: Path) -> list[str]:
    if not folder.is_dir():
        raise FileNotFoundError(f"{spec}: {folder} is no folder")
    files = list_image_files(folder, recursive=True)
    if len(files) < 2:
        raise ValueError(f"{spec}: {folder} has {len(files)} images ({' '.join(SUFFIXES)}); at least 2 are needed")
    return files


def _digits(seed: int, augment: Augmentation) -> Domains:
    source = load_source("digits")
    order = shuffled_indices(source.train.count, tf.constant([seed, 1], tf.int64))
    half = source.train.count // 2
    train, test = (upright(tf.stack([image for image, _ in split.dataset()])) for split in (source.train, source.test))
    domains = tf.gather(train, order[:half]), slanted(tf.gather(train, order[half:])), test, slanted(test)
    a, b, test_a, test_b = (split_of_images("digits", images) for images in domains)
    return _domains("digits", a, b, (test_a, test_b), augment, paired=True)


def upright(images: tf.Tensor) -> tf.Tensor:
    """Resize images (batch, height, width, channels) of 0..255 to 20x20 pixels, and pad them to 32x32."""
    # the margin is background, so that the generators learn which is background and which is ink
    small = tf.image.resize(tf.cast(images, tf.float32), (20, 20), antialias=True)
    return tf.image.pad_to_bounding_box(small, 6, 6, 32, 32)


def slanted(images: tf.Tensor) -> tf.Tensor:
    """Shear images (batch, 32, 32, channels) of 0..255 to the right, and invert them."""
    shear = tf.constant([[1.0, SLANT, -SLANT * 15.5, 0.0, 1.0, 0.0, 0.0, 0.0]])
    sheared = tf.raw_ops.ImageProjectiveTransformV3(
        images=images, transforms=shear, output_shape=(32, 32), fill_value=0.0, interpolation="BILINEAR"
    )
    return 255.0 - sheared
