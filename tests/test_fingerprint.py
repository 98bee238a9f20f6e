"""A resumed run notices data that have changed, though they are as many as before."""

import numpy as np
import pytest
from image_data import arrays, class_folders, npz, save

from kzoo.data import load_source
from kzoo.data.fingerprint import fingerprint
from kzoo.data.images.domains import load_domains
from kzoo.data.images.unlabelled import UnlabelledImages
from kzoo.data.text.sources import load_pairs


def test_every_value_and_its_place_count():
    different = [
        ("ab", "c"),
        ("a", "bc"),
        ("c", "ab"),
        (["ab"], "c"),
        ("ab", ["c"]),
        ("ab", None),
        (b"ab", 1),
        (np.array([1, 2]),),
        (np.array([[1, 2]]),),
        (np.array([1.0, 2.0]),),
        (np.array([2, 1]),),
    ]
    assert len({fingerprint(*parts) for parts in different}) == len(different)
    assert (
        fingerprint("ab", np.arange(3)[::-1]) == fingerprint("ab", np.array([2, 1, 0])) == "1d48179f"
    )  # in any process


def npz_archive(folder, pixel=0, label=0):
    stored = arrays()
    stored["x_train"][0, 0, 0] += pixel
    stored["y_train"][1] += label
    return npz(folder, **stored)


def image_folder(folder, size_of=(5, 6), name="9", **options):
    class_folders(folder, {"bat": 6, "owl": 6})
    save(folder / "bat" / f"{name}.png", size=size_of, **options)
    return f"folder:{folder}"


def folder_source(folder, **to):
    return load_source(image_folder(folder, **to))


def tsv(folder, last="eins"):
    (folder / "pairs.tsv").write_text("two\tzwei\n" * 20 + f"one\t{last}\n", encoding="utf-8")
    return load_pairs(f"tsv:{folder}/pairs.tsv")


KINDS = {
    "pixel": (npz_archive, {"pixel": 1}),
    "label": (npz_archive, {"label": 1}),
    "other image of the same name": (folder_source, {"size_of": (50, 6)}),
    "other image of the same name and size": (folder_source, {"colour": (201, 100, 50)}),
    "other name": (folder_source, {"name": "8"}),
    "without labels": (lambda folder, **to: UnlabelledImages(image_folder(folder, **to)), {"name": "8"}),
    "two domains": (
        lambda folder, **to: load_domains(f"{image_folder(folder, **to)}/bat,{folder}/owl"),
        {"size_of": (50, 6)},
    ),
    "text": (tsv, {"last": "ein"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_description_tells_data_from_others_as_many(kind, tmp_path):
    load, change = KINDS[kind]
    (tmp_path / "data").mkdir()
    before = load(tmp_path / "data").description
    assert load(tmp_path / "data").description == before
    (tmp_path / "data").rename(tmp_path / "old")
    (tmp_path / "data").mkdir()
    after = load(tmp_path / "data", **change).description
    assert after != before
    assert after.partition("fingerprint")[0] == before.partition("fingerprint")[0]
