"""Finding and reading the four files, wherever they are."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from engines.errors import InvalidData, InvalidDataFile


def test_reads_what_was_published(published):
    data = published.release.read(published.folder)
    assert (data.name, data.source) == ("tiny", "full")
    np.testing.assert_array_equal(data.x_train, np.float32(published.images[:12].reshape(12, 784) / 255))
    np.testing.assert_array_equal(data.x_test, np.float32(published.images[12:].reshape(5, 784) / 255))
    np.testing.assert_array_equal(data.y_train, published.labels[:12])
    np.testing.assert_array_equal(data.y_test, published.labels[12:])


def test_finds_the_first_folder_that_has_all_four(published, tmp_path):
    partial = tmp_path / "partial"
    partial.mkdir()
    for file in published.release.files[:3]:
        (partial / file.name).write_bytes((published.folder / file.name).read_bytes())
    find = published.release.find
    assert find([]) is None
    assert find([tmp_path / "nowhere", partial]) is None
    assert find([partial, published.folder, tmp_path]) == published.folder


def test_reads_unpacked_files_too(published, tmp_path):
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    for file in published.release.files:
        content = gzip.decompress((published.folder / file.name).read_bytes())
        (unpacked / file.name.removesuffix(".gz")).write_bytes(content)
    assert published.release.find([unpacked]) == unpacked
    np.testing.assert_array_equal(
        published.release.read(unpacked).x_train, published.release.read(published.folder).x_train
    )


def test_images_of_another_size_are_refused(published, idx_bytes):
    path = published.folder / published.release.test_images.name
    path.write_bytes(idx_bytes(np.zeros((5, 14, 56), np.uint8)))
    with pytest.raises(InvalidDataFile, match=r"t10k-images.* shape \(14, 56\).* tiny are \(28, 28\)"):
        published.release.read(published.folder)


def test_exchanged_files_are_refused(published):
    images, labels = (published.folder / f.name for f in (published.release.test_images, published.release.test_labels))
    image_bytes, label_bytes = images.read_bytes(), labels.read_bytes()
    images.write_bytes(label_bytes)
    labels.write_bytes(image_bytes)
    with pytest.raises(InvalidDataFile, match=r"t10k-images.* has 1 dimensions instead of 3"):
        published.release.read(published.folder)


@pytest.mark.parametrize(
    ("labels", "message"),
    [(np.zeros(11, np.uint8), "11 labels for the 12 samples"), (np.full(12, 10, np.uint8), "from 0 to 9")],
)
def test_labels_that_do_not_fit_are_refused(published, idx_bytes, labels, message):
    (published.folder / published.release.train_labels.name).write_bytes(idx_bytes(labels))
    with pytest.raises(InvalidData, match=message):
        published.release.read(published.folder)
