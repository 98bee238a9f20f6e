"""Images without labels, on which generative models are trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import tensorflow as tf

from kzoo.data.images import pipeline
from kzoo.data.images.augment import AUGMENTATIONS, Augmentation
from kzoo.data.images.loading import load_source
from kzoo.data.images.source import Source, Split, split_of_encoded
from kzoo.data.tfds import prepare_tfds

if TYPE_CHECKING:
    import tensorflow_datasets as tfds


class Preprocessor(pipeline.Preprocessor, Protocol):
    """The preprocessing of a network's inputs, and of the images it generates."""

    def to_uint8(self, images: tf.Tensor) -> tf.Tensor:
        """Undo `normalize`, and round."""


class TrainingImages(Protocol):
    """The images that a generative model is trained on."""

    description: str
    source: Source | None
    """where the images are read from, if they have labels"""

    @property
    def splits(self) -> Sequence[Split]:
        """All images that may be read, to name one that cannot be."""

    @property
    def count(self) -> int:
        """The number of images an epoch."""

    def batches(
        self, preprocessor: Preprocessor, batch_size: int, *, seed: int, replicas: int, epoch: int, step: int
    ) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, repeated indefinitely."""

    def real_images(self, preprocessor: Preprocessor, max_images: int) -> np.ndarray:
        """Return real images at the network's size, uint8."""


class UnlabelledImages:
    """The training images of a source, without their labels.

    Args:
        spec: as `kzoo.data.load_source` takes it; or `tfds:NAME` of a dataset without labels, such as celeb_a, whose
            encoded images are held in memory.
        augment: augmentation of the images.
        seed: as of `kzoo.data.load_source`.
    """

    def __init__(self, spec: str, augment: Augmentation = AUGMENTATIONS["none"], seed: int = 0):
        kind, _, name = spec.partition(":")
        self.source: Source | None = None
        if kind == "tfds" and not has_labels(name):
            self.split = tfds_images(spec, name, ["train"])[0]
        else:
            self.source = load_source(spec, seed=seed)
            self.split = self.source.train
        self.augment, self.count = augment, self.split.count
        self.description = f"{self.count} training images of {spec}; fingerprint {self.split.fingerprint}"

    @property
    def splits(self) -> Sequence[Split]:
        """The training images, and the test images of a source that has some."""
        return (self.source.train, self.source.test) if self.source else (self.split,)

    def batches(
        self, preprocessor: Preprocessor, batch_size: int, *, seed: int, replicas: int, epoch: int, step: int
    ) -> tf.data.Dataset:
        """Return training batches from a step of an epoch on, repeated indefinitely."""
        options = {"augment": self.augment, "seed": seed, "replicas": replicas}
        return image_batches(self.split, preprocessor, batch_size, start_epoch=epoch, start_step=step, **options)

    def real_images(self, preprocessor: Preprocessor, max_images: int) -> np.ndarray:
        """Return training images at the network's size, uint8."""
        return raw_images(self.split, preprocessor, max_images)

    def labelled_images(
        self, preprocessor: Preprocessor, max_images: int, test: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return images of the training or the test split at the network's size, uint8, and their labels.

        Raises:
            ValueError: the source has no labels.
        """
        if self.source is None:
            raise ValueError(f"{self.split.source} has no labels")
        split = self.source.test if test else self.source.train
        labels = [int(label) for _, label in split.keys().take(max_images).as_numpy_iterator()]
        return raw_images(split, preprocessor, max_images), np.array(labels)


def image_batches(split: Split, preprocessor: Preprocessor, batch_size: int, **options: Any) -> tf.data.Dataset:
    """Return training batches of images without labels; the options are those of `kzoo.data.batches`."""
    images_and_labels = pipeline.batches(split, preprocessor, batch_size, training=True, **options)
    return images_and_labels.map(lambda images, _: images)


def raw_images(split: Split, preprocessor: Preprocessor, max_images: int) -> np.ndarray:
    """Return the first images of a split at a network's size, uint8 (images, height, width, channels)."""
    resized = (
        split.dataset()
        .take(max_images)
        .map(lambda image, _: preprocessor.to_uint8(preprocessor.normalize(preprocessor.resize(image))))
    )
    return np.concatenate(list(resized.batch(500).as_numpy_iterator()))


def tfds_images(spec: str, name: str, splits: Sequence[str]) -> list[Split]:
    """Load splits of a TFDS dataset with a feature `image`; the encoded images are held in memory.

    Raises:
        ValueError: there is no such dataset, feature or split.
        FileNotFoundError: the dataset could not be prepared.
    """
    import tensorflow_datasets as tfds

    builder = prepare_tfds(spec, name, _check_image)
    if missing := set(splits) - set(builder.info.splits):
        raise ValueError(f"{spec}: there is no split {min(missing)!r}; there are {', '.join(builder.info.splits)}")
    loaded = builder.as_dataset(split=list(splits), decoders={"image": tfds.decode.SkipDecoding()})
    return [split_of_encoded(spec, [row["image"] for row in tfds.as_numpy(each)], tf.identity) for each in loaded]


def _check_image(spec: str, info: tfds.core.DatasetInfo) -> None:
    if "image" not in info.features:
        raise ValueError(f"{spec}: its features are {', '.join(info.features)}; one named image is needed")


def has_labels(name: str) -> bool:
    """Return whether a TFDS dataset has the feature `label`; True for an unknown one, which is an error elsewhere."""
    import tensorflow_datasets as tfds

    try:
        return "label" in tfds.builder(name).info.features
    except Exception:  # a dataset's own code runs here, and may raise anything
        return True
