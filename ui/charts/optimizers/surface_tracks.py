"""The rows of a race on a surface: each racer's path over the map and its heights over the steps (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines import optimizers
from engines.descent.surface_race import SurfaceRace
from ui.charts.contour import worth_drawing
from ui.charts.palette import optimizer_style
from ui.charts.relief import Relief
from ui.charts.rows import Rows, frame
from ui.text import Translate
from ui.text.optimizer_names import optimizer_name

_FOR_EVER = 1e9
_NUMBERS, _WORDS = ("x", "y", "f", "step", "until", "number"), ("name", "told")


def racer_styles(racers: Sequence[str], _: Translate) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour and dash by the column `name`: each optimizer's own, whoever else takes part."""
    labels = [optimizer_name(optimizers.get(name), _) for name in racers]
    color = alt.Scale(domain=labels, range=[optimizer_style(name).color for name in racers])
    dash = alt.Scale(domain=labels, range=[list(optimizer_style(name).dash) for name in racers])
    return alt.Color("name:N", scale=color, legend=None), alt.StrokeDash("name:N", scale=dash, legend=None)


def tracks_frame(race: SurfaceRace, land: Relief, number: int, _: Translate) -> pd.DataFrame:
    """Rows of the start, each path up to its first point outside the frame, and where it crosses the frame's edge.

    A row stands until the step `until`; `number` tells this race from the one before.
    """
    (x, y), f = race.points[0, 0], race.values[0, 0]
    parts: list[Rows] = [{"series": "start", "x": [x], "y": [y], "f": [f], "step": [0.0]}]
    for racer in range(len(race.optimizers)):
        parts.append(_path(race, racer, land, _))
        if (left := race.left[racer]) is not None:
            x, y = _crossing(land, *race.points[left - 1 : left + 1, racer])
            parts.append({"x": [x], "y": [y], **_exit(race, racer, _)})
    return frame(parts, _NUMBERS, _WORDS).assign(number=float(number))


def heights_frame(race: SurfaceRace, log: bool, _: Translate) -> pd.DataFrame:
    """Rows of each racer's height at each step inside the frame, and where the line of one that left ends.

    On the logarithmic axis heights of 0 are left out.
    """
    parts: list[Rows] = []
    for racer, left in enumerate(race.left):
        f = race.values[:left, racer]
        steps = np.arange(len(f))
        until = np.append(steps[1:], _FOR_EVER if left is None else left)
        name = optimizer_name(race.optimizers[racer], _)
        parts.append({"series": "line", "name": name, "x": steps, "step": steps, "until": until, "f": f})
        if left is not None:
            parts.append({"x": steps[-1:], "f": f[-1:], **_exit(race, racer, _)})
    made = frame(parts, _NUMBERS, _WORDS)
    return made[made.f > 0].reset_index(drop=True) if log else made


def _path(race: SurfaceRace, racer: int, land: Relief, _: Translate) -> Rows:
    """The points worth drawing; the one outside the frame shows the way out, nobody stands there."""
    last, left = race.last_step(racer), race.left[racer]
    shown = worth_drawing(land, race.points[: last + 1, racer])
    x, y = race.points[shown, racer].T
    until = np.append(shown[1:], _FOR_EVER if left is None else left)
    return {
        "series": "path", "name": optimizer_name(race.optimizers[racer], _), "step": shown, "until": until,
        "x": x, "y": y, "f": race.values[shown, racer],
    }  # fmt: skip


def _exit(race: SurfaceRace, racer: int, _: Translate) -> Rows:
    name, step = optimizer_name(race.optimizers[racer], _), race.left[racer]
    told = _("{optimizer} leaves the frame at step {step}").format(optimizer=name, step=step)
    return {"series": "exit", "name": name, "step": step, "told": told}


def _crossing(land: Relief, inside: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the way from a point inside the frame to one outside crosses its edge, (2,)."""
    low, high = np.array([land.x.low, land.y.low]), np.array([land.x.high, land.y.high])
    if not np.isfinite(outside).all():
        return inside
    way = outside - inside
    with np.errstate(all="ignore"):
        shares = np.where(way > 0, (high - inside) / way, np.where(way < 0, (low - inside) / way, np.inf))
    return inside + min(1.0, float(shares.min())) * way
