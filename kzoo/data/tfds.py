"""Datasets of TFDS, downloaded and prepared; of images or of texts."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kzoo._printing import one_line

if TYPE_CHECKING:
    import tensorflow_datasets as tfds  # imports slowly, and most sources do not need it

RETRIES = 3  # of a download of TFDS, with exponential backoff: 3 s in all


def prepare_tfds(spec: str, name: str, check: Callable[[str, tfds.core.DatasetInfo], None]) -> tfds.core.DatasetBuilder:
    """Return the builder of a dataset, which is downloaded and prepared if necessary.

    `check(spec, info)` is called before, and raises ValueError if the dataset is unsuitable. Raises ValueError, or
    FileNotFoundError if the dataset cannot be prepared.
    """
    builder = _builder(spec, name)
    check(spec, builder.info)
    try:
        with _limited_retries():
            builder.download_and_prepare()
    except Exception as error:  # raised by the code of the dataset
        raise FileNotFoundError(
            f"{spec}: {builder.info.full_name} is not in {builder.data_dir} and could not be prepared "
            f"({one_line(error)}); set TFDS_DATA_DIR to where it is, or make it with `tfds build {name}`"
        ) from error
    return builder


@contextmanager
def _limited_retries() -> Iterator[None]:
    """Limit TFDS to RETRIES of a download; its own ten take three and a half minutes without a network."""
    from tensorflow_datasets.core.download import downloader

    before, downloader.MAX_RETRIES = downloader.MAX_RETRIES, RETRIES
    try:
        yield
    finally:
        downloader.MAX_RETRIES = before


def _builder(spec: str, name: str) -> tfds.core.DatasetBuilder:
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(name)
    except tfds.core.registered.DatasetNotFoundError as error:
        known = tfds.list_builders(with_community_datasets=False)
        nearest = ", ".join(difflib.get_close_matches(name.split("/")[0], known)) or "none"
        raise ValueError(f"{spec}: TFDS has no dataset of this name; the nearest: {nearest}") from error
    except Exception as error:  # unknown config or version, or the package of a namespace is missing
        raise ValueError(f"{spec}: {one_line(error)}") from error
