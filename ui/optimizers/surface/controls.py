"""The controls of the scene "on a surface": which surface, from where, how far; who takes part, with which rates."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from engines import optimizers
from engines.descent.landscapes import Point
from engines.descent.surface_race import contains
from ui.failures import guarded
from ui.frame import Page
from ui.optimizers.race.racer_controls import racer_choice, rate_panel
from ui.optimizers.surface.settings import STEP_COUNTS


def surface_controls(page: Page) -> Point:
    """One row; returns where the race starts."""
    start = _start(page)
    with st.container(horizontal=True, vertical_alignment="bottom", key="surface_controls"):
        _surface(page)
        _starts(page, start)
        _steps(page)
        racer_choice(page)
    return start


def surface_labels(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "bowl": _("bowl"),
        "ravine": _("ill-conditioned bowl (20 : 1)"),
        "ravine_100": _("ill-conditioned bowl (100 : 1)"),
        "saddle": _("saddle"),
        "beale": _("Beale's function"),
        "rosenbrock": _("Rosenbrock's valley"),
        "himmelblau": _("Himmelblau's"),
    }


def _start(page: Page) -> Point:
    """The start; where a link has it outside the frame, the first of the list, and this is said."""
    _, view = page.text, page.view
    listed = view.course.starts[0]
    if view.surface_start is None or contains(view.course.surface, view.surface_start):
        return view.surface_start or listed
    told = _("The start {start} lies outside this surface's frame; here it is {listed}.")
    st.warning(told.format(start=_shown(view.surface_start), listed=_shown(listed)))
    return listed


def _shown(point: Point) -> str:
    return f"({point[0]:g}, {point[1]:g})"


def _surface(page: Page) -> None:
    """The list of surfaces; another one brings its own starts, steps and rates."""
    _, labels, key = page.text, surface_labels(page), "view.surface"
    st.session_state[key] = page.view.surface

    @guarded
    def chosen() -> None:
        if st.session_state[key] in labels:
            own = {"surface_start": None, "surface_steps": None, "surface_shown": None, "surface_own": ()}
            page.change(surface=st.session_state[key], **own)

    st.selectbox(
        _("Surface"),
        list(labels),
        format_func=lambda value: labels.get(value, ""),
        key=key,
        on_change=chosen,
        width=225,
    )


def _starts(page: Page, start: Point) -> None:
    """The surface's own starts, and the one that was clicked in the map."""
    _, key, listed = page.text, "view.surface_start", page.view.course.starts
    st.session_state[key] = start
    options = [*listed, *([] if start in listed else [start])]

    def label(point: Point) -> str:
        return _shown(point) if point in listed else _("clicked: {point}").format(point=_shown(point))

    @guarded
    def chosen() -> None:
        if st.session_state[key] in options:
            page.change(surface_start=st.session_state[key])

    st.selectbox(_("Starting point"), options, format_func=label, key=key, on_change=chosen, width=175)


def _steps(page: Page) -> None:
    _, key, steps = page.text, "view.surface_steps", page.view.steps_on_surface
    st.session_state[key] = steps
    options = sorted({*STEP_COUNTS, steps})

    @guarded
    def chosen() -> None:
        if st.session_state[key] in options:
            page.change(surface_steps=st.session_state[key], surface_shown=None)

    st.select_slider(_("Steps"), options, format_func="{:,}".format, key=key, on_change=chosen, width=130)


def surface_rates(page: Page) -> None:
    """Each racer's rate on this surface, beside the pictures, and its other hyperparameters."""
    _, view = page.text, page.view
    rate_panel(page, view.fitted(view.racers), "surface", partial(_tuned, page))
    label = _("All back to this surface's own")
    st.button(label, key="surface.reset", on_click=guarded(partial(page.change, surface_own=())))


def _tuned(page: Page, name: str, hyperparameter: str, value: float) -> None:
    """A racer's hyperparameter was changed: what is not the surface's own is kept in the view."""
    view = page.view
    racer = next((racer for racer in view.racers if racer.name == name), None)
    if racer is None:
        return
    (fitted,) = view.fitted((racer,))
    others = {other.name: other for other in view.surface_own if other.name != name}
    if (tuned := replace(fitted, **{hyperparameter: value})) != view.course.fitted(racer):
        others[name] = tuned
    page.change(surface_own=tuple(others[name] for name in optimizers.names() if name in others))
