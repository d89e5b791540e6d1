"""The scene "two parameters": paths on a contour map, from listed starts and from where one clicks (figure 2-12)."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engines.descent.landscapes import Surface
from engines.descent.paths import Paths, descend
from ui.charts.contour import HEIGHT, contour_chart, contour_frame
from ui.charts.gradient_descent.downhill import downhill_rows
from ui.charts.gradient_descent.values import values_chart, values_frame, values_window
from ui.charts.palette import style
from ui.charts.relief import inside_until
from ui.failures import guarded, survived
from ui.frame import Page
from ui.gradient_descent.controls import (
    pick,
)
from ui.gradient_descent.grey_legend import grey_legend
from ui.gradient_descent.two_parameters.controls import added, surface_controls
from ui.gradient_descent.two_parameters.numbers import ball_table, largest_step
from ui.gradient_descent.two_parameters.readings import paths_reading
from ui.gradient_descent.two_parameters.surveyed import astray, paths, surveyed
from ui.parts.drawing import chart, reading
from ui.parts.step_player.player import play

_PLAYER = "descent.player"


def two_parameters(page: Page) -> tuple[object, ...]:
    """Controls, the map with its paths, f against the step; returns whose code ran."""
    surface, view = page.view.chosen_surface, page.view
    step_size = surface_controls(page, surface)
    optimizer, land = view.optimizer(step_size), surveyed(surface)
    balls = paths(surface, page.settings.backend, view.starts(), optimizer, view.steps)
    lengths = [inside_until(land, balls.points[:, ball]) for ball in range(balls.points.shape[1])]
    above = st.container()
    left, right = st.columns([2, 1])
    with left:
        way = astray(surface, page.settings.backend, balls)
        frame = contour_frame(land, balls.points, balls.values, further=downhill_rows(land, way, page.text))
        click, look = pick(page, "descent.map", added), (land.x, land.y, ("x", "y"), True, HEIGHT, True, True)
        chart(page, frame, contour_chart, *look, key="descent.map", on_select=guarded(click))
        grey_legend(page, land)
    with right:
        kept = [balls.values[:length, ball] for ball, length in enumerate(lengths)]
        look = (*values_window(np.concatenate(kept)), HEIGHT, balls.steps)
        chart(page, values_frame(balls.values, lengths), values_chart, *look)
    below = st.empty()
    with above:
        _played(page, surface, balls, lengths, below)
    largest_step(page, surface, step_size)
    ball_table(page, balls, lengths)
    return descend, type(optimizer).update


@st.fragment
def _played(page: Page, surface: Surface, balls: Paths, lengths: list[int], below: DeltaGenerator) -> None:
    """The player of the steps; of what it reports only the reading is drawn anew."""
    with survived("picture", "descent"):
        step = min(page.view.step_shown_2d, balls.steps)
        played = [_line(page, balls, lengths, ball) for ball in range(len(lengths))]
        play(page, _PLAYER, played, balls.steps, step, 0, lambda: _reported(page, balls.steps))
        with below:
            reading(paths_reading(page, surface, balls, lengths, step))


def _line(page: Page, balls: Paths, lengths: list[int], ball: int) -> dict[str, Any]:
    """What stands under the player of one ball: its colour and its height at each step."""
    _, drawn, length = page.text, style(ball), lengths[ball]
    left = length if length <= balls.steps else None
    with np.errstate(all="ignore"):
        heights = np.nan_to_num(balls.values[:length, ball], nan=0.0, posinf=1e300, neginf=-1e300)
    return {
        "label": _("ball {number}").format(number=ball + 1),
        "rate": "",
        "color": drawn.color,
        "dash": " ".join(map(str, drawn.dash)) if drawn.dash[1] else "none",
        "heights": [float(f"{height:.6g}") for height in heights],
        "left": left,
        "left_told": _("left at step {step}").format(step=left),
    }


def _reported(page: Page, last: int) -> None:
    """The browser says at which step it is; into the URL only when it stands."""
    if said := st.session_state[_PLAYER].get("at"):
        step = int(said["step"])
        (page.settle if said["playing"] else page.change)(shown_2d=step if 0 <= step < last else None)
