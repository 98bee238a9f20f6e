"""Two domains of unpaired images, for image-to-image translation."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo.data import AUGMENTATIONS, Augmentation, Split, load_source
from kzoo.data.sources import shuffled_indices
from kzoo.generative.datasets import (
    image_batches,
    list_image_files,
    raw_images,
    split_of_encoded,
    split_of_images,
    tfds_images,
)

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
    source: object = field(default=None, repr=False)
    fake_rows = 1  # the row of `sample_grid` with fake images of domain b

    @property
    def count(self) -> int:
        """The number of images an epoch."""
        return max(self.a.count, self.b.count)

    def batches(self, algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Return pairs of training batches (a, b) from a step of an epoch on, repeated indefinitely."""
        total_steps = epoch * (self.count // config.batch_size) + step

        def domain(split, seed):
            start_epoch, start_step = divmod(total_steps, max(1, split.count // config.batch_size))
            position = {"start_epoch": start_epoch, "start_step": start_step}
            options = {"augment": self.augment, "seed": seed, "replicas": replicas, **position}
            return image_batches(split, algorithm.preprocessor, config.batch_size, **options)

        return tf.data.Dataset.zip(domain(self.a, 2 * config.seed), domain(self.b, 2 * config.seed + 1))

    def real_images(self, algorithm, max_images: int) -> np.ndarray:
        """Return real images of domain b at the networks' size, uint8."""
        return raw_images(self.b.dataset().take(max_images), algorithm.preprocessor)

    def test_images(self, algorithm, max_images: int) -> tuple[np.ndarray, np.ndarray]:
        """Return test images of both domains at the networks' size, uint8."""
        return tuple(raw_images(split.dataset().take(max_images), algorithm.preprocessor) for split in self.test)

    def sample_grid(self, algorithm) -> np.ndarray:
        """Return rows of real, translated and reconstructed test images, a then b, uint8 (6, columns, h, w, c)."""
        a, b = self.test_images(algorithm, 8)
        rows = []
        for images, there, back in ((a, algorithm.a_to_b, algorithm.b_to_a), (b, algorithm.b_to_a, algorithm.a_to_b)):
            fake = algorithm.translate(there, images)
            rows += [images, fake, algorithm.translate(back, fake)]
        return np.stack([row[: min(len(a), len(b))] for row in rows])


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
        files = [list_image_files(spec, Path(os.path.expanduser(folder))) for folder in location.split(",")]
        train = [split_of_encoded(spec, [f for i, f in enumerate(each) if i % 5], tf.io.read_file) for each in files]
        test = [split_of_encoded(spec, each[::5], tf.io.read_file) for each in files]
        return _domains(spec, *train, tuple(test), augment)
    if kind == "tfds" and location:
        a, b, *test = tfds_images(spec, location, ("trainA", "trainB", "testA", "testB"))
        return _domains(spec, a, b, tuple(test), augment)
    raise ValueError(f"data={spec!r} is none of digits, folder:A,B, tfds:NAME")


def _domains(spec, a, b, test, augment, **options):
    return Domains(
        f"{a.count} and {b.count} training images of {spec}, unpaired", a, b, test, augment=augment, **options
    )


def _digits(seed, augment):
    source = load_source("digits")
    order = shuffled_indices(source.train.count, tf.constant([seed, 1], tf.int64))
    half = source.train.count // 2
    train, test = (upright(tf.stack([image for image, _ in split.dataset()])) for split in (source.train, source.test))
    a, b = split_of_images(tf.gather(train, order[:half])), split_of_images(slanted(tf.gather(train, order[half:])))
    test = split_of_images(test), split_of_images(slanted(test))
    return _domains("digits", a, b, test, augment, paired=True)


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


def evaluate_pairs(config, algorithm, untrained, data: Domains) -> dict:
    """Compute the mean absolute error between translated test images and their true pairs, as a share of 255.

    "identity_error" is that of the images as they are, without translation.
    """
    if not data.paired:
        return {}
    a, b = data.test_images(algorithm, config.samples)
    metrics = {"test_pairs": len(a), "identity_error": round(_mean_absolute_error(a, b), 4)}
    for name, images, pairs in (("a_to_b", a, b), ("b_to_a", b, a)):
        fake = algorithm.translate(getattr(algorithm, name), images)
        metrics[f"{name}_error"] = round(_mean_absolute_error(fake, pairs), 4)
    print(
        f"evaluated  {len(a)} test pairs: error {metrics['a_to_b_error']:.4g} and {metrics['b_to_a_error']:.4g}, "
        f"{metrics['identity_error']:.4g} without translation",
        flush=True,
    )
    return metrics


def _mean_absolute_error(images, pairs):
    return float(np.abs(images.astype("float32") - pairs.astype("float32")).mean() / 255)
