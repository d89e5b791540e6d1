"""Two arrows from a point of a map: where −gradient points, and where the minimum lies, with the angle between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.descent.surface_verdicts import Downhill
from ui.charts.relief import Relief
from ui.text import Translate

_LENGTH, _SHORTEST = 0.3, 0.12  # of the frame's height
_HALFWAY = 0.5  # along the arrows: where between them the angle is written
_DARK, _HALO = "#000000", "#FFFFFF"  # seen on every shade and every path
_TURN = (  # of a head that points to the right
    "atan2(scale('y', datum.y2) - scale('y', datum.y), scale('x', datum.x2) - scale('x', datum.x)) * 180 / PI"
)
_WORD: dict[str, Any] = {"fontWeight": "bold", "fontSize": 12, "dx": alt.ExprRef("datum.x2 < datum.x ? -10 : 10"),
                         "clip": True, "tooltip": None}  # fmt: skip
_ANGLE: dict[str, Any] = {"fontWeight": "bold", "fontSize": 15, "clip": True, "tooltip": None}


def downhill_arrows(rows: Callable[[str], alt.Chart], across: alt.X, up: alt.Y) -> list[alt.Chart]:
    """Data: `downhill_rows`. The way to the minimum is dashed."""
    arrows = rows("way")
    ends = {"x": alt.X("x2:Q"), "y": alt.Y("y2:Q")}
    dash = alt.condition("datum.label == 'steepest'", alt.value([1, 0]), alt.value([5, 4]))
    beside = alt.ExprRef("datum.x2 < datum.x ? 'right' : 'left'")
    shafts = arrows.encode(across, up, alt.X2("x2"), alt.Y2("y2"))
    words, angle = arrows.encode(text="told:N", **ends), rows("angle").encode(across, up, text="told:N")
    return [
        shafts.mark_rule(color=_HALO, strokeWidth=5, clip=True, tooltip=None),
        shafts.mark_rule(color=_DARK, strokeWidth=2.5, clip=True, tooltip=None).encode(strokeDash=dash),
        arrows.mark_point(
            shape="triangle-right", filled=True, size=130, color=_DARK, stroke=_HALO, strokeWidth=1, opacity=1,
            angle=alt.ExprRef(_TURN), clip=True, tooltip=None,
        ).encode(**ends),
        words.mark_text(stroke=_HALO, strokeWidth=4, align=beside, **_WORD),
        words.mark_text(color=_DARK, align=beside, **_WORD),
        angle.mark_text(stroke=_HALO, strokeWidth=4, **_ANGLE),
        angle.mark_text(color=_DARK, **_ANGLE),
    ]  # fmt: skip


def downhill_rows(land: Relief, way: Downhill | None, _: Translate) -> list[pd.DataFrame]:
    """Rows of the two arrows, equally long, none beyond the minimum, and of the angle; none without a way down."""
    if way is None:
        return []
    to_minimum = way.minimum - way.point
    directions = way.steepest, to_minimum / np.hypot(*to_minimum)
    high = land.y.high - land.y.low
    room = max(_SHORTEST * high, min(_room(land, way.point, direction) for direction in directions))
    length = min(_LENGTH * high, room, float(np.hypot(*to_minimum)))
    tips = [way.point + length * direction for direction in directions]
    between = way.point + _HALFWAY * length * sum(directions) / 2
    arrows = {
        "series": "way",
        "x": way.point[0],
        "y": way.point[1],
        "x2": [tip[0] for tip in tips],
        "y2": [tip[1] for tip in tips],
        "label": ["steepest", "minimum"],
        "told": [_("−gradient"), _("to the minimum")],
    }
    angle = {"series": ["angle"], "x": between[0], "y": between[1], "told": [f"{way.angle:.0f}°"]}
    return [pd.DataFrame(arrows), pd.DataFrame(angle)]


def _room(land: Relief, point: np.ndarray, direction: np.ndarray) -> float:
    """How far the frame reaches from the point in that direction."""
    edges = np.where(direction > 0, (land.x.high, land.y.high), (land.x.low, land.y.low))
    with np.errstate(all="ignore"):
        reach = (edges - point) / direction
    return float(np.nanmin(np.where(direction == 0, np.inf, reach)))
