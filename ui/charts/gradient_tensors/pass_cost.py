"""Seconds for one gradient: a weight at a time, or by back-propagation; here and for 784-512-10."""

from __future__ import annotations

import altair as alt
import pandas as pd

from engines.gradients.pass_cost import LARGE_SIZES, PassCost
from ui.charts.extents import spanning
from ui.charts.numerals import POWERS, duration
from ui.charts.palette import BLUE, RED
from ui.charts.spec import layered, source
from ui.text import Translate


def cost_chart(_: Translate, networks: tuple[str, str]) -> alt.LayerChart:
    """A point a network and way on a logarithmic axis: filled if measured, else a ring. Data: `cost_frame`."""
    ways = _ways(_)
    axis = alt.Axis(
        title=_("time for the whole gradient, seconds"),
        values=[10.0**k for k in range(-6, 7)],
        labelExpr=POWERS,
        gridOpacity=0.5,
    )
    x = alt.X("seconds:Q", axis=axis, scale=spanning("seconds", fallback=(1e-3, 1.0), type="log", nice=True))
    rows = alt.Axis(title=None, labelLimit=160, ticks=False, domain=False)
    y = alt.Y("network:N", sort=list(networks), axis=rows, scale=alt.Scale(type="point", padding=0.5))
    color = alt.Color(
        "way:N",
        scale=alt.Scale(domain=ways, range=[RED, BLUE]),
        legend=alt.Legend(orient="top", title=None, symbolType="circle", columns=1),
    )
    base = source().encode(y, x, color)
    tooltip = [
        alt.Tooltip("network:N", title=_("network")),
        alt.Tooltip("way:N", title=_("way")),
        alt.Tooltip("seconds:Q", title=_("seconds"), format=".4g"),
        alt.Tooltip("basis:N", title=" "),
    ]
    span = source().mark_line(strokeWidth=2, opacity=0.35, tooltip=None).encode(y, x, detail="network:N")
    points = {"size": 150, "opacity": 1, "strokeWidth": 2.5}
    return layered(
        span,
        base.transform_filter("datum.measured").mark_point(filled=True, **points).encode(tooltip=tooltip),
        base.transform_filter("!datum.measured").mark_point(filled=False, **points).encode(tooltip=tooltip),
        base.mark_text(dy=-17, fontWeight=600, fontSize=13).encode(text="label:N"),
    ).properties(height=190, description=_("Time for one gradient in both ways, on a logarithmic axis"))


def cost_frame(cost: PassCost, networks: tuple[str, str], _: Translate) -> pd.DataFrame:
    """A row a network and way."""
    ways = _ways(_)
    computed, measured = _("extrapolated from one measured pass"), _("measured")
    rows = []
    for network, times in zip(networks, (cost.here, cost.large), strict=True):
        rows.append((network, ways[0], times.one_by_one, duration(times.one_by_one, _), False, computed))
        rows.append((network, ways[1], times.both, duration(times.both, _), True, measured))
    return pd.DataFrame(rows, columns=["network", "way", "seconds", "label", "measured", "basis"])


def _ways(_: Translate) -> list[str]:
    return [_("2 forward passes per weight"), _("forward + backward")]


def large_label() -> str:
    """The large network as the sidebar would write it."""
    return "-".join(map(str, LARGE_SIZES))
