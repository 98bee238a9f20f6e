"""Folders of image files as sources of labelled images."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo._printing import fault_of_name, printable
from kzoo.data.fingerprint import fingerprint
from kzoo.data.images.decoding import SUFFIXES
from kzoo.data.images.source import Source, Split, describe, split_of_encoded

READ_FILES = 1000  # of at most so many, evenly spaced, the contents are in the fingerprint; all would take minutes
TEST_EVERY = 5  # where a folder has no split, every fifth file of a class is a test image


def load_folder(spec: str, root: Path, seed: int) -> Source:
    """Open a folder of class folders, or of train/ and test/ with class folders; see `load_source`."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder")
    train_root = root / "train"
    test_root = next((root / name for name in ("test", "val") if (root / name).is_dir()), None)
    # A single train/ full of images is a class: trains.
    if train_root.is_dir() and (test_root or _class_folders(train_root)):
        if not test_root:
            raise ValueError(f"{root}: has train/ but neither test/ nor val/")
        train, test = _list_files(train_root), _list_files(test_root)
        _check_same_classes(train, train_root, test, test_root)
        split_by = f"split by train/ and {test_root.name}/"
    else:
        train, test = _split_classes(_list_files(root), seed)
        if not any(test.values()):
            raise ValueError(f"{root}: no class has {TEST_EVERY} images, of which one would be for the test")
        split_by = f"every fifth file of each class, in an order shuffled by seed {seed}, is the test split"
    train_split, test_split = _folder_split(spec, train), _folder_split(spec, test)
    return Source(spec, describe(train_split, test_split, split_by), tuple(train), train_split, test_split)


def _folder_split(spec: str, files: dict[str, list[str]]) -> Split:
    """Number the classes in the order of `files`."""
    paths = [path for group in files.values() for path in group]
    labels = np.repeat(np.arange(len(files), dtype=np.int32), [len(group) for group in files.values()])
    return split_of_files(spec, paths, labels, len(files))


def split_of_files(spec: str, paths: Sequence[str], labels: np.ndarray | None = None, classes: int = 1) -> Split:
    """Make a split of image files; without `labels`, all are 0."""
    sizes = [os.path.getsize(path) for path in paths]
    contents = [_digest(path) for path in paths[:: 1 + len(paths) // READ_FILES]]
    # names without their folders: a class of another name is told as such, and a set may be moved
    digest = fingerprint(map(os.path.basename, paths), sizes, contents, labels)
    return split_of_encoded(
        spec, [os.fsencode(path) for path in paths], tf.io.read_file, labels, classes, digest=digest
    )


def _digest(path: str) -> bytes:
    """Return the SHA-256 of a file; nothing of one that cannot be read, which is named when it is needed."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


def _class_folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _list_files(root: Path) -> dict[str, list[str]]:
    """List the image files of each class folder, both sorted by name."""
    folders = _class_folders(root)
    if not folders:
        raise ValueError(f"{root}: no class folders in it")
    for folder in folders:
        if fault := fault_of_name(folder.name):
            raise ValueError(f"{printable(folder)}: the name of this class {fault}; rename the folder")
    return {folder.name: _images_in(folder) for folder in folders}


def _images_in(folder: Path) -> list[str]:
    paths = list_image_files(folder)
    if not paths:
        raise ValueError(f"{folder}: no images in this class folder; {' '.join(SUFFIXES)} are read")
    for path in paths:
        if os.path.getsize(path) == 0:
            raise ValueError(f"{path}: not a readable image: the file is empty")
    return paths


def list_image_files(folder: str | os.PathLike[str], *, recursive: bool = False) -> list[str]:
    """List the image files in a folder, and in its subfolders if `recursive`; sorted by name, hidden ones left out."""
    files: list[str] = []
    # scandir, and paths as strings: Path would take half a minute for a million files
    with os.scandir(folder) as entries:
        visible = sorted((each for each in entries if not each.name.startswith(".")), key=lambda each: each.name)
    for entry in visible:
        if entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            files.append(entry.path)
        elif recursive and entry.is_dir(follow_symlinks=False):  # a link may lead round in a circle
            files += list_image_files(entry.path, recursive=True)
    return files


def _check_same_classes(train: dict, train_root: Path, test: dict, test_root: Path) -> None:
    for here, here_root, there, there_root in (
        (test, test_root, train, train_root),
        (train, train_root, test, test_root),
    ):
        if extra := [name for name in here if name not in there]:
            raise ValueError(f"{here_root / extra[0]}: this class has no folder in {there_root}")


def _split_classes(files: dict[str, list[str]], seed: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    train, test = {}, {}
    for name, paths in files.items():
        # A generator for each class: a file that is added to one class does not change the split of the others.
        rng = np.random.default_rng([seed, *name.encode()])
        order = rng.permutation(len(paths))
        # The last of each five, so that all files of a class of fewer are for training.
        test[name] = [paths[i] for i in order[TEST_EVERY - 1 :: TEST_EVERY]]
        train[name] = [paths[i] for i in np.delete(order, np.s_[TEST_EVERY - 1 :: TEST_EVERY])]
    return train, test
