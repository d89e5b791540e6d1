"""A fixed random part of a data set, where all of it would take too long (the batch-size lab of chapter 2.4.3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.datasets.base import Dataset
from engines.datasets.pixels import rows_of
from engines.random_streams import Stream, generator


def subset(data: Dataset, train: int, test: int) -> Dataset:
    """At most so many training and test samples of `data`, the same ones every time; all of them where there are fewer.

    The data set itself if nothing is left out.
    """
    rows = {"train": _chosen(len(data.y_train), train), "test": _chosen(len(data.y_test), test)}
    if all(chosen is None for chosen in rows.values()):
        return data
    parts = {
        f"{kind}_{part}": rows_of(getattr(data, f"{kind}_{part}"), slice(None) if chosen is None else chosen)
        for part, chosen in rows.items()
        for kind in "xy"
    }
    return replace(data, **parts)


def _chosen(count: int, most: int) -> np.ndarray | None:
    """Indices of `most` among `count`, rising; None for all."""
    if count <= most:
        return None
    return np.sort(generator(0, Stream.DATA_SUBSET).permutation(count)[:most])
