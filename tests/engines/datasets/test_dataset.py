"""A Dataset is right or is not made."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engines.datasets.base import Dataset, scaled
from engines.errors import InvalidData


def parts(**changes):
    rng = np.random.default_rng(0)
    right = {
        "name": "tiny",
        "x_train": rng.random((6, 12), np.float32),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": rng.random((2, 12), np.float32),
        "y_test": np.array([2, 0]),
        "image_shape": (3, 4),
        "class_names": ("ant", "bee", "cat"),
        "source": "bundled",
    }
    return right | changes


def with_entry(value):
    x = np.full((6, 12), 0.5, np.float32)
    x[3, 7] = value
    return x


def test_right_parts_make_a_dataset():
    given = parts()
    data = Dataset(**given)
    assert (data.features, data.classes) == (12, 3)
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(data, name), given[name])


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_test", "y_test"])
def test_arrays_are_read_only_and_the_callers_are_left_alone(name):
    given = parts()
    data = Dataset(**given)
    with pytest.raises(ValueError, match="read-only"):
        getattr(data, name)[0] = 0
    assert given[name].flags.writeable
    assert np.shares_memory(getattr(data, name), given[name])


def test_is_frozen_compares_by_identity_and_prints_no_array():
    data, same = Dataset(**parts()), Dataset(**parts())
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"
    assert data != same
    assert data == data
    assert len({data, same}) == 2
    assert "array" not in repr(data)


@pytest.mark.parametrize("value", [0.0, 1.0, -0.0])
def test_the_ends_of_the_range_are_in_it(value):
    assert Dataset(**parts(x_train=with_entry(value))).x_train[3, 7] == value


WRONG = {
    "list": ({"x_train": [[0.5] * 12] * 6}, r"x_train must be a NumPy array of float32, not list"),
    "number": ({"y_train": 1}, r"y_train must be a NumPy array of int64, not int\.$"),
    "NumPy number": ({"x_train": np.float32(1)}, r"x_train must be a NumPy array of float32, not float32"),
    "masked": ({"x_train": np.ma.masked_invalid(with_entry(np.nan))}, r"x_train .* not MaskedArray"),
    "float64 samples": ({"x_test": np.zeros((2, 12))}, r"x_test .* float32, not float64"),
    "byte samples": ({"x_train": np.zeros((6, 12), np.uint8)}, r"x_train .* float32, not uint8"),
    "other byte order": ({"x_train": np.zeros((6, 12), ">f4")}, r"x_train .* float32, not >f4"),
    "objects": ({"x_train": np.zeros((6, 12), object)}, r"x_train .* float32, not object"),
    "int32 labels": ({"y_train": np.zeros(6, np.int32)}, r"y_train .* int64, not int32"),
    "float labels": ({"y_test": np.zeros(2)}, r"y_test .* int64, not float64"),
    "images not flat": ({"x_train": np.zeros((6, 3, 4), np.float32)}, r"x_train has shape \(6, 3, 4\)"),
    "one-hot labels": ({"y_train": np.eye(3, dtype=np.int64)}, r"y_train has shape \(3, 3\)"),
    "scalar labels": ({"y_train": np.array(1)}, r"y_train has shape \(\)"),
    "no samples": ({"x_train": np.zeros((0, 12), np.float32), "y_train": np.zeros(0, np.int64)}, "x_train is empty"),
    "no labels": ({"y_test": np.zeros(0, np.int64)}, "y_test is empty"),
    "no features": ({"x_train": np.zeros((6, 0), np.float32)}, "x_train has 0 features"),
    "too few labels": ({"y_train": np.zeros(5, np.int64)}, "5 labels for the 6 samples of x_train"),
    "too many labels": ({"y_test": np.zeros(3, np.int64)}, "3 labels for the 2 samples of x_test"),
    "other width in test": ({"x_test": np.zeros((2, 13), np.float32)}, r"x_test has 13 features .* 3×4 .* has 12"),
    "shape of another size": ({"image_shape": (4, 4)}, r"x_train has 12 features .* 4×4 .* has 16"),
    "NaN": ({"x_train": with_entry(np.nan)}, "x_train contains NaN or infinite"),
    "infinite": ({"x_train": with_entry(np.inf)}, "x_train contains NaN or infinite"),
    "minus infinite": ({"x_train": with_entry(-np.inf)}, "x_train contains NaN or infinite"),
    "above 1": ({"x_train": with_entry(np.nextafter(np.float32(1), np.float32(2)))}, r"between 0 and 1"),
    "below 0": ({"x_train": with_entry(-1e-30)}, r"between 0 and 1"),
    "pixels not scaled": ({"x_train": with_entry(255)}, r"from 0\.5 to 255"),
    "label too large": ({"y_train": np.array([0, 1, 2, 3, 0, 0])}, "y_train must hold labels from 0 to 2.* 0 to 3"),
    "label negative": ({"y_test": np.array([0, -1])}, "y_test .*-1 to 0"),
    "no name": ({"name": ""}, "needs a name"),
    "source a sentence": ({"source": "from a folder"}, "source must be one word"),
    "source missing": ({"source": None}, "source must be one word"),
    "image shape a list": ({"image_shape": [3, 4]}, "image_shape must be"),
    "image shape flat": ({"image_shape": (12,)}, "image_shape must be"),
    "image shape with colours": ({"image_shape": (2, 2, 3)}, "image_shape must be"),
    "image shape empty": ({"image_shape": (0, 4)}, "image_shape must be"),
    "image shape twice negative": ({"image_shape": (-3, -4)}, "image_shape must be"),
    "image shape of floats": ({"image_shape": (3.0, 4.0)}, "image_shape must be"),
    "class names a list": ({"class_names": ["ant", "bee", "cat"]}, "class_names must be a tuple"),
    "class names one string": ({"class_names": "abc"}, "class_names must be a tuple"),
    "class name empty": ({"class_names": ("ant", "", "cat")}, "class_names must be a tuple"),
    "class name a number": ({"class_names": (0, 1, 2)}, "class_names must be a tuple"),
    "class names repeated": ({"class_names": ("ant", "bee", "ant")}, "all different"),
    "one class": ({"class_names": ("ant",), "y_train": np.zeros(6, int), "y_test": np.zeros(2, int)}, "two or more"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_parts_are_refused(case):
    changes, message = WRONG[case]
    with pytest.raises(InvalidData, match=message):
        Dataset(**parts(**changes))


def test_scaled_is_the_float32_nearest_to_the_quotient():
    every_byte = np.arange(256, dtype=np.uint8).reshape(4, 8, 8)
    result = scaled(every_byte, 255)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, np.float32([[k / 255 for k in range(64 * i, 64 * i + 64)] for i in range(4)]))
