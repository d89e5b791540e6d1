"""A ball on a curve, step by step: across by −step·slope, then up or down to the curve (figures 2-11 and 2-13)."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines.descent.curve_minima import Minimum
from ui.charts.gradient_descent.ball_path import walk_rows
from ui.charts.gradient_descent.ends import named
from ui.charts.gradient_descent.held import held_path, holding, picking, start_rule
from ui.charts.numerals import typeset
from ui.charts.palette import DASHES, GREY, MAGENTA, SOLID, class_color
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.steps import called, styles
from ui.charts.windows import Window
from ui.text import Translate

HEIGHT = 280
PICKED = "picked"
HELD_EVERY = 2  # places of the curve: from each of them a path is at hand while the start is dragged
_AXIS_WIDTH, _LEGEND = 40, 34


def curve_chart(
    _: Translate, x: Window, y: Window, across_title: str, up_title: str, color: str, others: bool
) -> alt.LayerChart:
    """The curve in its window, and the ball's path. Data: `curve_frame`. A click picks the x of the nearest row.

    `color` is the path's; `others` says whether other samples' losses are drawn behind.
    """
    names = [_("this sample's loss"), _("other samples"), _("mean of all of them")]
    style = styles(names, [GREY, GREY, MAGENTA], [SOLID, DASHES[2], DASHES[1]])
    across = alt.X("x:Q", title=across_title, scale=x.scale, axis=alt.Axis(grid=False, tickCount=9, titlePadding=4))
    axis = alt.Axis(tickCount=5, minExtent=_AXIS_WIDTH, maxExtent=_AXIS_WIDTH, titlePadding=4, gridOpacity=0.5)
    up = alt.Y("y:Q", title=up_title, scale=y.scale, axis=axis)

    def line(series: str, name: str, width: float) -> alt.Chart:
        mark = called(rows(series), name).mark_line(strokeWidth=width, clip=True, tooltip=None)
        drawn = mark.encode(across, up, detail="piece:N")
        return drawn.encode(*style) if others else drawn.encode(color=alt.value(GREY))

    height = HEIGHT - _LEGEND if others else HEIGHT
    background = [line("other", names[1], 1), line("mean", names[2], 2)] if others else []
    told = [alt.Tooltip("told:N", title=" ")]
    fade = alt.Opacity("fade:Q", scale=None, legend=None)
    bottoms = rows("bottom").mark_point(shape="triangle-up", filled=True, size=130, opacity=1, clip=True).encode(
        across, up, fill=alt.Fill("label:N", scale=None), tooltip=told
    )  # fmt: skip
    shafts = rows("arrow").mark_rule(strokeWidth=2, color=color, clip=True, tooltip=None)
    drops = rows("arrow").mark_rule(color=color, strokeDash=[2, 3], clip=True, tooltip=None)
    heads = rows("arrow").transform_filter("datum.head != 0").mark_point(
        filled=True, size=75, color=color, clip=True, tooltip=None
    )  # fmt: skip
    pointing = alt.condition("datum.head < 0", alt.value("triangle-left"), alt.value("triangle-right"))
    points = rows("point").mark_point(filled=True, size=40, color=color, clip=True)
    numbers = rows("point").mark_text(color=color, dy=-11, fontSize=12, fontWeight="bold", clip=True, tooltip=None)
    ball = rows("ball").mark_point(filled=True, size=230, opacity=1, color=color, stroke=GREY, clip=True)
    exits = rows("exit")
    return layered(
        *background,
        line("curve", names[0], 3),
        bottoms,
        drops.encode(alt.X("x2:Q"), up, alt.Y2("y2"), opacity=fade),
        shafts.encode(across, up, alt.X2("x2"), opacity=fade),
        heads.encode(alt.X("x2:Q"), up, shape=pointing, opacity=fade),
        points.encode(across, up, tooltip=told, opacity=fade),
        numbers.encode(across, up, text="label:N", opacity=fade),
        ball.encode(across, up, tooltip=told),
        exits.mark_text(color=color, align=alt.ExprRef("datum.head < 0 ? 'left' : 'right'"), fontWeight="bold",
                        fontSize=13, dy=-8, tooltip=None).encode(across, up, text="label:N"),
        *held_path(across, up, color),
        _picker(across),
    ).properties(height=height, description=_("A ball that goes down a curve step by step"))  # fmt: skip


def _picker(across: alt.X) -> alt.Chart:
    """Invisible points along the curve; the start is picked with it, so that the same x can be picked twice."""
    places = rows("curve").transform_filter("datum.rule != ''")
    drawn = places.mark_point(opacity=0, size=1, tooltip=None).encode(across, y=alt.value(HEIGHT / 2))
    return drawn.add_params(picking(PICKED, ("x", "start")), holding())


@np.errstate(all="ignore")
def curve_frame(
    curve: tuple[NDArray, NDArray],
    minima: Sequence[Minimum],
    path: tuple[NDArray, NDArray, NDArray],
    x: Window,
    y: Window,
    shown: int,
    _: Translate,
    others: NDArray | None = None,
    mean: NDArray | None = None,
) -> pd.DataFrame:
    """Rows of the curve (x and y, each (n,)), its minima, and the path up to step `shown`.

    `path` holds w, f(w) and f′(w) at each step, (steps + 1,); `others` (samples, n) and `mean` (n,) are further
    losses over the curve's x. Each second place has the `start_rule` of the path that starts there.
    """
    places, values = curve
    starts = ["" if index % HELD_EVERY else start_rule(index // HELD_EVERY) for index in range(len(places))]
    parts = [_line("curve", places, values).assign(rule=starts)]
    if others is not None and mean is not None:
        parts += [_line("other", places, other, piece) for piece, other in enumerate(others)]
        parts.append(_line("mean", places, mean))
    parts.append(_bottoms(minima, _))
    w, f, slope = (quantity[: shown + 1] for quantity in path)
    parts += walk_rows(w, f, slope, x, y, _)
    return pd.concat([_COLUMNS, *parts], ignore_index=True).assign(start=path[0][0]).fillna(_MISSING)


def _bottoms(minima: Sequence[Minimum], _: Translate) -> pd.DataFrame:
    told = _("{minimum}: f = {y}")
    return pd.DataFrame(
        {
            "series": "bottom",
            "x": [(m.x + m.until) / 2 for m in minima],
            "y": [m.value for m in minima],
            "label": [class_color(index) for index in range(len(minima))],
            "told": [told.format(minimum=named(m, _), y=typeset(m.value)) for m in minima],
        }
    )


def _line(series: str, x: NDArray, y: NDArray, piece: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"series": series, "x": x, "y": np.where(np.isfinite(y), y, np.nan), "piece": piece})


_NUMBERS, _WORDS = ("x", "y", "x2", "y2", "piece", "head", "fade"), ("series", "label", "told", "rule")
_COLUMNS = pd.DataFrame({name: pd.Series(dtype=float) for name in _NUMBERS} | {n: pd.Series(dtype=str) for n in _WORDS})
_MISSING = {"label": "", "told": "", "rule": "", "piece": 0}
