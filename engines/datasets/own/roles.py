"""What part of a data set a file or an array is, by its name and size: for training or for testing."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TEST = re.compile(r"(?<![a-z])(test|testing|t10k|eval|evaluation)(?![a-z])|[xy]test|test[xy]", re.IGNORECASE)
_VALIDATION = re.compile(r"(?<![a-z])(val|valid|validation|dev)(?![a-z])", re.IGNORECASE)
_LABELS = re.compile(r"label|target|class|(?<![a-z])y(?![a-z])|idx1", re.IGNORECASE)


def is_test(name: str) -> bool:
    """Whether it calls itself a test set.

    >>> is_test("t10k-images-idx3-ubyte"), is_test("x_test"), is_test("emnist-letters-test.csv"), is_test("latest.csv")
    (True, True, True, False)
    """
    return bool(_TEST.search(name.replace("_", "-")))


def is_validation(name: str) -> bool:
    return bool(_VALIDATION.search(name.replace("_", "-")))


def is_labels(name: str) -> bool:
    """Whether it says that it holds labels.

    >>> is_labels("y_train"), is_labels("train-labels-idx1-ubyte"), is_labels("x_train"), is_labels("keys")
    (True, True, False, False)
    """
    return bool(_LABELS.search(name.replace("_", "-")))


def test_last(names: Sequence[str], sizes: Sequence[int]) -> list[int]:
    """Their order: what is for testing last; where no name says so, the smaller one."""
    telling = any(is_test(name) for name in names)
    return sorted(range(len(names)), key=lambda at: is_test(names[at]) if telling else -sizes[at])
