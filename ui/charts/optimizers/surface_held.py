"""While the start is dragged over a surface: the engine's first steps from places all over it, at hand in the browser.

The page hears of the drag when it is over; then the race starts where it ended (chapter 2.4.3, figure 2-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines.descent.paths import Paths
from ui.charts.numerals import number
from ui.charts.palette import GREY
from ui.charts.relief import ACROSS, UP, centres
from ui.charts.rows import Rows, frame, rows
from ui.charts.windows import Window
from ui.text import Translate

HELD = "held"  # the data set
STEPS = 30  # of each path
_EVERY, _WIDE, _HIGH = 3, 3, 4  # steps between two points of a path; cells of the map that share a place
DRAGGED = alt.selection_point(
    name="dragged", fields=["place"], on="[pointerdown, window:pointerup] > pointermove", toggle=False,
    clear="window:pointerup", empty=False,
)  # fmt: skip
_HERE = "isValid(dragged.place) && datum.place == dragged.place[0]"
_WORDS: tuple[dict[str, Any], ...] = (  # legible on any ground
    {"stroke": "#FFFFFF", "strokeWidth": 4, "strokeJoin": "round"},
    {"color": "#000000"},
)
_HELD = alt.Chart(alt.NamedData(name=HELD))


def places(x: Window, y: Window) -> NDArray[np.float64]:
    """The points (places, 2) that paths are at hand from, row by row."""
    across, up = centres(x, ACROSS // _WIDE), centres(y, UP // _HIGH)
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def place_at(x: Window, y: Window) -> str:
    """A Vega expression: the number of the place nearest to a row's x and y."""
    columns, lines = ACROSS // _WIDE, UP // _HIGH
    column = f"floor((datum.x - {x.low}) / {(x.high - x.low) / columns})"
    line = f"floor((datum.y - {y.low}) / {(y.high - y.low) / lines})"
    return f"{columns} * {line} + {column}"


def faded(opacity: float = 1.0) -> alt.ExprRef:
    """The opacity of what the drag leaves behind."""
    return alt.ExprRef(f"isValid(dragged.place) ? {0.15 * opacity} : {opacity}")


def held_layers(across: alt.X, up: alt.Y, color: alt.Color, dash: alt.StrokeDash) -> list[alt.Chart]:
    """The start under the finger with its height, and each racer's first steps from there. Data: `held_frame`."""
    path = rows("path", _HELD).transform_filter(_HERE)
    place = rows("place", _HELD).transform_filter(_HERE)
    return [
        path.mark_line(strokeWidth=2.2, clip=True, tooltip=None).encode(
            across, up, color=color, strokeDash=dash, order="step:Q"
        ),
        path.transform_filter("datum.last == 1")
        .mark_point(filled=True, size=130, opacity=1, clip=True, tooltip=None)
        .encode(across, up, color=color),
        place.mark_point(size=170, strokeWidth=2.5, color=GREY, opacity=1, tooltip=None).encode(across, up),
        *(
            place.mark_text(**look, fontWeight="bold", fontSize=13, baseline="top", tooltip=None).encode(
                x=alt.value(alt.ExprRef("width / 2")), y=alt.value(6), text="told:N"
            )
            for look in _WORDS
        ),
    ]


def held_frame(found: Sequence[tuple[str, Paths]], x: Window, y: Window, _: Translate) -> pd.DataFrame:
    """Rows of each place, and of each racer's path from there to its first point outside; `found` by their names."""
    sentence = _("from ({x}, {y}), f = {f}: the first {steps} steps")
    (_first, paths), *_others = found
    told = [
        sentence.format(x=number(a), y=number(b), f=number(f), steps=paths.steps)
        for (a, b), f in zip(paths.points[0], paths.values[0], strict=True)
    ]
    numbers = np.arange(len(told))
    starts: Rows = {"series": "place", "x": paths.points[0, :, 0], "y": paths.points[0, :, 1], "place": numbers}
    parts = [starts | {"told": np.array(told, object)}]
    return frame([*parts, *(_paths(name, each, x, y) for name, each in found)], _NUMBERS, ("name", "told"))


_NUMBERS = ("x", "y", "step", "place", "last")


def _paths(name: str, paths: Paths, x: Window, y: Window) -> Rows:
    """Every third step as far as it is inside, the first one outside too; `last` says where somebody still stands."""
    points = paths.points
    inside = (points >= [x.low, y.low]) & (points <= [x.high, y.high])
    stands = np.logical_and.accumulate(inside.all(axis=-1), axis=0)
    leaves = np.vstack([np.zeros_like(stands[:1]), stands[:-1] & ~stands[1:]])
    steps = np.arange(len(points))[:, None]
    kept = (stands & ((steps % _EVERY == 0) | (steps == paths.steps))) | leaves
    step, place = np.nonzero(kept)
    last = (step == paths.steps) & stands[step, place]
    return {
        "series": "path", "name": name, "x": points[step, place, 0], "y": points[step, place, 1], "step": step,
        "place": place, "last": last.astype(float),
    }  # fmt: skip
