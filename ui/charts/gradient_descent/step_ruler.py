"""A ruler of step sizes: up to where a ball never passes the bottom, up to where it comes back, and beyond."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ui.charts.gradient_descent.held import held_mark, holding, picking, step_rule
from ui.charts.numerals import typeset
from ui.charts.palette import GOLD, GREY, RIGHT, WRONG
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.text import Translate

HEIGHT = 34
PICKED = "picked"
LOWEST, HIGHEST = 1e-4, 1000.0


_BESIDE = {  # the first bound's name stands to the left of its mark, the other's to the right
    "align": alt.ExprRef("datum.beside == 'left' ? 'right' : 'left'"),
    "dx": alt.ExprRef("datum.beside == 'left' ? -4 : 4"),
}


def step_ruler(_: Translate) -> alt.LayerChart:
    """Zones of the step size on a logarithmic axis, their bounds, and the present one. Data: `ruler_frame`.

    The mark can be dragged: what is under the finger then is held in the curve's chart too.
    """
    labels = zone_labels(_)
    colors = [RIGHT, GOLD, WRONG]
    legend = alt.Legend(orient="top", title=None, columns=3, offset=2, symbolType="square", labelLimit=220)
    axis = alt.Axis(format="~g", tickCount=6, grid=False, titlePadding=2)
    scale = alt.Scale(type="log", domain=[LOWEST, HIGHEST], nice=False)
    x = alt.X("low:Q", title=_("step size (learning rate)"), scale=scale, axis=axis)
    zones = rows("zone").mark_rect(tooltip=None)
    bounds = rows("bound")
    now = rows("now")
    return layered(
        zones.encode(
            x, alt.X2("high"), color=alt.Color("name:N", scale=alt.Scale(domain=labels, range=colors), legend=legend),
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
        *held_mark(x),
        rows("choice").mark_point(opacity=0, size=1).encode(
            x, y=alt.value(HEIGHT / 2), tooltip=[alt.Tooltip("told:N", title=" "), alt.Tooltip("name:N", title=" ")]
        ).add_params(picking(PICKED, ("low", "now")), holding()),
    ).properties(height=HEIGHT, description=_("Step sizes that converge and that diverge"))  # fmt: skip


def zone_labels(_: Translate) -> list[str]:
    return [_("straight to the bottom"), _("overshoots, then settles"), _("diverges")]


def ruler_frame(
    bounds: tuple[float, float], names: tuple[str, str], now: float, _: Translate, sizes: Sequence[float] = ()
) -> pd.DataFrame:
    """Zones that end at the two bounds, called by `names`, the present step, and the `sizes` it can be dragged to.

    `beside` says on which side of its mark a name has room; the mark of the present step would cover one in the middle.
    """
    straight, overshoots, diverges = zone_labels(_)
    ends = [(straight, LOWEST, bounds[0]), (overshoots, *bounds), (diverges, bounds[1], HIGHEST)]
    zones = [("zone", label, _within(low), _within(high), "") for label, low, high in ends]
    marks = zip(names, bounds, ("left", "right"), strict=True)
    marked = [("bound", label, place, place, beside) for label, place, beside in marks if LOWEST <= place <= HIGHEST]
    choices = [("choice", zone_of(size, bounds, _), size, size, "") for size in sizes if LOWEST <= size <= HIGHEST]
    drawn = [*(zone for zone in zones if zone[2] < zone[3]), *marked, ("now", "", _within(now), _within(now), "")]
    frame = pd.DataFrame([*drawn, *choices], columns=["series", "name", "low", "high", "beside"]).assign(now=now)
    frame["rule"] = [step_rule(size) for size in frame.low]
    return frame.assign(told=[f"η = {typeset(size)}" for size in frame.low])


def zone_of(size: float, bounds: tuple[float, float], _: Translate) -> str:
    """The zone that a step of that size lies in."""
    return zone_labels(_)[sum(size > bound for bound in bounds)]


def _within(value: float) -> float:
    return min(max(value, LOWEST), HIGHEST)
