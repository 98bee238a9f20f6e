"""Data augmentation: policies by name in AUGMENTATIONS, or an `Augmentation` of transforms.

Transforms are stateless: functions of their inputs and of a seed, two integers, so that a batch is reproducible.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import tensorflow as tf

from kzoo.data.images.augment.color import color_jitter, pca_lighting
from kzoo.data.images.augment.crops import fixed_scale_crop, random_resized_crop, scale_jitter_crop
from kzoo.data.images.augment.erasing import grid_mask, random_erasing
from kzoo.data.images.augment.geometry import handwriting, pad_and_crop, random_flip
from kzoo.data.images.augment.mixing import Mix, cutmix, mixup, random_choice
from kzoo.data.images.augment.randaugment import rand_augment

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "color_jitter",
    "compose",
    "cutmix",
    "fixed_scale_crop",
    "grid_mask",
    "handwriting",
    "mixup",
    "pad_and_crop",
    "pca_lighting",
    "per_image",
    "rand_augment",
    "random_choice",
    "random_erasing",
    "random_flip",
    "random_resized_crop",
    "scale_jitter_crop",
]

Images = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


class Crop(Protocol):
    """A random crop, see `Augmentation`."""

    def __call__(self, height: tf.Tensor, width: tf.Tensor, size: tuple[int, int], seed: tf.Tensor) -> tf.Tensor:
        """Return a window of an image."""


@dataclass(frozen=True)
class Augmentation:
    """Augmentation of training images in four stages, each of which may be None.

    - crop(height, width, size, seed) returns the window (top, left, height, width), int32, that an image is cropped to
      while it is read; it is resized to the network's size (height, width). Without it the image is cropped and
      resized as in evaluation.
    - images(images, seed) transforms a batch (B, H, W, C) float32 in 0..255, before normalization; after a crop, a
      batch of one.
    - normalized(images, seed) transforms the same batch after normalization.
    - mix(images, labels, seed) mixes a normalized batch and its labels (B, classes) float32.
    """

    crop: Crop | None = None
    images: Images | None = None
    mix: Mix | None = None
    normalized: Images | None = None


def compose(*transforms: Images) -> Images:
    """Compose transforms of a batch, applied in this order, each with its own seed."""

    def transform(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        for step, step_seed in zip(transforms, tf.unstack(tf.random.split(seed, len(transforms))), strict=True):
            images = step(images, step_seed)
        return images

    return transform


def per_image(step: Images) -> Images:
    """Make a transform of a batch from one of an image (H, W, C); each image has its own seed."""

    def transform(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        seeds = tf.random.split(seed, tf.shape(images)[0])
        # AutoGraph adds many lines to an error message of one.
        apply = tf.autograph.experimental.do_not_convert(lambda pair: step(*pair))
        return tf.map_fn(apply, (images, seeds), fn_output_signature=images.dtype)

    return transform


AUGMENTATIONS: dict[str, Augmentation] = {
    "none": Augmentation(),
    # digits and letters
    "handwriting": Augmentation(images=handwriting),
    # ImageNet: random crops only, of the network's size out of 256 pixels, or of random size and aspect as GoogLeNet's
    "crop": Augmentation(crop=fixed_scale_crop, images=random_flip),
    "resized_crop": Augmentation(crop=random_resized_crop, images=random_flip),
    # ImageNet, as in the papers of AlexNet, VGG, ResNet and GoogLeNet
    "alexnet": Augmentation(crop=fixed_scale_crop, images=compose(random_flip, pca_lighting)),
    "vgg": Augmentation(crop=partial(scale_jitter_crop, sides=(256, 512)), images=compose(random_flip, pca_lighting)),
    "resnet": Augmentation(crop=scale_jitter_crop, images=compose(random_flip, pca_lighting)),
    "inception": Augmentation(crop=random_resized_crop, images=compose(random_flip, color_jitter)),
    # CIFAR, as in ResNet's paper and fb.resnet.torch, which pad with zeros after normalization, so with the mean
    # colour; and as in the code of Wide ResNet
    "cifar": Augmentation(images=random_flip, normalized=pad_and_crop),
    "cifar_reflect": Augmentation(images=compose(partial(pad_and_crop, mode="reflect"), random_flip)),
    # ImageNet, as ConvNeXt's paper (arXiv:2201.03545)
    "modern": Augmentation(
        crop=random_resized_crop,
        images=compose(
            random_flip, per_image(rand_augment), partial(random_erasing, probability=0.25, area=(0.02, 1 / 3))
        ),
        mix=random_choice(partial(mixup, alpha=0.8), partial(cutmix, alpha=1.0)),
    ),
}
