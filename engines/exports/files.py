"""Numbers of a run as files: the data, the weights, the curves."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engines.datasets.base import Dataset, scaled
from engines.datasets.pixels import Pixels
from engines.pieces import slices
from engines.runs.history import Bin
from engines.runs.points import TestPoint

_BRIGHTEST = (255, 16)  # pixels are whole numbers up to this, divided by it
_ROWS = 4096
_COLUMNS = ("step", "loss", "lowest_loss", "highest_loss", "accuracy", "smoothed_loss", "test_loss", "test_accuracy")


def data_file(data: Dataset) -> str:
    """What the scripts call the data that come along, such as digits.npz."""
    return f"{re.sub('[^A-Za-z0-9_-]', '_', data.name)[:40]}.npz"


def data_npz(data: Dataset) -> bytes:
    """x_train and x_test, to be divided by `brightest`, and the labels y_train and y_test.

    As bytes where the samples are bytes divided by their brightest value: a fourth of the size, and the same numbers.
    """
    brightest, x = 1, {"x_train": data.x_train, "x_test": data.x_test}
    for value in [data.x_train.brightest] if type(data.x_train) is Pixels else _BRIGHTEST:
        pixels = {name: _pixels(samples, value) for name, samples in x.items()}
        if all(found is not None for found in pixels.values()):
            brightest, x = value, pixels
            break
    labels = {"y_train": data.y_train, "y_test": data.y_test}
    return _npz(np.savez_compressed, x | labels | {"brightest": np.array(brightest, np.float32)})


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


def _pixels(x: np.ndarray | Pixels, brightest: int) -> np.ndarray | None:
    """The bytes that were divided by `brightest` to get x; None if there are none. Never a second x in memory."""
    if type(x) is Pixels and x.brightest == brightest:
        return x.values
    pixels = np.empty(x.shape, np.uint8)
    for rows in slices(len(x), _ROWS):
        pixels[rows] = np.rint(x[rows] * np.float32(brightest))
        if not np.array_equal(scaled(pixels[rows], brightest), x[rows]):
            return None
    return pixels


def _npz(save: Any, arrays: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()
