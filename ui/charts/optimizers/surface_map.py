"""A race on a surface seen from above: the land, and all paths up to the step that is played (figure 2-12)."""

from __future__ import annotations

from functools import partial

import altair as alt

from ui.charts.contour import HEIGHT, PICKED, axes, ground, marks
from ui.charts.optimizers.surface_held import DRAGGED, faded, held_layers, place_at
from ui.charts.optimizers.surface_tracks import racer_styles
from ui.charts.palette import GREY
from ui.charts.played import following, just_now, so_far
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.windows import Window
from ui.text import Translate

LAND, TRACKS = "land", "tracks"  # the data sets: one stays with the surface, one with the race; and `HELD`
_PICKED = alt.selection_point(  # where a click, or a drag, ends
    name=PICKED, fields=["x", "y", "now"], on="pointerup", toggle=False, clear=False, empty=False
)
CROSS = "M-1,-1L1,1M-1,1L1,-1"
_LAND, _TRACKS = alt.Chart(alt.NamedData(name=LAND)), alt.Chart(alt.NamedData(name=TRACKS))


def surface_map(_: Translate, x: Window, y: Window, racers: tuple[str, ...]) -> alt.LayerChart:
    """Data: `contour.ground_rows` as the set `LAND`, `tracks_frame` as `TRACKS`, `held_frame` as `HELD`.

    A click picks a cell, and so does a drag when it ends. While the start is dragged, the paths from there are drawn,
    and those of the race fade.
    """
    across, up = axes(x, y, ("x", "y"))
    color, dash = racer_styles(racers, _)
    told = [
        alt.Tooltip("name:N", title=" "), alt.Tooltip("step:Q", title=_("step")), alt.Tooltip("x:Q", format=".4g"),
        alt.Tooltip("y:Q", format=".4g"), alt.Tooltip("f:Q", format=".6g"),
    ]  # fmt: skip
    path = so_far(_tracks("path"))
    lines = path.mark_line(strokeWidth=2.2, opacity=faded(), clip=True, tooltip=None)
    dots = path.mark_point(filled=True, size=14, opacity=faded(), clip=True)
    heads = just_now(_tracks("path")).mark_point(filled=True, size=130, opacity=faded(), clip=True)
    exits = so_far(_tracks("exit")).mark_point(shape=CROSS, size=90, strokeWidth=3, opacity=faded())
    start = _tracks("start").mark_point(size=170, strokeWidth=2.5, color=GREY, opacity=faded())
    land, cells, levels = ground(partial(_land, x, y), x, y, ("x", "y"), clickable=False)
    layers = layered(
        land,
        cells.add_params(DRAGGED, _PICKED),
        levels,
        start.encode(across, up, tooltip=told[2:]),
        lines.encode(across, up, color=color, strokeDash=dash, order="step:Q"),
        dots.encode(across, up, color=color, tooltip=told),
        exits.encode(across, up, color=color, tooltip=alt.Tooltip("told:N", title=" ")),
        marks(partial(_land, x, y), across, up),
        heads.encode(across, up, color=color, tooltip=told),
        *held_layers(across, up, color, dash),
    )
    title = _("Contour map of a function of two parameters, with the path of each optimizer")
    return following(layers).properties(height=HEIGHT, description=title)


def _land(x: Window, y: Window, series: str) -> alt.Chart:
    drawn = rows(series, _LAND)
    if series != "cell":
        return drawn
    # the same cell can be clicked again in another race
    return drawn.transform_calculate(now=f"data('{TRACKS}')[0].number", place=place_at(x, y))


def _tracks(series: str) -> alt.Chart:
    return rows(series, _TRACKS)
