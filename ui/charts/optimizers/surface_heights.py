"""The height of each racer on a surface at each step, up to the step that is played (chapter 2.4.3)."""

from __future__ import annotations

import altair as alt
import numpy as np

from ui.charts.contour import HEIGHT
from ui.charts.optimizers.surface_map import CROSS
from ui.charts.optimizers.surface_tracks import racer_styles
from ui.charts.played import following, just_now, so_far
from ui.charts.relief import Relief
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.windows import Window
from ui.text import Translate

_LOWEST = 1e-10  # of the highest
_PLAIN = "format(datum.value, abs(datum.value) < 100000 ? ',~r' : '~s')"
_POWERS = f"datum.value >= 0.001 && datum.value < 100000 ? {_PLAIN} : format(datum.value, '~e')"


def heights_window(land: Relief) -> tuple[Window, bool]:
    """The window of the heights on that land, whoever races there, and whether its axis is logarithmic.

    It is where the land is nowhere below 0; then it ends ten decades below the highest ground.
    """
    known = land.values[np.isfinite(land.values)]
    low, high = float(known.min()), float(known.max())
    if low >= 0 and high > 0:
        top = float(10 ** np.ceil(np.log10(high)))
        return Window(top * _LOWEST, top), True
    margin = 0.06 * (high - low) or 1.0
    return Window(float(f"{low - margin:.3g}"), float(f"{high + margin:.3g}")), False


def surface_heights(_: Translate, steps: int, y: Window, log: bool, racers: tuple[str, ...]) -> alt.LayerChart:
    """One line a racer; a cross where it left the frame. Data: `heights_frame`."""
    scale = alt.Scale(type="log", domain=[y.low, y.high], nice=False) if log else y.scale
    axis = alt.Axis(tickCount=5, labelExpr=_POWERS if log else _PLAIN, minExtent=44, maxExtent=44, titlePadding=4)
    title = _("loss f (logarithmic)") if log else _("loss f")
    up = alt.Y("f:Q", title=title, scale=scale, axis=axis)
    along = alt.Axis(tickMinStep=1, tickCount=6, grid=False, titlePadding=4)
    across = alt.X("x:Q", title=_("step"), scale=alt.Scale(domain=[0, 1.02 * steps], nice=False), axis=along)
    color, dash = racer_styles(racers, _)
    told = [alt.Tooltip("name:N", title=" "), alt.Tooltip("step:Q", title=_("step")), alt.Tooltip("f:Q", format=".6g")]
    line = so_far(rows("line"))
    exits = so_far(rows("exit")).mark_point(shape=CROSS, size=90, strokeWidth=3, opacity=1, clip=True)
    return following(
        layered(
            line.mark_line(strokeWidth=2, clip=True, tooltip=None).encode(across, up, color=color, strokeDash=dash),
            line.mark_point(size=40, opacity=0, clip=True).encode(across, up, tooltip=told),
            exits.encode(across, up, color=color, tooltip=alt.Tooltip("told:N", title=" ")),
            just_now(rows("line")).mark_point(filled=True, size=90, opacity=1, clip=True).encode(
                across, up, color=color, tooltip=told
            ),
        )
    ).properties(height=HEIGHT, description=_("The loss of each optimizer at each step"))  # fmt: skip
