"""The lines of a reader's question over each other, linear or logarithmic: one small picture for every card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.readers.answer import Curve
from ui.charts.numerals import POWERS
from ui.charts.palette import style
from ui.charts.rows import frame
from ui.charts.spec import layered, source
from ui.text import Translate

HEIGHT = 240
_MOST_MARKED = 15  # points of a line that are marked each


def readers_chart(
    _: Translate, labels: tuple[str, ...], titles: tuple[str, str], logarithmic: str, shares: bool
) -> alt.LayerChart:
    """A line a label; `titles` are those of both axes, `logarithmic` the axes that are. Data: `readers_frame`."""
    styles = [style(number) for number in range(len(labels))]
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=list(labels), range=[each.color for each in styles]), legend=None
    )
    dashes = alt.Scale(domain=list(labels), range=[list(each.dash) for each in styles])
    x = _axis(titles[0], "x", "x" in logarithmic, False)
    y = _axis(titles[1], "y", "y" in logarithmic, shares)
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("x:Q", title=titles[0], format=".3~g"),
        alt.Tooltip("y:Q", title=titles[1], format=".1%" if shares else ".3~g"),
    ]
    base = source().encode(alt.X("x:Q", **x), alt.Y("y:Q", **y), color)
    return layered(
        base.mark_line(strokeWidth=2.5, tooltip=None).encode(alt.StrokeDash("name:N", scale=dashes, legend=None)),
        base.mark_point(filled=True, size=36).encode(tooltip=tooltip, opacity=alt.Opacity("mark:Q", scale=None)),
    ).properties(height=HEIGHT, description=f"{titles[1]} / {titles[0]}")


def readers_frame(curves: Sequence[Curve], labels: Sequence[str], logarithmic: str) -> pd.DataFrame:
    """A row a point; a zero has no place on a logarithm. Where a line has many points, only the pointer meets them."""
    parts = [
        {
            "series": line.name,
            "name": label,
            "x": line.x,
            "y": np.where(("y" not in logarithmic) | (line.y > 0), line.y, np.nan),
            "mark": float(len(line.x) <= _MOST_MARKED),
        }
        for line, label in zip(curves, labels, strict=True)
    ]
    return frame(parts, ("x", "y", "mark"), ("name",))


def _axis(title: str, field: str, is_logarithmic: bool, shares: bool) -> dict[str, Any]:
    """Powers of ten, per cent, or plain numbers."""
    if is_logarithmic:
        axis = alt.Axis(title=title, labelExpr=POWERS, tickCount=6, gridOpacity=0.5, labelOverlap=True)
        return {"axis": axis, "scale": alt.Scale(type="log", nice=False, padding=6)}
    axis = alt.Axis(title=title, format=".0%" if shares else "~g", tickCount=6, grid=field == "y", titlePadding=6)
    return {"axis": axis, "scale": alt.Scale(domain=[0, 1]) if shares else alt.Scale(zero=True, nice=False)}
