"""Under a magnifying glass: f around p, ε wide, so that secant and tangent can be told apart at every ε (2.4.1)."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.extents import spanning
from ui.charts.palette import BLUE, DASHES, GOLD, MAGENTA, RED
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.charts.tangent import HEIGHT
from ui.text import Translate

GLASS = (-0.5, 1.5)  # what is seen, in units of ε from p


def glass_chart(_: Translate) -> alt.LayerChart:
    """Everything divided by ε, so that the lines keep their slopes. Data: `glass_frame`."""
    axis = alt.Axis(values=[0, 1], labelExpr="datum.value == 0 ? 'p' : 'p + ε'", grid=False, labelFlush=False)
    across = alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(domain=list(GLASS), nice=False))
    up = alt.Y(
        "y:Q", title=_("(f(x) − f(p)) / ε"), axis=alt.Axis(tickCount=5, gridOpacity=0.5), scale=spanning("y", "y2")
    )
    curve = rows("f").mark_line(color=BLUE, strokeWidth=3, clip=True, tooltip=None)
    lines = [
        rows(series).mark_line(color=color, strokeWidth=2, strokeDash=list(dash), clip=True, tooltip=None)
        for series, color, dash in (("tangent", RED, DASHES[1]), ("secant", GOLD, DASHES[2]))
    ]
    error = rows("error").mark_rule(color=MAGENTA, strokeWidth=4, tooltip=None).encode(alt.Y2("y2"))
    points = [
        rows(series).mark_point(filled=True, size=110, color=color, opacity=1, tooltip=None)
        for series, color in (("ahead", GOLD), ("point", RED))
    ]
    layers = (layer.encode(across, up) for layer in (curve, *lines, error, *points))
    return layered(*layers).properties(height=HEIGHT, description=_("The function around p, magnified"))


def glass_frame(t: NDArray[np.floating], y: NDArray[np.floating], tangent: float, secant: float) -> pd.DataFrame:
    """Rows of f, (n,) at `t` from p in units of ε, and of the lines with these slopes, NaN for none."""
    parts: list[Rows] = [{"series": "f", "x": t, "y": y}, {"series": "point", "x": 0.0, "y": 0.0}]
    ends = np.array(GLASS)
    for series, slope in (("tangent", tangent), ("secant", secant)):
        if math.isfinite(slope):
            parts.append({"series": series, "x": ends, "y": slope * ends})
    if math.isfinite(secant):
        parts.append({"series": "ahead", "x": 1.0, "y": secant})
        if math.isfinite(tangent):
            parts.append({"series": "error", "x": 1.0, "y": tangent, "y2": secant})
    return frame(parts, ("x", "y", "y2"))
