"""Looking at a picture through a window: each cell of the result is the mean of what it covers, to the last fraction.

This is anti-aliasing by area: a bilevel picture comes out in grey levels. Outside the picture there is no ink.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """A rectangle in a picture, in pixels, `bottom` and `right` behind its last row and column."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left


def inked(ink: NDArray) -> Box | None:
    """The smallest box round all ink of a picture (h, w); None where there is none.

    >>> inked(np.array([[0, 0, 0], [0, 0.5, 1]]))
    Box(top=1, bottom=2, left=1, right=3)
    """
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    return Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def window(ink: NDArray, box: Box, rows: int, columns: int) -> NDArray[np.float64]:
    """The part of a picture (h, w) within the box as (rows, columns) cells.

    >>> window(np.array([[0.0, 1.0], [1.0, 1.0]]), Box(0, 2, 0, 2), 1, 1)
    array([[0.75]])
    """
    if (box.height, box.width) == (rows, columns) and box.top % 1 == box.left % 1 == 0 and _is_within(box, ink):
        return ink[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].astype(np.float64)
    down = _shares(box.top, box.bottom, rows, ink.shape[0])
    across = _shares(box.left, box.right, columns, ink.shape[1])
    return down @ ink.astype(np.float64) @ across.T


def _is_within(box: Box, ink: NDArray) -> bool:
    return min(box.top, box.left) >= 0 and box.bottom <= ink.shape[0] and box.right <= ink.shape[1]


def _shares(start: float, stop: float, cells: int, pixels: int) -> NDArray[np.float64]:
    """Of each cell (a row) the share that lies over each pixel."""
    edges = np.linspace(start, stop, cells + 1)
    lower, upper, pixel = edges[:-1, None], edges[1:, None], np.arange(pixels)
    covered = np.minimum(upper, pixel + 1) - np.maximum(lower, pixel)
    return np.maximum(covered, 0) / ((stop - start) / cells)
