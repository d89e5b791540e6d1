"""The answer to a reader's question: a verdict, numbers, and what its picture or table is drawn from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines.questions.base import Answer


class Curve(NamedTuple):
    """A line of the picture by its name: y (n,) over x (n,)."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


class Row(NamedTuple):
    """A row of the table: what it is called, or the number that it is about, and its numbers."""

    name: str | float
    values: tuple[float, ...]


@dataclass(frozen=True)
class ReadersAnswer(Answer):
    """A verdict with the curves of a picture or the rows of a table.

    `logarithmic` are the picture's axes that are; `shares`: its y are shares of a whole.
    """

    curves: tuple[Curve, ...] = ()
    rows: tuple[Row, ...] = ()
    logarithmic: str = ""
    shares: bool = False


def curve(name: str, x: ArrayLike, y: ArrayLike) -> Curve:
    """The line through these points."""
    return Curve(name, np.asarray(x, np.float64), np.asarray(y, np.float64))


def first_below(curve: Curve, limit: float) -> float:
    """The first x where y is at most `limit`; ∞ where that never is.

    >>> first_below(curve("", [0, 10, 20], [2.0, 0.9, 0.5]), 1.0)
    10.0
    """
    reached = curve.x[curve.y <= limit]
    return float(reached[0]) if reached.size else math.inf
