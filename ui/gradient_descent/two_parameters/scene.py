"""The scene "two parameters": paths on a contour map, from listed starts and from where one clicks (figure 2-12)."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engines import backends
from engines.descent.landscapes import Surface
from engines.descent.paths import Paths, descend
from engines.descent.surface_minima import hessians, surface_minima
from engines.descent.surface_verdicts import Place, angle_to, places
from engines.optimizers.base import Optimizer
from ui.charts.contour import HEIGHT, contour_chart, contour_frame
from ui.charts.gradient_descent.values import values_chart, values_frame, values_window
from ui.charts.numerals import number, percent
from ui.charts.palette import style
from ui.charts.relief import Relief, inside_until, relief, shade_legend
from ui.charts.windows import Window
from ui.failures import guarded, survived
from ui.frame import Page
from ui.gradient_descent.controls import (
    STEP_SIZES,
    function_select,
    momentum_slider,
    nesterov_toggle,
    own_slider,
    pick,
)
from ui.gradient_descent.one_parameter.steps import ruler, subheading
from ui.gradient_descent.settings import MOST_STARTS, OWN, STEP_COUNTS, DescentSettings
from ui.parts.drawing import chart, reading
from ui.parts.step_player.player import play
from ui.parts.widgets import slider, text, toggle
from ui.text import counted

_PLAYER = "descent.player"


def two_parameters(page: Page) -> tuple[object, ...]:
    """Controls, the map with its paths, f against the step; returns whose code ran."""
    surface, view = page.view.chosen_surface, page.view
    step_size = _controls(page, surface)
    optimizer, land = view.optimizer(step_size), surveyed(surface)
    balls = paths(surface, page.settings.backend, view.starts(), optimizer, view.steps)
    lengths = [inside_until(land, balls.points[:, ball]) for ball in range(balls.points.shape[1])]
    above = st.container()
    left, right = st.columns([2, 1])
    with left:
        frame = contour_frame(land, balls.points, balls.values)
        click, look = pick(page, "descent.map", _added), (land.x, land.y, ("x", "y"), True, HEIGHT, True)
        chart(page, frame, contour_chart, *look, key="descent.map", on_select=guarded(click))
        grey_legend(page, land)
    with right:
        kept = [balls.values[:length, ball] for ball, length in enumerate(lengths)]
        look = (*values_window(np.concatenate(kept)), HEIGHT, balls.steps)
        chart(page, values_frame(balls.values, lengths), values_chart, *look)
    below = st.empty()
    with above:
        _played(page, surface, balls, lengths, below)
    _bound(page, surface, step_size)
    _numbers(page, balls, lengths)
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


def grey_legend(page: Page, land: Relief) -> None:
    """What the grey says; the lines are equally far apart in it."""
    _, known = page.text, land.values[np.isfinite(land.values)]
    if known.size:
        low = _("grey: low f")
        high = _("high f, up to about {f}; along each line f is the same").format(f=number(float(known.max())))
        st.html(shade_legend(land, low, high))


@lru_cache(maxsize=32)
def surveyed(surface: Surface) -> Relief:
    """The surface's height over its frame."""
    return relief(surface.function.values, Window(*surface.x), Window(*surface.y))


@lru_cache(maxsize=64)
def paths(
    surface: Surface, backend: str, starts: tuple[tuple[float, float], ...], optimizer: Optimizer, steps: int
) -> Paths:
    """All balls at once, by that backend."""
    return descend(backends.get(backend), surface.function, starts, optimizer, steps)


def _controls(page: Page, surface: Surface) -> float:
    """One row; returns the step size."""
    _, view = page.text, page.view
    step_size = surface.step_size if view.step_size_2d is None else view.step_size_2d
    with st.container(horizontal=True, vertical_alignment="bottom", key="descent_controls"):
        function_select(
            page,
            "surface",
            _("Function"),
            surface_labels(page),
            {"step_size_2d": None, "clicked": (), "shown_2d": None},
            195,
        )
        own_slider(
            page,
            "step_size_2d",
            _("Step size (learning rate)"),
            STEP_SIZES,
            step_size,
            width=165,
            help=_.term("learning_rate"),
        )
        momentum_slider(page)
        slider("steps", _("Steps"), STEP_COUNTS, "{:,}".format, width=130)
        with st.container(width="content", gap="small"):
            nesterov_toggle(page)
            toggle("fan", _("Listed starts"))
        label = _("Clear")
        st.button(
            label,
            key="descent.clear",
            on_click=_clear,
            args=(page,),
            disabled=not view.clicked,
            icon=":material/delete:",
        )
        if view.surface == OWN:
            text("formula_2d", _("f(x, y) ="), _, width=320)
    return step_size


def surface_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "bowl": _("bowl"),
        "ravine_100": _("ravine (100 : 1)"),
        "ravine": _("wider ravine (20 : 1)"),
        "saddle": _("saddle"),
        "himmelblau": _("Himmelblau's"),
        "rosenbrock": _("Rosenbrock's valley"),
        "beale": _("Beale's function"),
        "wells": _("four wells"),
        OWN: _("my own formula"),
    }


def _added(view: DescentSettings, row: dict) -> dict:
    point = (float(f"{row['x']:.4g}"), float(f"{row['y']:.4g}"))
    return {"clicked": (*view.clicked, point)[-MOST_STARTS:]}


@guarded
def _clear(page: Page) -> None:
    page.change(clicked=())


def paths_reading(page: Page, surface: Surface, balls: Paths, lengths: list[int], step: int) -> str:
    """What the balls are at after that step, how low they are, and where downhill is not the way to a minimum."""
    _, engine = page.text, backends.get(page.settings.backend)
    at = Counter(places(balls, step, lengths, surface, engine, page.view.momentum))
    words = place_words(page)
    told = counted(
        _,
        "After {steps:,} steps, {balls} ball: {places}.",
        "After {steps:,} steps, {balls} balls: {places}.",
        len(lengths),
    )
    named = ", ".join(word.format(n=at[place]) for place, word in words.items() if at[place])
    sentences = [told.format(steps=step, balls=len(lengths), places=named)]
    ends = [float(balls.values[step, ball]) for ball, length in enumerate(lengths) if length > step]
    if ends := [value for value in ends if np.isfinite(value)]:
        heights = _("There f lies between {lowest} and {highest}.")
        sentences.append(heights.format(lowest=number(min(ends)), highest=number(max(ends))))
    if (angle := astray(surface, page.settings.backend, balls)) is not None:
        turned = _("At the start of ball 1, −gradient points {angle:.0f}° away from the way to the nearest minimum.")
        sentences.append(turned.format(angle=angle))
    return " ".join([*sentences, _("Click in the map to start another ball.")])


def place_words(page: Page) -> dict[Place, str]:
    """Where balls are, as the reading counts them."""
    _ = page.text
    return {
        "minimum": _("{n} in a minimum"),
        "saddle": _("{n} at a saddle, where the gradient is 0 but f falls on two sides"),
        "maximum": _("{n} on a maximum"),
        "undecided": _("{n} where the gradient is 0 and the second derivatives decide nothing"),
        "moving": _("{n} still moving"),
        "left": _("{n} outside the frame"),
        "undefined": _("{n} where f has no finite value"),
    }


def astray(surface: Surface, backend: str, balls: Paths) -> float | None:
    """The angle, at the first ball's start, between −gradient and the way to the nearest minimum of the frame."""
    bottoms = _bottoms(surface, backend)
    if not len(bottoms):
        return None
    start = balls.points[0, 0]
    nearest = bottoms[np.hypot(*(bottoms - start).T).argmin()]
    return angle_to(start, balls.gradients[0, 0], nearest)


@lru_cache(maxsize=32)
def _bottoms(surface: Surface, backend: str) -> np.ndarray:
    return surface_minima(surface, backends.get(backend))


def _numbers(page: Page, balls: Paths, lengths: list[int]) -> None:
    """Each ball as a row: where it started and ended, or where it left the frame."""
    _ = page.text
    last = [min(length, balls.steps) for length in lengths]
    ends = balls.points[last, range(len(last))]
    columns = {
        _("start x"): balls.points[0, :, 0],
        _("start y"): balls.points[0, :, 1],
        _("steps"): last,
        _("end x"): ends[:, 0],
        _("end y"): ends[:, 1],
        _("f at the end"): [f"{value:.6g}" for value in balls.values[last, range(len(last))]],
    }
    st.space("small")
    with st.expander(_("The numbers behind it: every ball")):
        st.dataframe(pd.DataFrame(columns), hide_index=True)


@lru_cache(maxsize=32)
def condition(surface: Surface, backend: str) -> float | None:
    """κ, the largest eigenvalue of a quadratic's Hessian over the smallest; None where that is not above 0."""
    low, high = np.linalg.eigvalsh(hessians(surface, backends.get(backend), np.zeros((1, 2)))[0])
    return float(f"{high / low:.6g}") if low > 0 else None


def _bound(page: Page, surface: Surface, step_size: float) -> None:
    """The ruler of step sizes where L is one number for the whole surface."""
    _ = page.text
    if surface.curvature is None:
        return
    st.space("small")
    subheading(_("How large may a step be?"))
    told = _(
        "L = {L} is the curvature across, in the steepest direction: the largest eigenvalue of the Hessian, the "
        "matrix of second derivatives. Beyond {formula} = {bound} descent diverges in that direction."
    )
    reading(told.format(**ruler(page, surface.curvature, step_size)))
    ratio = condition(surface, page.settings.backend)
    if ratio is not None and ratio > 1:
        flattest = surface.curvature / ratio
        kept = _(
            "The smallest eigenvalue is {flattest}, so κ = {ratio}: the surface is {ratio} times as curved across "
            "as along. In each step plain descent keeps {share} of the distance along."
        )
        share = percent(abs(1 - step_size * flattest))
        reading(kept.format(flattest=number(flattest), ratio=number(ratio), share=share))
