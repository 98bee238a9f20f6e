"""Images: decoding, labelled sources, augmentation, the input pipeline, and images without labels."""

from kzoo.data.images.augment import AUGMENTATIONS, Augmentation
from kzoo.data.images.decoding import FORMATS, SUFFIXES, decode_image, read_image
from kzoo.data.images.domains import Domains, load_domains
from kzoo.data.images.folder import list_image_files
from kzoo.data.images.loading import load_source
from kzoo.data.images.npz import DIGITS
from kzoo.data.images.pipeline import batches, steps_per_epoch
from kzoo.data.images.source import Source, Split, report_unreadable_images
from kzoo.data.images.unlabelled import TrainingImages, UnlabelledImages

__all__ = [
    "AUGMENTATIONS",
    "DIGITS",
    "FORMATS",
    "SUFFIXES",
    "Augmentation",
    "Domains",
    "Source",
    "Split",
    "TrainingImages",
    "UnlabelledImages",
    "batches",
    "decode_image",
    "list_image_files",
    "load_domains",
    "load_source",
    "read_image",
    "report_unreadable_images",
    "steps_per_epoch",
]
