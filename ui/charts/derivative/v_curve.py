"""The error of difference quotients against ε: truncation on the right, rounding on the left (2.4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.difference_errors import LARGEST, SMALLEST, ErrorCurve
from ui.charts.numerals import POWERS, typeset
from ui.charts.palette import BLUE, GREY, RED, SOLID
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.charts.steps import styles
from ui.text import Translate

FLOOR, TOP = 1e-18, 1e4  # of the axis: an error of exactly 0 stands at the floor, larger ones at the top
_HEIGHT = 380
_BANDS = 34  # where the bands of lost steps begin, from the top
_LEGEND: dict[str, Any] = {
    "orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 300, "columns": 2, "symbolOpacity": 1
}  # fmt: skip
_COLORS = {"forward": BLUE, "central": RED}
_DASHES = {"float32": (5, 3), "float64": SOLID}


def error_labels(_: Translate) -> dict[tuple[str, str], str]:
    """What the lines are called, by method and dtype."""
    names = {"forward": _("forward, {dtype}"), "central": _("central, {dtype}")}
    return {(method, dtype): name.format(dtype=dtype) for method, name in names.items() for dtype in _DASHES}


def v_curve_chart(_: Translate) -> alt.LayerChart:
    """Single errors as dots, their mean as a line, its lowest point and the best ε in theory. Data: `v_curve_frame`."""
    color, dash = _styles(_)
    exact = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("epsilon:Q", title="ε", format=".3g"),
        alt.Tooltip("told:N", title=_("error")),
    ]
    single = rows("single").mark_circle(size=14, opacity=0.35, clip=True).encode(color, tooltip=exact)
    zero = rows("zero").mark_point(shape="triangle-up", size=28, opacity=0.6).encode(color, tooltip=exact)
    line = (
        rows("mean").mark_line(strokeWidth=2, clip=True, tooltip=None).encode(color, dash, detail=["name:N", "piece:N"])
    )
    best = rows("best").mark_point(shape="diamond", filled=True, size=170, opacity=1).encode(color, tooltip=exact)
    y = _error_axis(_)
    measured = [mark.encode(y) for mark in (single, zero, line, best)]
    layers = [*measured, *_lost(color, exact[:2]), _theory(_, color, dash), *_sides(_)]
    return layered(*(layer.encode(_epsilon_axis(_)) for layer in layers)).properties(
        height=_HEIGHT, description=_("Error of forward and central differences against the step, on logarithmic axes")
    )


def v_curve_frame(curves: Sequence[ErrorCurve], _: Translate) -> pd.DataFrame:
    """A row an error (`single`; `zero` where it is exactly 0, `lost` where p + ε is p), their mean, best, theory."""
    parts = [part for number, curve in enumerate(curves) for part in _parts(curve, number, _)]
    parts += [{"series": "rounding", "epsilon": SMALLEST}, {"series": "truncation", "epsilon": LARGEST}]
    return frame(parts, ("epsilon", "error", "piece", "level"), ("name", "told"))


def _parts(curve: ErrorCurve, number: int, _: Translate) -> list[Rows]:
    """The rows of one line; `number` keeps its band of lost steps apart from the others'."""
    error, epsilon, lost = curve.error, curve.epsilon, curve.lost
    known, single, zero = np.isfinite(curve.smooth), error > 0, error == 0
    pieces = np.cumsum(np.diff(known, prepend=known[:1]))[known]

    def made(series: str, where: Any, y: Any = np.nan, **more: Any) -> Rows:
        return {"series": series, "epsilon": epsilon[where], "error": np.clip(y, FLOOR, TOP), **more}

    found = [
        made("single", single, error[single], told=[typeset(float(value), 4) for value in error[single]]),
        made("zero", zero, 0.0, told="0"),
        made("mean", known, curve.smooth[known], piece=pieces),
        made("best", epsilon == curve.best, curve.lowest, told=typeset(curve.lowest, 4)),
        made("lost", lost, level=_BANDS + 11 * number),
    ]
    if lost.any() and curve.method == "forward":
        end = {"series": "end of lost", "epsilon": epsilon[lost].max(), "level": _BANDS + 11 * number}
        found.append(end | {"told": f"p + ε = p ({curve.dtype})"})
    if SMALLEST <= curve.theory <= LARGEST:
        found.append({"series": "theory", "epsilon": curve.theory, "told": typeset(curve.theory)})
    return [part | {"name": error_labels(_)[curve.method, curve.dtype]} for part in found]


def _styles(_: Translate) -> tuple[alt.Color, alt.StrokeDash]:
    called = error_labels(_)
    colors, dashes = [_COLORS[method] for method, _d in called], [_DASHES[dtype] for _m, dtype in called]
    color, dash = styles(list(called.values()), colors, dashes)
    return color.legend(**_LEGEND), dash.legend(**_LEGEND)


def _epsilon_axis(_: Translate) -> alt.X:
    axis = alt.Axis(values=[10.0**k for k in range(-15, 0, 2)], labelExpr=POWERS, grid=False)
    return alt.X("epsilon:Q", title=_("step ε"), axis=axis, scale=alt.Scale(type="log", domain=[SMALLEST, LARGEST]))


def _error_axis(_: Translate) -> alt.Y:
    levels = [FLOOR, *(10.0**k for k in range(-15, 3, 3))]
    axis = alt.Axis(values=levels, labelExpr=f"datum.value < {2 * FLOOR} ? '0' : {POWERS}")
    scale = alt.Scale(type="log", domain=[FLOOR, TOP], clamp=True)
    return alt.Y("error:Q", title=_("error of the slope"), axis=axis, scale=scale)


def _lost(color: alt.Color, tooltip: list[alt.Tooltip]) -> list[alt.Chart]:
    """Where there is no quotient because p + ε is p again: bands above the lines."""
    level = alt.Y("level:Q", scale=None, axis=None)
    ticks = rows("lost").mark_tick(thickness=2, size=9, opacity=0.7).encode(level, color, tooltip=tooltip)
    word = rows("end of lost").mark_text(align="left", dx=6, color=GREY, tooltip=None)
    return [ticks, word.encode(level, text="told:N")]


def _theory(_: Translate, color: alt.Color, dash: alt.StrokeDash) -> alt.Chart:
    tooltip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("told:N", title=_("best ε in theory"))]
    strokes = rows("theory").mark_rule(strokeWidth=2, opacity=0.8)
    return strokes.encode(color, dash, y=alt.value(_HEIGHT - 46), y2=alt.value(_HEIGHT), tooltip=tooltip)


def _sides(_: Translate) -> list[alt.Chart]:
    """Which side of the V comes from what."""
    words = (("rounding", _("◄ rounding"), "left", 8), ("truncation", _("truncation ►"), "right", -8))
    return [
        rows(series).mark_text(align=align, dx=dx, dy=16, color=GREY, text=text, tooltip=None).encode(y=alt.value(0))
        for series, text, align, dx in words
    ]
