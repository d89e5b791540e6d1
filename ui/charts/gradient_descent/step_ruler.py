"""A ruler of step sizes: up to where a ball never passes the bottom, up to where it comes back, and beyond."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ui.charts.palette import GOLD, GREY, RIGHT, WRONG
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.text import Translate

HEIGHT = 48
LOWEST, HIGHEST = 1e-4, 1000.0


_BESIDE = {  # the first bound's name stands to the left of its mark, the other's to the right
    "align": alt.ExprRef("datum.beside == 'left' ? 'right' : 'left'"),
    "dx": alt.ExprRef("datum.beside == 'left' ? -4 : 4"),
}


def step_ruler(_: Translate) -> alt.LayerChart:
    """Zones of the step size on a logarithmic axis, their bounds, and the present one. Data: `ruler_frame`."""
    labels = zone_labels(_)
    colors = [RIGHT, GOLD, WRONG]
    legend = alt.Legend(orient="top", title=None, columns=3, offset=2, symbolType="square", labelLimit=220)
    axis = alt.Axis(format="~g", tickCount=6, grid=False, titlePadding=2)
    scale = alt.Scale(type="log", domain=[LOWEST, HIGHEST], nice=False)
    x = alt.X("low:Q", title=_("step size (learning rate)"), scale=scale, axis=axis)
    zones = rows("zone").mark_rect()
    bounds = rows("bound")
    now = rows("now")
    return layered(
        zones.encode(
            x, alt.X2("high"), color=alt.Color("name:N", scale=alt.Scale(domain=labels, range=colors), legend=legend),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("low:Q", title=_("from"), format=".4g"),
                     alt.Tooltip("high:Q", title=_("to"), format=".4g")],
        ),
        bounds.mark_rule(strokeWidth=1.5, strokeDash=[3, 3], color=GREY, tooltip=None).encode(x),
        bounds.mark_text(**_BESIDE, fontWeight="bold", fontSize=13, color="#FFFFFF", tooltip=None).encode(
            x, y=alt.value(HEIGHT / 2), text="name:N"
        ),
        now.mark_rule(strokeWidth=6, color="#FFFFFF", tooltip=None).encode(x),
        now.mark_rule(strokeWidth=2.5, color="#000000", tooltip=None).encode(x),
        now.mark_point(shape="triangle-down", filled=True, size=140, color=GREY, opacity=1, yOffset=-5).encode(
            x, y=alt.value(0), tooltip=alt.Tooltip("low:Q", title=_("step size now"))
        ),
    ).properties(height=HEIGHT, description=_("Step sizes that converge and that diverge"))  # fmt: skip


def zone_labels(_: Translate) -> list[str]:
    return [_("straight to the bottom"), _("overshoots, then settles"), _("diverges")]


def ruler_frame(bounds: tuple[float, float], names: tuple[str, str], now: float, _: Translate) -> pd.DataFrame:
    """Zones that end at the two bounds, called by `names`, and the present step.

    `beside` says on which side of its mark a name has room; the mark of the present step would cover one in the middle.
    """
    straight, overshoots, diverges = zone_labels(_)
    ends = [(straight, LOWEST, bounds[0]), (overshoots, *bounds), (diverges, bounds[1], HIGHEST)]
    zones = [("zone", label, _within(low), _within(high), "") for label, low, high in ends]
    marks = zip(names, bounds, ("left", "right"), strict=True)
    marked = [("bound", label, place, place, beside) for label, place, beside in marks if LOWEST <= place <= HIGHEST]
    drawn = [*(zone for zone in zones if zone[2] < zone[3]), *marked, ("now", "", _within(now), _within(now), "")]
    return pd.DataFrame(drawn, columns=["series", "name", "low", "high", "beside"])


def _within(value: float) -> float:
    return min(max(value, LOWEST), HIGHEST)
