"""Sources of labelled images by their specs: `digits`, `npz:PATH`, `folder:PATH` or `tfds:NAME[/CONFIG]`."""

import os
from pathlib import Path
from typing import Annotated

from kzoo._validation import Accepted, NonNegativeInt, check
from kzoo.data.images.folder import load_folder
from kzoo.data.images.npz import DIGITS, load_npz
from kzoo.data.images.source import Source
from kzoo.data.images.tfds import load_tfds

Spec = Annotated[str, Accepted("digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]")]


def load_source(spec: str, *, seed: int = 0) -> Source:
    """Open `digits`, `npz:PATH`, `folder:PATH` or `tfds:NAME[/CONFIG]`.

    - digits: 1,797 bundled 8x8 images, see digits.md.
    - npz: arrays x_train, y_train, x_test, y_test; images (N, H, W) or (N, H, W, C) with C 1 or 3, uint8 or float.
      A float set whose training maximum is at most 1 is read as 0..1, any other as 0..255.
    - folder: train/ and test/ (or val/) with a folder per class; or class folders alone, of which every fifth file, in
      an order shuffled by `seed`, is the test split. Classes are numbered by name.
    - tfds: a TFDS dataset with the features image and label, from TFDS_DATA_DIR or downloaded; its split train, and
      test or, if it has no labelled test split, validation.

    Raises ValueError or FileNotFoundError, each of one line that names the file, folder, array or dataset at fault.
    """
    seed = check(None, "seed", NonNegativeInt, seed)
    kind, _, location = check(None, "spec", Spec, spec).partition(":")
    if spec == "digits":
        return load_npz(spec, DIGITS)
    if location and kind == "npz":
        return load_npz(spec, Path(os.path.expanduser(location)))
    if location and kind == "folder":
        return load_folder(spec, Path(os.path.expanduser(location)), seed)
    if location and kind == "tfds":
        return load_tfds(spec, location)
    raise ValueError(f"data source {spec!r} is none of digits, npz:PATH, folder:PATH, tfds:NAME[/CONFIG]")
