"""Circles with a few words and lines between them: a small network or a chain of functions on scalars (2.4.4).

A line carries a number: orange above zero, blue below, the thicker the larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ui.charts.palette import GREY, NEGATIVE, POSITIVE, RED
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered, renderer
from ui.text import Translate

_RADIUS = "min(42, width / 13)"  # in pixels; on a telephone smaller
_FONT = alt.ExprRef("max(9.5, min(13.5, width / 34))")


class Spot(NamedTuple):
    """A circle at (x, y), both from 0 to 1, with lines of text in it, more text and a red note under it."""

    x: float
    y: float
    text: str
    under: str = ""
    note: str = ""


class Wire(NamedTuple):
    """A line from a spot to one on its right, or straight below it, with a number, a text and a red note.

    They stand `along` the line (0 to 1), on the side where it does not run: a line that falls has them to the right
    above it, one that rises to the right below it, a level one above ("below" if `side` says so), a drop on its right.
    """

    start: Spot
    end: Spot
    weight: float
    text: str
    note: str = ""
    along: float = 0.5
    side: str = ""


def diagram(_: Translate, description: str, height: int = 300) -> alt.LayerChart:
    """Spots and wires. Data: `diagram_frame`. Both lines and circles keep their place whatever the numbers are."""
    place = [alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1])), alt.Y("y:Q", axis=None, scale=_UNIT)]
    ends = [alt.X2("x2"), alt.Y2("y2")]
    color = alt.when("datum.weight < 0").then(alt.value(NEGATIVE)).when("datum.weight > 0").then(alt.value(POSITIVE))
    color = color.otherwise(alt.value(GREY))
    width = alt.StrokeWidth("size:Q", scale=alt.Scale(domain=[0, 3], range=[1.5, 6], clamp=True), legend=None)
    line: dict[str, Any] = {"tooltip": None, "opacity": 0.75}
    lines = [
        rows(series).mark_rule(**_from_edge_to_edge(axis), **line) for series, axis in (("wire", "x"), ("drop", "y"))
    ]
    circles = rows("spot").mark_point(
        shape="circle", size=alt.ExprRef(f"PI * pow({_RADIUS}, 2)"),
        stroke=GREY, strokeWidth=2, filled=True, fill=GREY, fillOpacity=0.1, opacity=1,
    )  # fmt: skip
    word: dict[str, Any] = {"fontSize": _FONT, "lineBreak": "\n", "baseline": "middle", "tooltip": None}
    word["dy"], word["lineHeight"] = alt.ExprRef(_TWO_LINES), 16
    inside = rows("spot").mark_text(color="currentColor", fontWeight=600, **word)
    below = word | {"baseline": "top"}
    beside = word | {"align": alt.ExprRef(_ALIGN), "dx": alt.ExprRef(_RIGHT)}
    on_wires = rows("text").mark_text(color="currentColor", **(beside | {"dy": alt.ExprRef(_TEXT)}))
    note = rows("text").mark_text(color=RED, fontWeight=700, **(beside | {"dy": alt.ExprRef(_NOTE)}))
    layers = [
        *(mark.encode(*place, *ends, color=color, strokeWidth=width) for mark in lines),
        circles.encode(*place, tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("under:N", title=" ")]),
        inside.encode(*place, text="label:N"),
        rows("spot").mark_text(color="currentColor", **(below | {"dy": _UNDER})).encode(*place, text="under:N"),
        rows("spot")
        .mark_text(color=RED, fontWeight=700, **(below | {"dy": _UNDER_THAT}))
        .encode(*place, text="note:N"),
        on_wires.encode(*place, text="label:N"),
        note.encode(*place, text="note:N"),
    ]
    # only in an SVG is currentColor the colour of the page's text
    return layered(*layers).properties(height=height, description=description, usermeta=renderer("svg"))


def _from_edge_to_edge(axis: str) -> dict[str, Any]:
    """A line goes from the edge of one circle to that of the next."""
    return {f"{axis}Offset": alt.ExprRef(_RADIUS), f"{axis}2Offset": alt.ExprRef(f"-{_RADIUS}")}


_ALIGN = "datum.side == 'above' || datum.side == 'below' ? 'center' : 'left'"
_ALONG = f"{_RADIUS} * (1 - 2 * datum.along)"  # the line begins and ends at the edges of circles, not in their middles
_RIGHT = f"datum.side == 'drop' ? 8 : datum.side == 'above' || datum.side == 'below' ? 0 : 7 + {_ALONG}"
_LINES = "(length(split(datum.label, '\\n')) - 1 + length(split(datum.note, '\\n')) - 1)"
_UP = "datum.side == 'above' || datum.side == 'above right'"
_SPREAD = "(datum.label && datum.note ? 16 : 0)"
_TEXT = f"({_UP}) ? -10 - {_SPREAD} - 16 * {_LINES} : datum.side == 'drop' ? -8 * {_LINES} - {_SPREAD} / 2 : 13"
_NOTE = f"({_UP}) ? -10 - 16 * {_LINES} : datum.side == 'drop' ? -8 * {_LINES} + {_SPREAD} / 2 : 13 + {_SPREAD}"
_TWO_LINES = "indexof(datum.label, '\\n') < 0 ? 0 : -8"
_UNIT = alt.Scale(domain=[0, 1])
_UNDER, _UNDER_THAT = alt.ExprRef(f"{_RADIUS} + 6"), alt.ExprRef(f"{_RADIUS} + 22")


def diagram_frame(spots: Sequence[Spot], wires: Sequence[Wire]) -> pd.DataFrame:
    """The rows of the circles, the lines, and the texts on the lines."""
    parts: list[Rows] = [
        {"series": "spot", "x": s.x, "y": s.y, "label": s.text, "under": s.under, "note": s.note} for s in spots
    ]
    for wire in wires:
        series = "drop" if wire.start.x == wire.end.x else "wire"
        parts.append({"series": series, **_ends(wire), "weight": wire.weight, "size": abs(wire.weight)})
        x, y = _at(wire, wire.along)
        text = {"label": wire.text, "note": wire.note, "side": wire.side or _side(wire), "along": wire.along}
        parts.append({"series": "text", "x": x, "y": y, **text})
    return frame(parts, ("x", "y", "x2", "y2", "weight", "size", "along"), ("label", "under", "note", "side"))


def _side(wire: Wire) -> str:
    """Where the line's texts stand: left-aligned beside a slanting line, above a level one."""
    if wire.start.x == wire.end.x:
        return "drop"
    rise = wire.end.y - wire.start.y
    return "above" if rise == 0 else "below right" if rise > 0 else "above right"


def _ends(wire: Wire) -> dict[str, float]:
    return {"x": wire.start.x, "y": wire.start.y, "x2": wire.end.x, "y2": wire.end.y}


def _at(wire: Wire, t: float) -> tuple[float, float]:
    """The place so far along the line."""
    start, end = wire.start, wire.end
    return (1 - t) * start.x + t * end.x, (1 - t) * start.y + t * end.y
