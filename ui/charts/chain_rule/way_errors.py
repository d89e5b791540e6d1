"""Four ways to differentiate in pictures: how far their numbers are off (2.4.4, footnote 7)."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.four_ways import WAYS, Numbers
from ui.charts.chain_rule.ways import POWER, WAY_STYLES, way_labels
from ui.charts.rows import frame, rows
from ui.charts.spec import layered
from ui.text import Translate

FLOOR, TOP = 1e-18, 1e2  # of the error axis: an error of exactly 0 stands at the floor, a larger one at the top


def errors_chart(_: Translate, variables: tuple[str, ...], to_symbolic: bool = True) -> alt.LayerChart:
    """A row a way, a point a variable on a logarithmic axis of errors, or of differences to reverse mode.

    Data: `errors_frame`.
    """
    labels = way_labels(_)
    ways = [labels[way] for way in WAYS[1:]]
    levels = [FLOOR, *(10.0**k for k in range(-16, 1, 4))]
    axis = alt.Axis(values=levels, labelExpr=f"datum.value < {2 * FLOOR} ? '0' : {POWER}", gridOpacity=0.5)
    scale = alt.Scale(type="log", domain=[FLOOR, TOP], clamp=True, nice=False)
    title = _("difference to the symbolic value") if to_symbolic else _("difference to reverse mode")
    x = alt.X("error:Q", title=title, axis=axis, scale=scale)
    names = alt.Axis(title=None, labelLimit=160, ticks=False, domain=False, labelFontSize=13)
    y = alt.Y("name:N", sort=ways, scale=alt.Scale(domain=ways, padding=0.5), axis=names)
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=ways, range=[WAY_STYLES[way].color for way in WAYS[1:]]), legend=None
    )
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("variable:N", title=_("derivative in")),
        alt.Tooltip("told:N", title=_("difference")),
        alt.Tooltip("value:N", title=_("value")),
    ]
    apart = alt.YOffset("variable:N", sort=list(variables))
    base = rows("error").encode(x, y, color, apart)
    return layered(
        base.mark_point(filled=True, size=90, opacity=0.9).encode(tooltip=tooltip),
        base.mark_text(align="left", dx=9, fontSize=12, tooltip=None).encode(text="variable:N"),
    ).properties(
        height=max(270, 66 + 45 * len(variables)),
        description=_("Error of three ways to differentiate, on a logarithmic axis"),
    )


def errors_frame(numbers: Numbers, _: Translate) -> pd.DataFrame:
    """A row a way and variable; where either number is missing, none."""
    labels, parts = way_labels(_), []
    for way in WAYS[1:]:
        for name, error, value in zip(numbers.variables, numbers.errors(way), numbers.partials[way], strict=True):
            if np.isfinite(error):
                told = {"told": f"{error:.3g}", "value": repr(value), "variable": name, "name": labels[way]}
                parts.append({"series": "error", "error": np.clip(error, FLOOR, TOP)} | told)
    parts.append({"series": "none", "error": np.nan})  # so that there are columns even without an error
    return frame(parts, ("error",), ("name", "variable", "told", "value"))
