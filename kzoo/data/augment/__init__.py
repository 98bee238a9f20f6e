"""What is done to images in training: by name, AUGMENTATIONS; or an `Augmentation` of pieces, here and of one's own.

Every piece is a function of what it is given and of a seed, two integers, so that a batch can be made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import tensorflow as tf

from kzoo.data.augment.colour import colour_jitter, pca_lighting
from kzoo.data.augment.erasing import grid_mask, random_erasing
from kzoo.data.augment.geometry import flip, handwriting, pad_and_crop
from kzoo.data.augment.mixing import Mix, cutmix, mixup, one_of
from kzoo.data.augment.randaugment import rand_augment
from kzoo.data.augment.windows import fixed_scale, random_resized, scale_jitter

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "chain",
    "colour_jitter",
    "cutmix",
    "each",
    "fixed_scale",
    "flip",
    "grid_mask",
    "handwriting",
    "mixup",
    "one_of",
    "pad_and_crop",
    "pca_lighting",
    "rand_augment",
    "random_erasing",
    "random_resized",
    "scale_jitter",
]

Images = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Augmentation:
    """Say what is done to training images, in four stages, each of which may be None.

    - crop(height, width, size, seed) chooses a window (top, left, height, width), int32, of an image that is about to
      be read; it is resized to the network's size (height, width). Without it the image is cropped and resized as in
      evaluation.
    - images(images, seed) changes a batch (B, H, W, C) float32 in 0..255, before it is brought to the network's range;
      after a crop, a batch of one.
    - normalized(images, seed) changes the same batch in the network's range.
    - mix(images, labels, seed) mixes a batch in the network's range and its labels (B, classes) float32.
    """

    crop: Callable[[tf.Tensor, tf.Tensor, tuple[int, int], tf.Tensor], tf.Tensor] | None = None
    images: Images | None = None
    mix: Mix | None = None
    normalized: Images | None = None


def chain(*steps: Images) -> Images:
    """Make one change of a batch out of several, in this order, each with a seed of its own."""

    def run(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        for step, own in zip(steps, tf.unstack(tf.random.split(seed, len(steps))), strict=True):
            images = step(images, own)
        return images

    return run


def each(step: Images) -> Images:
    """Make a change of a batch out of one of an image (H, W, C), which gets a seed of its own."""

    def run(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        seeds = tf.random.split(seed, tf.shape(images)[0])
        # AutoGraph would put many lines around an error of one.
        one = tf.autograph.experimental.do_not_convert(lambda pair: step(*pair))
        return tf.map_fn(one, (images, seeds), fn_output_signature=images.dtype)

    return run


AUGMENTATIONS: dict[str, Augmentation] = {
    "none": Augmentation(),
    # digits and letters
    "handwriting": Augmentation(images=handwriting),
    # ImageNet: windows alone, of the network's size out of 256 pixels, or of any size and shape as GoogLeNet's
    "crop": Augmentation(crop=fixed_scale, images=flip),
    "resized_crop": Augmentation(crop=random_resized, images=flip),
    # ImageNet, as in the papers of AlexNet, VGG, ResNet and GoogLeNet
    "alexnet": Augmentation(crop=fixed_scale, images=chain(flip, pca_lighting)),
    "vgg": Augmentation(crop=partial(scale_jitter, sides=(256, 512)), images=chain(flip, pca_lighting)),
    "resnet": Augmentation(crop=scale_jitter, images=chain(flip, pca_lighting)),
    "inception": Augmentation(crop=random_resized, images=chain(flip, colour_jitter)),
    # CIFAR, as in ResNet's paper and fb.resnet.torch, which pad with zeros after normalisation: with the mean colour;
    # and as in the code of Wide ResNet
    "cifar": Augmentation(images=flip, normalized=pad_and_crop),
    "cifar_reflect": Augmentation(images=chain(partial(pad_and_crop, mode="reflect"), flip)),
    # ImageNet, as ConvNeXt's paper (arXiv:2201.03545)
    "modern": Augmentation(
        crop=random_resized,
        images=chain(flip, each(rand_augment), partial(random_erasing, probability=0.25, area=(0.02, 1 / 3))),
        mix=one_of(partial(mixup, alpha=0.8), partial(cutmix, alpha=1.0)),
    ),
}
