"""The part of the plane that a curve is drawn in, and the curve sampled there, cut where it is not defined."""

from __future__ import annotations

from typing import NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from ui.charts.rows import Rows

_LARGEST = 1e100  # beyond it the ends of an interval could not be computed
_POLE = 8.0  # a curve that spans this many times what nine tenths of it span has a pole


class Window(NamedTuple):
    """An interval of an axis; hashable, so that a chart's spec can be kept for it."""

    low: float
    high: float

    @property
    def scale(self) -> alt.Scale:
        return alt.Scale(domain=[self.low, self.high], nice=False, zero=False)


class Samples(NamedTuple):
    """f and f′ at the places x (n,); `corner` (n,) says where there is no derivative although f is defined."""

    x: NDArray[np.float64]
    value: NDArray[np.floating]
    slope: NDArray[np.floating]
    corner: NDArray[np.bool_]

    def rows(self, series: str, y: NDArray[np.floating], leave_out: NDArray[np.bool_] | None = None) -> Rows:
        """A row a place: `x`, `y` (NaN where left out or not finite) and `piece`, which counts what hangs together."""
        known = np.isfinite(y) & ~(np.zeros(len(y), bool) if leave_out is None else leave_out)
        return {"series": series, "x": self.x, "y": np.where(known, y, np.nan), "piece": np.cumsum(_cuts(y, known))}


def window(y: NDArray[np.floating], include_zero: bool = False) -> Window:
    """An interval in which the curve y can be seen, with a margin; infinite and missing values do not count.

    Of a curve with a pole the middle nine tenths.
    """
    y = y[np.abs(y) < _LARGEST]
    if not y.size:
        return Window(-1.0, 1.0)
    low, high = float(y.min()), float(y.max())
    inner = np.quantile(y, [0.05, 0.95])
    if high - low > _POLE * (inner[1] - inner[0]) > 0:
        low, high = map(float, inner)
    if include_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or 2.0 * max(1.0, abs(low))
    return Window(float(f"{low - 0.2 * span:.6g}"), float(f"{high + 0.22 * span:.6g}"))


def _cuts(y: NDArray[np.floating], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a new piece begins: after a gap, and where the curve jumps from one end of its range to the other."""
    cut = np.zeros(len(y), bool)
    low, high = window(y)
    with np.errstate(invalid="ignore"):
        above, below = y > high, y < low
    cut[1:] = (known[1:] != known[:-1]) | (above[1:] & below[:-1]) | (below[1:] & above[:-1])
    return cut
