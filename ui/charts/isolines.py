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
    row, column = np.nonzero(crossed.any(axis=0))
    square, sides = corners[:, row, column], crossed[:, row, column]  # (4, squares) each
    with np.errstate(all="ignore"):
        ends = np.stack([_crossing(square, xs[:, column], ys[:, row], level, a, b) for a, b in _SIDES])
    is_split = sides.all(axis=0)
    first, second = np.sort(np.argsort(~sides, axis=0, kind="stable")[:2], axis=0)  # the sides crossed, in turn
    once = np.flatnonzero(~is_split)
    found = [_between(ends, first, second, once)]
    cut_off = (square.mean(axis=0) > level) != (square[0] > level)  # the corners 0 and 2, not 1 and 3
    for which, pairs in ((is_split & cut_off, ((3, 0), (1, 2))), (is_split & ~cut_off, ((0, 1), (2, 3)))):
        chosen = np.flatnonzero(which)
        found += [_between(ends, np.full(len(row), a), np.full(len(row), b), chosen) for a, b in pairs]
    segments = np.concatenate(found)
    return np.column_stack([segments, np.full(len(segments), level)])


def _between(ends: NDArray, first: NDArray, second: NDArray, squares: NDArray[np.intp]) -> NDArray[np.float64]:
    """Of those squares the segments (x, y, x2, y2) from one side to the other; ends (side, x or y, square)."""
    return np.concatenate([ends[first[squares], :, squares], ends[second[squares], :, squares]], axis=1)


def _crossing(square: NDArray, x: NDArray, y: NDArray, level: float, a: int, b: int) -> NDArray[np.float64]:
    """Where the level lies on the side from corner a to b, (2, squares)."""
    share = (level - square[a]) / (square[b] - square[a])
    return np.stack([x[a] + share * (x[b] - x[a]), y[a] + share * (y[b] - y[a])])
