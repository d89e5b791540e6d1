"""The stationary points in a table, with what descent found of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import streamlit as st

from engines.descent.paths import Paths
from engines.descent.stationary import Polynomial, StationaryPoint, StationaryPoints
from ui.frame import Page

HEIGHT = 326  # of the picture beside: on a wide screen both its axes have one scale there
TIED = 1e-9  # values that differ by less are one and the same
_ARRIVED = 1e-2  # so near to a stationary point, as a share of the frame, a ball has found it


def arrived(polynomial: Polynomial, points: tuple[StationaryPoint, ...], balls: Paths) -> Counter[int]:
    """How many balls ended at each of the stationary points, by index."""
    if not points:
        return Counter()
    widths = np.array([high - low for low, high in polynomial.frame])
    places = np.array([stationary.point for stationary in points])
    away = (np.abs(balls.points[-1][:, None] - places) / widths).max(axis=2)
    return Counter(int(row.argmin()) for row in away if row.min() < _ARRIVED)


def kind_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {"minimum": _("minimum"), "maximum": _("maximum"), "saddle": _("saddle"), "flat": _("undecided")}


def point_table(page: Page, polynomial: Polynomial, found: StationaryPoints, arrivals: Counter[int]) -> None:
    """The stationary points, the lowest first."""
    _, words = page.text, kind_labels(page)
    names = polynomial.function.variables
    symbols = {"minimum": "▽", "maximum": "△", "saddle": "✛", "flat": "□"}
    lowest = found.points[0].value if found.points else 0.0
    rows = [
        {
            _("kind"): "▼ " + _("lowest of all")
            if point.value - lowest < TIED
            else f"{symbols[point.kind]} {words[point.kind]}",
            "f": f"{point.value:.4f}",
            _("found by"): f"{arrivals[index]}×",
            ", ".join(names): ", ".join(f"{value + 0.0:.2f}" for value in np.round(point.point, 2)),
            _("curvatures"): ", ".join(f"{value + 0.0:.1f}" for value in np.round(point.eigenvalues, 1)),
        }
        for index, point in enumerate(found.points)
    ]
    st.dataframe(rows, hide_index=True, height=HEIGHT + 50)
