"""Data, weights and curves as files say what the run has, in full."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from engines import exports
from engines.runs import snapshot
from engines.runs.history import Bin


def unpacked(file):
    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        return dict(arrays)


def test_the_data_come_along_as_bytes_where_they_are_bytes(digits):
    arrays = unpacked(exports.data_npz(digits))
    assert arrays["x_train"].dtype == np.uint8
    for name in ("x_train", "x_test"):
        x = arrays[name] / arrays["brightest"]
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x, getattr(digits, name))
    for name in ("y_train", "y_test"):
        np.testing.assert_array_equal(arrays[name], getattr(digits, name))


def test_other_data_come_along_as_they_are(digits):
    data = replace(digits, x_train=digits.x_train**3)
    arrays = unpacked(exports.data_npz(data))
    for name in ("x_train", "x_test"):
        x = arrays[name] / arrays["brightest"]
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x, getattr(data, name))


def test_bytes_up_to_255_are_found_too(digits):
    values = np.arange(256, dtype=np.uint8).repeat(64)[: 64 * 200].reshape(200, 64)
    x = np.divide(values, np.float32(255), dtype=np.float32)
    arrays = unpacked(
        exports.data_npz(replace(digits, x_train=x, y_train=digits.y_train[:200], x_test=digits.x_test * 0))
    )
    np.testing.assert_array_equal(arrays["x_train"], values)
    assert arrays["brightest"] == 255


@pytest.mark.parametrize(
    ("name", "file"),
    [("digits", "digits.npz"), ('a"\n/../b', "a______b.npz"), ("숫자", "__.npz"), ("a" * 99, "a" * 40 + ".npz")],
)
def test_a_file_is_called_like_its_data(digits, name, file):
    assert exports.data_file(replace(digits, name=name)) == file


def test_weights_keep_every_bit():
    weights = {"W1": np.random.default_rng(0).normal(size=(3, 2)), "b1": np.array([np.nan, -0.0], np.float32)}
    arrays = unpacked(exports.weights_npz(weights))
    assert list(arrays) == list(weights)
    assert all(arrays[name].tobytes() == values.tobytes() for name, values in weights.items())
    assert arrays["b1"].dtype == np.float32


def test_curves_join_training_and_test_by_step():
    bins = [Bin(1, 2.5, 2.0, 3.0, 0.25, 2.6), Bin(3, 0.1 + 0.2, 0.1, 0.5, 0.75, float("inf"))]
    tests = [snapshot.TestPoint(0, 2.3, 0.1), snapshot.TestPoint(3, 1 / 3, 0.5)]
    rows = list(csv.DictReader(io.StringIO(exports.curves_csv(bins, tests))))
    assert [row["step"] for row in rows] == ["0", "1", "3"]
    assert rows[0] == dict.fromkeys(rows[0], "") | {"step": "0", "test_loss": "2.3", "test_accuracy": "0.1"}
    last = rows[2]
    assert (float(last["loss"]), float(last["test_loss"]), float(last["smoothed_loss"])) == (
        0.1 + 0.2,
        1 / 3,
        float("inf"),
    )
    assert (rows[1]["lowest_loss"], rows[1]["highest_loss"], rows[1]["accuracy"]) == ("2.0", "3.0", "0.25")
    assert (rows[1]["test_loss"], rows[1]["smoothed_loss"]) == ("", "2.6")
    assert exports.curves_csv([], []).count("\n") == 1
