"""f with a point p, the secant from p to p + ε, the tangent, and the error between them (2.4.1, figure 2-10).

While p is dragged all of them follow in the browser: each point of the curve brings the engine's slope there, and f's
value one ε ahead, with it.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.differences import Place
from ui.charts.numerals import typeset_expression
from ui.charts.palette import BLUE, DASHES, GOLD, GREY, MAGENTA, RED, SOLID, TEAL
from ui.charts.rows import Rows, frame, rows
from ui.charts.spans import Spans
from ui.charts.spec import layered, source
from ui.charts.steps import called, styles
from ui.charts.windows import Samples, Window
from ui.text import Translate

HEIGHT = 300
AXIS_WIDTH = 40  # fixed, and the same for f and f′, so that both have one x axis
PICKED = "picked"
_NARROW = "width < 430"
_ARROW = 0.07  # of the picture's width
_DRAG = "[pointerdown, window:pointerup] > pointermove{40}"
_DRAGGED = f"(length({PICKED}.x || []) > 0 && {PICKED}.p[0] == datum.p)"  # to where the page does not know yet
_BESIDE: dict[
    str, dict[str, Any]
] = {  # of a rising curve p's label stands above to the left and that of p + ε below to the right
    "p": {"align": "right", "dx": -9, "dy": alt.ExprRef("datum.rises ? -10 : 14")},
    "p + ε": {"align": "center", "dx": 10, "dy": alt.ExprRef("datum.rises ? 19 : -16")},
}
_LEGEND: dict[str, Any] = {
    "orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 300, "columnPadding": 14, "columns": 4,
    "offset": alt.ExprRef(f"{_NARROW} ? 44 : 26"),
}  # fmt: skip
_AHEAD = {  # of the arrow's head
    "align": alt.ExprRef("datum.a > 0 ? 'right' : 'left'"),
    "dx": alt.ExprRef("datum.a > 0 ? -12 : 12"),
}


def tangent_chart(_: Translate, x: Window, y: Window) -> alt.LayerChart:
    """The picture in the given windows. Data: `tangent_frame`. A click or a drag picks the x of its row."""
    names = ["f", _("tangent"), _("secant"), _("error")]
    color, dash = styles(names, [BLUE, RED, GOLD, MAGENTA], [SOLID, DASHES[1], DASHES[2], SOLID])
    style = color.legend(**_LEGEND), dash.legend(**_LEGEND)
    up = alt.Y("y:Q", title="f(x)", scale=y.scale, axis=up_axis(6))
    f = called(rows("f"), names[0]).mark_line(strokeWidth=3, clip=True, tooltip=None).encode(*style, detail="piece:N")
    lines = [
        called(_line(slope, x), name)
        .mark_rule(strokeWidth=2, clip=True, tooltip=None)
        .encode(*style, alt.X2("right"), alt.Y2("end"))
        for slope, name in (("a", names[1]), ("q", names[2]))
    ]
    error = called(_here("isValid(datum.a) && isValid(datum.up)"), names[3])
    error = error.transform_calculate(y="datum.y + datum.a * (datum.ahead - datum.x)", x="datum.ahead")
    error = error.mark_rule(strokeWidth=4, clip=True, tooltip=None).encode(*style, alt.Y2("up"))
    drop = _here().mark_rule(color=GREY, strokeDash=[2, 3], tooltip=None)
    marks = [mark.encode(up) for mark in (f, *lines, error, *_points())]
    layers = [span(up), drop, *marks, *_arrow(_, x)]
    across = alt.X("x:Q", title=None, scale=x.scale, axis=alt.Axis(grid=False, tickCount=10))
    drawn = [*(layer.encode(across) for layer in layers), *_slopes(_), *picker(across, up, "f", ringed=False)]
    return layered(*drawn).properties(
        height=HEIGHT, description=_("A function with a point p, its tangent there and a secant")
    )


def _here(condition: str = "true", series: str = "f") -> alt.Chart:
    """The row of p: while it is dragged the curve's own row there, else the one that the page computed."""
    dragged = f"datum.series == '{series}' && {_DRAGGED} && datum.x == {PICKED}.x[0]"
    return source().transform_filter(
        f"(datum.series == 'here' ? !{_DRAGGED} : {dragged}) && isValid(datum.y) && {condition}"
    )


def _line(slope: str, x: Window) -> alt.Chart:
    """Through f(p) with that slope, from edge to edge."""
    left, right = (f"datum.y + datum.{slope} * ({end} - datum.x)" for end in x)
    ends = {"end": right, "right": str(x.high), "start": left, "y": "datum.start", "x": str(x.low)}
    return _here(f"isValid(datum.{slope})").transform_calculate(**ends)


def _points() -> list[alt.Chart]:
    """p and p + ε, with their names beside them."""
    point = _here().transform_calculate(rises="datum.up >= datum.y")
    ahead = point.transform_filter("isValid(datum.up)").transform_calculate(x="datum.ahead", y="datum.up")
    made = []
    for chart, color, text in ((ahead, GOLD, "p + ε"), (point, RED, "p")):
        made.append(chart.mark_point(filled=True, size=130, color=color, opacity=1, clip=True, tooltip=None))
        label: dict[str, Any] = {"text": text, "color": color, "fontWeight": "bold", **_BESIDE[text]}
        made.append(chart.mark_text(**label, clip=True, tooltip=None))
    return made


def _slopes(_: Translate) -> list[alt.Chart]:
    """Above the picture, where nothing else is drawn: where p is and what both slopes are; in two rows if narrow."""
    words = (
        (GREY, _told("p =", "datum.x"), "true"),
        (RED, _told(_("slope of the tangent:"), "datum.a"), "isValid(datum.a)"),
        (GOLD, _told(_("slope of the secant:"), "datum.q"), "isValid(datum.q)"),
    )
    second = f"{_NARROW} ? 0.3 * width : "
    places = (
        ("0", f"{_NARROW} ? -24 : -6"),
        (f"{second} 0.17 * width", f"{_NARROW} ? -24 : -6"),
        (f"{second} 0.55 * width", "-6"),
    )
    return [
        _here(condition)
        .transform_calculate(words=told)
        .mark_text(align="left", baseline="bottom", fontWeight="bold", color=color, tooltip=None)
        .encode(x=alt.value(alt.ExprRef(x)), y=alt.value(alt.ExprRef(y)), text="words:N")
        for (color, told, condition), (x, y) in zip(words, places, strict=True)
    ]


def _told(words: str, value: str) -> str:
    """A Vega expression for the words and the number as one reads it."""
    return f"{json.dumps(words + ' ', ensure_ascii=False)} + {typeset_expression(value, 5)}"


def _arrow(_: Translate, x: Window) -> list[alt.Chart]:
    """At the foot of the picture: which way f falls."""
    foot, length = alt.value(HEIGHT - 10), _ARROW * (x.high - x.low)
    arrow = _here("datum.a").transform_calculate(tip=f"datum.x - (datum.a > 0 ? 1 : -1) * {length}")
    shaft = arrow.mark_rule(color=TEAL, strokeWidth=4, clip=True, tooltip=None).encode(alt.X2("tip"), y=foot)
    end = arrow.transform_calculate(x="datum.tip")
    head = end.mark_point(filled=True, size=170, color=TEAL, opacity=1, tooltip=None)
    shape = alt.condition("datum.a > 0", alt.value("triangle-left"), alt.value("triangle-right"))
    word = end.mark_text(**_AHEAD, color=TEAL, fontWeight="bold", text=_("against a: f falls"), tooltip=None)
    return [shaft, head.encode(y=foot, shape=shape), word.encode(y=foot)]


def span(up: alt.Y) -> alt.Chart:
    """Where the curve varies faster than it can be drawn: all that it spans."""
    wild = rows("span").mark_rect(color=BLUE, opacity=0.35, clip=True, tooltip=None)
    return wild.encode(up, alt.Y2("y2"), x2="x2")


def up_axis(ticks: int) -> alt.Axis:
    """The y axis of f and of f′, with about so many ticks."""
    return alt.Axis(tickCount=ticks, minExtent=AXIS_WIDTH, maxExtent=AXIS_WIDTH, titlePadding=4, gridOpacity=0.5)


def picker(across: alt.X, up: alt.Y, series: str, ringed: bool = True) -> list[alt.Chart]:
    """Invisible points at each x of that series: the one nearest to a click or drag is picked, from top to bottom.

    They lie above all else, so that p itself can be dragged too, and tell the exact values. A ring shows what is
    picked during the drag, where nothing else does: the page hears of it when the drag is over. The present p is
    picked along with it, so that the same x can be picked again after p was moved otherwise.
    """
    picked = alt.selection_point(
        name=PICKED, fields=["x", "p"], on=f"click, {_DRAG}", nearest=True, toggle=False, clear=False, empty=False
    )
    exact = [alt.Tooltip("x:Q", title="x"), alt.Tooltip("y:Q", title=up["title"], format=".6g")]
    points = rows(series).mark_point(opacity=0, size=1).encode(across, y=alt.value(HEIGHT / 2), tooltip=exact)
    ring = rows(series).transform_filter({"param": PICKED, "empty": False})
    ring = ring.mark_point(size=260, strokeWidth=2, color=RED, opacity=1, clip=True, tooltip=None)
    return [points.add_params(picked), *([ring.encode(across, up)] if ringed else [])]


def tangent_frame(
    samples: Samples, place: Place, ahead: Ahead, here: Ahead, spans: Spans | None = None
) -> pd.DataFrame:
    """Rows of f, each with the slope `a` there and what is one ε ahead, the row of p itself, and spans.

    `ahead` is that of the curve's points (n,), `here` that of p.
    """
    known = np.where(samples.corner, np.nan, samples.slope)
    y, a = place.value, place.slope if place.has_tangent else np.nan
    curve = samples.rows("f", samples.value)
    parts = [
        curve | {"a": known, **ahead.columns(samples.x, samples.value)},
        *([spans.rows("span")] if spans else []),
        {"series": "here", "x": place.point, "y": y, "a": a, **here.columns(place.point, y)},
    ]
    return frame(parts, ("x", "y", "a", "ahead", "up", "q", "x2", "y2", "piece")).assign(p=place.point)


class Ahead(NamedTuple):
    """Of one point p, or of each (n,): p + ε, and f there."""

    place: Any
    value: Any

    def columns(self, p: Any, y: Any) -> Rows:
        """p + ε, f(p + ε) and the secant's slope q; missing where there is none."""
        with np.errstate(all="ignore"):
            quotient = (self.value - np.asarray(y)) / (self.place - np.asarray(p))
        there = np.where(np.isfinite(quotient), self.value, np.nan)
        return {"ahead": self.place, "up": there, "q": quotient}
