"""How a formula and its derivative grow with the depth of a function of functions (2.4.4, footnote 7)."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.formula_growth import Growth
from ui.charts.chain_rule.ways import WAY_STYLES, legends
from ui.charts.palette import DASHES, GREY, TEAL, Style
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.text import Translate


def growth_labels(_: Translate) -> dict[str, Style]:
    """What the lines of the growth are called, and how they are drawn."""
    return {
        _("f′ written out"): WAY_STYLES["symbolic"],
        _("f written out"): Style(GREY, DASHES[1]),
        _("both, shared parts once"): Style(TEAL, DASHES[2]),
        _("reverse mode"): WAY_STYLES["reverse"],
    }


def growth_chart(_: Translate, deepest: int) -> alt.LayerChart:
    """Operations over the depth, on a logarithmic axis. Data: `growth_frame`."""
    axis = alt.Axis(values=list(range(1, deepest + 1)), format="d", grid=False)
    x = alt.X("depth:Q", title=_("depth: how often the function is applied"), axis=axis)
    x = x.scale(alt.Scale(domain=[0.8, deepest + 0.2], nice=False))
    powers = alt.Axis(values=[10.0**k for k in range(6)], format=",d", gridOpacity=0.5)
    y = alt.Y("operations:Q", title=_("operations"), axis=powers, scale=alt.Scale(type="log", domainMin=1))
    made = growth_labels(_)
    color, dash = legends(made, 2)
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("depth:Q", title=_("depth"), format="d"),
        alt.Tooltip("operations:Q", title=_("operations"), format=",d"),
    ]
    line = rows("line").encode(x, y, color)
    return layered(
        line.mark_line(strokeWidth=2.5, tooltip=None).encode(dash),
        line.mark_circle(size=45, opacity=1).encode(tooltip=tooltip),
    ).properties(height=340, description=_("Operations of a formula and of its derivative over the depth"))


def growth_frame(growth: Growth, _: Translate) -> pd.DataFrame:
    """A row a line and depth; a formula without any operation has none."""
    depths = np.array([size.depth for size in growth.sizes])
    parts: list[Rows] = []
    for name, field in zip(growth_labels(_), ("derivative", "function", "shared", "reverse"), strict=True):
        counts = np.array([getattr(size, field) for size in growth.sizes])
        parts.append({"series": "line", "name": name, "depth": depths, "operations": np.where(counts, counts, np.nan)})
    return frame(parts, ("depth", "operations"), ("name",))
