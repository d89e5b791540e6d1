"""The data that come with the app, against what is known of them from elsewhere."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engines import datasets
from engines.datasets import fashion_mnist
from engines.datasets.bundled import FOLDER

DIGITS_PER_CLASS = np.array([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])  # of the UCI file's description
FIRST_DIGIT = """
    0  0  5 13  9  1  0  0
    0  0 13 15 10 15  5  0
    0  3 15  2  0 11  8  0
    0  4 12  0  0  8  8  0
    0  5  8  0  0  9  8  0
    0  4 11  0  1 12  7  0
    0  2 14  5 10 12  0  0
    0  0  6 13 10  0  0  0
"""  # the first line of optdigits.tes, a zero


@pytest.fixture(scope="module")
def digits():
    return datasets.load("digits")


@pytest.fixture(scope="module")
def subset():
    return fashion_mnist.subset()


def arrays_of(file):
    with np.load(FOLDER / file, allow_pickle=False) as arrays:
        return dict(arrays)


def test_digits_are_as_the_design_says(digits):
    assert digits.x_train.shape == (1437, 64)
    assert digits.x_test.shape == (360, 64)
    assert digits.image_shape == (8, 8)
    assert digits.class_names == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    assert (digits.name, digits.source) == ("digits", "bundled")


def test_digits_are_split_stratified(digits):
    train, test = np.bincount(digits.y_train), np.bincount(digits.y_test)
    np.testing.assert_array_equal(train + test, DIGITS_PER_CLASS)
    assert np.abs(test - DIGITS_PER_CLASS * 360 / 1797).max() < 1


def test_no_digit_is_in_both_halves(digits):
    rows = arrays_of("digits.npz")
    together = np.concatenate([rows["rows_train"], rows["rows_test"]])
    np.testing.assert_array_equal(np.sort(together), np.arange(1797))
    train = {image.tobytes() for image in digits.x_train}
    assert not any(image.tobytes() in train for image in digits.x_test)


def test_digits_put_back_in_order_are_the_published_ones(digits):
    rows = arrays_of("digits.npz")
    order = np.argsort(np.concatenate([rows["rows_train"], rows["rows_test"]]))
    pixels = np.concatenate([digits.x_train, digits.x_test])[order] * 16
    labels = np.concatenate([digits.y_train, digits.y_test])[order]
    np.testing.assert_array_equal(pixels[0], np.array(FIRST_DIGIT.split(), np.float32))
    assert labels[:10].tolist() == list(range(10))
    assert pixels.sum(dtype=np.float64) == 561_718
    assert set(np.unique(pixels)) == set(range(17))


def test_digits_are_the_same_every_time_and_load_at_once(digits):
    start = time.thread_time()
    again = datasets.load("digits")
    assert time.thread_time() - start < 0.02
    np.testing.assert_array_equal(again.x_train, digits.x_train)
    np.testing.assert_array_equal(again.y_test, digits.y_test)


def test_fashion_mnist_subset_is_as_the_design_says(subset):
    assert subset.x_train.shape == (6000, 784)
    assert subset.x_test.shape == (1000, 784)
    assert subset.image_shape == (28, 28)
    assert (subset.name, subset.source) == ("fashion_mnist", "subset")
    np.testing.assert_array_equal(np.bincount(subset.y_train), [600] * 10)
    np.testing.assert_array_equal(np.bincount(subset.y_test), [100] * 10)


def test_fashion_mnist_subset_comes_from_different_rows_in_mixed_order(subset):
    arrays = arrays_of("fashion_mnist_subset.npz")
    for part, available, labels in (("train", 60_000, subset.y_train), ("test", 10_000, subset.y_test)):
        rows = arrays[f"rows_{part}"]
        assert len(np.unique(rows)) == len(rows) == len(labels)
        assert rows.min() >= 0
        assert rows.max() < available
        assert len(set(labels[:100])) == 10  # not sorted by class: the first images show all


def test_fashion_mnist_subset_has_the_brightness_of_the_whole(subset):
    # mean and standard deviation of the 60,000 training images, as widely used to normalise them
    assert subset.x_train.mean(dtype=np.float64) == pytest.approx(0.2860, abs=0.003)
    assert subset.x_train.std(dtype=np.float64) == pytest.approx(0.3530, abs=0.003)


def test_fashion_mnist_classes_look_like_their_names(subset):
    """Trousers are narrow, bags wide, sandals dark: the labels fit the images and the names fit the labels."""
    brightness = {
        name: subset.x_train[subset.y_train == label].reshape(-1, 28, 28).mean(axis=0)
        for label, name in enumerate(subset.class_names)
    }
    assert min(brightness, key=lambda name: brightness[name].mean()) == "Sandal"
    assert min(brightness, key=lambda name: brightness[name][14:26, :7].mean()) == "Trouser"
    shoes = sorted(brightness, key=lambda name: brightness[name][:6].mean())[:3]
    assert "Sneaker" in shoes
    assert "Sandal" in shoes
    assert list(subset.class_names).index("Ankle boot") == 9


@pytest.mark.parametrize("license_file", ["digits_license.txt", "fashion_mnist_license.txt"])
def test_each_file_has_its_licence_beside_it(license_file):
    text = (FOLDER / license_file).read_text(encoding="utf-8")
    assert "Citation:" in text
    assert ("MIT License" in text) or ("CC BY 4.0" in text)


def test_the_files_are_small():
    assert (FOLDER / "digits.npz").stat().st_size < 60_000
    assert (FOLDER / "fashion_mnist_subset.npz").stat().st_size < 3_500_000
