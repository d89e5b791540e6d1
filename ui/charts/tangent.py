"""f with a point p, the secant from p to p + ε, the tangent, and the error between them (2.4.1, figure 2-10)."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.differences import Place
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
_ARROW = 0.07  # of the picture's width
_BESIDE = {  # of a rising curve p's label stands above to the left and that of p + ε below to the right
    "align": alt.ExprRef("datum.series == 'point' ? 'right' : 'left'"),
    "dx": alt.ExprRef("datum.series == 'point' ? -9 : 9"),
    "dy": alt.ExprRef("(datum.series == 'point') == (datum.rises > 0) ? -10 : 14"),
}
_AHEAD = {  # of the arrow's head
    "align": alt.ExprRef("datum.x < datum.tail ? 'right' : 'left'"),
    "dx": alt.ExprRef("datum.x < datum.tail ? -12 : 12"),
}
_DRAG = "[pointerdown, window:pointerup] > pointermove{40}"


def tangent_chart(_: Translate, x: Window, y: Window) -> alt.LayerChart:
    """The picture in the given windows. Data: `tangent_frame`. A click or a drag picks the x of its row."""
    names = ["f", _("tangent"), _("secant"), _("error")]
    style = styles(names, [BLUE, RED, GOLD, MAGENTA], [SOLID, DASHES[1], DASHES[2], SOLID])
    up = alt.Y("y:Q", title="f(x)", scale=y.scale, axis=up_axis(6))
    lines = [
        called(rows(series), name)
        .mark_line(strokeWidth=width, clip=True, tooltip=None)
        .encode(*style, detail="piece:N")
        for series, name, width in (("f", names[0], 3), ("tangent", names[1], 2), ("secant", names[2], 2))
    ]
    error = called(rows("error"), names[3]).mark_rule(strokeWidth=4, clip=True, tooltip=None)
    error = error.encode(*style, alt.Y2("y2"))
    drop = rows("point").mark_rule(color=GREY, strokeDash=[2, 3], tooltip=None)
    marks = [mark.encode(up) for mark in (*lines, error, *_points())]
    layers = [span(up), drop, *marks, *_arrow(_)]
    across = alt.X("x:Q", title=None, scale=x.scale, axis=alt.Axis(grid=False, tickCount=10))
    return layered(*(layer.encode(across) for layer in layers), *picker(across, up, "f")).properties(
        height=HEIGHT, description=_("A function with a point p, its tangent there and a secant")
    )


def _points() -> list[alt.Chart]:
    """p and p + ε, with their names beside them."""
    both = source().transform_filter("(datum.series == 'point' || datum.series == 'ahead') && isValid(datum.y)")
    color = alt.condition("datum.series == 'point'", alt.value(RED), alt.value(GOLD))
    dot = both.mark_point(filled=True, size=130, opacity=1, clip=True, tooltip=None).encode(color=color)
    label = both.mark_text(**_BESIDE, fontSize=14, fontWeight="bold", clip=True, tooltip=None)
    return [dot, label.encode(color=color, text="label:N")]


def _arrow(_: Translate) -> list[alt.Chart]:
    """At the foot of the picture: which way f falls."""
    foot, arrow = alt.value(HEIGHT - 10), rows("arrow")
    shaft = arrow.mark_rule(color=TEAL, strokeWidth=4, clip=True, tooltip=None).encode(alt.X2("x2"), y=foot)
    end = arrow.transform_calculate(tail="datum.x", x="datum.x2")
    head = end.mark_point(filled=True, size=170, color=TEAL, opacity=1, tooltip=None)
    shape = alt.condition("datum.x < datum.tail", alt.value("triangle-left"), alt.value("triangle-right"))
    word = end.mark_text(**_AHEAD, color=TEAL, fontWeight="bold", text=_("against a: f falls"), tooltip=None)
    return [shaft, head.encode(y=foot, shape=shape), word.encode(y=foot)]


def span(up: alt.Y) -> alt.Chart:
    """Where the curve varies faster than it can be drawn: all that it spans."""
    wild = rows("span").mark_rect(color=BLUE, opacity=0.35, clip=True, tooltip=None)
    return wild.encode(up, alt.Y2("y2"), x2="x2")


def up_axis(ticks: int) -> alt.Axis:
    """The y axis of f and of f′, with about so many ticks."""
    return alt.Axis(tickCount=ticks, minExtent=AXIS_WIDTH, maxExtent=AXIS_WIDTH, titlePadding=4, gridOpacity=0.5)


def picker(across: alt.X, up: alt.Y, series: str) -> list[alt.Chart]:
    """Invisible points at each x of that series: the one nearest to a click or drag is picked, from top to bottom.

    They lie above all else, so that p itself can be dragged too, and tell the exact values. A ring shows what is
    picked during the drag: the page hears of it when the drag is over. The present p is picked along with it, so
    that the same x can be picked again after p was moved otherwise.
    """
    picked = alt.selection_point(
        name=PICKED, fields=["x", "p"], on=f"click, {_DRAG}", nearest=True, toggle=False, clear=False, empty=False
    )
    exact = [alt.Tooltip("x:Q", title="x"), alt.Tooltip("y:Q", title=up["title"], format=".6g")]
    points = rows(series).mark_point(opacity=0, size=1).encode(across, y=alt.value(HEIGHT / 2), tooltip=exact)
    ring = rows(series).transform_filter({"param": PICKED, "empty": False})
    ring = ring.mark_point(size=260, strokeWidth=2, color=RED, opacity=1, clip=True, tooltip=None)
    return [points.add_params(picked), ring.encode(across, up)]


def tangent_frame(
    samples: Samples, place: Place, ahead: float, value_ahead: float, x: Window, spans: Spans | None = None
) -> pd.DataFrame:
    """Rows of f, of tangent and secant (each two points), p, p + ε, the error and the arrow; missing if undefined.

    `ahead` is p + ε and `value_ahead` f there.
    """
    p, y, a = place.point, place.value, place.slope
    rises, known = float(not value_ahead < y), math.isfinite(y) and math.isfinite(value_ahead) and ahead != p
    parts = [
        samples.rows("f", samples.value),
        *([spans.rows("span")] if spans else []),
        _point("point", p, y, rises, "p"),
    ]
    if known:
        parts += [_line("secant", p, y, (value_ahead - y) / (ahead - p), x)]
        parts += [_point("ahead", ahead, value_ahead, rises, "p + ε")]
    if place.has_tangent:
        parts += [_line("tangent", p, y, a, x)]
    if place.has_tangent and known:
        predicted = y + (ahead - p) * a
        parts += [{"series": "error", "x": ahead, "y": predicted, "y2": value_ahead}]
    if place.has_tangent and a:
        parts += [{"series": "arrow", "x": p, "x2": p - math.copysign(_ARROW * (x.high - x.low), a)}]
    return frame(parts, ("x", "y", "x2", "y2", "piece", "rises"), ("label",)).assign(p=p)


def _point(series: str, x: float, y: float, rises: float, label: str) -> Rows:
    return {"series": series, "x": x, "y": y, "rises": rises, "label": label}


def _line(series: str, x: float, y: float, slope: float, window: Window) -> Rows:
    ends = np.array([window.low, window.high])
    return {"series": series, "x": ends, "y": y + slope * (ends - x), "piece": 0}
