"""The registry, and which of the possible places each dataset comes from."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest

from engines import datasets
from engines.datasets import fashion_mnist, mnist
from engines.datasets.download import data_folder
from engines.errors import DatasetUnavailable, InvalidDataFile, UnknownDataset


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    """A machine without any of the data that are not bundled."""
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "debian")


def as_if_published(monkeypatch, module, published):
    """Puts the tiny files in the place of the dataset's own."""
    tiny = dataclasses.replace(published.release, name=module.RELEASE.name)
    monkeypatch.setattr(module, "RELEASE", tiny)


def test_names_and_labels():
    assert datasets.names() == ["digits", "fashion_mnist", "mnist"]
    assert list(datasets.labels()) == datasets.names()
    assert datasets.labels()["mnist"] == "MNIST, 28×28"


@pytest.mark.parametrize("name", ["Digits", "", "base", "idx", "../digits", None])
def test_unknown_names_are_refused_with_the_choices(name):
    with pytest.raises(UnknownDataset, match="choose one of digits, fashion_mnist, mnist"):
        datasets.load(name)


def test_a_new_file_is_a_new_dataset(monkeypatch, tmp_path):
    (tmp_path / "reversed_digits.py").write_text(
        "import dataclasses\n"
        "from engines.datasets import digits\n"
        "LABEL = 'Digits in negative'\n"
        "def load(*, download=False, progress=None):\n"
        "    data = digits.load()\n"
        "    return dataclasses.replace(data, name='reversed_digits', x_train=1 - data.x_train)\n"
    )
    monkeypatch.setattr(datasets, "__path__", [*datasets.__path__, str(tmp_path)])
    try:
        assert "reversed_digits" in datasets.names()
        assert datasets.labels()["reversed_digits"] == "Digits in negative"
        np.testing.assert_array_equal(datasets.load("reversed_digits").x_train, 1 - datasets.load("digits").x_train)
    finally:
        sys.modules.pop("engines.datasets.reversed_digits", None)
        del datasets.reversed_digits


def test_fashion_mnist_is_whole_or_the_subset_and_says_so():
    data = datasets.load("fashion_mnist")
    train, test = {"full": (60_000, 10_000), "subset": (6_000, 1_000)}[data.source]
    np.testing.assert_array_equal(np.bincount(data.y_train), [train // 10] * 10)
    np.testing.assert_array_equal(np.bincount(data.y_test), [test // 10] * 10)
    assert data.x_train.shape == (train, 784)
    assert data.x_train.dtype == np.float32


@pytest.mark.usefixtures("nothing_here")
def test_fashion_mnist_without_full_data_is_the_subset():
    assert datasets.load("fashion_mnist").source == "subset"
    assert fashion_mnist.load(folders=[]).source == "subset"


@pytest.mark.usefixtures("nothing_here")
@pytest.mark.parametrize("place", ["debian", "data/fashion_mnist"])
def test_fashion_mnist_is_found_in_either_place(published, tmp_path, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    published.folder.rename(tmp_path / place)
    data = datasets.load("fashion_mnist")
    assert data.source == "full"
    assert len(data.x_train) == 12
    assert fashion_mnist.load(folders=[]).source == "subset"


@pytest.mark.usefixtures("nothing_here")
def test_a_damaged_file_is_reported_not_passed_over(published):
    (published.folder / "train-images-idx3-ubyte.gz").write_bytes(b"\x1f\x8b and nothing more of gzip")
    with pytest.raises(InvalidDataFile, match=r"train-images-idx3-ubyte\.gz is a damaged gzip file"):
        fashion_mnist.load(folders=[published.folder])


@pytest.mark.usefixtures("nothing_here")
@pytest.mark.parametrize("module", [fashion_mnist, mnist])
def test_download_on_request_then_from_the_cache(monkeypatch, tmp_path, published, module):
    as_if_published(monkeypatch, module, published)
    name = module.RELEASE.name
    heard = []
    data = datasets.load(name, download=True, progress=heard.append)
    assert (data.name, data.source, len(data.x_train)) == (name, "full", 12)
    assert heard[-1] == 1
    assert len(published.requests) == 4
    assert (tmp_path / "data" / name / "t10k-labels-idx1-ubyte.gz").is_file()
    assert datasets.load(name).source == "full"
    assert datasets.load(name, download=True).source == "full"
    assert len(published.requests) == 4


@pytest.mark.usefixtures("nothing_here")
def test_nothing_is_downloaded_without_being_asked_for(monkeypatch, published):
    for module in (fashion_mnist, mnist):
        as_if_published(monkeypatch, module, published)
    assert datasets.load("fashion_mnist").source == "subset"
    with pytest.raises(DatasetUnavailable):
        datasets.load("mnist")
    assert published.requests == []


@pytest.mark.usefixtures("nothing_here")
def test_mnist_that_is_not_here_says_what_to_do_and_names_no_folder_of_the_server(tmp_path):
    with pytest.raises(DatasetUnavailable, match=r"Download it \(12 MB.* or choose digits or fashion_mnist") as caught:
        datasets.load("mnist")
    assert "the folder mnist inside the one that GRADIENT_ENGINE_DATA names" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.usefixtures("nothing_here")
def test_mnist_is_found_where_it_is_put(published, tmp_path):
    (tmp_path / "data").mkdir()
    published.folder.rename(tmp_path / "data" / "mnist")
    data = datasets.load("mnist")
    assert (data.name, data.source, len(data.x_train), len(data.x_test)) == ("mnist", "full", 12, 5)


def test_a_failed_download_raises_and_does_not_fall_back(monkeypatch, published, nothing_here):
    for module in (fashion_mnist, mnist):
        as_if_published(monkeypatch, module, published)
    (published.folder / "train-images-idx3-ubyte.gz").unlink()
    for name in ("fashion_mnist", "mnist"):
        with pytest.raises(DatasetUnavailable, match="answered 404"):
            datasets.load(name, download=True)


def test_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", str(tmp_path))
    assert data_folder("mnist") == tmp_path / "mnist"
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", "")
    assert data_folder("mnist").parts[-2:] == ("gradient-engine", "mnist")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", "~/kept")
    assert data_folder("mnist") == tmp_path / "kept" / "mnist"


@pytest.mark.parametrize("module", [fashion_mnist, mnist])
def test_published_files_have_sizes_and_checksums(module):
    checksums = [file.sha256 for file in module.RELEASE.files]
    assert len(set(checksums)) == 4
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in checksums)
    assert all(file.name.endswith("-ubyte.gz") and file.size > 1000 for file in module.RELEASE.files)
    assert all(mirror.startswith("http") and not mirror.endswith("/") for mirror in module.RELEASE.mirrors)
