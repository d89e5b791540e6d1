"""A curve that varies faster than it is drawn: between two of its points it spans more than the line between them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ui.charts.rows import Rows
from ui.charts.windows import window

_BENT = 0.05  # of the picture's height: what is farther from the line between two points can be seen


class Spans(NamedTuple):
    """From `left` to `right` (n,) the curve is anywhere from `low` to `high`; `share` of the picture is so."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    share: float

    @property
    def ends(self) -> NDArray[np.float64]:
        """The lowest and highest places of all spans."""
        return np.append(self.low, self.high)

    def rows(self, series: str) -> Rows:
        """A rectangle a span."""
        return {"series": series, "x": self.left, "x2": self.right, "y": self.low, "y2": self.high}


def spans(
    x: NDArray[np.float64], y: NDArray[np.floating], parts: NDArray[np.float64], inner: NDArray[np.floating]
) -> Spans:
    """Of the curve `y` at `x` (n,): where `inner` (n − 1, m), its values at those parts of each step, leaves the line.

    A pole, or a gap, is none: there is nothing from end to end.
    """
    drawn = window(inner.ravel())
    with np.errstate(all="ignore"):
        line = y[:-1, None] + parts * np.diff(y)[:, None]
        far = np.abs(inner - line).max(axis=1) > _BENT * (drawn.high - drawn.low)
        inside = (np.abs(inner - (drawn.low + drawn.high) / 2) <= drawn.high - drawn.low).all(axis=1)
    wild = far & inside
    found = inner[wild]
    low, high = (end(axis=1) if wild.any() else np.empty(0) for end in (found.min, found.max))
    return Spans(x[:-1][wild], x[1:][wild], low, high, float(wild.mean()))
