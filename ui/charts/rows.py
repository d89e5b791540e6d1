"""The rows of several series under each other in one frame: a chart's layers pick theirs by the column `series`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ui.charts.spec import source

Rows = dict[str, Any]  # under "series" their name, under each column's name its value in each row, or in all


@dataclass(frozen=True)
class Table:
    """Parts under each other, as many rows a part as its first number has: what a live chart is sent, part by part.

    Numbers that a part lacks are NaN, words "". What is infinite is NaN too: JSON has no word for it.

    >>> Table([{"series": "batch", "step": [0, 1], "loss": [2.0, 1.5]}], ("step", "loss")).frame().loss.to_list()
    [2.0, 1.5]
    """

    parts: Sequence[Rows]
    numbers: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return ("series", *self.words, *self.numbers)

    def frame(self) -> pd.DataFrame:
        return frame(self.parts, self.numbers, self.words)


def rows(series: str, of: alt.Chart | None = None) -> alt.Chart:
    """The rows of one series, as a chart: of the chart's one frame, or of the data of another chart."""
    return (source() if of is None else of).transform_filter(alt.datum.series == series)


def frame(parts: Sequence[Rows], numbers: Sequence[str], words: Sequence[str] = ()) -> pd.DataFrame:
    """The parts under each other, as many rows a part as its `x` has; numbers that it lacks are NaN, words "".

    The first of `numbers` is that `x`. What is infinite is NaN too: JSON has no word for it.
    """
    counts = [np.size(part[numbers[0]]) for part in parts]
    columns: dict[str, Any] = {}
    for name in ("series", *words):
        filled = [_filled(part.get(name, ""), n, object) for part, n in zip(parts, counts, strict=True)]
        columns[name] = pd.Series(np.concatenate(filled), dtype="str")  # of words also where there is no row
    for name in numbers:
        column = np.concatenate(
            [_filled(part.get(name, np.nan), n, float) for part, n in zip(parts, counts, strict=True)]
        )
        columns[name] = np.where(np.isfinite(column), column, np.nan)
    return pd.DataFrame(columns)


def _filled(values: Any, count: int, dtype: type) -> np.ndarray:
    column = np.empty(count, dtype)
    column[:] = values
    return column
