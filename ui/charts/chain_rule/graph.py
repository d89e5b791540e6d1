"""A graph of boxes in rows: names, numbers or small pictures in them, arrows between, groups behind (2.4.4).

Boxes, arrows and texts keep their places while a walk goes through: only data changes, so nothing flickers.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from ui.charts.palette import GREY, MAGENTA, TEAL
from ui.charts.rows import rows
from ui.charts.spec import layered, renderer
from ui.text import Translate

CLICKED = "clicked"  # the selection's name: its points have `node`
NUMBERS = ("x", "y", "x2", "y2", "order", "node")
WORDS = ("edge", "state", "kind", "label", "url", "tip", "shape")
HALF_WIDTH, HALF_HEIGHT = 0.46, 0.39  # of a box, in lanes and rows
PICTURED_ROW, ROW = 54, 66  # pixels: two lines of text and pictures, or three lines
MARGIN = 0.16  # lanes, for the names of groups
_PICTURE = 40


def graph_chart(
    _: Translate, lanes: float, count: int, pictured: bool, grouped: bool, description: str
) -> alt.LayerChart:
    """`count` rows of boxes on so many lanes; `pictured`: a picture at each side of the text; `grouped`: groups behind.

    Data: the series group, group name, edge, arrow, box, name, text, picture left and picture right. `state` is
    "waiting", "done" or "now", of edges and arrows "active"; `kind` says what a box is, where an
    arrow points, or that a text stands between pictures.
    """
    width = lanes + (MARGIN if grouped else 0)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, width - 0.5], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[count - 0.5, -0.5], nice=False, zero=False))
    row = PICTURED_ROW if pictured else ROW
    clicked = alt.selection_point(CLICKED, fields=["node"], on="click", toggle=False)
    room = f"width / {width}"
    font: dict[str, Any] = {"fontSize": alt.ExprRef(f"max(9, min(13, ({room}) / {13 if pictured else 7.5}))")}
    font["limit"] = alt.ExprRef(f"({room}) * 0.9 - (datum.kind == 'pictured' ? {2 * _PICTURE + 4} : 0)")
    faded = alt.when(alt.datum.state == "waiting").then(alt.value(0.45)).otherwise(alt.value(1.0))
    word: dict[str, Any] = {"color": "currentColor", "tooltip": None, "baseline": "middle"}
    layers = [
        rows("group").mark_rect(cornerRadius=8, fill=GREY, fillOpacity=0.08, tooltip=None)
        .encode(x, y, x2="x2", y2="y2"),
        rows("group name").mark_text(angle=270, fontSize=12, opacity=0.8, **word).encode(x, y, text="label:N"),
        rows("edge").mark_line(strokeJoin="round", tooltip=None).encode(x, y, **_edge()),
        rows("arrow").mark_point(filled=True, size=70, opacity=1, tooltip=None)
        .encode(x, y, shape=alt.Shape("kind:N", scale=None), color=_highlighted("active")),
        rows("box").mark_rect(cornerRadius=5, fill=GREY, cursor="pointer").encode(x, y, x2="x2", y2="y2", **_box()),
        rows("name").mark_text(fontWeight=700, **font, **word).encode(x, y, text="label:N", opacity=faded),
        rows("text").mark_text(**font, **word).encode(x, y, text="label:N", opacity=faded),
        *(rows(f"picture {side}").mark_image(width=_PICTURE, height=_PICTURE, smooth=False, align=side, tooltip=None)
          .encode(x, y, url="url:N") for side in ("left", "right")),
    ]  # fmt: skip
    layers[4] = layers[4].add_params(clicked)
    # only in an SVG is currentColor the colour of the page's text
    return layered(*layers).properties(height=count * row, description=description, usermeta=renderer("svg"))


def _highlighted(state: str) -> Any:
    return alt.when(alt.datum.state == state).then(alt.value(MAGENTA)).otherwise(alt.value(GREY))


def _edge() -> dict[str, Any]:
    width = alt.when(alt.datum.state == "active").then(alt.value(2.5)).otherwise(alt.value(1.3))
    return {"detail": "edge:N", "order": "order:Q", "color": _highlighted("active"), "strokeWidth": width}


def _box() -> dict[str, Any]:
    """Trained parameters have their own edge, the box where the walk stands has a thick one."""
    now, waiting = alt.datum.state == "now", alt.datum.state == "waiting"
    stroke = alt.when(now).then(alt.value(MAGENTA)).when(alt.datum.kind == "parameter").then(alt.value(TEAL))
    return {
        "stroke": stroke.otherwise(alt.value(GREY)),
        "strokeWidth": alt.when(now).then(alt.value(3.5)).otherwise(alt.value(1.2)),
        "fillOpacity": alt.when(waiting).then(alt.value(0.02)).otherwise(alt.value(0.13)),
        "tooltip": [alt.Tooltip("label:N", title=" "), alt.Tooltip("tip:N", title=" ")],
    }
