"""Numbers of a run as files: the data, the weights, the curves."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engines.datasets.base import Dataset, scaled
from engines.runs.history import Bin
from engines.runs.snapshot import TestPoint

_BRIGHTEST = (255, 16)  # pixels are whole numbers up to this, divided by it
_COLUMNS = ("step", "loss", "lowest_loss", "highest_loss", "accuracy", "smoothed_loss", "test_loss", "test_accuracy")


def data_file(data: Dataset) -> str:
    """What the scripts call the data that come along, such as digits.npz."""
    return f"{re.sub('[^A-Za-z0-9_-]', '_', data.name)[:40]}.npz"


def data_npz(data: Dataset) -> bytes:
    """x_train and x_test, to be divided by `brightest`, and the labels y_train and y_test.

    As bytes where the samples are bytes divided by their brightest value: a fourth of the size, and the same numbers.
    """
    brightest = next((value for value in _BRIGHTEST if _are_bytes(data, value)), None)
    x = {name: getattr(data, name) for name in ("x_train", "x_test")}
    if brightest is not None:
        x = {name: _as_bytes(values, brightest) for name, values in x.items()}
    return _npz(np.savez_compressed, x | {"y_train": data.y_train, "y_test": data.y_test}, brightest or 1)


def weights_npz(parameters: Mapping[str, np.ndarray]) -> bytes:
    """The parameters by name, to the bit: `numpy.load(file)["W1"]`."""
    return _npz(np.savez, dict(parameters))


def curves_csv(bins: Iterable[Bin], tests: Iterable[TestPoint]) -> str:
    """A line a step that something is known of, in full precision.

    A step's loss and accuracy are means over the steps since the line before, up to this one; test loss and accuracy
    are those before this step.
    """
    rows: dict[int, dict[str, Any]] = {}
    for each in bins:
        rows.setdefault(each.step, {}).update(zip(_COLUMNS, each, strict=False))
    for point in tests:
        row = rows.setdefault(point.step, {"step": point.step})
        row.update(test_loss=point.loss, test_accuracy=point.accuracy)
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[step] for step in sorted(rows))
    return file.getvalue()


def _are_bytes(data: Dataset, brightest: int) -> bool:
    return all(np.array_equal(scaled(_as_bytes(x, brightest), brightest), x) for x in (data.x_test, data.x_train))


def _as_bytes(x: np.ndarray, brightest: int) -> np.ndarray:
    return np.rint(x * np.float32(brightest)).astype(np.uint8)


def _npz(save: Any, arrays: dict[str, np.ndarray], brightest: int | None = None) -> bytes:
    if brightest is not None:
        arrays["brightest"] = np.array(brightest, np.float32)
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()
