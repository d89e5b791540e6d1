"""A run's curves and what else it has counted, as arrays of float64, which hold every bit of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from engines.runs.history import CAPACITY, SMOOTHED_OVER, Bin, LearningCurve, Sums
from engines.runs.points import Mark, NormPoint, TestPoint
from engines.runs.stop_rules import Seen
from engines.runs.timeline import RunState

_MOST_ROWS = CAPACITY + 1
_WHOLE = {"step", "width", "steps", "lowest_step", "count", "lowest_epoch"}  # fields that are whole numbers


class Counted(NamedTuple):
    """What a run has counted on its way, as a `RunState` holds it."""

    curve: LearningCurve
    tests: tuple[TestPoint, ...]
    norms: tuple[NormPoint, ...]
    marks: tuple[Mark, ...]
    good_step: int
    seen: Seen


def arrays_of(state: RunState, names: Sequence[str]) -> dict[str, np.ndarray]:
    """By name. `names` are those of the network's parameters."""
    norms = [(point.step, *_values(point.gradient, names), *_values(point.update, names)) for point in state.norms]
    return {
        "bins": _table(state.curve.bins, len(Bin._fields)),
        "tests": _table(state.tests, len(TestPoint._fields)),
        "norms": _table(norms, 1 + 2 * len(names)),
        "marks": _table(state.marks, len(Mark._fields)),
        "window": np.array(state.curve.window, np.float64),
        "sums": np.array(state.curve.sums, np.float64),
        "seen": np.array([*state.seen, state.good_step], np.float64),
    }


def counted_in(arrays: Mapping[str, np.ndarray], step: int, names: Sequence[str]) -> Counted:
    """What `arrays_of` made them of, for a run at that step. Raises ValueError, TypeError or KeyError for others."""
    bins, sums = _rows(arrays["bins"], Bin), _made(Sums, _numbers(arrays["sums"], len(Sums._fields)))
    window = _numbers(arrays["window"])
    *seen, good_step = _numbers(arrays["seen"], len(Seen._fields) + 1)
    tests, marks = _rows(arrays["tests"], TestPoint), _rows(arrays["marks"], Mark)
    norms = [_norm_point(row, names) for row in _numbered(arrays["norms"], 1 + 2 * len(names))]
    is_whole = sums.steps == step and len(bins) * sums.width + sums.count == step and 0 <= sums.count < sums.width
    if not is_whole or len(bins) >= CAPACITY or len(window) > SMOOTHED_OVER or not tests or tests[0].step:
        raise ValueError("curves of another run")
    for points in (bins, tests, norms, marks):
        _check_order(points, step)
    made = _made(Seen, seen)
    return Counted(LearningCurve.of(bins, window, sums), tuple(tests), tuple(norms), tuple(marks), int(good_step), made)


def _values(norms: Mapping[str, float], names: Sequence[str]) -> list[float]:
    return [norms[name] for name in names]


def _norm_point(row: Sequence[float], names: Sequence[str]) -> NormPoint:
    step, *values = row
    gradient, update = values[: len(names)], values[len(names) :]
    return NormPoint(int(step), dict(zip(names, gradient, strict=True)), dict(zip(names, update, strict=True)))


def _table(rows: Sequence[Sequence[float]], columns: int) -> np.ndarray:
    return np.array(rows, np.float64).reshape(len(rows), columns)


def _rows(array: np.ndarray, kind: Any) -> list[Any]:
    return [_made(kind, row) for row in _numbered(array, len(kind._fields))]


def _made(kind: Any, values: Sequence[float]) -> Any:
    """A named tuple of these numbers; raises ValueError or OverflowError where one that is whole is none."""
    return kind(*(int(value) if name in _WHOLE else value for name, value in zip(kind._fields, values, strict=True)))


def _numbered(array: np.ndarray, columns: int) -> list[list[float]]:
    if array.dtype != np.float64 or array.ndim != 2 or array.shape[1] != columns or len(array) > _MOST_ROWS:
        raise ValueError("a table of another shape")
    return array.tolist()


def _numbers(array: np.ndarray, count: int | None = None) -> list[float]:
    if array.dtype != np.float64 or array.ndim != 1 or (count is not None and len(array) != count):
        raise ValueError("numbers of another shape")
    return array.tolist()


def _check_order(points: Sequence[Any], step: int) -> None:
    if any(a.step >= b.step for a, b in pairwise(points)) or (points and not 0 <= points[-1].step <= step):
        raise ValueError("points out of order")
