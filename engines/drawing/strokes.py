"""Strokes: what a pen did between pen-down and pen-up, as points on a sheet of paper.

A point is (x, y), shares of the sheet's width and height, from the left and from the top. A stroke is an array
(points, 2) of them, a single point is a dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines import given
from engines.errors import InvalidData

Strokes = tuple[NDArray[np.float32], ...]

MOST_STROKES, MOST_POINTS = 60, 1_200  # of a drawing: what a browser sends is bounded
UNITS = 1_000  # to a side of the sheet: as whole numbers a message is short


def read_strokes(said: Any) -> Strokes:
    """Strokes as they are sent, each a flat list x, y, x, y, … of whole numbers, 0 to `UNITS`. Raises `InvalidData`.

    >>> read_strokes([[0, 500, 1000, 500]])
    (array([[0. , 0.5],
           [1. , 0.5]], dtype=float32),)
    """
    strokes = given.first(said, MOST_STROKES + 1)
    if strokes is None or len(strokes) > MOST_STROKES:
        raise InvalidData("A drawing has at most {most} strokes.", most=MOST_STROKES)
    read = tuple(_stroke(each) for each in strokes)
    if sum(map(len, read)) > MOST_POINTS:
        raise InvalidData("A drawing has at most {most:,} points.", most=MOST_POINTS)
    return read


def write_strokes(strokes: Strokes) -> list[list[int]]:
    """What `read_strokes` reads."""
    return [np.rint(stroke * UNITS).astype(int).ravel().tolist() for stroke in strokes]


def _stroke(said: Any) -> NDArray[np.float32]:
    numbers: Sequence[Any] = given.first(said, 2 * MOST_POINTS + 2) or []
    known = [given.whole(number) for number in numbers]
    if not known or len(known) % 2 or any(number is None or not 0 <= number <= UNITS for number in known):
        raise InvalidData("A stroke is a list of points x, y with numbers from 0 to {most}.", most=UNITS)
    made = np.array(known, np.float32).reshape(-1, 2) / np.float32(UNITS)
    made.flags.writeable = False
    return made
