"""The rows of a loss slice's picture: its shades, its lines of equal loss, and the run's path (2.4.3)."""

from __future__ import annotations

import base64
import math
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines.descent.loss_slice import LossSlice, RunOnPlane
from ui.charts.images import png
from ui.charts.isolines import isolines
from ui.charts.palette import GREY, rgb

OPACITY = (0.02, 0.8)  # of the lowest and the highest loss
_ROOM = 0.07  # of the picture: a label that has less is left out
_FEW, _MANY = 5, 12  # lines of equal loss
# The losses that they are drawn at, times powers of ten, for a loss spread over at most so many powers
_STEPS = {1.0: (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8), 2.5: (1, 1.5, 2, 3, 5, 7), 5.0: (1, 2, 5), math.inf: (1,)}
_COLUMNS = ("series", "x", "y", "x2", "y2", "level", "loss", "sliced", "step", "a", "b", "image")


@lru_cache(maxsize=16)
def slice_frame(result: LossSlice) -> pd.DataFrame:
    """Rows of series "image", "cell", "overflow", "line", "value", "path", "start", "end"; columns as `_COLUMNS`.

    A cell that is not measured yet, or has no finite loss, has no level. Before the run is there nothing is drawn.
    """
    run, first, second, losses = result.run, result.first, result.second, result.losses
    assert run is not None
    assert first is not None
    assert second is not None
    assert losses is not None
    image = pd.DataFrame({"series": ["image"], "image": [shading(losses)]})
    lines = _lines(first, second, losses)
    parts = [image, _cells(first, second, losses, result.done), lines.drop(columns="level")]
    parts.append(line_labels(lines, first, second, run.path))
    parts.append(_points(run, [float(np.ptp(first)), float(np.ptp(second))]))
    return pd.concat([part.reindex(columns=_COLUMNS) for part in parts], ignore_index=True)


def _cells(first: NDArray, second: NDArray, grid: NDArray, done: int) -> pd.DataFrame:
    """A cell reaches half-way to the next points; at the edge it ends at its own, where the lines end too."""
    (left, right), (low, high) = (_between(axis) for axis in (first, second))
    losses = grid.ravel()
    cells = pd.DataFrame({"series": "cell", "loss": np.where(np.isfinite(losses), losses, np.nan)})
    cells["x"], cells["y"] = (values.ravel() for values in np.meshgrid(left, low))
    cells["x2"], cells["y2"] = (values.ravel() for values in np.meshgrid(right, high))
    cells["a"], cells["b"] = (values.ravel() for values in np.meshgrid(first, second))
    cells["level"] = _level(losses)
    lost = cells[(np.arange(losses.size) < done) & ~np.isfinite(losses)]
    return pd.concat([cells, pd.DataFrame({"series": "overflow", "x": lost["a"], "y": lost["b"]})])


def _between(axis: NDArray) -> tuple[NDArray, NDArray]:
    """Where the cell around each point begins, and where it ends."""
    middles = (axis[:-1] + axis[1:]) / 2
    return np.r_[axis[0], middles], np.r_[middles, axis[-1]]


def _lines(first: NDArray, second: NDArray, losses: NDArray) -> pd.DataFrame:
    levels = np.log10(line_losses(losses))
    return isolines(first, second, _level(losses), levels).assign(series="line")


def line_labels(lines: pd.DataFrame, first: NDArray, second: NDArray, path: NDArray) -> pd.DataFrame:
    """A row a line of equal loss: its loss, where the line is farthest from the path, the edges and other labels."""
    corner, size = np.array([first[0], second[0]]), np.array([np.ptp(first), np.ptp(second)])
    taken = (path - corner) / size
    placed = []
    for level in np.unique(lines.level):
        line = lines[lines.level == level]
        middle = np.stack([line.x + line.x2, line.y + line.y2], axis=1) / 2
        where = (middle - corner) / size
        away = np.hypot(*np.moveaxis(where[:, None] - taken, 2, 0)).min(axis=1)
        room = np.minimum(away, 2 * np.minimum(where, 1 - where).min(axis=1))
        best = int(room.argmax())
        if room[best] < _ROOM:
            continue
        taken = np.vstack([taken, where[best]])
        placed.append((*middle[best], 10**level))
    return pd.DataFrame(placed, columns=["x", "y", "loss"], dtype=float).assign(series="value")


def _points(run: RunOnPlane, extent: list[float]) -> pd.DataFrame:
    values = {"x": run.path[:, 0], "y": run.path[:, 1], "loss": run.true, "sliced": _finite(run.sliced)}
    path = pd.DataFrame(values | {"step": run.steps, "series": "path"})
    start, end = path.iloc[:1].assign(series="start"), path.iloc[-1:].assign(series="end")
    if _is_near(run, extent):  # two words would cover each other: the one at the origin stays
        return pd.concat([path, end if np.allclose(run.path[-1], 0) else start])
    return pd.concat([path, start, end])


def _is_near(run: RunOnPlane, extent: list[float]) -> bool:
    """Whether the path's two ends are drawn in nearly one place."""
    return bool((np.abs(run.path[0] - run.path[-1]) < np.multiply(0.1, extent)).all())


def line_losses(losses: NDArray) -> NDArray[np.float64]:
    """Round losses to draw lines at: closer together where the loss is spread less.

    >>> line_losses(np.array([0.25, 3.0])).round(3).tolist()
    [0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0]
    """
    levels = _level(losses)
    if not np.isfinite(levels).any():
        return np.empty(0)
    low, high = float(np.nanmin(levels)), float(np.nanmax(levels))
    decades = np.arange(math.floor(low), math.floor(high) + 1)
    steps = next(steps for spread, steps in _STEPS.items() if high - low <= spread)
    chosen = np.outer(10.0 ** decades[:: 1 + len(decades) // _MANY], steps).ravel()
    chosen = chosen[(np.log10(chosen) >= low) & (np.log10(chosen) <= high)]
    return chosen if len(chosen) >= _FEW else np.geomspace(10**low, 10**high, _FEW + 2)[1:-1]


def shading(losses: NDArray) -> str:
    """The losses (rows upwards, columns) as a PNG in a data URI, a pixel each; clear where there is none."""
    levels = _level(losses)[::-1]
    pixels = np.zeros((*losses.shape, 4), np.uint8)
    if np.isfinite(levels).any():
        low, high = np.nanmin(levels), np.nanmax(levels)
        shares = (levels - low) / (high - low) if high > low else np.zeros_like(levels)
        opacity = np.nan_to_num(255 * (OPACITY[0] + shares * (OPACITY[1] - OPACITY[0])))
        pixels[..., :3], pixels[..., 3] = rgb(GREY), np.rint(opacity)
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


def _level(losses: NDArray) -> NDArray[np.float64]:
    """log₁₀ of the losses; NaN where there is none."""
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(losses) & (losses > 0), np.log10(losses), np.nan)


def _finite(values: NDArray) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)
