"""One link of f(g(x)): a function with its tangent at a place, and a little change that goes through it (2.4.4).

The change that comes in is the base of a triangle under the tangent, the one that goes out its height: slope
times base. Drawn twice side by side, what goes out of g comes in to f, in one colour.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from engines.chain_rule.composition import Link
from ui.charts.numerals import number
from ui.charts.palette import BLUE, DASHES, GOLD, MAGENTA, RED, TEAL
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.charts.tangent import HEIGHT, picker, up_axis
from ui.charts.windows import Samples, Window
from ui.text import Translate

COLORS = (GOLD, TEAL, MAGENTA)  # of the change in x, in u = g(x), in y = f(u)
_BESIDE = {  # where the tangent does not go
    "dx": alt.ExprRef("datum.far > 0 ? 2 : -2"),
    "dy": alt.ExprRef("datum.rises < 0 ? -13 : 15"),
    "align": alt.ExprRef("datum.far > 0 ? 'right' : 'left'"),
}
_ASIDE = {  # at the far end of the picture there is room to the left only
    "dx": alt.ExprRef("datum.far > 0 ? -9 : 9"),
    "align": alt.ExprRef("datum.far > 0 ? 'right' : 'left'"),
}
_FAR, _INSIDE = 0.74, 0.06  # of the picture's width: where that end begins; how far within the picture words stay


class Axes(NamedTuple):
    """What stands at the axes, and which of the three changes comes in (its number): the next one goes out."""

    across: str
    up: str
    change: int


def link_chart(_: Translate, axes: Axes, x: Window, y: Window, movable: bool = False) -> alt.LayerChart:
    """The picture in the given windows. Data: `link_frame`. If `movable`, a click or drag picks a place."""
    across = alt.X("x:Q", title=axes.across, scale=x.scale, axis=alt.Axis(grid=False, tickCount=8))
    up = alt.Y("y:Q", title=axes.up, scale=y.scale, axis=up_axis(6))
    line: dict[str, Any] = {"clip": True, "tooltip": None}
    dot: dict[str, Any] = {"filled": True, "opacity": 1, "clip": True}
    exact = [alt.Tooltip("x:Q", title=axes.across, format=".6g"), alt.Tooltip("y:Q", title=axes.up, format=".6g")]
    came, goes = COLORS[axes.change : axes.change + 2]
    word: dict[str, Any] = {"fontWeight": "bold", "fontSize": 13, "tooltip": None}
    layers = [
        rows("f").mark_line(color=BLUE, strokeWidth=3, **line).encode(detail="piece:N"),
        rows("tangent").mark_line(color=RED, strokeWidth=2, strokeDash=list(DASHES[1]), **line),
        rows("in").mark_rule(color=came, strokeWidth=5, **line).encode(alt.X2("x2")),
        rows("out").mark_rule(color=goes, strokeWidth=5, **line).encode(alt.Y2("y2")),
        rows("point").mark_point(color=RED, size=130, **dot).encode(tooltip=exact),
        rows("real").mark_point(color=BLUE, size=70, **dot).encode(tooltip=exact),
        rows("name of in").mark_text(color=came, **word, **_BESIDE).encode(text="label:N"),
        rows("name of out").mark_text(color=goes, **word, **_ASIDE).encode(text="label:N"),
    ]
    drawn = [layer.encode(across, up) for layer in layers] + (picker(across, up, "f") if movable else [])
    told = _("A function, its tangent at one place, and a small change that the slope multiplies")
    return layered(*drawn).properties(height=HEIGHT, description=told)


def link_frame(
    samples: Samples, here: Link, change: float, real: float, names: tuple[str, str], windows: tuple[Window, Window]
) -> pd.DataFrame:
    """Rows of the curve, the tangent, the place, and the change: `change` comes in, slope · change goes out.

    `real` is the function's value at place + change, `names` are what the two changes are called; their names
    stay inside the windows of x and y. What is not defined is left out.
    """
    x, y, a = here.place, here.value, here.slope
    parts: list[Rows] = [samples.rows("f", samples.value)]
    if np.isfinite([x, y]).all():
        parts.append({"series": "point", "x": x, "y": y})
    if np.isfinite([x, y, a, change]).all():
        ends, ahead, up = np.array([samples.x[0], samples.x[-1]]), x + change, y + a * change
        parts += [
            {"series": "tangent", "x": ends, "y": y + a * (ends - x), "piece": 0},
            {"series": "in", "x": x, "x2": ahead, "y": y},
            {"series": "out", "x": ahead, "y": y, "y2": up},
            {"series": "real", "x": ahead, "y": real},
            *_names(here, change, names, windows),
        ]
    return frame(parts, ("x", "y", "x2", "y2", "piece", "rises", "far"), ("label",)).assign(p=x)


def _names(here: Link, change: float, names: tuple[str, str], windows: tuple[Window, Window]) -> list[Rows]:
    """What both changes are called, in the middle of what is to be seen of them."""
    across, up = windows
    x, y, out = here.place, here.value, here.slope * change
    ahead, level = _kept(x + change, across), _kept(y, up)
    far = float(ahead > across.low + _FAR * (across.high - across.low))
    return [
        {"series": "name of in", "x": _kept(x, across), "y": level, "rises": out, "far": max(far, float(change < 0))}
        | {"label": f"{names[0]} = {number(change)}"},
        {"series": "name of out", "x": ahead, "y": (level + _kept(y + out, up)) / 2, "far": far}
        | {"label": f"{names[1]} = {number(out)}"},
    ]


def _kept(place: float, window: Window) -> float:
    """The place, or the nearest one well inside the window."""
    margin = _INSIDE * (window.high - window.low)
    return min(max(place, window.low + margin), window.high - margin)
