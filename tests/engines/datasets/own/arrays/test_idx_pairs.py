"""IDX: two files or four, under whatever names, in whatever order; EMNIST as it is published."""

import gzip
import itertools

import numpy as np
import pytest

from engines.datasets.own import Bounds, Kind, Naming, Split, price, recognised, understood
from engines.errors import InvalidData, InvalidDataFile
from tests.engines.datasets.own import files
from tests.engines.datasets.own.files import LABELS, expected, idx, images, prepared, read, upload

X, Y = images(), LABELS
X_TEST, Y_TEST = images(20), LABELS[:20]


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_files_in_either_order(packed, order):
    uploads = [upload("x", packed(idx(X))), upload("y.gz", packed(idx(Y)))]
    uploads = [uploads[at] for at in order]
    material = read(*uploads)
    assert (recognised(uploads), material.kind, material.train) == (Kind.IDX, Kind.IDX, None)
    np.testing.assert_array_equal(material.values, X)
    np.testing.assert_array_equal(material.labels, Y)
    assert not material.values.flags.writeable
    look, data = prepared(material, hint="x")
    assert files.by_content(data) == expected(X, Y)
    assert (len(data.x_train), len(data.x_test)) == (50, 10)
    assert (data.image_shape, data.source, data.title, data.name) == ((8, 8), "own", "x", f"own-{data.identity}")
    assert look.test_counts.tolist() == [1] * 10
    assert files.kinds(look) == set()


MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
NAMES = [
    MNIST,
    tuple(f"{name}.gz" for name in MNIST),
    tuple(name.replace("-idx", ".idx") for name in MNIST),
    ("train-images", "train-labels", "test-images", "test-labels"),
    tuple(f"emnist-letters-{name.replace('t10k', 'test')}" for name in MNIST),
    ("a", "b", "c", "d"),  # by size
]


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0])
def test_four_files_under_any_of_the_usual_names(names):
    uploads = [upload(name, idx(values)) for name, values in zip(names, (X, Y, X_TEST, Y_TEST), strict=True)]
    for shuffled in itertools.islice(itertools.permutations(uploads), 0, 24, 5):
        material = read(*shuffled)
        assert material.train == 60
        np.testing.assert_array_equal(material.values, np.concatenate([X, X_TEST]))
        np.testing.assert_array_equal(material.labels, np.concatenate([Y, Y_TEST]))
    _look, data = prepared(material)
    assert understood(material).split is Split.GIVEN
    assert {row.tobytes() for row in data.x_test.values} == {image.tobytes() for image in X_TEST}


def test_a_test_set_may_be_the_larger_one_if_it_says_so():
    names = ("test-images", "test-labels", "train-images", "train-labels")
    parts = (X, Y, X_TEST, Y_TEST)
    assert read(*[upload(n, idx(v)) for n, v in zip(names, parts, strict=True)]).train == 20


def test_a_zip_of_the_four_files_is_the_same():
    members = {f"mnist/{name}": gzip.compress(idx(v)) for name, v in zip(MNIST, (X, Y, X_TEST, Y_TEST), strict=True)}
    material = read(
        upload("mnist.zip", files.archive({**members, "__MACOSX/._a": b"x", "mnist/README.md": b"# MNIST"}))
    )
    assert (material.kind, material.train) == (Kind.IDX, 60)
    np.testing.assert_array_equal(material.values[:60], X)


def test_emnist_letters_as_published():
    """Its images are transposed, its labels run from 1 to 26."""
    x = np.concatenate([images(52), images(26, 8)])
    y = np.tile(np.arange(1, 27), 3)
    names = ("emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz")
    contents = (gzip.compress(idx(x.swapaxes(1, 2))), gzip.compress(idx(y)))
    material = read(*map(upload, names, contents))
    look, data = prepared(material)
    assert understood(material).naming is Naming.LETTERS
    assert data.class_names == tuple("abcdefghijklmnopqrstuvwxyz")
    suspicion = files.remedy(look, "turned")
    right_look, right = prepared(material, suspicion.remedy)
    assert files.by_content(right) == expected(x, np.array(list("abcdefghijklmnopqrstuvwxyz"))[y - 1])
    np.testing.assert_array_equal(suspicion.images, right_look.images)
    np.testing.assert_array_equal(suspicion.images, look.images.swapaxes(1, 2))
    assert "turned" not in files.kinds(right_look)
    assert "Turned" in files.sentences(right_look)
    assert data.identity != right.identity


def test_the_price_covers_material_and_data():
    uploads = [upload("x", idx(X)), upload("y", idx(Y))]
    material = read(*uploads)
    data = prepared(material)[1]
    assert material.nbytes + data.x_train.nbytes + data.x_test.nbytes <= price(uploads) < 10e6


WRONG = {
    "two of images": ([idx(X), idx(X)], "a: IDX files of images: 2, of labels: 0"),
    "labels alone": ([idx(Y)], "a: IDX files of images: 0, of labels: 1"),
    "cut off": ([idx(X)[:-1], idx(Y)], "a ends after 3,839 of the 3,840 values"),
    "packed and cut off": ([gzip.compress(idx(X))[:-9], idx(Y)], "a is cut off"),
    "packed and damaged": ([gzip.compress(idx(X))[:60] + bytes(99), idx(Y)], "a is damaged|a is cut off"),
    "too long": ([idx(X) + b"\0", idx(Y)], "continues after the 3,840 values"),
    "floats": ([b"\0\0\x0d\x03" + idx(X)[4:], idx(Y)], "IDX type 0d"),
    "two dimensions": ([b"\0\0\x08\x02" + idx(X)[4:], idx(Y)], r"dimensions \(60, 8\)"),
    "with a web page": ([idx(X), b"<!DOCTYPE html><html>"], "b is not data of images .* a web page"),
    "with a table": ([idx(X), b"1,2,3\n"], "do not belong together"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case):
    contents, message = WRONG[case]
    with pytest.raises(InvalidDataFile, match=message):
        read(*[upload(name, content) for name, content in zip("ab", contents, strict=False)])


def test_labels_for_other_images():
    with pytest.raises(InvalidData, match="59 labels for the 60 samples in a"):
        read(upload("a", idx(X)), upload("b", idx(Y[1:])))


def test_bounds_are_kept_before_anything_is_read():
    uploads = [upload("a", idx(X)), upload("b", idx(Y))]
    with pytest.raises(InvalidDataFile, match="60 images; at most 59"):
        price(uploads, Bounds(images=59))
    with pytest.raises(InvalidDataFile, match="more than fits"):
        price(uploads, Bounds(memory=5000))
    with pytest.raises(InvalidDataFile, match="a is a file of 3,856 bytes; at most 3,000"):
        price(uploads, Bounds(file=3000))
    with pytest.raises(InvalidDataFile, match="5 files cannot be one data set"):
        price([uploads[0]] * 5)
    large = [upload("a", idx(np.zeros((2, 1, 2000)))), upload("b", idx(np.arange(2)))]
    with pytest.raises(InvalidDataFile, match="sides of at most 1024"):
        price(large)
