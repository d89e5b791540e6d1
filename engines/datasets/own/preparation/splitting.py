"""Which images are for training and which for testing, and which of them are the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.material import Material
from engines.datasets.own.preparation.choices import Split
from engines.errors import InvalidData
from engines.random_streams import Stream, generator

TEST_SHARE = 0.2

Rows = tuple[NDArray[np.int64], NDArray[np.int64]]


def split_rows(material: Material, split: Split, first: int, indices: NDArray[np.int64]) -> Rows:
    """Rows for training and for testing, each in random order, the same every time. Raises `InvalidData`."""
    shuffled = generator(0, Stream.OWN_SPLIT).permutation(len(indices))
    if split is Split.GIVEN and material.train is not None:
        parts = shuffled[shuffled < material.train - first], shuffled[shuffled >= material.train - first]
    else:
        parts = _stratified(indices, shuffled)
    if not all(len(part) for part in parts):
        raise InvalidData(
            "There are too few images to train with some and to test with others: {count}.", count=len(indices)
        )
    return parts


def _stratified(indices: NDArray[np.int64], shuffled: NDArray[np.int64]) -> Rows:
    """Of each class a fifth for testing; one at least where there are two."""
    counts = np.bincount(indices)
    wanted = np.maximum(np.rint(counts * TEST_SHARE).astype(np.int64), counts >= 2)
    order = np.argsort(indices[shuffled], kind="stable")  # class by class, within each as shuffled
    starts = np.cumsum(counts) - counts
    place = np.empty(len(indices), np.int64)
    place[order] = np.arange(len(indices)) - np.repeat(starts, counts)
    for_test = place < wanted[indices[shuffled]]
    return shuffled[~for_test], shuffled[for_test]


def are_sorted(indices: NDArray[np.int64]) -> bool:
    """Whether each class stands in one block."""
    blocks = 1 + int(np.count_nonzero(np.diff(indices)))
    return len(indices) > 2 * blocks and blocks == len(np.unique(indices))
