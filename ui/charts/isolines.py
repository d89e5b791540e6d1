"""Lines along which a function on a grid has one value: marching squares, each square of the grid by itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Of a square's corners, in turn around it: the pairs that are ends of one side
_SIDES = ((0, 1), (1, 2), (2, 3), (3, 0))


def isolines(x: NDArray, y: NDArray, values: NDArray, levels: Iterable[float]) -> pd.DataFrame:
    """Segments (x, y) to (x2, y2) of the lines at these levels; values (y, x), no line where they are not finite.

    Between the corners of a square the value is taken to change evenly, so a linear function has straight lines.
    A square that a line crosses twice is split by its mean, as if its middle were known.
    """
    parts = [_segments(x, y, values, level) for level in levels]
    columns = ("x", "y", "x2", "y2", "level")
    return pd.DataFrame(np.concatenate(parts) if parts else np.empty((0, 5)), columns=columns)


def _segments(x: NDArray, y: NDArray, values: NDArray, level: float) -> NDArray[np.float64]:
    """(segments, 5): both ends, and the level."""
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    xs, ys = np.stack([x[:-1], x[1:], x[1:], x[:-1]]), np.stack([y[:-1], y[:-1], y[1:], y[1:]])
    above = corners > level
    crossed = np.stack([above[a] != above[b] for a, b in _SIDES]) & np.isfinite(corners).all(axis=0)
    found = []
    for row, column in np.argwhere(crossed.any(axis=0)):
        square = corners[:, row, column]
        ends = [
            _crossing(square, xs[:, column], ys[:, row], level, *_SIDES[side])
            for side in np.flatnonzero(crossed[:, row, column])
        ]
        if len(ends) == 4 and (square.mean() > level) != (square[0] > level):
            ends = [ends[-1], *ends[:-1]]  # the lines cut off the corners 0 and 2, not 1 and 3
        found += [(*ends[k], *ends[k + 1], level) for k in range(0, len(ends), 2)]
    return np.array(found, np.float64).reshape(-1, 5)


def _crossing(square: NDArray, x: NDArray, y: NDArray, level: float, a: int, b: int) -> tuple[float, float]:
    share = (level - square[a]) / (square[b] - square[a])
    return float(x[a] + share * (x[b] - x[a])), float(y[a] + share * (y[b] - y[a]))
