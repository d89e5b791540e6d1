"""What four ways to differentiate cost as the function grows, in operations or in time (2.4.4, footnote 7)."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.four_ways import WAYS
from engines.differentiation.way_costs import Costs
from ui.charts.chain_rule.ways import POWER, WAY_STYLES, legends, way_labels
from ui.charts.numerals import duration, number
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.text import Translate

_ASIDE = {"symbolic": (8, 14), "central": (-8, -12), "forward": (8, 14), "reverse": (8, 14)}  # of a crossing's label


def costs_chart(_: Translate, quantity: str, outputs: bool, sizes: tuple[int, int]) -> alt.LayerChart:
    """A line a way over the number of inputs, or outputs, both axes logarithmic. Data: `costs_frame`."""
    title = {"operations": _("operations, counted"), "seconds": _("processor time")}[quantity]
    what = _("number of outputs m") if outputs else _("number of inputs n")
    ticks = alt.Axis(values=[2**k for k in range(10)], format="d", grid=False)
    x = alt.X("size:Q", title=what, axis=ticks, scale=alt.Scale(type="log", domain=list(sizes), nice=False))
    axis = alt.Axis(values=[10.0**k for k in range(-6, 13)], labelExpr=_tens(quantity), gridOpacity=0.5)
    y = alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False, padding=12))
    color, dash = legends({label: WAY_STYLES[way] for way, label in way_labels(_).items()}, 2)
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("size:Q", title=what, format="d"),
        alt.Tooltip("told:N", title=title),
    ]
    crossed = [alt.Tooltip("told:N", title=_("cheaper from here on")), alt.Tooltip("name:N", title=_("than"))]
    line = rows("line").encode(x, y, color)
    cross = rows("crossing").encode(x, y, color)
    words = [
        cross.transform_filter(alt.datum.key == way)
        .mark_text(align="left" if dx > 0 else "right", dx=dx, dy=dy, fontWeight=600, fontSize=12, tooltip=None)
        .encode(text="told:N")
        for way, (dx, dy) in _ASIDE.items()
    ]
    ring = cross.mark_point(size=110, filled=False, strokeWidth=2.5, opacity=1).encode(tooltip=crossed)
    return layered(
        line.mark_line(strokeWidth=2.5, tooltip=None).encode(dash),
        line.mark_circle(size=26, opacity=1).encode(tooltip=tooltip),
        ring,
        *words,
    ).properties(height=340, description=_("What four ways to differentiate cost as the function grows"))


def costs_frame(costs: Costs, quantity: str, outputs: bool, _: Translate) -> pd.DataFrame:
    """The points of the lines; and where reverse mode gets cheaper for good, with many outputs forward mode."""
    labels, best, letter = way_labels(_), *(("forward", "m") if outputs else ("reverse", "n"))
    compared = ("reverse",) if outputs else WAYS[:3]
    parts: list[Rows] = [{"series": "none", "size": np.nan}]
    for way in WAYS:
        sizes, values = costs.line(way, quantity)
        told = [f"{value:,.0f}" if quantity == "operations" else duration(value, _) for value in values]
        named = {"name": labels[way], "key": way}
        parts.append(named | {"series": "line", "size": sizes, "value": values, "told": told})
        if way in compared and (crossing := costs.crossing(way, best, quantity)):
            size, value = crossing
            parts.append(
                named
                | {
                    "series": "crossing",
                    "size": size,
                    "value": value,
                    "told": f"{letter} ≈ {number(float(f'{size:.2g}'))}",
                }
            )
    return frame(parts, ("size", "value"), ("name", "key", "told"))


def _tens(quantity: str) -> str:
    """How a power of ten is written on the axis: counts as they are while they are short, times with their unit."""
    if quantity == "operations":
        return f"datum.value < 1e5 ? format(datum.value, ',d') : {POWER}"
    micro, milli = "format(datum.value * 1e6, 'd') + ' µs'", "format(datum.value * 1e3, 'd') + ' ms'"
    return f"datum.value < 9e-4 ? {micro} : datum.value < 0.9 ? {milli} : format(datum.value, 'd') + ' s'"
