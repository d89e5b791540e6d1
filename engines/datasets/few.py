"""A data set with few of its training images, to see training and test part: "digits.100" has a hundred of them.

How many is part of the name. So runs, caches, links and files tell them apart as they tell any two data sets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engines.datasets.base import Dataset
from engines.datasets.pixels import rows_of
from engines.random_streams import Stream, generator

FEW = (50, 100, 200, 500, 1000)  # not any number: a server keeps every data set that was asked for
_SIGN = "."


def few_name(name: str, count: int | None) -> str:
    """What the data set is called with so many training images; None for all.

    >>> few_name("digits", 100), few_name("digits", None)
    ('digits.100', 'digits')
    """
    return name if count is None else f"{name}{_SIGN}{count}"


def parted(name: str) -> tuple[str, int | None]:
    """The data set's own name, and how many training images of it the name says; None for all.

    >>> parted("digits.100"), parted("digits"), parted("digits.7")
    (('digits', 100), ('digits', None), ('digits.7', None))
    """
    own, _, count = name.rpartition(_SIGN)
    known = {str(each): each for each in FEW}
    return (own, known[count]) if own and count in known else (name, None)


def fewer(data: Dataset) -> tuple[int, ...]:
    """How many training images there can be instead of all: less than those, and one of each class at least."""
    classes = np.count_nonzero(np.bincount(data.y_train))
    return tuple(count for count in FEW if classes <= count < len(data.y_train))


def with_few(data: Dataset, count: int) -> Dataset:
    """The data set with so many of its training images, always the same ones: each class has its share of them.

    The test images are those of `data` itself, not copied.
    """
    rows = _stratified(data.y_train, count)
    return replace(
        data, name=few_name(data.name, count), x_train=rows_of(data.x_train, rows), y_train=data.y_train[rows]
    )


def _stratified(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Indices of so many labels, rising: of each class in proportion to how frequent it is, one at least."""
    shuffled = generator(0, Stream.FEW_IMAGES).permutation(len(labels))
    chosen = [shuffled[labels[shuffled] == label][:most] for label, most in enumerate(_shares(labels, count))]
    return np.sort(np.concatenate(chosen))


def _shares(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many of each class: the quotas rounded down, and the rest to those that lost most by it (Hamilton)."""
    frequent = np.bincount(labels)
    quotas = count * frequent / len(labels)
    shares = np.maximum(np.floor(quotas).astype(np.int64), frequent > 0)
    while (left := count - shares.sum()) != 0:
        owed = quotas - shares if left > 0 else np.where(shares > 1, shares - quotas, -np.inf)
        shares[owed.argmax()] += np.sign(left)
    return shares
