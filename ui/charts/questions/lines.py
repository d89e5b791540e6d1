"""The lines of a reader's question over each other, linear or logarithmic: one small picture for every card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

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
_WIDE = 100.0  # from this ratio of its ends on, a logarithmic axis has powers of ten alone

ScaleName = Literal["linear", "shares", "digits", "powers"]


def readers_chart(
    _: Translate, labels: tuple[str, ...], titles: tuple[str, str], scales: tuple[ScaleName, ScaleName]
) -> alt.LayerChart:
    """A line a label; `titles` and `scales` are those of x and y. Data: `readers_frame`."""
    styles = [style(number) for number in range(len(labels))]
    colors = alt.Scale(domain=list(labels), range=[each.color for each in styles])
    dashes = alt.Scale(domain=list(labels), range=[list(each.dash) for each in styles])
    formats = [".1%" if scale == "shares" else ".3~g" for scale in scales]
    tooltip = [alt.Tooltip("name:N", title=" ")]
    tooltip += [
        alt.Tooltip(f"{axis}:Q", title=title, format=form)
        for axis, title, form in zip("xy", titles, formats, strict=True)
    ]
    x, y = alt.X("x:Q", **_axis(titles[0], scales[0], grid=False)), alt.Y("y:Q", **_axis(titles[1], scales[1]))
    base = source().encode(x, y, alt.Color("name:N", scale=colors, legend=None))
    return layered(
        base.mark_line(strokeWidth=2.5, tooltip=None).encode(alt.StrokeDash("name:N", scale=dashes, legend=None)),
        base.mark_point(filled=True, size=36).encode(tooltip=tooltip, opacity=alt.Opacity("mark:Q", scale=None)),
    ).properties(height=HEIGHT, description=f"{titles[1]} / {titles[0]}")


def scale_of(values: pd.Series, is_logarithmic: bool, shares: bool) -> ScaleName:
    """The scale for these values of an axis."""
    if not is_logarithmic:
        return "shares" if shares else "linear"
    return "powers" if values.max() >= _WIDE * values.min() else "digits"


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


def _axis(title: str, scale: ScaleName, grid: bool = True) -> dict[str, Any]:
    """Per cent, plain numbers, or a logarithm with powers of ten or with the digits 1, 2 and 5 between them."""
    if scale in ("linear", "shares"):
        axis = alt.Axis(title=title, format=".0%" if scale == "shares" else ",~r", tickCount=5, grid=grid)
        domain: dict[str, Any] = {"domain": [0, 1]} if scale == "shares" else {"zero": True}
        return {"axis": axis, "scale": alt.Scale(nice=False, **domain)}
    digits = (1, 2, 5) if scale == "digits" else (1,)
    values = [float(f"{digit}e{power}") for power in range(-18, 7) for digit in digits]
    axis = alt.Axis(title=title, values=values, labelExpr=POWERS, grid=grid, gridOpacity=0.5, labelOverlap=True)
    return {"axis": axis, "scale": alt.Scale(type="log", nice=False, padding=6)}
