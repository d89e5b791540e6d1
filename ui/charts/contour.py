"""A function of two parameters seen from above: colour and contour lines, paths, and points to click (figure 2-12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.gradient_descent.downhill import downhill_arrows
from ui.charts.palette import COLORS, DASHES, GREY
from ui.charts.played import FOR_EVER, following, just_now, so_far
from ui.charts.relief import ACROSS, UP, Relief, centres, inside_until
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.windows import Window
from ui.text import Translate

HEIGHT = 370
PICKED = "picked"
_FARTHEST, _FINEST = 1e6, 2e-4  # a point beyond is not drawn, nor a move below this share of the frame
_AXIS_WIDTH = 40
_TOLD = [alt.Tooltip("x:Q", format=".3f"), alt.Tooltip("y:Q", format=".3f"), alt.Tooltip("f:Q", format=".6g")]


def contour_chart(
    _: Translate,
    x: Window,
    y: Window,
    names: tuple[str, str],
    clickable: bool = True,
    height: int = HEIGHT,
    played: bool = False,
    arrows: bool = False,
) -> alt.LayerChart:
    """Height as colour, contour lines, paths and marked points. Data: `contour_frame`. A click picks a cell.

    `played`: only the paths up to the step that the page's player says, with each ball where it is then; `arrows`:
    with those of `downhill_rows`.
    """
    across, up = axes(x, y, names)
    color = alt.Color("ball:N", scale=alt.Scale(domain=list(range(6)), range=list(COLORS)), legend=None)
    dash = alt.StrokeDash(
        "ball:N", scale=alt.Scale(domain=list(range(6)), range=[list(d) for d in DASHES]), legend=None
    )
    walk = [*_TOLD, alt.Tooltip("step:Q", title=_("step"))]
    path = so_far(rows("path")) if played else rows("path")
    paths = path.mark_line(strokeWidth=2.2, clip=True, tooltip=None)
    dots = path.mark_point(filled=True, size=16, opacity=1, clip=True)
    starts = (
        rows("path").transform_filter("datum.step == 0").mark_point(size=110, strokeWidth=2.5, opacity=1, clip=True)
    )
    ends = (just_now(rows("path")) if played else rows("end")).mark_point(filled=True, size=130, opacity=1, clip=True)
    further = downhill_arrows(rows, across, up) if arrows else []
    made = layered(
        *ground(rows, x, y, names, clickable),
        paths.encode(across, up, color=color, strokeDash=dash, detail="track:N", order="step:Q"),
        dots.encode(across, up, color=color, tooltip=walk),
        starts.encode(across, up, color=color, tooltip=walk),
        ends.encode(across, up, color=color, tooltip=walk),
        marks(rows, across, up),
        *further,
    )
    described = _("Contour map of a function of two parameters, with paths of descent")
    return (following(made) if played else made).properties(height=height, description=described)


def axes(x: Window, y: Window, names: tuple[str, str]) -> tuple[alt.X, alt.Y]:
    """The columns `x` and `y` on axes over the frame."""
    axis = alt.Axis(grid=False, tickCount=6, minExtent=_AXIS_WIDTH, maxExtent=_AXIS_WIDTH, titlePadding=4)
    across = alt.X("x:Q", title=names[0], scale=x.scale, axis=alt.Axis(grid=False, tickCount=7, titlePadding=4))
    return across, alt.Y("y:Q", title=names[1], scale=y.scale, axis=axis)


def ground(
    rows: Callable[[str], alt.Chart], x: Window, y: Window, names: tuple[str, str], clickable: bool
) -> list[alt.Chart]:
    """The land, its cells to point at and to click, its contour lines; `rows` gives the rows of a series."""
    across, up = axes(x, y, names)
    wide, high = (x.high - x.low) / ACROSS / 2, (y.high - y.low) / UP / 2
    land = rows("land").mark_image(
        width=alt.ExprRef("width"), height=alt.ExprRef("height"), align="left", baseline="top", aspect=False,
        tooltip=None,
    )  # fmt: skip
    cells = rows("cell").transform_calculate(
        left=f"datum.x - {wide}", right=f"datum.x + {wide}", low=f"datum.y - {high}", high=f"datum.y + {high}"
    )
    cells = cells.mark_rect(opacity=0).encode(
        alt.X("left:Q", scale=x.scale, title=names[0]), alt.X2("right"), alt.Y("low:Q", scale=y.scale), alt.Y2("high"),
        tooltip=_TOLD,
    )  # fmt: skip
    if clickable:
        cells = cells.add_params(
            alt.selection_point(
                name=PICKED, fields=["x", "y", "now"], on="click", toggle=False, clear=False, empty=False
            )
        )
    lines = rows("line").mark_rule(color=GREY, strokeWidth=0.8, opacity=0.9, tooltip=None)
    return [
        land.encode(x=alt.value(0), y=alt.value(0), url="told:N"),
        cells,
        lines.encode(across, up, alt.X2("x2"), alt.Y2("y2")),
    ]


def marks(rows: Callable[[str], alt.Chart], across: alt.X, up: alt.Y) -> alt.Chart:
    """Stationary points, each kind in its shape: the bars of a cross for a saddle."""
    shape = alt.Scale(
        domain=["minimum", "maximum", "saddle", "flat"], range=["triangle-down", "triangle-up", "cross", "square"]
    )
    mark = rows("mark").mark_point(filled=True, size=150, color="#FFFFFF", stroke="#000000", strokeWidth=1.5, opacity=1)
    return mark.encode(
        across,
        up,
        shape=alt.Shape("label:N", scale=shape, legend=None),
        tooltip=[*_TOLD, alt.Tooltip("told:N", title=" ")],
    )


def contour_frame(
    land: Relief,
    points: NDArray[np.float64],
    values: NDArray[np.float64],
    marks: Sequence[tuple[float, float, float, str, str]] = (),
    further: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Rows of cells, lines, paths and marks, and those of further layers.

    `points` (steps + 1, balls, 2) with `values` (steps + 1, balls); a path ends where it leaves the frame. `marks`
    are (x, y, f, kind, word for it).
    """
    joined = pd.concat(
        [_COLUMNS, *ground_rows(land, marks), _tracks(land, points, values), *further], ignore_index=True
    )
    return joined.assign(now=float(points.shape[1])).fillna({"label": "", "told": ""})


def ground_rows(land: Relief, marks: Sequence[tuple[float, float, float, str, str]] = ()) -> list[pd.DataFrame]:
    """The rows of the land's picture, its cells and contour lines, and of the marks (x, y, f, kind, word for it)."""
    xs, ys = np.meshgrid(centres(land.x, ACROSS), centres(land.y, UP))
    cells = pd.DataFrame({"series": "cell", "x": xs.ravel(), "y": ys.ravel(), "f": land.values.ravel()})
    picture = pd.DataFrame({"series": ["land"], "told": [land.picture]})
    lines = land.lines[["x", "y", "x2", "y2"]].assign(series="line")
    parts = [picture, cells[np.isfinite(cells.f)], lines]
    if marks:  # without a row the columns would have no types
        parts.append(pd.DataFrame(list(marks), columns=["x", "y", "f", "label", "told"]).assign(series="mark"))
    return parts


def _tracks(land: Relief, points: NDArray, values: NDArray) -> pd.DataFrame:
    """Each ball's path to the first point outside the frame; where it stays inside, its last point as its end."""
    steps, balls = values.shape
    column: dict[str, list[NDArray]] = {name: [] for name in ("x", "y", "f", "step", "until", "track", "ended")}
    for ball in range(balls):
        count = inside_until(land, points[:, ball])
        shown = worth_drawing(land, points[: count + 1, ball])
        for name, drawn in zip("xyf", (*points[shown, ball].T, values[shown, ball]), strict=True):
            column[name].append(drawn)
        column["step"].append(shown)
        column["until"].append(np.append(shown[1:], FOR_EVER if count == steps else shown[-1]))  # outside nobody stands
        column["track"].append(np.full(len(shown), ball))
        column["ended"].append(shown == (steps - 1 if count == steps else -1))
    frame = pd.DataFrame({name: np.concatenate(parts) for name, parts in column.items()})
    frame = frame.assign(series="path", ball=frame.track % len(COLORS))
    ends = frame[frame.pop("ended")].assign(series="end")
    return pd.concat([frame, ends])


def worth_drawing(land: Relief, points: NDArray) -> NDArray[np.intp]:
    """The steps at which a path is drawn: those with numbers to draw, without all but the last that hardly move."""
    size = np.array([land.x.high - land.x.low, land.y.high - land.y.low])
    with np.errstate(all="ignore"):
        drawable = (np.abs(points) < _FARTHEST).all(axis=1)
        moves = np.abs(np.diff(points, axis=0, append=np.inf) / size).max(axis=1) > _FINEST
    moves[0] = True
    return np.flatnonzero(drawable & moves)


_COLUMNS = pd.DataFrame(
    {name: pd.Series(dtype=float) for name in ("x", "y", "f", "x2", "y2", "step", "until", "ball", "track")}
    | {name: pd.Series(dtype=str) for name in ("series", "label", "told")}
)
