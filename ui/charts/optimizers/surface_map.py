"""A race on a surface seen from above: the land, and all paths up to the step that is played (figure 2-12)."""

from __future__ import annotations

import altair as alt

from ui.charts.contour import HEIGHT, axes, ground, marks
from ui.charts.optimizers.surface_tracks import racer_styles
from ui.charts.palette import GREY
from ui.charts.played import following, just_now, so_far
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.windows import Window
from ui.text import Translate

LAND, TRACKS = "land", "tracks"  # the data sets: one stays with the surface, one with the race
CROSS = "M-1,-1L1,1M-1,1L1,-1"
_LAND, _TRACKS = alt.Chart(alt.NamedData(name=LAND)), alt.Chart(alt.NamedData(name=TRACKS))


def surface_map(_: Translate, x: Window, y: Window, racers: tuple[str, ...]) -> alt.LayerChart:
    """Data: `contour.ground_rows` as the set `LAND`, `tracks_frame` as the set `TRACKS`. A click picks a cell."""
    across, up = axes(x, y, ("x", "y"))
    color, dash = racer_styles(racers, _)
    told = [
        alt.Tooltip("name:N", title=" "), alt.Tooltip("step:Q", title=_("step")), alt.Tooltip("x:Q", format=".4g"),
        alt.Tooltip("y:Q", format=".4g"), alt.Tooltip("f:Q", format=".6g"),
    ]  # fmt: skip
    path = so_far(_tracks("path"))
    lines = path.mark_line(strokeWidth=2.2, clip=True, tooltip=None)
    dots = path.mark_point(filled=True, size=14, opacity=1, clip=True)
    heads = just_now(_tracks("path")).mark_point(filled=True, size=130, opacity=1, clip=True)
    exits = so_far(_tracks("exit")).mark_point(shape=CROSS, size=90, strokeWidth=3, opacity=1)
    start = _tracks("start").mark_point(size=170, strokeWidth=2.5, color=GREY, opacity=1)
    layers = layered(
        *ground(_land, x, y, ("x", "y"), clickable=True),
        start.encode(across, up, tooltip=told[2:]),
        lines.encode(across, up, color=color, strokeDash=dash, order="step:Q"),
        dots.encode(across, up, color=color, tooltip=told),
        exits.encode(across, up, color=color, tooltip=alt.Tooltip("told:N", title=" ")),
        marks(_land, across, up),
        heads.encode(across, up, color=color, tooltip=told),
    )
    title = _("Contour map of a function of two parameters, with the path of each optimizer")
    return following(layers).properties(height=HEIGHT, description=title)


def _land(series: str) -> alt.Chart:
    drawn = rows(series, _LAND)
    # the same cell can be clicked again in another race
    return drawn.transform_calculate(now=f"data('{TRACKS}')[0].number") if series == "cell" else drawn


def _tracks(series: str) -> alt.Chart:
    return rows(series, _TRACKS)
