"""Labelled images: sources, augmentation, and the input pipeline.

source = kzoo.data.load_source("digits")                 # bundled: 1,797 handwritten digits, 8x8
source = kzoo.data.load_source("npz:mine.npz")           # x_train, y_train, x_test, y_test
source = kzoo.data.load_source("folder:~/flowers")       # train/CLASS/*.jpg and test/CLASS/*.jpg, or CLASS/*.jpg
source = kzoo.data.load_source("tfds:cifar10")           # any TFDS dataset with image and label

train = kzoo.data.batches(source.train, preprocessor, 64, training=True, augment=AUGMENTATIONS["handwriting"])
rest = kzoo.data.batches(source.train, preprocessor, 64, training=True, start_epoch=3, start_step=17)  # to resume a run
"""

from kzoo.data.images import (
    AUGMENTATIONS,
    Augmentation,
    Source,
    Split,
    batches,
    load_source,
    read_image,
    report_unreadable_images,
    steps_per_epoch,
)

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "Source",
    "Split",
    "batches",
    "load_source",
    "read_image",
    "report_unreadable_images",
    "steps_per_epoch",
]
