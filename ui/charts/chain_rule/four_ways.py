"""Four ways to differentiate in pictures: their errors, what they cost, and how a formula grows (2.4.4)."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.formula_growth import Growth
from engines.differentiation.four_ways import WAYS, Numbers
from engines.differentiation.way_costs import Costs
from ui.charts.numerals import duration, number
from ui.charts.palette import BLUE, DASHES, GREY, MAUVE, RED, SOLID, TEAL, Style
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.charts.steps import styles
from ui.text import Translate

FLOOR, TOP = 1e-18, 1e2  # of the error axis: an error of exactly 0 stands at the floor, a larger one at the top
WAY_STYLES = {
    "symbolic": Style(MAUVE, DASHES[3]),
    "central": Style(RED, DASHES[1]),
    "forward": Style(TEAL, DASHES[2]),
    "reverse": Style(BLUE, SOLID),
}
_POWER = "format(datum.value, '~e')"
_LEGEND: dict[str, Any] = {
    "orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5
}  # fmt: skip
_ASIDE = {"symbolic": (8, 14), "central": (-8, -12), "forward": (8, 14), "reverse": (8, 14)}  # of a crossing's label


def way_labels(_: Translate) -> dict[str, str]:
    return {
        "symbolic": _("symbolic"),
        "central": _("central differences"),
        "forward": _("forward mode"),
        "reverse": _("reverse mode"),
    }


def errors_chart(_: Translate, variables: tuple[str, ...], to_symbolic: bool = True) -> alt.LayerChart:
    """A row a way, a point a variable on a logarithmic axis of errors, or of differences to reverse mode.

    Data: `errors_frame`.
    """
    labels = way_labels(_)
    ways = [labels[way] for way in WAYS[1:]]
    levels = [FLOOR, *(10.0**k for k in range(-16, 1, 4))]
    axis = alt.Axis(values=levels, labelExpr=f"datum.value < {2 * FLOOR} ? '0' : {_POWER}", gridOpacity=0.5)
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


def costs_chart(_: Translate, quantity: str, outputs: bool, sizes: tuple[int, int]) -> alt.LayerChart:
    """A line a way over the number of inputs, or outputs, both axes logarithmic. Data: `costs_frame`."""
    title = {"operations": _("operations, counted"), "seconds": _("processor time")}[quantity]
    what = _("number of outputs m") if outputs else _("number of inputs n")
    ticks = alt.Axis(values=[2**k for k in range(10)], format="d", grid=False)
    x = alt.X("size:Q", title=what, axis=ticks, scale=alt.Scale(type="log", domain=list(sizes), nice=False))
    axis = alt.Axis(values=[10.0**k for k in range(-6, 13)], labelExpr=_tens(quantity), gridOpacity=0.5)
    y = alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False, padding=12))
    color, dash = _way_styles(_)
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
    color, dash = _styles(made, 2)
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


def _way_styles(_: Translate) -> tuple[alt.Color, alt.StrokeDash]:
    return _styles({label: WAY_STYLES[way] for way, label in way_labels(_).items()}, 2)


def _styles(made: dict[str, Style], columns: int) -> tuple[Any, Any]:
    color, dash = styles(list(made), [one.color for one in made.values()], [one.dash for one in made.values()])
    return color.legend(**_LEGEND, columns=columns), dash.legend(**_LEGEND, columns=columns)


def _tens(quantity: str) -> str:
    """How a power of ten is written on the axis: counts as they are while they are short, times with their unit."""
    if quantity == "operations":
        return f"datum.value < 1e5 ? format(datum.value, ',d') : {_POWER}"
    micro, milli = "format(datum.value * 1e6, 'd') + ' µs'", "format(datum.value * 1e3, 'd') + ' ms'"
    return f"datum.value < 9e-4 ? {micro} : datum.value < 0.9 ? {milli} : format(datum.value, 'd') + ' s'"
