"""A damaged file of a dataset: it costs no more than it must, and is spoken of."""

from __future__ import annotations

import gzip
import os
import struct

import numpy as np
import pytest

from engines import datasets
from engines.datasets import bundled, fashion_mnist, mnist
from engines.datasets.release import MOST_IMAGES
from engines.errors import InvalidData, InvalidDataFile
from tests.engines.datasets.test_datasets import as_if_published, nothing_here  # noqa: F401
from tests.engines.datasets.test_idx import bomb, peak_memory

IMAGES = "train-images-idx3-ubyte.gz"
DAMAGE = {
    "no gzip": (lambda path: path.write_bytes(b"\x1f\x8b and nothing more of gzip"), "is a damaged gzip file"),
    "a web page": (lambda path: path.write_bytes(b"<!doctype html>"), "a web page"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "of another dataset": (
        lambda path: path.write_bytes(b"\0\0\x08\3" + struct.pack(">3I", 12, 1, 2) + bytes(24)),
        "belongs to another dataset",
    ),
    "too many": (
        lambda path: path.write_bytes(b"\0\0\x08\3" + struct.pack(">3I", 13, 28, 28) + bytes(13 * 784)),
        "12 labels for the 13 samples",
    ),
}


@pytest.fixture
def here(published, tmp_path, nothing_here):  # noqa: F811
    """Puts the tiny files where a dataset's own would be."""

    def put(place):
        (tmp_path / place).parent.mkdir(exist_ok=True, parents=True)
        return published.folder.rename(tmp_path / place)

    return put


@pytest.mark.parametrize("place", ["debian", "data/fashion_mnist"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_fashion_mnist_falls_back_to_the_subset_and_says_why(here, place, damage):
    spoil, message = DAMAGE[damage]
    spoil(here(place) / IMAGES)
    data = datasets.load("fashion_mnist")
    assert (data.source, len(data.y_train)) == ("subset", 6000)
    assert isinstance(data.problem, InvalidDataFile | InvalidData)
    assert message in str(data.problem)
    assert IMAGES in str(data.problem)


def test_what_is_in_order_has_no_problem(here, published):
    assert datasets.load("digits").problem is None
    assert datasets.load("fashion_mnist").problem is None
    here("debian")
    assert datasets.load("fashion_mnist").problem is None


def test_a_damaged_folder_is_passed_over_for_the_next(here, tmp_path, published):
    folder = here("data/fashion_mnist")
    (tmp_path / "debian").mkdir()
    for file in folder.iterdir():
        (tmp_path / "debian" / file.name).write_bytes(b"no good")
    data = datasets.load("fashion_mnist")
    assert (data.source, len(data.y_train)) == ("full", 12)


@pytest.mark.parametrize("module", [fashion_mnist, mnist])
def test_a_download_replaces_what_is_damaged(here, monkeypatch, published, module):
    as_if_published(monkeypatch, module, published)
    name = module.RELEASE.name
    datasets.load(name, download=True)
    folder = module.data_folder(name)
    (folder / IMAGES).write_bytes(b"no good")
    data = datasets.load(name, download=True)
    assert (data.source, data.problem, len(data.y_train)) == ("full", None, 12)


def test_damaged_mnist_is_reported(here):
    (here("data/mnist") / IMAGES).write_bytes(b"<html>")
    with pytest.raises(InvalidDataFile, match="a web page"):
        datasets.load("mnist")


def test_a_pipe_in_the_place_of_a_file_is_not_there(here):
    folder = here("data/fashion_mnist")
    (folder / IMAGES).unlink()
    os.mkfifo(folder / IMAGES)
    assert datasets.load("fashion_mnist").source == "subset"


@pytest.mark.parametrize("count", [300_000, MOST_IMAGES])
def test_a_huge_image_file_is_refused_by_its_header(published, count):
    content = b"\0\0\x08\3" + struct.pack(">3I", count, 28, 28)
    (published.folder / IMAGES).write_bytes(bomb(content, 1_000_000))

    def attempt():
        with pytest.raises((InvalidDataFile, InvalidData), match=f"{count:,} samples|{784 * count:,} bytes"):
            published.release.read(published.folder)

    assert peak_memory(attempt) < 3_000_000


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", gzip.compress(b"a")], ids=["no", "empty", "zip", "gzip"])
def test_bundled_data_that_are_damaged(monkeypatch, tmp_path, content):
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    if content is not None:
        (tmp_path / "digits.npz").write_bytes(content)
    with pytest.raises(InvalidDataFile, match=r"digits\.npz, which comes with the app, is missing or damaged"):
        datasets.load("digits")


def test_bundled_data_that_lack_a_part(monkeypatch, tmp_path):
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    np.savez(tmp_path / "digits.npz", x_train=np.zeros((2, 8, 8), np.uint8))
    with pytest.raises(InvalidDataFile, match="damaged"):
        datasets.load("digits")


def test_a_data_folder_of_a_person_who_is_not_there(monkeypatch):
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", "~nobody-of-that-name/data")
    assert datasets.load("fashion_mnist").source in ("subset", "full")
