"""Two sets of images without pairs, for translation between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo.data import AUGMENTATIONS, Augmentation, Split, load_source
from kzoo.data.sources import shuffled_indices
from kzoo.generative.recipe import raw_images
from kzoo.generative.unlabelled import encoded, image_batches, image_files, in_memory, tfds_images

SLANT = 0.35  # columns to the right for each row up


@dataclass
class Domains:
    """Images of two domains; an epoch is one through the larger.

    Args:
        a, b: the training images, as splits whose labels mean nothing.
        test: test images of each; pairs, if `paired`, which training knows nothing of.
        augment: what is done to training images.
    """

    description: str
    a: Split
    b: Split
    test: tuple[Split, Split]
    paired: bool = False
    augment: Augmentation = AUGMENTATIONS["none"]
    source: object = field(default=None, repr=False)
    made = 1  # row of `picture` that shows images of domain b that were made

    @property
    def count(self) -> int:
        """Images an epoch."""
        return max(self.a.count, self.b.count)

    def batches(self, algorithm, config, replicas: int, epoch: int, step: int) -> tf.data.Dataset:
        """Give pairs of training batches (a, b) from a step of an epoch on, without end."""
        passed = epoch * (self.count // config.batch_size) + step

        def domain(split, seed):
            own_epoch, own_step = divmod(passed, max(1, split.count // config.batch_size))
            place = {"start_epoch": own_epoch, "start_step": own_step}
            options = {"augment": self.augment, "seed": seed, "replicas": replicas, **place}
            return image_batches(split, algorithm.preprocessor, config.batch_size, **options)

        return tf.data.Dataset.zip(domain(self.a, 2 * config.seed), domain(self.b, 2 * config.seed + 1))

    def images(self, algorithm, most: int) -> np.ndarray:
        """Give real images of domain b as the networks see them, uint8."""
        return raw_images(self.b.dataset().take(most), algorithm.preprocessor)

    def tests(self, algorithm, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Give test images of both domains as the networks see them, uint8."""
        return tuple(raw_images(split.dataset().take(most), algorithm.preprocessor) for split in self.test)

    def picture(self, algorithm) -> np.ndarray:
        """Show test images, translated, and back again, of a and then of b: uint8 (6, columns, h, w, channels)."""
        a, b = self.tests(algorithm, 8)
        rows = []
        for images, there, back in ((a, algorithm.a_to_b, algorithm.b_to_a), (b, algorithm.b_to_a, algorithm.a_to_b)):
            made = algorithm.translate(there, images)
            rows += [images, made, algorithm.translate(back, made)]
        return np.stack([row[: min(len(a), len(b))] for row in rows])


def load_domains(spec: str, seed: int = 0, augment: Augmentation = AUGMENTATIONS["none"]) -> Domains:
    """Open two domains.

    - digits: one half of the bundled training digits upright and light on dark; the other half slanted, dark on light.
      The test digits are both, as pairs.
    - folder:A,B: two folders of images, of which every fifth is for looking at.
    - tfds:NAME: a TFDS dataset with splits trainA, trainB, testA, testB, such as cycle_gan/horse2zebra.

    Raises:
        ValueError, FileNotFoundError: the text is none of these, a folder is missing, or a domain is empty.
    """
    kind, _, where = spec.partition(":")
    if spec == "digits":
        return _digits(seed, augment)
    if kind == "folder" and where.count(",") == 1:
        files = [image_files(spec, Path(folder).expanduser()) for folder in where.split(",")]
        train = [encoded(spec, [f for i, f in enumerate(each) if i % 5], tf.io.read_file) for each in files]
        test = [encoded(spec, each[::5], tf.io.read_file) for each in files]
        return _domains(spec, *train, tuple(test), augment)
    if kind == "tfds" and where:
        a, b, *test = tfds_images(spec, where, ("trainA", "trainB", "testA", "testB"))
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
    a, b = in_memory(tf.gather(train, order[:half])), in_memory(slanted(tf.gather(train, order[half:])))
    test = in_memory(test), in_memory(slanted(test))
    return _domains("digits", a, b, test, augment, paired=True)


def upright(images: tf.Tensor) -> tf.Tensor:
    """Bring images (batch, height, width, channels) of 0..255 to 20x20 pixels in the middle of 32x32."""
    # all around is background, so that translation has to know it from ink
    small = tf.image.resize(tf.cast(images, tf.float32), (20, 20), antialias=True)
    return tf.image.pad_to_bounding_box(small, 6, 6, 32, 32)


def slanted(images: tf.Tensor) -> tf.Tensor:
    """Slant images (batch, 32, 32, channels) of 0..255 to the right, and make dark what is light."""
    shear = tf.constant([[1.0, SLANT, -SLANT * 15.5, 0.0, 1.0, 0.0, 0.0, 0.0]])
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images, transforms=shear, output_shape=(32, 32), fill_value=0.0, interpolation="BILINEAR"
    )
    return 255.0 - moved


def measure_pairs(config, algorithm, untrained, data: Domains) -> dict:
    """Measure by how much translated test images differ from their true pairs, as a share of 255.

    Beside it stands by how much they differ when nothing is done to them ("identity").
    """
    if not data.paired:
        return {}
    a, b = data.tests(algorithm, config.samples)
    result = {"test_pairs": len(a), "identity_error": round(_error(a, b), 4)}
    for name, images, pairs in (("a_to_b", a, b), ("b_to_a", b, a)):
        made = algorithm.translate(getattr(algorithm, name), images)
        result[f"{name}_error"] = round(_error(made, pairs), 4)
    print(
        f"measured   {len(a)} test pairs: error {result['a_to_b_error']:.4g} and {result['b_to_a_error']:.4g}, "
        f"{result['identity_error']:.4g} if nothing is done",
        flush=True,
    )
    return result


def _error(images, pairs):
    return float(np.abs(images.astype("float32") - pairs.astype("float32")).mean() / 255)
